import { setTimeout as sleep } from 'node:timers/promises';
import { createLuminateClient, type LuminateClient } from '../../client/index';
import { freePort } from '../../scripts/services/ports';
import { answer, hangUp, silence, startScriptedHttp, type Turn } from '../support/scripted-http';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function scripted(...turns: Turn[]) {
  const server = await startScriptedHttp(turns);
  closers.push(server.close);
  return { heard: server.heard, client: createLuminateClient({ url: server.url, key: 'lum_test', retries: 3 }) };
}

const SEND = { template: 'welcome', recipients: [{ to: 'ada@example.com' }] };
const busy = answer(503, { code: 'service_unavailable', detail: 'busy' });
const limited = answer(429, { code: 'rate_limited', detail: 'wait' }, { 'retry-after': '0' });

test('a POST with an Idempotency-Key is sent again with the same key and body, whatever befell its answer', async () => {
  const { heard, client } = await scripted(busy, hangUp, limited, answer(202, { id: 'snd_1' }));
  const { data } = await client.post('/v1/sends', { body: SEND });
  expect(data.id).toBe('snd_1');
  const [first, ...others] = heard.map(({ headers, body }) => [headers['idempotency-key'], body]);
  expect(first).toEqual([expect.stringMatching(/^[\w-]{36}$/), JSON.stringify(SEND)]);
  expect(others).toEqual([first, first, first]);
  await client.post('/v1/sends', { body: SEND });
  expect(heard.at(-1)!.headers['idempotency-key']).not.toBe(first![0]);
});

test('a key that is given is used; the id of an upload is one', async () => {
  const { heard, client } = await scripted(answer(201));
  await client.post('/v1/sends', { body: SEND, headers: { 'Idempotency-Key': 'order-42' } });
  const query = { channel: 'sms', uploadId: 'list-7' } as const;
  await client.upload('/v1/audiences', { query, content: 'userId\n' });
  await client.post('/v1/sends/{id}/recall', { path: { id: 'snd_1' } });
  expect(heard.map(({ headers }) => headers['idempotency-key'])).toEqual(['order-42', 'list-7', undefined]);
});

test('a key in lower case is the same header: both requests have it', async () => {
  const { heard, client } = await scripted(answer(202, { id: 'snd_1' }));
  const headers = Object.fromEntries([['idempotency-key', 'order-42']]);
  for (let n = 0; n < 2; n++) await client.post('/v1/sends', { body: SEND, headers });
  expect(heard.map((one) => one.headers['idempotency-key'])).toEqual(['order-42', 'order-42']);
});

const path = { template: '1', id: 'snd_1', lane: 'sms.notice', name: 'discard' } as const;
const route = { accounts: [] };
const cases: [string, repeated: boolean, (client: LuminateClient) => Promise<unknown>][] = [
  ['GET', true, (client) => client.get('/v1/messages')],
  ['PUT', true, (client) => client.put('/v1/routes/{lane}', { path, body: route })],
  [
    'PUT with If-Match',
    false,
    (client) => client.put('/v1/routes/{lane}', { path, body: route, headers: { 'If-Match': '"1"' } }),
  ],
  [
    'PUT with expectedVersion',
    false,
    (client) =>
      client.put('/v1/rules/{name}', { path, body: { value: { templates: [], apps: [] }, expectedVersion: 3 } }),
  ],
  [
    'PUT of a rule without it',
    true,
    (client) => client.put('/v1/rules/{name}', { path, body: { value: { templates: [], apps: [] } } }),
  ],
  ['PATCH', false, (client) => client.patch('/v1/templates/{template}', { path, body: { name: 'x' } })],
  ['DELETE', true, (client) => client.delete('/v1/templates/{template}', { path })],
  ['POST without a key', false, (client) => client.post('/v1/sends/{id}/recall', { path })],
  [
    'upload of a text',
    true,
    (client) => client.upload('/v1/audiences', { query: { channel: 'sms' }, content: 'userId\n' }),
  ],
  [
    'upload of a stream',
    false,
    (client) =>
      client.upload('/v1/audiences', {
        query: { channel: 'sms' },
        content: (async function* () {
          yield 'userId\n';
        })(),
      }),
  ],
];
describe('a lost answer, 500 or 503 of', () => {
  test.each(cases)('%s: made again is %s', async (_what, repeated, call) => {
    for (const failure of [hangUp, busy, answer(500, { code: 'internal_error' })]) {
      const { heard, client } = await scripted(failure, answer(200));
      const outcome = await call(client).then(
        () => 'done',
        () => 'failed',
      );
      expect([outcome, heard.length]).toEqual(repeated ? ['done', 2] : ['failed', 1]);
    }
  });
});

