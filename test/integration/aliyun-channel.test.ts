import type { Sender } from '../../channels/channel';
import { parseAddress } from '../../domain/address';
import { ALIYUN_RECIPIENTS } from '../../sandbox/aliyun-numbers';
import { openSender, outgoingText } from '../support/channels';
import { listen, SANDBOX_ALIYUN_KEY, startSandbox, type RunningSandbox } from '../support/sandbox';

const TO = '+8613800138000';
const ACCOUNT = { signName: '阿里云', templateCode: 'SMS_1' };

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

function sender(config: Record<string, unknown> = ACCOUNT, secrets: Record<string, unknown> = {}): Sender {
  const all = { baseUrl: sandbox.url, ...config };
  const opened = openSender('aliyun', all, { ...SANDBOX_ALIYUN_KEY, ...secrets });
  closers.push(() => opened.close());
  return opened;
}
const withVendor = (vendor: Record<string, unknown>) =>
  outgoingText(TO, { content: { channel: 'sms', text: 'Your code is 123456', vendor } });

describe('the aliyun adapter against the sandbox', () => {
  test('hands a text over: as content of the template of the account, under our id', async () => {
    const message = outgoingText(TO);
    const handOver = await sender().handOver(message);
    const [text] = sandbox.messages();
    expect(handOver).toEqual({ class: 'accepted', code: 'OK', detail: 'OK', providerMessageId: text!.sid });
    expect(text).toMatchObject({
      to: TO,
      body: '【阿里云】Your code is 123456',
      templateCode: 'SMS_1',
      outId: message.messageId,
    });
  });

  test('uses code, signature and params of the template where it has them', async () => {
    const account = sender();
    await account.handOver(withVendor({ templateCode: 'SMS_2', signName: '商店', params: { code: '123456' } }));
    await account.handOver(withVendor({ params: {} }));
    expect(sandbox.messages().map(({ body }) => body)).toEqual(['【阿里云】SMS_1', '【商店】SMS_2 {"code":"123456"}']);
  });

  test('refuses what neither template nor account has a vendor template for', async () => {
    const handOver = await sender({}).handOver(outgoingText(TO));
    expect(handOver).toMatchObject({ class: 'refused', code: 'no_template' });
    expect(handOver.detail).toContain('vendor.templateCode');
  });

  test('writes numbers of other countries with their code', async () => {
    await sender().handOver(outgoingText('+85291234567'));
    expect(sandbox.messages()[0]!.to).toBe('+85291234567');
  });

  test.each([
    ['101', { class: 'refused', code: 'isv.MOBILE_NUMBER_ILLEGAL' }, 0],
    ['102', { class: 'throttled', code: 'isv.BUSINESS_LIMIT_CONTROL' }, 0],
    ['103', { class: 'misconfigured', code: 'isv.AMOUNT_NOT_ENOUGH' }, 0],
    ['104', { class: 'misconfigured', code: 'isv.OUT_OF_SERVICE' }, 0],
    ['105', { class: 'misconfigured', code: 'isv.SMS_SIGNATURE_ILLEGAL' }, 0],
    ['106', { class: 'misconfigured', code: 'isv.SMS_TEMPLATE_ILLEGAL' }, 0],
    ['107', { class: 'refused', code: 'isv.BLACK_KEY_CONTROL_LIMIT' }, 0],
    ['108', { class: 'throttled', code: 'Throttling.User' }, 0],
    ['109', { class: 'misconfigured', code: 'SignatureDoesNotMatch' }, 0],
    ['110', { class: 'ambiguous', code: 'InternalError' }, 0],
    ['111', { class: 'ambiguous', code: 'InternalError' }, 1],
    ['112', { class: 'ambiguous', code: 'timeout' }, 0],
    ['113', { class: 'ambiguous', code: 'timeout' }, 1],
    ['114', { class: 'ambiguous', code: 'connection_lost' }, 0],
    ['115', { class: 'ambiguous', code: 'connection_lost' }, 1],
    ['116', { class: 'ambiguous', code: 'ServiceUnavailable' }, 0],
    ['118', { class: 'accepted', code: 'OK' }, 1],
  ])('gives +86139001391%s the class %j, with %i texts recorded', async (last, expected, recorded) => {
    const account = sender(expected.code === 'timeout' ? { ...ACCOUNT, ...IMPATIENT } : ACCOUNT);
    const message = outgoingText(`+8613900139${last}`);
    const handedOverAt = Date.now();
    expect(await account.handOver(message)).toMatchObject(expected);
    expect(sandbox.messages()).toHaveLength(recorded);
    expect(await account.find!({ ...message, handedOverAt })).toEqual({ found: recorded === 1 });
  });

  test('a template that names a wrong code is refused, and does not stop the account', async () => {
    const message = { ...withVendor({ templateCode: 'SMS_9' }), to: '+8613900139106' };
    expect(await sender().handOver(message)).toMatchObject({ class: 'refused', code: 'isv.SMS_TEMPLATE_ILLEGAL' });
  });

  test('every magic number passes our own address check', () => {
    for (const number of Object.keys(ALIYUN_RECIPIENTS)) {
      expect(parseAddress('sms', number, 'CN')).toEqual({ ok: true, address: number });
    }
  });

  test('a connection that never opened is unavailable, not a doubt', async () => {
    const away = sender({ ...ACCOUNT, baseUrl: 'http://127.0.0.1:1' });
    expect(await away.handOver(outgoingText(TO))).toMatchObject({ class: 'unavailable', code: 'connect' });
    const cutter = await listen(() => undefined);
    cutter.server.on('connection', (socket) => socket.once('data', () => socket.resetAndDestroy()));
    closers.push(cutter.close);
    const cut = sender({ ...ACCOUNT, baseUrl: cutter.url.replace('http:', 'https:') });
    expect(await cut.handOver(outgoingText(TO))).toMatchObject({ class: 'unavailable' });
  });

  test('somebody else under the address is misconfigured, its "OK" a doubt', async () => {
    let [status, body] = [200, '<p>OK</p>'];
    const other = await listen((_req, res) => res.writeHead(status).end(body));
    closers.push(other.close);
    const account = sender({ ...ACCOUNT, baseUrl: other.url });
    expect(await account.handOver(outgoingText(TO))).toMatchObject({ class: 'ambiguous', code: '200' });
    [status, body] = [404, 'not here'];
    expect(await account.handOver(outgoingText(TO))).toMatchObject({ class: 'misconfigured', code: '404' });
    [status, body] = [200, '{"Code":"OK","BizId":{"odd":1},"Message":["odd"]}'];
    expect(await account.handOver(outgoingText(TO))).toEqual({ class: 'accepted', code: 'OK', detail: 'OK' });
  });

  test('an inquiry rejects when Aliyun cannot be asked', async () => {
    const lost = { ...outgoingText(TO), handedOverAt: Date.now() };
    await expect(sender(ACCOUNT, { accessKeySecret: 'wrong' }).find!(lost)).rejects.toThrow('HTTP 400');
    await expect(sender({ ...ACCOUNT, baseUrl: 'http://127.0.0.1:1' }).find!(lost)).rejects.toThrow('no answer');
  });

  test('verify signs in for real', async () => {
    expect(await sender().verify()).toMatchObject({ ok: true });
    expect(await sender(ACCOUNT, { accessKeySecret: 'wrong' }).verify()).toMatchObject({
      ok: false,
      class: 'misconfigured',
      code: 'SignatureDoesNotMatch',
    });
  });
});
