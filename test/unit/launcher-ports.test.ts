import { createServer, type AddressInfo } from 'node:net';
import { freePort, portTakenMessage, readPorts, requireFreePort } from '../../scripts/services/ports';

describe('launcher ports', () => {
  it('are the documented ones when nothing is set, and follow their variables', () => {
    expect(readPorts({})).toMatchObject({ api: 3000, database: 3307, redis: 6380, temporal: 7233, temporalUi: 8233 });
    expect(readPorts({ LUMINATE_API_PORT: '3100', LUMINATE_DB_PORT: '' })).toMatchObject({ api: 3100, database: 3307 });
  });

  it.each(['0', '70000', '80a', '-1', '3.5'])('%s is refused with the name of the variable', (value) => {
    expect(() => readPorts({ LUMINATE_REDIS_PORT: value })).toThrow(
      /LUMINATE_REDIS_PORT is ".*": it must be a port number/,
    );
  });

  it('given twice are refused', () => {
    expect(() => readPorts({ LUMINATE_API_PORT: '1080' })).toThrow(/both name port 1080/);
  });

  it('that are taken are told with the port, its user and the variable to set', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(requireFreePort('database', port)).rejects.toThrow(portTakenMessage('database', port));
    expect(portTakenMessage('database', 3307)).toMatch(
      /Port 3307 is taken, and MariaDB needs it.*LUMINATE_DB_PORT=13307/,
    );
    await new Promise((resolve) => server.close(resolve));
    await expect(requireFreePort('database', port)).resolves.toBeUndefined();
  });

  it('found free can be listened on', async () => {
    const server = createServer().listen(await freePort(), '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    await new Promise((resolve) => server.close(resolve));
  });
});
