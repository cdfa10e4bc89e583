import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fetchFile, type FileNetwork } from '../../channels/email/fetch-file';
import { createFileSource, type FileSourceOptions } from '../../channels/email/file-source';
import { isPublicAddress } from '../../channels/email/public-address';
import { startFileHost, type FileHost } from '../support/file-host';

const MB = 1024 * 1024;

let host: FileHost;
beforeEach(async () => {
  host = await startFileHost();
});
afterEach(() => host.close());

const sourceOf = (more: FileSourceOptions = {}) => createFileSource({ ...host.network, ...more });
const fetchIt = (path: string, maxBytes = MB, network: FileNetwork = host.network) =>
  fetchFile(host.url(path), maxBytes, new AbortController().signal, network);
const addresses = (...list: string[]): LookupAddress[] =>
  list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('a file', () => {
  test('comes with its bytes and the type that its host says', async () => {
    const content = Buffer.from([0, 255, 13, 10, 46, 13, 10]);
    host.on('/a.pdf', content, { 'Content-Type': 'Application/PDF; name=x' });
    expect(await fetchIt('/a.pdf')).toEqual({ state: 'fetched', file: { content, contentType: 'application/pdf' } });
    expect(host.latest()).toMatchObject({ host: host.host, 'accept-encoding': 'identity' });
    expect(host.latest()).not.toHaveProperty('cookie');
  });

  test('may be empty, and may be exactly as large as allowed', async () => {
    host.on('/none', Buffer.alloc(0));
    host.on('/full', Buffer.alloc(100));
    expect(await fetchIt('/none', 0)).toMatchObject({ state: 'fetched' });
    expect(await fetchIt('/full', 100)).toMatchObject({ state: 'fetched' });
  });

  test('that says it is too large is not read', async () => {
    host.on('/big', Buffer.alloc(101));
    expect(await fetchIt('/big', 100)).toEqual({ state: 'refused', words: expect.stringContaining('100 bytes') });
  });

  test('that turns out to be too large is cut off, whatever it says', async () => {
    let sent = 0;
    host.on('/endless', (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) sent += 16_384;
        sent += 16_384;
      };
      response.on('drain', more);
      more();
    });
    expect(await fetchIt('/endless', 100_000)).toMatchObject({ state: 'refused' });
    expect(sent).toBeLessThan(50 * MB);
  });

  test('that breaks off is not taken for the whole', async () => {
    host.on('/cut', (_, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('only this', () => {
        response.destroy();
      });
    });
    expect(await fetchIt('/cut')).toMatchObject({ state: 'away', words: expect.stringContaining('broke off') });
  });

  test('that comes compressed is refused: what it becomes has no bound', async () => {
    host.on('/bomb', Buffer.from('x'), { 'Content-Encoding': 'gzip' });
    expect(await fetchIt('/bomb')).toMatchObject({ state: 'refused', words: expect.stringContaining('compressed') });
  });
});

describe('an answer', () => {
  test.each([204, 206, 301, 302, 307, 308, 400, 401, 403, 404, 410, 451])('%i refuses the file', async (status) => {
    host.on('/x', status, { Location: host.url('/y') });
    host.on('/y', Buffer.from('secret'));
    expect(await fetchIt('/x')).toEqual({ state: 'refused', words: expect.stringContaining(String(status)) });
    expect(host.requests).toEqual(['/x']);
  });

  test.each(['http://169.254.169.254/latest/meta-data', 'https://127.0.0.1/', 'file:///etc/passwd'])(
    'that redirects to %s is not followed',
    async (Location) => {
      host.on('/x', 302, { Location });
      expect(await fetchIt('/x')).toMatchObject({ state: 'refused', words: expect.stringContaining('redirect') });
    },
  );

  test.each([408, 425, 429, 500, 502, 503, 504])('%i is asked for again', async (status) => {
    host.on('/x', status);
    expect(await fetchIt('/x')).toEqual({ state: 'away', words: `the host answered ${status}` });
  });
});

