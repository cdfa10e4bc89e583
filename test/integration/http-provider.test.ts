import { text as readText } from 'node:stream/consumers';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { openSender, outgoingMail, outgoingText } from '../support/channels';
import { listen } from '../support/sandbox';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let seen: Seen[];
let provider: Awaited<ReturnType<typeof listen>>;
let answer: (res: ServerResponse, req: IncomingMessage) => void;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  seen = [];
  answer = (res) => res.end('{"code":0,"id":"p1"}');
  provider = await listen((req, res) => {
    void readText(req).then((body) => {
      seen.push({ method: req.method!, url: req.url!, headers: req.headers, body });
      answer(res, req);
    });
  });
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await provider.close();
});

const SECRETS = { token: 's3cret/token' };
function sender(config: Record<string, unknown> = {}, kind: 'http-sms' | 'http-email' = 'http-sms') {
  const opened = openSender(
    kind,
    {
      url: `${provider.url}/send`,
      allowHttp: true,
      timeoutMs: 500,
      headers: { Authorization: 'Bearer {{ secrets.token }}' },
      body: { kind: 'json', content: { to: '{{ to }}', id: '{{ messageId }}', text: '{{ text }}' } },
      response: {
        rules: [
          { when: { status: 200, pointer: '/code', equals: 0 }, class: 'accepted' },
          { when: { pointer: '/code', equals: 'BLOCKED' }, class: 'refused', suppress: 'opt_out' },
        ],
        codeFrom: '/code',
        detailFrom: '/message',
        messageIdFrom: '/id',
      },
      ...config,
    },
    SECRETS,
  );
  closers.push(() => opened.close());
  return opened;
}
const says = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  answer = (res) => res.writeHead(status, headers).end(JSON.stringify(body));
};

test('a text is sent as the account describes it', async () => {
  const message = outgoingText('+8613800138000', { content: { channel: 'sms', text: 'a "quoted"\nline' } });
  expect(await sender().handOver(message)).toEqual({
    class: 'accepted',
    code: '0',
    detail: 'HTTP 200',
    providerMessageId: 'p1',
  });
  expect(seen).toMatchObject([{ method: 'POST', url: '/send', headers: { authorization: 'Bearer s3cret/token' } }]);
  expect(JSON.parse(seen[0]!.body)).toEqual({ to: message.to, id: message.messageId, text: 'a "quoted"\nline' });
});

test('an email likewise, with subject, HTML and text', async () => {
  const body = { kind: 'form', fields: { s: '{{ subject }}', h: '{{ html }}', t: '{{ text }}', f: '{{ from }}' } };
  const account = sender({ body, from: 'no-reply@shop.example' }, 'http-email');
  expect(await account.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  expect(Object.fromEntries(new URLSearchParams(seen[0]!.body))).toEqual({
    s: 'Hello',
    h: '<p>Hello <b>Jane</b></p>',
    t: 'Hello Jane',
    f: 'no-reply@shop.example',
  });
  await expect(account.handOver(outgoingText('+8613800138000'))).rejects.toThrow(TypeError);
  const attachments = [{ filename: 'a.txt', contentType: undefined, content: Buffer.from('a') }];
  expect(await account.handOver(outgoingMail({ attachments }))).toMatchObject({
    class: 'refused',
    code: 'attachments',
  });
  expect(seen).toHaveLength(1);
});

test.each([
  [200, { code: 'BLOCKED', message: 'no' }, { class: 'refused', code: 'BLOCKED', suppress: 'opt_out' }],
  [200, { code: 1, message: 'odd' }, { class: 'ambiguous', code: '1', detail: 'odd' }],
  [401, {}, { class: 'misconfigured', code: '401' }],
  [404, {}, { class: 'misconfigured' }],
  [422, {}, { class: 'refused' }],
  [429, {}, { class: 'throttled', retryAfterMs: 2000 }],
  [503, {}, { class: 'ambiguous' }],
])('HTTP %i with %j is %j', async (status, body, expected) => {
  says(status, body, { 'Retry-After': '2' });
  expect(await sender().handOver(outgoingText('+8613800138000'))).toMatchObject(expected);
});

test('a redirect is not followed, and secrets do not come back in words', async () => {
  answer = (res) => res.writeHead(307, { location: `${provider.url}/elsewhere` }).end();
  expect(await sender().handOver(outgoingText('+8613800138000'))).toMatchObject({
    class: 'misconfigured',
    code: '307',
  });
  expect(seen).toHaveLength(1);
  says(400, { message: 'unknown token s3cret/token of +8613800138000' });
  const { detail } = await sender().handOver(outgoingText('+8613800138000'));
  expect(detail).toBe('unknown token *** of +86138****8000');
});

test('silence is a doubt once the request is out, and none when there was no connection', async () => {
  answer = () => undefined;
  expect(await sender().handOver(outgoingText('+1'))).toMatchObject({ class: 'ambiguous', code: 'timeout' });
  answer = (_res, req) => req.socket.resetAndDestroy();
  expect(await sender().handOver(outgoingText('+1'))).toMatchObject({ class: 'ambiguous', code: 'connection_lost' });
  answer = (res, req) => {
    res.writeHead(200, { 'content-length': '100' }).write('{"code":0');
    setTimeout(() => req.socket.resetAndDestroy(), 20);
  };
  expect(await sender().handOver(outgoingText('+1'))).toMatchObject({ class: 'ambiguous' });
  const away = sender({ url: 'http://127.0.0.1:1/' });
  expect(await away.handOver(outgoingText('+1'))).toMatchObject({ class: 'unavailable', code: 'connect' });
});

test('an answer without an end is read up to 64 KB', async () => {
  answer = (res) => {
    res.writeHead(200);
    const pour = (): void => {
      while (!res.destroyed && res.write('x'.repeat(16_384)));
      if (!res.destroyed) res.once('drain', pour);
    };
    pour();
  };
  expect(await sender({ timeoutMs: 5000 }).handOver(outgoingText('+1'))).toMatchObject({
    class: 'ambiguous',
    code: '200',
  });
});

test('an account whose request cannot be built does not open, and does not tell its secrets', () => {
  expect(() => sender({ headers: { A: '{{ secrets.other }}' } })).toThrow(/account "test".*cannot be built.*other/s);
  expect(() => sender({ url: `${provider.url}/{{ secrets.token }}/{{ secrets.nope }}` })).not.toThrow(/s3cret/);
});

test('verify asks what the account says, or only whether somebody is there', async () => {
  expect(await sender().verify()).toMatchObject({
    ok: true,
    detail: expect.stringContaining('give the account a check'),
  });
  expect(seen.at(-1)).toMatchObject({ method: 'OPTIONS', url: '/send' });
  const check = { url: `${provider.url}/me`, headers: { 'X-Token': '{{ secrets.token }}' } };
  expect(await sender({ check }).verify()).toMatchObject({ ok: true });
  expect(seen.at(-1)).toMatchObject({ method: 'GET', url: '/me', headers: { 'x-token': 's3cret/token' } });
  says(401, {});
  expect(await sender({ check }).verify()).toMatchObject({ ok: false, class: 'misconfigured', code: '401' });
  expect(await sender({ url: 'http://127.0.0.1:1/' }).verify()).toMatchObject({ ok: false, class: 'unavailable' });
});
