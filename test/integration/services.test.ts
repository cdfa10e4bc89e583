import { once as onceEvent } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Redis from 'ioredis';
import { createConnection } from 'mysql2/promise';
import { startMariaDb } from '../../scripts/services/mariadb';
import { freePort } from '../../scripts/services/ports';
import { probeRedis, probeTemporal } from '../../scripts/services/probes';
import { processIdentity } from '../../scripts/services/process-identity';
import { startRedis } from '../../scripts/services/redis';
import { startService } from '../../scripts/services/running-service';
import { startTemporal } from '../../scripts/services/temporal';

describe('services on the same folder and port', () => {
  const folder = mkdtempSync(join(tmpdir(), 'luminate-services-'));
  const place = async (name: string) => ({
    dir: join(folder, name),
    port: await freePort(),
    log: join(folder, `${name}.log`),
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('MariaDB keeps its rows over a kill, and is gone after stop', async () => {
    const options = await place('database');
    const first = await startMariaDb(options);
    const query = async (sql: string) => {
      const connection = await createConnection(first.url);
      const [rows] = await connection.query(sql);
      connection.destroy();
      return rows;
    };
    await query('CREATE TABLE kept (id INT)');
    await query('INSERT INTO kept VALUES (7)');
    first.kill('SIGKILL');
    await first.stop();
    const second = await startMariaDb(options);
    expect(second.url).toBe(first.url);
    expect(await query('SELECT id FROM kept')).toEqual([{ id: 7 }]);
    await second.stop();
    expect(processIdentity(second.pid!)).toBeUndefined();
  });

  it('Redis keeps its keys if persistent, and forgets them if not', async () => {
    const options = await place('redis');
    const keptAfterRestart = async (persistent: boolean) => {
      const first = await startRedis({ ...options, persistent });
      const redis = new Redis(first.url);
      await redis.set('kept', 'yes');
      await redis.quit();
      await first.stop();
      await expect(probeRedis(first.url)).rejects.toThrow();
      const second = await startRedis({ ...options, persistent });
      const again = new Redis(second.url);
      const value = await again.get('kept');
      await again.quit();
      await second.stop();
      return value;
    };
    expect(await keptAfterRestart(false)).toBeNull();
    expect(await keptAfterRestart(true)).toBe('yes');
  });

  it('Temporal serves its namespace again after a restart of a persistent one', async () => {
    const options = { ...(await place('temporal')), persistent: true };
    const first = await startTemporal(options);
    await first.stop();
    await expect(probeTemporal(first.url)).rejects.toThrow();
    const second = await startTemporal(options);
    await expect(probeTemporal(second.url)).resolves.toBeUndefined();
    await second.stop();
  });

  it('a program that ends at once is reported with the end of its log', async () => {
    const log = join(folder, 'broken.log');
    const args = ['-e', 'console.log("no such setting"); process.exit(3)'];
    const probe = () => Promise.reject(new Error('refused'));
    const start = startService({ name: 'Broken', url: '', command: process.execPath, args, log, probe });
    await expect(start).rejects.toThrow(/Broken did not start: it ended with code 3.*no such setting/s);
    expect(readFileSync(log, 'utf8')).toContain('no such setting');
  });

  it('one that may end at once is started again, so often and no more', async () => {
    const port = await freePort();
    const log = join(folder, 'twice.log');
    const once = join(folder, 'once');
    const program = `
      const fs = require('node:fs');
      if (!fs.existsSync(${JSON.stringify(once)})) { fs.writeFileSync(${JSON.stringify(once)}, ''); process.exit(2); }
      require('node:net').createServer().listen(${port}, '127.0.0.1');`;
    const probe = async () => {
      const socket = connect(port, '127.0.0.1');
      await onceEvent(socket, 'connect');
      socket.destroy();
    };
    const service = { name: 'Twice', url: '', command: process.execPath, args: ['-e', program], log, probe };
    await expect(startService(service)).rejects.toThrow('it ended with code 2');
    rmSync(once);
    const started = await startService({ ...service, tries: 2 });
    await started.stop();
    await expect(startService({ ...service, args: ['-e', 'process.exit(4)'], tries: 3 })).rejects.toThrow('code 4');
  });
});
