import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLuminateClient, type LuminateClient, type Schemas } from '../../client/index';
import { freePort } from '../../scripts/services/ports';
import { isFinal, MESSAGE_STATUS_NAMES } from '../../domain/message-status';
import { listen } from '../support/sandbox';
import { answer, hangUp, silence, startScriptedHttp, type Turn } from '../support/scripted-http';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function scripted(...turns: Turn[]) {
  const server = await startScriptedHttp(turns);
  closers.push(server.close);
  return { ...server, client: createLuminateClient({ url: `${server.url}/`, key: 'lum_test', retries: 0 }) };
}

describe('the types', () => {
  // Compiled, never run.
  const wrong = async (client: LuminateClient): Promise<void> => {
    const sent = await client.post('/v1/sends', { body: { template: 'a', recipients: [{ to: 'b' }] } });
    const id: string = sent.data.messages[0]!.id;
    const status: Schemas['Message']['status'] = (await client.get('/v1/messages/{id}', { path: { id } })).data.status;
    const nothing: undefined = (await client.delete('/v1/templates/{template}', { path: { template: status } })).data;
    for await (const { key } of client.items('/v1/templates', { query: { channel: 'sms' } })) key satisfies string;
    for await (const { id: n } of client.items('/v1/audit', { query: { outcome: 'refused' } })) n satisfies number;
    const ofRule = client.items('/v1/rules/{name}/versions', { path: { name: 'caps' }, query: { after: '7' } });
    for await (const { note } of ofRule) note satisfies string | null;
    const ofTemplate = client.items('/v1/templates/{template}/versions', { path: { template: '1' } });
    for await (const { version } of ofTemplate) version satisfies number;
    // @ts-expect-error There is no such address.
    await client.get('/v1/mesages');
    // @ts-expect-error That address has no such method.
    await client.put('/v1/sends', { body: {} });
    // @ts-expect-error The parameter of the path is missing.
    await client.get('/v1/messages/{id}');
    // @ts-expect-error The body is missing.
    await client.post('/v1/sends');
    // @ts-expect-error The body has no such property.
    await client.post('/v1/sends', { body: { template: 'a', recipients: [{ to: 'b' }], tempalte: 'a' } });
    // @ts-expect-error Recipients have addresses.
    await client.post('/v1/sends', { body: { template: 'a', recipients: [{ id: 'b' }] } });
    // @ts-expect-error There is no such status.
    await client.get('/v1/messages', { query: { status: 'lost' } });
    // @ts-expect-error The answer has no such property.
    (await client.get('/v1/messages/{id}', { path: { id } })).data.recipient satisfies unknown;
    // @ts-expect-error This one is not read with If-Match.
    await client.get('/v1/templates/{template}', { path: { template: '1' }, headers: { 'If-Match': '"1"' } });
    // @ts-expect-error That is no list.
    client.items('/v1/healthz');
    // @ts-expect-error That is no file.
    await client.file('/v1/messages');
    // @ts-expect-error Files are not sent as JSON.
    await client.post('/v1/audiences', { query: { channel: 'sms' }, body: {} });
    nothing satisfies undefined;
  };

  test('are those of the document', () => {
    expect(wrong).toBeInstanceOf(Function);
  });
});

test('addresses, queries, keys and bodies are as the API takes them', async () => {
  const { client, heard, url } = await scripted(answer(200, {}));
  expect(client.url).toBe(url);
  const query = { search: 'ä&b', limit: 5, after: undefined } as { search: string; limit: number };
  await client.get('/v1/templates', { query });
  await client.get('/v1/templates/{template}', { path: { template: 'a/b c' } });
  await client.post('/v1/runs/{id}/pause', { path: { id: 'run_1' }, body: { note: 'ö' } });
  expect(heard.map((one) => one.url)).toEqual([
    '/v1/templates?search=%C3%A4%26b&limit=5',
    '/v1/templates/a%2Fb%20c',
    '/v1/runs/run_1/pause',
  ]);
  expect(heard[2]).toMatchObject({ method: 'POST', body: '{"note":"ö"}' });
  for (const { headers } of heard) expect(headers.authorization).toBe('Bearer lum_test');
  expect(heard.map(({ headers }) => headers['content-type'])).toEqual([undefined, undefined, 'application/json']);
  const missing = client.get('/v1/templates/{template}', { path: { template: '' } });
  await expect(missing).rejects.toThrow('needs path.template');
});

