import type { Sender } from '../../channels/channel';
import { openSender, outgoingText } from '../support/channels';
import { SANDBOX_ACCOUNT, SANDBOX_ALIYUN_KEY, startSandbox, type RunningSandbox } from '../support/sandbox';

const TO = '+8613800138000';
const OTHER = '+8613800138001';

let sandbox: RunningSandbox;
let twilio: Sender;
let aliyun: Sender;

beforeEach(async () => {
  sandbox = await startSandbox();
  const baseUrl = sandbox.url;
  const { accountSid, authToken } = SANDBOX_ACCOUNT;
  twilio = openSender('twilio', { accountSid, from: '+15005550006', baseUrl, timeoutMs: 500 }, { authToken });
  const config = { signName: 'Shop', templateCode: 'SMS_1', baseUrl, timeoutMs: 500 };
  aliyun = openSender('aliyun', config, SANDBOX_ALIYUN_KEY);
});

afterEach(async () => {
  await Promise.all([twilio.close(), aliyun.close()]);
  await sandbox.close();
});

const script = (body: unknown, method = 'PUT'): Promise<Response> =>
  fetch(`${sandbox.url}/sandbox/script`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const classOf = async (account: Sender, to = TO): Promise<string> => (await account.handOver(outgoingText(to))).class;

test('rules are used in order, as often as they say, then the rest is as it was', async () => {
  await script({
    rules: [
      { to: '8000$', times: 2, behaviour: { kind: 'refuse', status: 429, code: 20429, retryAfterSeconds: 1 } },
      { to: '8000$', times: 1, behaviour: { kind: 'crash', recorded: true } },
    ],
  });
  expect(await classOf(twilio, OTHER)).toBe('accepted');
  expect(await classOf(twilio)).toBe('throttled');
  expect(await (await fetch(`${sandbox.url}/sandbox/script`)).json()).toMatchObject({
    rules: [{ left: 1 }, { left: 1 }],
  });
  expect(await classOf(twilio)).toBe('throttled');
  expect(await classOf(twilio)).toBe('ambiguous');
  expect(await classOf(twilio)).toBe('accepted');
  expect(sandbox.messages().map(({ answer }) => answer)).toEqual(['taken', 'crash', 'taken']);
});

test.each([
  [{ kind: 'accept' }, 'accepted', ['taken']],
  [{ kind: 'refuse', status: 400, code: 21211 }, 'refused', []],
  [{ kind: 'crash', recorded: false }, 'ambiguous', []],
  [{ kind: 'crash', recorded: true }, 'ambiguous', ['crash']],
  [{ kind: 'hang', recorded: false }, 'ambiguous', []],
  [{ kind: 'hang', recorded: true }, 'ambiguous', ['hang']],
  [{ kind: 'reset', recorded: false }, 'ambiguous', []],
  [{ kind: 'reset', recorded: true }, 'ambiguous', ['reset']],
  [{ kind: 'slow', ms: 50 }, 'accepted', ['late']],
  [{ kind: 'slow', ms: 60_000 }, 'ambiguous', ['late']],
  [{ kind: 'receipt', end: 'failed', errorCode: 30008 }, 'accepted', ['taken']],
])('the behaviour %j makes a text of Twilio %s, with %j in the log', async (behaviour, expected, answers) => {
  await script({ default: behaviour });
  expect(await classOf(twilio)).toBe(expected);
  const log = (await (await fetch(`${sandbox.url}/sandbox/messages`)).json()) as { messages: { answer: string }[] };
  expect(log.messages.map(({ answer }) => answer)).toEqual(answers);
});

test('a rule may be for one provider, and Aliyun says its errors by words', async () => {
  const refused = { kind: 'refuse', status: 200, code: 'isv.MOBILE_NUMBER_ILLEGAL' };
  await script({ rules: [{ provider: 'aliyun', behaviour: refused }] });
  expect(await classOf(twilio)).toBe('accepted');
  expect(await aliyun.handOver(outgoingText(TO))).toMatchObject({ class: 'refused', code: refused.code });
});

test('a rule goes before what the number says, the default after it', async () => {
  await script({ default: { kind: 'crash', recorded: false } });
  expect(await classOf(twilio, '+15005550001')).toBe('refused');
  await script({ rules: [{ behaviour: { kind: 'accept' } }] });
  expect(await classOf(twilio, '+15005550001')).toBe('accepted');
});

test('what is no script is refused and changes nothing; DELETE ends a script', async () => {
  await script({ default: { kind: 'crash', recorded: false } });
  for (const wrong of [{ rules: [{ to: '[' }] }, { default: { kind: 'explode' } }, { rule: [] }, []]) {
    const answer = await script(wrong);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('not changed');
  }
  expect(await classOf(twilio)).toBe('ambiguous');
  expect((await script(undefined, 'DELETE')).status).toBe(204);
  expect(await classOf(twilio)).toBe('accepted');
});
