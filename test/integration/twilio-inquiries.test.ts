import { setTimeout as delay } from 'node:timers/promises';
import type { LostHandOver, OutgoingMessage, Sender } from '../../channels/channel';
import { eventually, openSender, outgoingText } from '../support/channels';
import { SANDBOX_ACCOUNT, SANDBOX_API_KEY, startSandbox, type RunningSandbox } from '../support/sandbox';

const { accountSid, authToken } = SANDBOX_ACCOUNT;
const SERVICE = `MG${'0'.repeat(32)}`;
const TO = '+8613800138000';
const HOUR = 3_600_000;

let sandbox: RunningSandbox;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await sandbox.close();
});

function sender(config: Record<string, unknown> = {}, secrets: Record<string, unknown> = { authToken }): Sender {
  const from = config['messagingServiceSid'] === undefined ? { from: '+15005550006' } : {};
  const all = { accountSid, ...from, baseUrl: sandbox.url, timeoutMs: 500, ...config };
  const opened = openSender('twilio', all, secrets);
  closers.push(() => opened.close());
  return opened;
}
const holding = (): Sender => sender({ messagingServiceSid: SERVICE, scheduleAtProvider: true });
const lost = (message: OutgoingMessage, handedOverAt = Date.now()): LostHandOver => ({ ...message, handedOverAt });

describe('find', () => {
  test.each([
    ['+15005550103', true],
    ['+15005550105', true],
    ['+15005550107', true],
    ['+15005550102', false],
    ['+15005550104', false],
    ['+15005550106', false],
  ])('after the lost answer of %s: found %s', async (to, recorded) => {
    const account = sender();
    const message = outgoingText(to);
    const at = Date.now();
    expect(await account.handOver(message)).toMatchObject({ class: 'ambiguous' });
    expect(await account.find!(lost(message, at))).toEqual(
      recorded ? { found: true, providerMessageId: sandbox.messages()[0]!.sid } : { found: false },
    );
  });

  test('is not taken in by another text, number, sender or time', async () => {
    const account = sender();
    const at = Date.now();
    const words = (text: string) => ({ content: { channel: 'sms', text } as const });
    await account.handOver(outgoingText(TO, words('another')));
    await account.handOver(outgoingText('+8613800138001', words('mine')));
    await sender({ from: '+15005550005' }).handOver(outgoingText(TO, words('mine')));
    const message = outgoingText(TO, words('mine'));
    expect(await account.find!(lost(message, at))).toEqual({ found: false });
    await account.handOver(message);
    expect(await account.find!(lost(message, at))).toMatchObject({ found: true });
    expect(await account.find!(lost(message, at - HOUR))).toEqual({ found: false });
  });

  test('takes the nearest of two equal texts', async () => {
    const account = sender();
    await account.handOver(outgoingText(TO));
    // Twilio tells whole seconds.
    await delay(1100);
    const message = outgoingText(TO);
    const at = Date.now();
    await account.handOver(message);
    expect(await account.find!(lost(message, at))).toEqual({
      found: true,
      providerMessageId: sandbox.messages()[0]!.sid,
    });
  });

  test('rejects when Twilio cannot be asked', async () => {
    await expect(sender({}, { authToken: 'wrong' }).find!(lost(outgoingText(TO)))).rejects.toThrow('HTTP 401');
    await expect(sender({ baseUrl: 'http://127.0.0.1:1' }).find!(lost(outgoingText(TO)))).rejects.toThrow();
  });
});