test.each(cases.filter(([name]) => name !== 'upload of a stream'))(
  '429 of %s: is always made again',
  async (_what, _repeated, call) => {
    const { heard, client } = await scripted(limited, answer(200));
    await call(client);
    expect(heard).toHaveLength(2);
  },
);

test('what reached nobody is made again, also without a key', async () => {
  const port = await freePort();
  let attempts = 0;
  const counting: typeof fetch = (...all) => {
    attempts++;
    return fetch(...all);
  };
  const client = createLuminateClient({ url: `http://127.0.0.1:${port}`, fetch: counting, retries: 2 });
  const failed = client.post('/v1/sends/{id}/recall', { path });
  await expect(failed).rejects.toMatchObject({ status: 0, code: 'no_answer' });
  await expect(failed).rejects.toThrow(`The API at http://127.0.0.1:${port} does not answer (ECONNREFUSED).`);
  expect(attempts).toBe(3);
});

test('after the last attempt the problem is that of the API', async () => {
  const errors = [{ pointer: '/recipients/0/to', code: 'invalid', detail: 'is no address' }];
  const problem = {
    code: 'service_unavailable',
    title: 'Busy',
    detail: 'The database is busy.',
    errors,
    requestId: 'req_1',
  };
  const { heard, client } = await scripted(answer(503, problem));
  const failed = client.get('/v1/messages', { retries: 1 });
  await expect(failed).rejects.toMatchObject({ name: 'LuminateProblem', status: 503, ...problem });
  await expect(failed).rejects.toThrow('The database is busy.\n  /recipients/0/to is no address');
  expect(heard).toHaveLength(2);
});

test('a Retry-After beyond a minute is told to the caller instead of waited for', async () => {
  const { heard, client } = await scripted(answer(429, { code: 'sign_in_paused' }, { 'retry-after': '900' }));
  await expect(client.get('/v1/messages')).rejects.toMatchObject({ status: 429, retryAfterMs: 900_000 });
  expect(heard).toHaveLength(1);
});

test('no answer in time is a problem, each attempt having its own time; also when the body stalls', async () => {
  const half: Turn = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"items":');
  };
  for (const turn of [silence, half]) {
    const { heard, client } = await scripted(turn);
    const failed = client.get('/v1/messages', { timeoutMs: 50, retries: 1 });
    await expect(failed).rejects.toMatchObject({ status: 0, code: 'timeout' });
    expect(heard).toHaveLength(2);
  }
  const { client } = await scripted(silence);
  const upload = { query: { channel: 'sms' }, content: 'userId\n', timeoutMs: 50, retries: 0 } as const;
  await expect(client.upload('/v1/audiences', upload)).rejects.toMatchObject({ code: 'timeout' });
});

test('a call that is aborted rejects with the reason, in a request and between two', async () => {
  for (const turn of [silence, answer(503, {}, { 'retry-after': '30' })]) {
    const { heard, client } = await scripted(turn);
    const controller = new AbortController();
    const failed = client.get('/v1/messages', { signal: controller.signal });
    const settled = failed.catch((error: unknown) => error);
    while (heard.length === 0) await sleep(5);
    await sleep(20);
    controller.abort(new Error('changed my mind'));
    expect(await settled).toEqual(new Error('changed my mind'));
    expect(heard).toHaveLength(1);
  }
});
