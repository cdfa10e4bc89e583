import { text as readAll } from 'node:stream/consumers';
import * as fc from 'fast-check';
import { simpleParser } from 'mailparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import DataStream from 'nodemailer/lib/smtp-connection/data-stream';
import isEmail from 'validator/lib/isEmail';
import type { OutgoingMessage } from '../../channels/channel';
import { createMailComposer, type Mail, type MailSender } from '../../channels/email/compose-mail';
import { newId } from '../../domain/ids';
import { anyText } from '../support/any-text';

const SHOP: MailSender = {
  from: { name: 'Shop', address: 'no-reply@shop.example' },
  replyTo: 'Help <help@shop.example>',
  messageIdDomain: 'shop.example',
};

interface Email extends OutgoingMessage {
  readonly content: {
    readonly channel: 'email';
    readonly subject: string;
    readonly text: string;
    readonly html: string;
  };
}

const mailOf = (content: Partial<Email['content']>, more: Partial<OutgoingMessage> = {}): Email => ({
  messageId: newId('msg'),
  to: 'jane@example.com',
  ...more,
  content: { channel: 'email', subject: 'Hello', text: 'Hello Jane', html: '<p>Hello Jane</p>', ...content },
});

/** The same message as nodemailer alone composes it. */
function theirsOf(sender: MailSender, { messageId, to, content, headers, attachments = [] }: Email): Mail {
  const node = new MailComposer({
    envelope: { from: sender.from.address, to },
    from: sender.from,
    to: { name: '', address: to },
    ...(sender.replyTo === undefined ? {} : { replyTo: sender.replyTo }),
    subject: content.subject,
    text: content.text,
    html: content.html,
    attachments: attachments.map((file) => ({ ...file, contentDisposition: 'attachment' })),
    headers: { ...headers, 'X-Luminate-Message-Id': messageId },
    messageId: `<${messageId}@${sender.messageIdDomain}>`,
  }).compile();
  const { from, to: recipients } = node.getEnvelope();
  return { envelope: { from: from as string, to: recipients }, open: () => node.createReadStream() };
}

/** A mail as it arrives: over the wire with its line breaks and dots, and back, without what differs from mail to mail. */
async function arrived(mail: Mail): Promise<string> {
  const wire = await readAll(mail.open().pipe(new DataStream()));
  if (mail.wire) expect(mail.wire().toString('utf8')).toBe(wire);
  expect(wire.endsWith('\r\n.\r\n')).toBe(true);
  expect(wire.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  const source = wire.slice(0, -3).replace(/^\.\./gm, '.');
  return source
    .replace(/^Date: .*$/m, 'Date: Thu, 01 Jan 2026 00:00:00 +0000')
    .replaceAll(/_NmP-[0-9a-f]{16}-Part/g, '_NmP-0-Part');
}

async function bothWays(message: Email, sender = SHOP): Promise<{ ours: string; theirs: string }> {
  const [ours, theirs] = [createMailComposer(sender)(message), theirsOf(sender, message)];
  expect(ours.envelope).toEqual(theirs.envelope);
  return { ours: await arrived(ours), theirs: await arrived(theirs) };
}

const headersOf = (source: string): string => source.slice(0, source.indexOf('\r\n\r\n'));

async function expectSameReading(message: Email, sender = SHOP): Promise<void> {
  const { ours, theirs } = await bothWays(message, sender);
  expect(headersOf(ours)).toBe(headersOf(theirs));
  const [mine, reference] = await Promise.all([simpleParser(ours), simpleParser(theirs)]);
  expect(mine).toEqual(reference);
}

describe('a mail', () => {
  test.each([
    ['short lines', mailOf({ text: 'Hello Jane\n\n.hidden\n..\n', html: '<p>\n  Hello <b>Jane</b>\n</p>\n' })],
    [
      'a text of few Latin letters',
      mailOf({ text: '您好，您的订单已发货。'.repeat(30), html: '<p>您好，您的订单已发货，感谢您的支持。</p>' }),
    ],
    [
      'marketing headers',
      mailOf(
        {},
        {
          headers: { 'List-ID': '<a.shop.example>', 'List-Unsubscribe': `<https://shop.example/u/${'x'.repeat(90)}>` },
        },
      ),
    ],
    ['an address that needs quotes', mailOf({}, { to: '"a,b"@example.com' })],
    ['an address with Unicode', mailOf({}, { to: 'jürgen@bücher.example' })],
    ['no text', mailOf({ text: '' })],
    ['no HTML', mailOf({ html: '' })],
    ['no subject', mailOf({ subject: '' })],
    ['a header of a syntax of its own', mailOf({}, { headers: { 'In-Reply-To': 'a@b', Bcc: 'x@example.com' } })],
    ['a header name with a line break', mailOf({}, { headers: { 'X-Key\r\nBcc': 'a@evil.example' } })],
    [
      'an attachment',
      mailOf({}, { attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: Buffer.from('file') }] }),
    ],
  ])('with %s is byte for byte what nodemailer makes of it', async (_what, message) => {
    const { ours, theirs } = await bothWays(message);
    expect(ours).toBe(theirs);
  });

  test('in ASCII goes as it is as long as its lines may be, which nodemailer would encode', async () => {
    const source = await readAll(createMailComposer(SHOP)(mailOf({ html: `<p>${'long '.repeat(190)}</p>` })).open());
    expect(source.match(/^Content-Transfer-Encoding: 7bit$/gm)).toHaveLength(2);
  });

  test('begins anew for each connection', async () => {
    const mail = createMailComposer(SHOP)(mailOf({ html: `<p>${'long '.repeat(50_000)}</p>` }));
    const first = await readAll(mail.open());
    expect(first.length).toBeGreaterThan(200_000);
    expect(await readAll(mail.open())).toBe(first);
  });

  test('has a boundary of its own', async () => {
    const compose = createMailComposer(SHOP);
    const boundaries = await Promise.all(
      Array.from({ length: 100 }, async () => /boundary="(.+)"/.exec(await readAll(compose(mailOf({})).open()))?.[1]),
    );
    expect(new Set(boundaries).size).toBe(100);
  });

  test('of another channel is a mistake of the caller', () => {
    const text = { messageId: newId('msg'), to: 'a@example.com', content: { channel: 'sms', text: 'x' } } as const;
    expect(() => createMailComposer(SHOP)(text)).toThrow(TypeError);
  });
});

