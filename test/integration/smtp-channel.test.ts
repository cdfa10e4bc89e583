import { simpleParser } from 'mailparser';
import type { Sender } from '../../channels/channel';
import { openSender, outgoingMail } from '../support/channels';
import { startScriptedSmtp } from '../support/scripted-smtp';

let smtp: Awaited<ReturnType<typeof startScriptedSmtp>>;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  smtp = await startScriptedSmtp();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await smtp.close();
});

/** For servers that fall silent; long enough for a busy machine not to be taken for one. */
const IMPATIENT = { greetingTimeoutMs: 500, socketTimeoutMs: 500 };

function sender(config: Record<string, unknown> = {}, secrets: Record<string, unknown> = {}): Sender {
  const from = 'Shop <no-reply@shop.example>';
  const opened = openSender('smtp', { host: '127.0.0.1', port: smtp.port, from, ...config }, secrets);
  closers.push(() => opened.close());
  return opened;
}

describe('a mail', () => {
  test('has one recipient, text and HTML, and the ids of its message', async () => {
    const message = outgoingMail({ headers: { 'List-Id': 'news' } });
    expect(await sender({ replyTo: 'help@shop.example' }).handOver(message)).toMatchObject({
      class: 'accepted',
      code: '250 2.0.0',
    });
    expect(smtp.commands).toEqual(
      expect.arrayContaining(['MAIL FROM:<no-reply@shop.example>', 'RCPT TO:<jane@example.com>']),
    );
    const parsed = await simpleParser(smtp.mails[0]!);
    expect(parsed.messageId).toBe(`<${message.messageId}@shop.example>`);
    expect(parsed.headers.get('x-luminate-message-id')).toBe(message.messageId);
    expect(parsed.from?.text).toBe('"Shop" <no-reply@shop.example>');
    expect(parsed.replyTo?.text).toBe('help@shop.example');
    expect(parsed.to).toMatchObject({ text: 'jane@example.com' });
    expect(parsed).toMatchObject({ subject: 'Hello', text: 'Hello Jane' });
    expect(parsed.html).toContain('<b>Jane</b>');
  });

  test('keeps its Message-ID over all attempts', async () => {
    const account = sender({ messageIdDomain: 'mail.shop.example' });
    const message = outgoingMail();
    smtp.script.dot = '451 4.3.0 later';
    expect(await account.handOver(message)).toMatchObject({ class: 'unavailable' });
    smtp.script.dot = '250 ok';
    expect(await account.handOver(message)).toMatchObject({ class: 'accepted' });
    const ids = await Promise.all(smtp.mails.map(async (source) => (await simpleParser(source)).messageId));
    expect(ids).toEqual(Array(2).fill(`<${message.messageId}@mail.shop.example>`));
  });

  test('cannot get a header or recipient through line breaks or commas', async () => {
    const account = sender();
    const break_ = 'Hi\r\nBcc: thief@evil.example\r\n\r\nbody';
    await account.handOver(outgoingMail({ headers: { 'X-Note': break_, 'X-Key\r\nBcc': 'a@evil.example' } }, break_));
    await account.handOver(outgoingMail({ to: '"a,b"@example.com' }));
    for (const source of smtp.mails) {
      const { headers } = await simpleParser(source);
      expect([...headers.keys()]).not.toContain('bcc');
    }
    expect((await simpleParser(smtp.mails[0]!)).subject).toMatch(/^Hi *Bcc: thief@evil\.example *body$/);
    expect(smtp.commands.filter((command) => command.startsWith('RCPT'))).toEqual([
      'RCPT TO:<jane@example.com>',
      'RCPT TO:<"a,b"@example.com>',
    ]);
    expect(await account.handOver(outgoingMail({ to: 'x@example.com>\r\nRCPT TO:<y@example.com' }))).toMatchObject({
      class: 'refused',
      code: 'address',
    });
    expect(smtp.mails).toHaveLength(2);
  });
});

