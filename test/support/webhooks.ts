import { createHmac, createSign, randomBytes, type KeyObject } from 'node:crypto';
import TwilioSdk from 'twilio';
import type { AccountSettings } from '../../channels/channel';
import type { WebhookRequest } from '../../channels/receipts/receipt-source';
import { newId } from '../../domain/ids';

type Headers = Readonly<Record<string, string>>;

/** A request to a webhook; header names in lower case. */
export function webhookRequest(url: string, body: string, headers: Headers = {}): WebhookRequest {
  return {
    url,
    query: new URL(url).searchParams,
    header: (name) => headers[name.toLowerCase()],
    body: Buffer.from(body),
    now: Date.now(),
  };
}

export const accountWith = (secrets: unknown, config: unknown = {}): AccountSettings => ({
  id: newId('acc'),
  name: 'test',
  config,
  secrets,
});

/** A form as Twilio posts and signs it. */
export function twilioForm(authToken: string, url: string, form: Headers): { body: string; headers: Headers } {
  const signature = TwilioSdk.getExpectedTwilioSignature(authToken, url, form);
  return {
    body: new URLSearchParams(form).toString(),
    headers: { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' },
  };
}

export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** The headers of Standard Webhooks. */
export function standardHeaders(secret: string, id: string, body: string, at: number = Date.now()): Headers {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** The headers of SendGrid's signed Event Webhook. */
export function sendgridHeaders(key: KeyObject, body: string): Headers {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    'x-twilio-email-event-webhook-timestamp': timestamp,
    'x-twilio-email-event-webhook-signature': createSign('sha256')
      .update(timestamp + body)
      .sign(key, 'base64'),
  };
}

/** A message as Amazon SNS signs it. */
export function snsMessage(key: KeyObject, fields: Headers): string {
  const message: Record<string, string> = {
    Type: 'Notification',
    MessageId: newId('rcp'),
    Timestamp: new Date().toISOString(),
    SignatureVersion: '2',
    SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem',
    ...fields,
  };
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const signed = names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join('');
  const algorithm = message['SignatureVersion'] === '1' ? 'sha1' : 'sha256';
  return JSON.stringify({ ...message, Signature: createSign(algorithm).update(signed).sign(key, 'base64') });
}
