import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from '../../temporal/connection';

/** A way to Temporal that can be cut. */
async function createWay() {
  const [host = '', port = ''] = (process.env['TEST_TEMPORAL_ADDRESS'] ?? '').split(':');
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

test('a connection that is closed while a call waits for its retry leaves nothing that throws later', async () => {
  const way = await createWay();
  const { connection, close } = createConnection({ address: way.address, connectTimeoutMs: 5_000 });
  const call = () => connection.workflowService.getSystemInfo({});
  await call();
  way.cut();
  const failed = Promise.all([1, 2, 3, 4].map(() => expect(call()).rejects.toThrow()));
  await sleep(250);
  await close();
  await failed;
  // What the timers of the SDK throw is nobody's to catch: jest makes the file fail.
  await sleep(1_500);
});