describe('a text for later', () => {
  test('is held by Twilio, valid from its time on, and found there', async () => {
    const account = holding();
    const sendAt = Date.now() + HOUR;
    expect(account.holds!(sendAt)).toBe(true);
    const message = outgoingText(TO, { sendAt, expiresAt: sendAt + 90_000 });
    expect(await account.handOver(message)).toMatchObject({ class: 'accepted', detail: 'scheduled' });
    const [text] = sandbox.messages();
    expect(text).toMatchObject({ status: 'scheduled', validityPeriod: 90 });
    expect(Math.abs(text!.sendAt! - sendAt)).toBeLessThan(1000);
    expect(await account.find!(lost(message))).toEqual({ found: true, providerMessageId: text!.sid });
  });

  test('is taken back once, and too late when it was sent', async () => {
    const account = holding();
    const { providerMessageId: held } = await account.handOver(outgoingText(TO, { sendAt: Date.now() + HOUR }));
    expect(await account.cancel!(held!)).toBe('cancelled');
    expect(sandbox.messages()[0]!.status).toBe('canceled');
    expect(await account.cancel!(held!)).toBe('too_late');
    const { providerMessageId: sent } = await account.handOver(outgoingText(TO));
    expect(await account.cancel!(sent!)).toBe('too_late');
    expect(await account.cancel!(`SM${'0'.repeat(32)}`)).toBe('too_late');
    await expect(sender({}, { authToken: 'wrong' }).cancel!(sent!)).rejects.toThrow('HTTP 401');
  });

  test('that was taken back is never sent, the others are, at their time', async () => {
    const quick = await startSandbox({ minAheadMs: 0 });
    closers.push(quick.close);
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    const post = async (path: string, form: Record<string, string>): Promise<{ sid: string }> => {
      const url = `${quick.url}/2010-04-01/Accounts/${accountSid}/Messages${path}.json`;
      const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) });
      return (await answer.json()) as { sid: string };
    };
    const later = { To: TO, MessagingServiceSid: SERVICE, Body: 'x', ScheduleType: 'fixed' };
    const SendAt = new Date(Date.now() + 1500).toISOString();
    const { sid } = await post('', { ...later, SendAt });
    const { sid: cancelled } = await post('', { ...later, SendAt });
    await post(`/${cancelled}`, { Status: 'canceled' });
    const statusOf = (wanted: string) => quick.messages().find((text) => text.sid === wanted)!.status;
    expect(statusOf(sid)).toBe('scheduled');
    await eventually(() => statusOf(sid) === 'delivered');
    expect(statusOf(cancelled)).toBe('canceled');
  });

  test.each([
    ['too soon for Twilio', () => holding(), 10 * 60_000],
    ['too far off for Twilio', () => holding(), 36 * 24 * HOUR],
    ['not to be held by this account', () => sender({ messagingServiceSid: SERVICE }), HOUR],
  ])('%s is not taken, and may come again at its time', async (_name, open, ahead) => {
    const account = open();
    const sendAt = Date.now() + ahead;
    expect(account.holds!(sendAt)).toBe(false);
    const handOver = await account.handOver(outgoingText(TO, { sendAt }));
    expect(handOver).toMatchObject({ class: 'unavailable', code: 'too_early' });
    expect(Math.abs(handOver.retryAfterMs! - ahead)).toBeLessThan(60_000);
    expect(sandbox.messages()).toHaveLength(0);
    expect(await account.handOver(outgoingText(TO, { sendAt: Date.now() - 1 }))).toMatchObject({ class: 'accepted' });
  });
});

describe('an API key', () => {
  const key = { apiKeySid: SANDBOX_API_KEY.sid, apiKeySecret: SANDBOX_API_KEY.secret };

  test('signs in instead of the token', async () => {
    const account = sender({}, key);
    expect(await account.handOver(outgoingText(TO))).toMatchObject({ class: 'accepted' });
    expect(await account.verify()).toMatchObject({ ok: true });
  });

  test('that is wrong is misconfigured', async () => {
    const account = sender({}, { ...key, apiKeySecret: 'wrong' });
    expect(await account.handOver(outgoingText(TO))).toMatchObject({ class: 'misconfigured', code: '20003' });
    expect(await account.verify()).toMatchObject({ ok: false, class: 'misconfigured', code: '20003' });
  });
});

test('a short code is not stopped by one recipient of another country', async () => {
  sandbox.script.set({ rules: [{ behaviour: { kind: 'refuse', status: 400, code: 21606 } }] });
  expect(await sender({ from: '12345' }).handOver(outgoingText(TO))).toMatchObject({ class: 'refused' });
  expect(await sender().handOver(outgoingText(TO))).toMatchObject({ class: 'misconfigured' });
});