describe('the class of an attempt', () => {
  test.each([
    ['greeting', '554 5.7.1 blocked', 'misconfigured'],
    ['greeting', '421 4.3.2 closing', 'unavailable'],
    ['greeting', 'hang', 'unavailable'],
    ['greeting', 'close', 'unavailable'],
    ['greeting', 'reset', 'unavailable'],
    ['EHLO', 'reset', 'unavailable'],
    ['EHLO', '421 4.3.2 closing', 'unavailable'],
    ['EHLO', '550 5.7.1 bad name', 'misconfigured'],
    ['EHLO', 'hang', 'unavailable'],
    ['MAIL', '550 5.7.1 not you', 'misconfigured'],
    ['MAIL', '421 4.3.2 closing', 'unavailable'],
    ['MAIL', 'reset', 'unavailable'],
    ['MAIL', 'hang', 'unavailable'],
    ['RCPT', '550 5.1.1 nobody', 'refused'],
    ['RCPT', '450 4.2.1 busy', 'unavailable'],
    ['RCPT', '450 4.7.1 slow down', 'throttled'],
    ['RCPT', 'close', 'unavailable'],
    ['RCPT', 'reset', 'unavailable'],
    ['RCPT', 'hang', 'unavailable'],
    ['RCPT', '421 4.3.2 closing', 'unavailable'],
    ['RCPT', '421 4.7.0 too many connections', 'throttled'],
    ['RCPT', '451 4.3.0 try again', 'unavailable'],
    ['RCPT', '452 4.3.1 insufficient storage', 'unavailable'],
    ['RCPT', '552 5.2.2 mailbox full', 'refused'],
    ['MAIL', '451 4.3.0 try again', 'unavailable'],
    ['MAIL', '452 4.3.1 insufficient storage', 'unavailable'],
    ['MAIL', '454 4.7.0 Throttling failure', 'throttled'],
    ['MAIL', '552 5.3.4 too big', 'refused'],
    ['DATA', '421 4.3.2 closing', 'unavailable'],
    ['DATA', 'close', 'unavailable'],
    ['DATA', '451 4.3.0 no', 'unavailable'],
    ['DATA', '554 5.5.1 no valid recipients', 'refused'],
    ['DATA', 'reset', 'unavailable'],
    ['DATA', 'hang', 'unavailable'],
    ['dot', '250 2.0.0 queued', 'accepted'],
    ['dot', '451 4.3.0 disk full', 'unavailable'],
    ['dot', '454 Throttling failure', 'throttled'],
    ['dot', '421 4.4.2 closing', 'unavailable'],
    ['dot', '450 4.2.1 busy', 'unavailable'],
    ['dot', '452 4.2.2 mailbox full', 'unavailable'],
    ['dot', '552 5.2.2 mailbox full', 'refused'],
    ['dot', '552 5.3.4 too big', 'refused'],
    ['dot', '550 5.1.1 nobody', 'refused'],
    ['dot', '554 5.6.0 content refused', 'refused'],
    ['dot', '550 5.7.26 not authenticated', 'misconfigured'],
    ['dot', 'reset', 'ambiguous'],
    ['dot', 'close', 'ambiguous'],
    ['dot', 'hang', 'ambiguous'],
  ] as const)('with %s: %s is %s', async (step, what, expected) => {
    smtp.script[step] = what;
    const handOver = await sender(what === 'hang' ? IMPATIENT : {}).handOver(outgoingMail());
    expect(handOver).toMatchObject({ class: expected });
    expect(handOver.detail).not.toContain('jane@example.com');
    // Whatever may have been taken was given once: nodemailer's own retries are only for what never left.
    expect(smtp.mails.length).toBe(step === 'dot' ? 1 : 0);
  });

  test('of a mail that is cut off before its final dot is unavailable: it was not taken', async () => {
    smtp.script.body = 'reset';
    const html = `<p>${'x'.repeat(70)}</p>\n`.repeat(200_000);
    const content = { channel: 'email', subject: 'Long', text: 'Long', html } as const;
    const handOver = await sender().handOver(outgoingMail({ content }));
    expect(handOver).toMatchObject({ class: 'unavailable', code: 'connection_lost' });
  });

  test.each([
    ['535 5.7.8 wrong', 'misconfigured'],
    ['534 5.7.9 stronger', 'misconfigured'],
    ['454 4.7.0 later', 'throttled'],
    ['421 4.3.2 closing', 'unavailable'],
    ['hang', 'unavailable'],
    ['reset', 'unavailable'],
    ['close', 'unavailable'],
  ])('with the sign-in answered by %s is %s', async (what, expected) => {
    smtp.script.AUTH = what;
    const account = sender(what === 'hang' ? IMPATIENT : {}, { user: 'shop', pass: 's3cret' });
    const handOver = await account.handOver(outgoingMail());
    expect(handOver).toMatchObject({ class: expected });
    expect(JSON.stringify(handOver)).not.toContain('s3cret');
    expect(smtp.mails).toHaveLength(0);
  });

  test.each(['hang', 'close'])('of a mail during which the server does this: %s, is unavailable', async (what) => {
    smtp.script.body = what;
    const html = `<p>${'x'.repeat(70)}</p>\n`.repeat(200_000);
    const content = { channel: 'email', subject: 'Long', text: 'Long', html } as const;
    const handOver = await sender(IMPATIENT).handOver(outgoingMail({ content }));
    expect(handOver).toMatchObject({ class: 'unavailable' });
    expect(smtp.mails).toHaveLength(0);
  });

  test('of a mail for later is "too early": SMTP holds nothing', async () => {
    const handOver = await sender().handOver(outgoingMail({ sendAt: Date.now() + 60_000 }));
    expect(handOver).toMatchObject({ class: 'unavailable', code: 'too_early' });
    expect(smtp.mails).toHaveLength(0);
    expect(await sender().handOver(outgoingMail({ sendAt: Date.now() - 1 }))).toMatchObject({ class: 'accepted' });
  });

  test('of a mailbox that does not exist asks for suppression', async () => {
    smtp.script.RCPT = '550 5.1.1 <jane@example.com> unknown';
    expect(await sender().handOver(outgoingMail())).toEqual({
      class: 'refused',
      code: '550 5.1.1',
      detail: '550 5.1.1 <j***@example.com> unknown',
      suppress: 'hard_bounce',
    });
  });

  test('of a refused connection is unavailable', async () => {
    expect(await sender({ port: 1 }).handOver(outgoingMail())).toMatchObject({ class: 'unavailable', code: 'connect' });
  });

  test('is decided by the envelope when commands are pipelined', async () => {
    smtp.script.EHLO = '250-test\r\n250 PIPELINING';
    smtp.script.RCPT = '550 5.1.1 nobody';
    smtp.script.DATA = '554 5.5.1 no valid recipients';
    expect(await sender().handOver(outgoingMail())).toMatchObject({ class: 'refused', code: '550 5.1.1' });
    smtp.script.RCPT = 'reset';
    expect(await sender().handOver(outgoingMail())).toMatchObject({ class: 'unavailable' });
  });
});
