import { createVerify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { createBoundedCache } from '../../domain/bounded-cache';

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export const snsMessageSchema = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.string(),
  Subject: z.string().nullish(),
  Token: z.string().optional(),
  SubscribeURL: z.string().optional(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
});
export type SnsMessage = z.output<typeof snsMessageSchema>;

/** Gets a text; rejects when there is none. Only ever asked for addresses of Amazon SNS. */
export type FetchText = (url: string) => Promise<string>;

const HOST = /^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;
const DAY_MS = 86_400_000;
const FETCH_TIMEOUT_MS = 5_000;

/** True for an address that can only be answered by Amazon SNS. */
export function isSnsUrl(text: string | undefined): text is string {
  if (text === undefined || !URL.canParse(text)) return false;
  const { protocol, host, username, password } = new URL(text);
  return protocol === 'https:' && HOST.test(host) && username === '' && password === '';
}

/** Over the network, without following a redirect that might lead elsewhere. */
export const fetchText: FetchText = async (url) => {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`Amazon SNS answered ${answer.status} to ${new URL(url).pathname}`);
  return answer.text();
};

/** The text that is signed: these fields by name, each with its value on the next line. */
function signedText(message: SnsMessage): string {
  const names =
    message.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  return names.flatMap((name) => (message[name] == null ? [] : [`${name}\n${message[name]}\n`])).join('');
}

/** Tells whether Amazon SNS signed a message. Rejects when the certificate cannot be fetched just now. */
export function createSnsVerifier(fetchPem: FetchText): (message: SnsMessage) => Promise<boolean> {
  const certificates = createBoundedCache<X509Certificate>({ max: 20, ttlMs: DAY_MS });

  async function certificateOf(url: string): Promise<X509Certificate> {
    const known = certificates.get(url);
    if (known) return known;
    const certificate = new X509Certificate(await fetchPem(url));
    certificates.set(url, certificate);
    return certificate;
  }

  return async (message) => {
    if (!isSnsUrl(message.SigningCertURL)) return false;
    const certificate = await certificateOf(message.SigningCertURL);
    if (Date.parse(certificate.validTo) < Date.now()) return false;
    const algorithm = message.SignatureVersion === '1' ? 'sha1' : 'sha256';
    return createVerify(algorithm)
      .update(signedText(message))
      .verify(certificate.publicKey, message.Signature, 'base64');
  };
}
