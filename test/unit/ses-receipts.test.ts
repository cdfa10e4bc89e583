import { createSesReceipts } from '../../channels/receipts/ses';
import { newId } from '../../domain/ids';
import { createSelfSigned } from '../support/self-signed';
import { accountWith, snsMessage, webhookRequest } from '../support/webhooks';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:mail';
const MESSAGE = newId('msg');
const { pem, privateKey } = createSelfSigned('sns.amazonaws.com');
const account = accountWith({}, { snsTopicArn: TOPIC });

/** A source that is served this certificate, and the addresses it has asked for. */
function sourceWith(certificate = pem) {
  const asked: string[] = [];
  const source = createSesReceipts(async (url) => {
    asked.push(url);
    return certificate;
  });
  return {
    asked,
    read: (body: string, one = account) => source.read(webhookRequest('https://api.example/x', body), one),
  };
}

const mail = { messageId: '0102-ses', headers: [{ name: 'X-Luminate-Message-Id', value: MESSAGE }] };
const notification = (content: unknown, more: Record<string, string> = {}) =>
  snsMessage(privateKey, { TopicArn: TOPIC, Message: JSON.stringify(content), ...more });
const timestamp = '2026-11-24T09:00:00.000Z';
const bounce = (bounceType: string) => ({
  notificationType: 'Bounce',
  mail,
  bounce: {
    bounceType,
    bounceSubType: 'General',
    timestamp,
    bouncedRecipients: [
      { emailAddress: 'ada@example.com', status: '5.1.1', diagnosticCode: 'smtp; 550 ada@example.com' },
    ],
  },
});

test.each([
  [
    'a hard bounce',
    bounce('Permanent'),
    { event: 'bounce', code: '5.1.1', detail: 'Permanent/General smtp; 550 a***@example.com', suppress: 'hard_bounce' },
  ],
  ['a soft bounce', bounce('Transient'), { event: 'bounce', code: '5.1.1' }],
  [
    'a complaint',
    { notificationType: 'Complaint', mail, complaint: { complaintFeedbackType: 'abuse', timestamp } },
    { event: 'complain', code: 'abuse', suppress: 'complaint' },
  ],
  [
    'a delivery, published as an event',
    { eventType: 'Delivery', mail, delivery: { smtpResponse: '250 2.6.0 taken', timestamp } },
    { event: 'deliver', code: '250' },
  ],
])('%s is read', async (_what, content, expected) => {
  const reading = await sourceWith().read(notification(content, { MessageId: 'sns-1' }));
  expect(reading).toMatchObject({
    ok: true,
    events: [
      { messageId: MESSAGE, providerMessageId: '0102-ses', eventId: 'sns-1', at: Date.parse(timestamp), ...expected },
    ],
  });
  if (reading.ok) expect(reading.events[0]?.suppress).toBe((expected as { suppress?: string }).suppress);
});

test.each([
  ['Message-ID among the headers', { headers: [{ name: 'Message-ID', value: `<${MESSAGE}@shop.example>` }] }],
  ['Message-ID among the common headers', { commonHeaders: { messageId: `<${MESSAGE}@shop.example>` } }],
])('the message is also found by the %s', async (_what, headers) => {
  const content = { ...bounce('Permanent'), mail: { messageId: '0102-ses', ...headers } };
  expect(await sourceWith().read(notification(content))).toMatchObject({ events: [{ messageId: MESSAGE }] });
});

test('without headers the id of SES is left', async () => {
  const content = { ...bounce('Permanent'), mail: { messageId: '0102-ses' } };
  const reading = await sourceWith().read(notification(content));
  expect(reading).toMatchObject({ events: [{ providerMessageId: '0102-ses' }] });
  expect(reading).not.toHaveProperty('events.0.messageId');
});

test('version 1 of the signature is checked as well, with a subject in it', async () => {
  const body = notification(bounce('Permanent'), { SignatureVersion: '1', Subject: 'Amazon SES' });
  expect(await sourceWith().read(body)).toMatchObject({ ok: true, events: [{ event: 'bounce' }] });
});

test('the certificate is fetched once', async () => {
  const { asked, read } = sourceWith();
  await read(notification(bounce('Permanent')));
  await read(notification(bounce('Permanent')));
  expect(asked).toEqual(['https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem']);
});

test.each([
  'http://sns.eu-west-1.amazonaws.com/cert.pem',
  'https://sns.eu-west-1.amazonaws.com.evil.example/cert.pem',
  'https://evil.example/sns.eu-west-1.amazonaws.com/cert.pem',
  'https://sns.eu-west-1.amazonaws.com@evil.example/cert.pem',
  'https://bucket.s3.amazonaws.com/cert.pem',
  'not an address',
])('a certificate at %s is not even fetched', async (url) => {
  const { asked, read } = sourceWith();
  expect(await read(notification(bounce('Permanent'), { SigningCertURL: url }))).toMatchObject({
    ok: false,
    reason: 'signature',
  });
  expect(asked).toEqual([]);
});

test.each([
  [
    'by another key',
    () => sourceWith(createSelfSigned('sns.amazonaws.com').pem).read(notification(bounce('Permanent'))),
  ],
  [
    'with a certificate that is out of date',
    () => {
      const old = createSelfSigned('sns.amazonaws.com', Date.now() - 86_400_000);
      const body = snsMessage(old.privateKey, { TopicArn: TOPIC, Message: JSON.stringify(bounce('Permanent')) });
      return sourceWith(old.pem).read(body);
    },
  ],
  [
    'and changed afterwards',
    () => sourceWith().read(notification(bounce('Transient')).replace('Transient', 'Permanent')),
  ],
  [
    'for another topic',
    () => sourceWith().read(notification(bounce('Permanent'), { TopicArn: `${TOPIC}-of-mallory` })),
  ],
  ['for an account without a topic', () => sourceWith().read(notification(bounce('Permanent')), accountWith({}))],
])('a message signed %s is refused', async (_what, read) => {
  expect(await read()).toMatchObject({ ok: false, reason: 'signature' });
});

test('a subscription is confirmed at the address of SNS, and at no other', async () => {
  const confirm = (url: string) =>
    snsMessage(privateKey, {
      Type: 'SubscriptionConfirmation',
      TopicArn: TOPIC,
      Token: 't',
      Message: 'You have chosen to subscribe',
      SubscribeURL: url,
    });
  const { asked, read } = sourceWith();
  const url = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
  expect(await read(confirm(url))).toEqual({ ok: true, events: [] });
  expect(asked.at(-1)).toBe(url);
  expect(await read(confirm('https://internal.example/'))).toMatchObject({ ok: false, reason: 'signature' });
  expect(asked).toHaveLength(2);
});

test('when the certificate cannot be fetched it rejects, so that SNS tries again', async () => {
  const source = createSesReceipts(() => Promise.reject(new Error('no network')));
  await expect(
    source.read(webhookRequest('https://api.example/x', notification(bounce('Permanent'))), account),
  ).rejects.toThrow('no network');
});