describe('a host', () => {
  /** A server that would notice any connection to the loopback. */
  async function withTrap(work: (port: number) => Promise<void>): Promise<number> {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.destroy();
    }).listen(0);
    await once(server, 'listening');
    await work((server.address() as AddressInfo).port);
    server.close();
    await once(server, 'close');
    return connections;
  }

  test.each([
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['10.0.0.7'],
    ['169.254.169.254'],
    ['fd00::7'],
    ['93.184.216.34', '127.0.0.1'],
    ['127.0.0.1', '93.184.216.34'],
    ['2606:2800:220:1::1', '::1'],
    ['93.184.216.34', '::1'],
  ])('whose name leads to %s %s is not connected to', async (...list) => {
    const network = { resolve: async () => addresses(...list), isPublic: isPublicAddress };
    const connections = await withTrap(async (port) => {
      const signal = new AbortController().signal;
      expect(await fetchFile(`https://files.example.test:${port}/`, MB, signal, network)).toEqual({
        state: 'refused',
        words: 'the name of the host leads to an address that is not public',
      });
    });
    expect(connections).toBe(0);
  });

  test('whose name leads elsewhere the second time does not get a second look-up', async () => {
    let lookups = 0;
    const resolve = async (): Promise<LookupAddress[]> => addresses(lookups++ === 0 ? '127.0.0.1' : '10.0.0.7');
    const asked: string[] = [];
    const isPublic = (address: string): boolean => asked.push(address) > 0 && address === '127.0.0.1';
    host.on('/a', Buffer.from('a'));
    expect(await fetchIt('/a', MB, { ...host.network, resolve, isPublic })).toMatchObject({ state: 'fetched' });
    expect([lookups, asked]).toEqual([1, ['127.0.0.1']]);
    expect(await fetchIt('/a', MB, { ...host.network, resolve, isPublic })).toMatchObject({ state: 'refused' });
    expect(host.requests).toEqual(['/a']);
  });

  test('that cannot be found, or does not listen, is asked again', async () => {
    const resolve = async (): Promise<never> => {
      throw Object.assign(new Error('queryA ETIMEOUT'), { code: 'EAI_AGAIN' });
    };
    expect(await fetchIt('/a', MB, { ...host.network, resolve })).toEqual({
      state: 'away',
      words: expect.stringContaining('EAI_AGAIN'),
    });
    expect(await fetchIt('/a', MB, { ...host.network, resolve: async () => [] })).toMatchObject({ state: 'away' });
    await host.close();
    expect(await fetchIt('/a')).toEqual({ state: 'away', words: expect.stringContaining('ECONNREFUSED') });
    host = await startFileHost();
  });

  test('with a certificate that nobody vouches for, or that is for another name, is not asked for the file', async () => {
    host.on('/a', Buffer.from('a'));
    const { resolve, isPublic } = host.network;
    expect(await fetchIt('/a', MB, { resolve, isPublic })).toMatchObject({ state: 'away' });
    const network = { ...host.network, resolve: async () => addresses('127.0.0.1') };
    const url = host.url('/a').replace('files.', 'other.');
    expect(await fetchFile(url, MB, new AbortController().signal, network)).toEqual({
      state: 'away',
      words: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
    expect(host.requests).toEqual([]);
  });

  test('that is slow is given up after the time, when it connects as when it sends', async () => {
    host.on('/silent', () => undefined);
    host.on('/dribble', (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    const source = sourceOf({ timeoutMs: 300 });
    expect(await source.fetch(host.url('/silent'), MB)).toEqual({ state: 'away', words: 'not complete in time' });
    expect(await source.fetch(host.url('/dribble'), MB)).toEqual({ state: 'away', words: 'not complete in time' });
  });
});

describe('a source of files', () => {
  test('fetches a file once, for those who ask at the same time and for those who ask soon after', async () => {
    host.on('/a', Buffer.from('a'));
    const source = sourceOf();
    await Promise.all([source.fetch(host.url('/a'), MB), source.fetch(host.url('/a'), MB)]);
    expect(await source.fetch(host.url('/a'), 1)).toMatchObject({ state: 'fetched' });
    expect(host.requests).toEqual(['/a']);
  });

  test('fetches it anew after its time, and when it was pushed out by others', async () => {
    for (const path of ['/a', '/b', '/c']) host.on(path, Buffer.alloc(40));
    const brief = sourceOf({ keptMs: 0 });
    for (const path of ['/a', '/a']) await brief.fetch(host.url(path), MB);
    expect(host.requests).toEqual(['/a', '/a']);
    const small = sourceOf({ keptBytes: 100 });
    for (const path of ['/a', '/b', '/c', '/c', '/a']) await small.fetch(host.url(path), MB);
    expect(host.requests.slice(2)).toEqual(['/a', '/b', '/c', '/a']);
  });

  test('does not keep what went wrong', async () => {
    host.on('/a', 503);
    const source = sourceOf();
    expect(await source.fetch(host.url('/a'), MB)).toMatchObject({ state: 'away' });
    host.on('/a', Buffer.from('a'));
    expect(await source.fetch(host.url('/a'), MB)).toMatchObject({ state: 'fetched' });
  });

  test('holds whoever asks to his own limit', async () => {
    host.on('/a', Buffer.alloc(100));
    const source = sourceOf();
    const [small, large] = await Promise.all([source.fetch(host.url('/a'), 99), source.fetch(host.url('/a'), 100)]);
    expect([small.state, large.state]).toEqual(['refused', 'fetched']);
    expect(await source.fetch(host.url('/a'), 99)).toMatchObject({ state: 'refused' });
  });

  test('gives up what is under way when it closes', async () => {
    host.on('/silent', () => undefined);
    const source = sourceOf();
    const work = source.fetch(host.url('/silent'), MB);
    source.close();
    expect(await work).toMatchObject({ state: 'away' });
  });

  test('looks names up and asks for public addresses when nobody says otherwise', async () => {
    const connections = createServer().listen(0, '127.0.0.1');
    await once(connections, 'listening');
    const { port } = connections.address() as AddressInfo;
    expect(await createFileSource().fetch(`https://localhost:${port}/`, MB)).toMatchObject({ state: 'refused' });
    connections.close();
  });
});
