import type { Sender } from '../../channels/channel';
import { parseAddress } from '../../domain/address';
import { MAGIC_RECIPIENTS } from '../../sandbox/magic-numbers';
import { openSender, outcomeSoFar, outgoingText } from '../support/channels';
import { listen, SANDBOX_ACCOUNT, startSandbox, type RunningSandbox } from '../support/sandbox';

const { accountSid, authToken } = SANDBOX_ACCOUNT;
const FROM = '+15005550006';
const TO = '+8613800138000';

let sandbox: RunningSandbox;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await sandbox.close();
});

/** For numbers that never answer; long enough for a busy machine not to be taken for one. */
const IMPATIENT = { timeoutMs: 500 };

function sender(config: Record<string, unknown> = {}, token = authToken): Sender {
  const opened = openSender(
    'twilio',
    { accountSid, from: FROM, baseUrl: sandbox.url, ...config },
    { authToken: token },
  );
  closers.push(() => opened.close());
  return opened;
}

describe('the twilio adapter against the sandbox', () => {
  test('hands a text over', async () => {
    const handOver = await sender().handOver(
      outgoingText(TO, { expiresAt: Date.now() + 90_500, statusCallbackUrl: 'http://127.0.0.1:1/receipts' }),
    );
    const [text] = sandbox.messages();
    expect(handOver).toMatchObject({ class: 'accepted', code: '201', providerMessageId: text!.sid });
    expect(text).toMatchObject({
      to: TO,
      from: FROM,
      body: 'Your code is 123456',
      validityPeriod: 90,
      statusCallback: 'http://127.0.0.1:1/receipts',
    });
  });

  test.each([
    ['+15005550001', { class: 'refused', code: '21211' }, 0],
    ['+15005550002', { class: 'refused', code: '21612' }, 0],
    ['+15005550003', { class: 'refused', code: '21408' }, 0],
    ['+15005550004', { class: 'refused', code: '21610', suppress: 'opt_out' }, 0],
    ['+15005550009', { class: 'refused', code: '21614' }, 0],
    ['+15005550101', { class: 'throttled', code: '20429', retryAfterMs: 2000 }, 0],
    ['+15005550102', { class: 'ambiguous', code: '20500' }, 0],
    ['+15005550103', { class: 'ambiguous', code: '20500' }, 1],
    ['+15005550104', { class: 'ambiguous', code: 'timeout' }, 0],
    ['+15005550105', { class: 'ambiguous', code: 'timeout' }, 1],
    ['+15005550106', { class: 'ambiguous', code: 'connection_lost' }, 0],
    ['+15005550107', { class: 'ambiguous', code: 'connection_lost' }, 1],
    ['+15005550108', { class: 'misconfigured', code: '20003' }, 0],
    ['+15005550109', { class: 'misconfigured', code: '21606' }, 0],
    ['+15005550110', { class: 'unavailable', code: '20503' }, 0],
    ['+15005550113', { class: 'accepted', code: '201' }, 1],
  ])('gives %s the class %j, with %i texts recorded', async (to, expected, recorded) => {
    const account = sender(expected.code === 'timeout' ? IMPATIENT : {});
    expect(await account.handOver(outgoingText(to))).toMatchObject(expected);
    expect(sandbox.messages()).toHaveLength(recorded);
  });

  test('every magic number passes our own address check', () => {
    for (const number of Object.keys(MAGIC_RECIPIENTS)) {
      expect(parseAddress('sms', number, 'CN')).toEqual({ ok: true, address: number });
    }
  });

  test('a refused connection is unavailable, not a doubt', async () => {
    const handOver = await sender({ baseUrl: 'http://127.0.0.1:1' }).handOver(outgoingText(TO));
    expect(handOver).toMatchObject({ class: 'unavailable', code: 'connect' });
  });

  test('a connection that is cut during the TLS handshake is unavailable: the request never left', async () => {
    const cutter = await listen(() => undefined);
    cutter.server.on('connection', (socket) => socket.once('data', () => socket.resetAndDestroy()));
    closers.push(cutter.close);
    const handOver = await sender({ baseUrl: cutter.url.replace('http:', 'https:') }).handOver(outgoingText(TO));
    expect(handOver).toMatchObject({ class: 'unavailable' });
  });

  test('a TLS handshake that never ends is unavailable', async () => {
    const silent = await listen(() => undefined);
    silent.server.removeAllListeners('connection');
    silent.server.on('connection', (socket) => closers.push(() => socket.destroy()));
    closers.push(silent.close);
    const handOver = await sender({ baseUrl: silent.url.replace('http:', 'https:'), ...IMPATIENT }).handOver(
      outgoingText(TO),
    );
    expect(handOver).toMatchObject({ class: 'unavailable', code: 'timeout' });
  });

  test('a text beyond the concurrency waits, and its time for an answer starts only then', async () => {
    const account = sender({ concurrency: 1, ...IMPATIENT });
    const [first, second] = await Promise.all([
      account.handOver(outgoingText('+15005550104')),
      account.handOver(outgoingText(TO)),
    ]);
    expect(first.class).toBe('ambiguous');
    expect(second.class).toBe('accepted');
  });

  test('close waits for what is in flight', async () => {
    const account = sender();
    const handOver = account.handOver(outgoingText(TO));
    await account.close();
    expect(await outcomeSoFar(handOver)).toMatchObject({ class: 'accepted' });
  });

  test('a page of somebody else under the address is misconfigured, its "OK" a doubt', async () => {
    let status = 200;
    const other = await listen((_req, res) => res.writeHead(status, { 'content-type': 'text/html' }).end('<p>OK</p>'));
    closers.push(other.close);
    const account = sender({ baseUrl: other.url });
    expect(await account.handOver(outgoingText(TO))).toMatchObject({ class: 'ambiguous', code: '200' });
    status = 404;
    expect(await account.handOver(outgoingText(TO))).toMatchObject({ class: 'misconfigured', code: '404' });
    status = 302;
    expect(await account.handOver(outgoingText(TO))).toMatchObject({ class: 'misconfigured', code: '302' });
  });

  test('an aborted signal hands nothing over', async () => {
    expect(await sender().handOver(outgoingText(TO), AbortSignal.abort())).toMatchObject({ class: 'unavailable' });
    expect(sandbox.messages()).toHaveLength(0);
  });

  test('verify signs in for real', async () => {
    expect(await sender().verify()).toMatchObject({ ok: true });
    expect(await sender({}, 'wrong').verify()).toMatchObject({ ok: false, class: 'misconfigured', code: '20003' });
    expect(await sender({ baseUrl: 'http://127.0.0.1:1' }).verify()).toMatchObject({ ok: false, class: 'unavailable' });
  });

  test('does not mention the recipient in its detail', async () => {
    const { detail } = await sender().handOver(outgoingText('+15005550001'));
    expect(detail).toContain('is not a valid phone number');
    expect(detail).not.toContain('+15005550001');
  });
});
