import { setTimeout as delay } from 'node:timers/promises';
import type { Sender } from '../../channels/channel';
import type { HandOver } from '../../domain/hand-over';
import { eventually, openSender, outgoingMail } from '../support/channels';
import { startScriptedSmtp, type SmtpScript } from '../support/scripted-smtp';

let smtp: Awaited<ReturnType<typeof startScriptedSmtp>>;
const senders: Sender[] = [];

beforeEach(async () => {
  smtp = await startScriptedSmtp();
});

afterEach(async () => {
  for (const sender of senders.splice(0)) await sender.close();
  await smtp.close();
});

function open(config: Record<string, unknown> = {}, secrets: Record<string, unknown> = {}): Sender {
  const from = 'Shop <no-reply@shop.example>';
  const sender = openSender('smtp', { host: '127.0.0.1', port: smtp.port, from, ...config }, secrets);
  senders.push(sender);
  return sender;
}

const PIPELINING = '250-test\r\n250 PIPELINING';
const LARGE = {
  channel: 'email',
  subject: 'Long',
  text: 'Long',
  html: `<p>${'x'.repeat(70)}</p>\n`.repeat(200_000),
} as const;
const IMPATIENT = { greetingTimeoutMs: 500, socketTimeoutMs: 500 };
/** How many times a mail was given to the server. */
const arrivalsOf = (messageId: string): number => smtp.mails.filter((mail) => mail.includes(messageId)).length;

type Stage = keyof SmtpScript;
const BEFORE_THE_BODY = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA'] as const satisfies readonly Stage[];

describe.each([
  ['one command at a time', '250 test'],
  ['pipelined', PIPELINING],
])('a connection lost (%s)', (_how, EHLO) => {
  beforeEach(() => {
    smtp.script.EHLO = EHLO;
  });

  test.each(BEFORE_THE_BODY.flatMap((stage) => [[stage, 'reset'] as const, [stage, 'close'] as const]))(
    'at %s by %s is unavailable, and the mail has not gone out',
    async (stage, what) => {
      smtp.script[stage] = what;
      expect(await open().handOver(outgoingMail())).toMatchObject({ class: 'unavailable' });
      expect(smtp.mails).toHaveLength(0);
    },
  );

  test.each(['MAIL', 'RCPT', 'DATA'] as const)(
    'at %s of a connection used before goes over a new one, once',
    async (stage) => {
      const sender = open({ maxConnections: 1 });
      await sender.handOver(outgoingMail());
      const polite = smtp.script[stage];
      smtp.script[stage] = 'reset';
      const message = outgoingMail();
      const handOver = sender.handOver(message);
      await eventually(() => smtp.connections() === 2);
      smtp.script[stage] = polite;
      expect((await handOver).class).toMatch(/^(accepted|unavailable)$/);
      expect(arrivalsOf(message.messageId)).toBe((await handOver).class === 'accepted' ? 1 : 0);
    },
  );

  test.each(['reset', 'close'])('in the middle of a mail (%s) is unavailable', async (what) => {
    smtp.script.body = what;
    expect(await open(IMPATIENT).handOver(outgoingMail({ content: LARGE }))).toMatchObject({ class: 'unavailable' });
    expect(smtp.mails).toHaveLength(0);
  });

  test.each(['reset', 'close'])('after the final dot (%s) is a doubt, and is not tried again', async (what) => {
    const sender = open({ maxConnections: 1 });
    await sender.handOver(outgoingMail());
    smtp.script.dot = what;
    const message = outgoingMail();
    expect(await sender.handOver(message)).toMatchObject({ class: 'ambiguous', code: 'connection_lost' });
    expect(arrivalsOf(message.messageId)).toBe(1);
  });

  test.each(['MAIL', 'RCPT', 'DATA', 'dot'] as const)(
    'with 421 at %s is no doubt, and the next mail has a new connection',
    async (stage) => {
      const sender = open({ maxConnections: 1 });
      const polite = smtp.script[stage];
      smtp.script[stage] = '421 4.3.2 closing';
      const message = outgoingMail();
      expect(await sender.handOver(message)).toMatchObject({ class: 'unavailable', code: '421 4.3.2' });
      smtp.script[stage] = polite as string;
      expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
      expect(smtp.connections()).toBe(2);
    },
  );

  test('with 421 on a connection used before goes over a new one', async () => {
    const sender = open({ maxConnections: 1 });
    await sender.handOver(outgoingMail());
    smtp.script.MAIL = '421 4.4.2 idle for too long';
    const handOver = sender.handOver(outgoingMail());
    expect(await handOver).toMatchObject({ class: 'unavailable', code: '421 4.4.2' });
    expect(smtp.connections()).toBe(2);
  });
});

test('connections that the server closed while idle cost no mail', async () => {
  const sender = open({ maxConnections: 5 });
  const wave = () => Promise.all(Array.from({ length: 20 }, () => sender.handOver(outgoingMail())));
  await wave();
  for (let i = 0; i < 3; i++) {
    smtp.hangUp();
    expect((await wave()).map((outcome) => outcome.class)).toEqual(Array(20).fill('accepted'));
  }
  expect(smtp.mails).toHaveLength(80);
});