describe('any mail', () => {
  test('has the headers that nodemailer gives it, in their order, and reads the same', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, anyText, async (subject, text, html) => {
        await expectSameReading(mailOf({ subject: subject.slice(0, 998), text, html: `<p>${html}</p>` }));
      }),
      { numRuns: 200 },
    );
  });

  test('reads the same with any further headers', async () => {
    const names = fc.stringMatching(/^(X|x|List|list)-[A-Za-z0-9-]{1,20}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          names,
          anyText.map((text) => text.slice(0, 300)),
          { maxKeys: 4 },
        ),
        async (headers) => {
          await expectSameReading(mailOf({}, { headers }));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('reads the same with any sender', async () => {
    const sender = fc.record({
      from: fc.record({ name: anyText.map((text) => text.slice(0, 200)), address: fc.emailAddress() }),
      replyTo: fc.option(fc.emailAddress(), { nil: undefined }),
      messageIdDomain: fc.domain(),
    });
    await fc.assert(
      fc.asyncProperty(sender, (from) => expectSameReading(mailOf({}), from)),
      { numRuns: 200 },
    );
  });

  test('goes to the address that nodemailer sends it to', async () => {
    const local = fc.stringMatching(/^[\w!#$%&'*+/=?^`{|}~.-]{1,64}$/);
    const domain = fc.oneof(
      fc.domain(),
      fc.stringMatching(/^([a-z0-9-]{1,20}\.){1,3}[a-z0-9-]{2,8}$/),
      fc.constant('xn--bcher-kva.example'),
    );
    const address = fc.oneof(
      fc.tuple(local, domain).map((parts) => parts.join('@')),
      fc.emailAddress(),
    );
    await fc.assert(
      fc.asyncProperty(
        address.filter((text) => isEmail(text)),
        (to) => expectSameReading(mailOf({}, { to })),
      ),
      { numRuns: 200 },
    );
  });

  test('of 100 KB reads the same', async () => {
    for (const unit of ['Grüße aus Köln. ', '您好，订单已发货。\n', '<td>plain</td>', 'x\r\n.\r\n', '😀 مرحبا ']) {
      const text = unit.repeat(Math.ceil(100_000 / unit.length));
      await expectSameReading(mailOf({ text, html: `<p>${text}</p>` }));
    }
  });
});
