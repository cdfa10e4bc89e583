import { lookup } from 'node:dns/promises';
import { createResolveName } from '../../channels/webhooks/resolve-name';
import { startDnsServer, type DnsServer } from '../support/dns-server';

let server: DnsServer;
beforeAll(async () => {
  server = await startDnsServer({
    'both.example': { 4: ['93.184.216.34', '93.184.216.35'], 6: ['2606:2800:220:1:248:1893:25c8:1946'] },
    'old.example': { 4: ['93.184.216.34'] },
    'none.example': {},
    'silent.example': null,
  });
});
afterAll(() => server.close());

const resolve = (name: string, timeoutMs = 2_000) => createResolveName({ servers: [server.address], timeoutMs })(name);

test('a name has all its addresses, of both families', async () => {
  expect(await resolve('both.example')).toEqual([
    { address: '93.184.216.34', family: 4 },
    { address: '93.184.216.35', family: 4 },
    { address: '2606:2800:220:1:248:1893:25c8:1946', family: 6 },
  ]);
  expect(await resolve('old.example')).toEqual([{ address: '93.184.216.34', family: 4 }]);
});

test('a name without an address, or that is not known, is refused', async () => {
  await expect(resolve('none.example')).rejects.toMatchObject({ code: 'ENODATA' });
  await expect(resolve('unknown.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

test('a server that never answers is given up, and keeps nobody from looking up other names meanwhile', async () => {
  const names = Array.from({ length: 50 }, () => resolve('silent.example', 500).catch((error: unknown) => error));
  const first = await Promise.race([...names, lookup('localhost')]);
  expect(first).toMatchObject({ address: expect.any(String) });
  for (const error of await Promise.all(names)) expect(error).toMatchObject({ code: 'ETIMEOUT' });
});