test.each(['api.example.com', 'ftp://u:secret@api.example.com', 'http://user:secret@api.example.com'])(
  '%s is no address of an API; a password in it is not repeated',
  (url) => {
    const create = () => createLuminateClient({ url });
    expect(create).toThrow(TypeError);
    expect(create).not.toThrow('secret');
  },
);

const html =
  (status: number, headers: Record<string, string> = {}): Turn =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html>not the API</html>');
  };
test.each([
  ['a page instead of JSON', html(200), 200, 'not JSON'],
  ['an error of something on the way', html(502), 502, 'answered 502'],
  ['a redirect', html(308, { location: 'https://elsewhere.example/' }), 308, 'leads to https://elsewhere.example/'],
])('%s is a problem', async (_what, turn, status, words) => {
  const { client, heard } = await scripted(turn);
  const failed = client.get('/v1/messages');
  await expect(failed).rejects.toMatchObject({ name: 'LuminateProblem', status, code: 'unexpected_answer' });
  await expect(failed).rejects.toThrow(words);
  expect(heard).toHaveLength(1);
});

test.each(MESSAGE_STATUS_NAMES)('waiting for a message ends with %s exactly if that is final', async (status) => {
  const { client, heard } = await scripted(answer(200, { status }), answer(200, { status: 'delivered' }));
  const seen: string[] = [];
  const last = await client.waitForMessage('msg_1', {
    everyMs: 1,
    onRead: (message) => void seen.push(message.status),
  });
  expect(seen).toEqual(isFinal(status) ? [status] : [status, 'delivered']);
  expect([last.status, heard.length]).toEqual([seen.at(-1), seen.length]);
});

test('waiting for a send is given up when patience is over', async () => {
  const { client } = await scripted(answer(200, { messages: [{ status: 'sent' }, { status: 'deferred' }] }));
  const wait = client.waitForSend('snd_1', { everyMs: 10, patienceMs: 30 });
  await expect(wait).rejects.toMatchObject({ code: 'timeout' });
  await expect(wait).rejects.toThrow('Send snd_1 is not final after 30 ms.');
});

describe('waiting', () => {
  const final = answer(200, { status: 'delivered', messages: [] });

  test('goes on when the API gives no answer, is busy or fails', async () => {
    const limited = answer(429, {}, { 'retry-after': '0' });
    const { client, heard } = await scripted(hangUp, answer(503), limited, answer(500), final);
    const troubles: number[] = [];
    const onTrouble = ({ status }: { status: number }) => void troubles.push(status);
    expect(await client.waitForMessage('msg_1', { everyMs: 1, onTrouble })).toMatchObject({ status: 'delivered' });
    expect(heard).toHaveLength(5);
    expect(troubles).toEqual([0, 503, 429, 500]);
  });

  test('goes on while the API is being started again', async () => {
    const port = await freePort();
    let attempts = 0;
    const starting: typeof fetch = async (...all) => {
      if (++attempts === 4) {
        const server = createServer((_request, response) => {
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"messages":[]}');
        }).listen(port, '127.0.0.1');
        await once(server, 'listening');
        closers.push(async () => {
          server.close().closeAllConnections();
        });
      }
      return fetch(...all);
    };
    const client = createLuminateClient({ url: `http://127.0.0.1:${port}`, fetch: starting, retries: 0 });
    expect(await client.waitForSend('snd_1', { everyMs: 50, patienceMs: 20_000 })).toMatchObject({ messages: [] });
    expect(attempts).toBe(4);
  });

  test('is over when patience is, also within a look that is never answered', async () => {
    const { client, heard } = await scripted(silence);
    const wait = client.waitForSend('snd_1', { patienceMs: 300 });
    await expect(wait).rejects.toMatchObject({ name: 'LuminateProblem', status: 0, code: 'timeout' });
    await expect(wait).rejects.toThrow('Send snd_1 is not final after 300 ms.');
    expect(heard).toHaveLength(1);
  });

  test('tells why it could not look at last', async () => {
    const { client } = await scripted(answer(503, { detail: 'The database is busy.' }));
    const wait = client.waitForMessage('msg_1', { everyMs: 5, patienceMs: 200 });
    await expect(wait).rejects.toThrow('Message msg_1 is not final after 200 ms. The database is busy.');
    await expect(wait).rejects.toMatchObject({ code: 'timeout', cause: { status: 503 } });
  });

  test('ends at once when the API refuses, and with the reason of the signal', async () => {
    const missing = await scripted(answer(404, { code: 'not_found' }));
    await expect(missing.client.waitForMessage('msg_1')).rejects.toMatchObject({ status: 404 });
    const { client, heard } = await scripted(silence);
    const controller = new AbortController();
    const wait = client.waitForMessage('msg_1', { signal: controller.signal, patienceMs: 60_000 });
    const ended = wait.catch((error: unknown) => error);
    while (heard.length === 0) await sleep(5);
    controller.abort(new Error('enough'));
    expect(await ended).toEqual(new Error('enough'));
  });
});