test('a refusal of the mail leaves the connection to the next, also after the final dot', async () => {
  const sender = open({ maxConnections: 1 });
  for (const stage of ['MAIL', 'RCPT', 'DATA', 'dot'] as const) {
    const polite = smtp.script[stage];
    smtp.script[stage] = '552 5.3.4 too big';
    expect((await sender.handOver(outgoingMail())).code).toBe('552 5.3.4');
    smtp.script[stage] = polite as string;
    expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  }
  expect(smtp.connections()).toBe(1);
});

describe('a server that offers STARTTLS', () => {
  test.each([
    ['454 4.7.0 not available just now', 'unavailable'],
    ['reset', 'unavailable'],
    ['close', 'unavailable'],
    ['hang', 'unavailable'],
  ])('and then does this: %s, gets no mail and no password in the clear', async (what, expected) => {
    smtp.script.EHLO = '250-test\r\n250-STARTTLS\r\n250 AUTH PLAIN';
    smtp.script.STARTTLS = what;
    const handOver = await open(IMPATIENT, { user: 'shop', pass: 's3cret' }).handOver(outgoingMail());
    expect(handOver).toMatchObject({ class: expected });
    expect(smtp.commands.filter((command) => /^(AUTH|MAIL)/.test(command))).toEqual([]);
  });
});

describe('an aborted signal', () => {
  test.each(BEFORE_THE_BODY)('at %s stops the mail, and nothing else', async (stage) => {
    const sender = open({ maxConnections: 2 });
    const polite = smtp.script[stage];
    smtp.script[stage] = 'hang';
    const abort = new AbortController();
    const stopped = [sender.handOver(outgoingMail(), abort.signal), sender.handOver(outgoingMail(), abort.signal)];
    const queued = sender.handOver(outgoingMail(), abort.signal);
    await eventually(() => smtp.connections() === 2);
    await delay(30);
    smtp.script[stage] = polite;
    const other = sender.handOver(outgoingMail());
    abort.abort();
    for (const outcome of await Promise.all([...stopped, queued])) {
      expect(outcome).toMatchObject({ class: 'unavailable', code: 'aborted', about: 'worker' });
    }
    expect(await other).toMatchObject({ class: 'accepted' });
    expect(smtp.mails).toHaveLength(1);
  });

  test('in the middle of a mail leaves it to its answer', async () => {
    smtp.script.body = 'hang';
    const abort = new AbortController();
    const handOver = open({ socketTimeoutMs: 1_000 }).handOver(outgoingMail({ content: LARGE }), abort.signal);
    await eventually(() => smtp.commands.includes('DATA'));
    await delay(100);
    abort.abort();
    expect(await handOver).toMatchObject({ class: 'unavailable', code: 'timeout' });
  });
});

test('20 connections take many mails, each exactly once, and are never more than 20', async () => {
  smtp.script.EHLO = PIPELINING;
  const sender = open({ maxConnections: 20 });
  const messages = Array.from({ length: 20 * 600 }, () => outgoingMail());
  const signal = new AbortController().signal;
  const outcomes = await Promise.all(messages.map((message) => sender.handOver(message, signal)));
  expect(outcomes.filter((outcome) => outcome.class !== 'accepted')).toEqual([]);
  const ids = smtp.mails.map((mail) => /X-Luminate-Message-ID: (\S+)/.exec(mail)?.[1]);
  expect(ids).toHaveLength(messages.length);
  expect(new Set(ids)).toEqual(new Set(messages.map(({ messageId }) => messageId)));
  expect(smtp.mostConnections()).toBe(20);
  // No connection takes more than 500.
  expect(smtp.connections()).toBeGreaterThan(20);
});

test('whatever a server that hangs up all the time does, what is said of each mail is true', async () => {
  const sender = open({ maxConnections: 10 });
  const outcomes = new Map<string, HandOver>();
  const timer = setInterval(() => {
    smtp.hangUp();
  }, 15);
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (let i = 0; i < 100; i++) {
        const message = outgoingMail();
        outcomes.set(message.messageId, await sender.handOver(message));
      }
    }),
  );
  clearInterval(timer);
  const arrived = new Map<string, number>();
  for (const mail of smtp.mails) {
    const id = /X-Luminate-Message-ID: (\S+)/.exec(mail)?.[1] ?? '';
    arrived.set(id, (arrived.get(id) ?? 0) + 1);
  }
  for (const [id, { class: said }] of outcomes) {
    const times = arrived.get(id) ?? 0;
    if (said === 'accepted') expect(times).toBe(1);
    else if (said === 'ambiguous') expect(times).toBeLessThanOrEqual(1);
    else expect({ said, times }).toEqual({ said: 'unavailable', times: 0 });
  }
  expect(outcomes.size).toBe(2_000);
});