describe('a run that is watched', () => {
  const event = (name: string, state: string): string => `event: ${name}\r\ndata: ${JSON.stringify({ state })}\r\n\r\n`;
  const begin = (response: Parameters<Turn>[0]) => response.writeHead(200, { 'content-type': 'text/event-stream' });

  test('is told in every form of event, anew after a break, until its end', async () => {
    const pieces: Turn = async (response) => {
      begin(response);
      response.write(': a comment\n\n');
      for (const piece of event('progress', 'pending').match(/[^]{1,7}/g)!) {
        response.write(piece);
        await sleep(1);
      }
      response.write('data: {"sta');
      response.destroy();
    };
    const rest: Turn = (response) => {
      begin(response).end(event('progress', 'pending') + event('progress', 'running') + event('end', 'finished'));
    };
    const { client, heard } = await scripted(pieces, answer(503), rest);
    const states: string[] = [];
    for await (const { state } of client.watchRun('run_1')) states.push(state);
    expect(states).toEqual(['pending', 'running', 'finished']);
    expect(heard.map(({ url }) => url)).toEqual(Array.from({ length: 3 }, () => '/v1/runs/run_1/events'));
  }, 20_000);

  test('that is not there is a problem at once; leaving the loop closes the stream', async () => {
    const missing = await scripted(answer(404, { code: 'not_found' }));
    await expect(missing.client.watchRun('run_1').next()).rejects.toMatchObject({ status: 404, code: 'not_found' });
    let closed: Promise<unknown> | undefined;
    const { client } = await scripted((response) => {
      closed = once(response, 'close');
      begin(response).write(event('progress', 'running'));
    });
    for await (const { state } of client.watchRun('run_1')) {
      expect(state).toBe('running');
      break;
    }
    await closed;
  });

  test('is left with the reason of the signal', async () => {
    const { client } = await scripted((response) => {
      begin(response).write(event('progress', 'running'));
    });
    const controller = new AbortController();
    const watched = client.watchRun('run_1', { signal: controller.signal });
    expect(await watched.next()).toMatchObject({ value: { state: 'running' } });
    const next = watched.next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });
});

describe('an upload', () => {
  const query = { channel: 'sms' } as const;

  test('of a text, of bytes, of a Blob and of pieces arrives as it is, and tells how much was sent', async () => {
    const { client, heard } = await scripted(answer(201, { id: 'aud_1' }));
    const text = `userId\n${'+8613800138000\n'.repeat(20_000)}`;
    const bytes = new TextEncoder().encode(text);
    const pieces = async function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    };
    const told: number[] = [];
    for (const content of [text, bytes, new Blob([bytes]), pieces(), pieces]) {
      const { data } = await client.upload('/v1/audiences', { query, content, onSent: (sent) => told.push(sent) });
      expect(data.id).toBe('aud_1');
      expect([heard.at(-1)!.body === text, told.at(-1)]).toEqual([true, bytes.length]);
    }
    const lengths = heard.map(({ headers }) => headers['content-length']);
    expect(lengths).toEqual([...Array.from({ length: 3 }, () => String(bytes.length)), undefined, undefined]);
    expect(heard[0]!.headers).toMatchObject({ 'content-type': 'text/csv', authorization: 'Bearer lum_test' });
  });

  test('that is refused before all of it is sent is that problem', async () => {
    const { url, close } = await startRefusing();
    closers.push(close);
    const endless = async function* () {
      for (;;) {
        yield 'x'.repeat(65_536);
        await sleep(1);
      }
    };
    const failed = createLuminateClient({ url }).upload('/v1/audiences', { query, content: endless });
    await expect(failed).rejects.toMatchObject({ status: 413, code: 'body_too_large' });
  });

  test('whose source breaks off rejects with what broke it', async () => {
    const { client } = await scripted(answer(201));
    const broken = async function* () {
      yield 'userId\n';
      throw new Error('the disk is gone');
    };
    await expect(client.upload('/v1/audiences', { query, content: broken })).rejects.toThrow('the disk is gone');
  });
});

/** Answers at the head of each request, and reads none of its body. */
async function startRefusing() {
  return listen((_request, response) => {
    response.writeHead(413, { 'content-type': 'application/problem+json' }).end('{"code":"body_too_large"}');
  });
}
