import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { maskText } from '../../domain/mask';
import type { ProviderReceipt, ReportedEvent } from '../../domain/receipt';
import type { SuppressionReason } from '../../domain/suppression';
import { webhookSecret } from '../channel';
import { messageIdOf, messageIdOfHeader } from './message-ref';
import {
  badSignature,
  malformed,
  readJsonBody,
  sameSecret,
  settingOf,
  type ReceiptSource,
  type UnusableRequest,
  type WebhookRequest,
} from './receipt-source';

const TYPES = {
  delivered: 'deliver',
  bounced: 'bounce',
  complained: 'complain',
  undelivered: 'failDelivery',
  unsubscribed: 'unsubscribe',
} as const satisfies Readonly<Record<string, ReportedEvent>>;
type Type = keyof typeof TYPES;

const bodySchema = z.object({
  type: z.enum(Object.keys(TYPES) as [Type, ...Type[]]),
  at: z.iso.datetime({ offset: true }).optional(),
  messageId: z.string().optional(),
  providerMessageId: z.string().optional(),
  messageIdHeader: z.string().optional(),
  bounce: z
    .object({ class: z.enum(['hard', 'soft']), code: z.string().optional(), detail: z.string().optional() })
    .optional(),
});
type Body = z.output<typeof bodySchema>;

/** How far a timestamp may be from our clock, in milliseconds, as the specification recommends. */
const TOLERANCE_MS = 5 * 60_000;

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function refusalOf(request: WebhookRequest, secret = ''): UnusableRequest | undefined {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    request.header(name),
  );
  // Anything else would be decoded to a short or empty key, which anybody can sign with.
  if (!webhookSecret.safeParse(secret).success) {
    return badSignature('the account has no webhookSecret, or not one of whsec_ and the base64 of 24 to 64 bytes');
  }
  if (!id || !timestamp || !signatures) return badSignature('webhook-id, -timestamp and -signature are required');
  if (!(Math.abs(Number(timestamp) * 1000 - request.now) <= TOLERANCE_MS)) {
    return badSignature('webhook-timestamp is more than 5 minutes from now');
  }
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(request.body).digest('base64');
  const matches = signatures.split(' ').some((signature) => sameSecret(signature, `v1,${expected}`));
  return matches ? undefined : badSignature('webhook-signature does not match');
}

function suppressOf({ type, bounce }: Body): SuppressionReason | undefined {
  if (type === 'bounced') return bounce?.class === 'hard' ? 'hard_bounce' : undefined;
  if (type === 'complained') return 'complaint';
  return type === 'unsubscribed' ? 'unsubscribe' : undefined;
}

function receiptOf(body: Body, eventId: string, now: number): ProviderReceipt | undefined {
  const messageId = messageIdOf(body.messageId) ?? messageIdOfHeader(body.messageIdHeader);
  const { providerMessageId } = body;
  if (!messageId && !providerMessageId) return undefined;
  const suppress = suppressOf(body);
  return {
    ...(messageId ? { messageId } : {}),
    ...(providerMessageId ? { providerMessageId } : {}),
    event: TYPES[body.type],
    eventId,
    at: body.at === undefined ? now : Date.parse(body.at),
    code: maskText(body.bounce?.code ?? body.type),
    detail: maskText(body.bounce?.detail ?? body.type),
    ...(suppress ? { suppress } : {}),
  };
}

/** Receipts in one form of ours, signed as Standard Webhooks say: for any provider or mail server that can be taught to post. */
export const genericReceipts: ReceiptSource = {
  name: 'generic',
  async read(request, account) {
    const refusal = refusalOf(request, settingOf(account.secrets, 'webhookSecret'));
    if (refusal) return refusal;
    const body = bodySchema.safeParse(readJsonBody(request.body));
    if (!body.success) return malformed(z.prettifyError(body.error));
    const receipt = receiptOf(body.data, request.header('webhook-id') ?? '', request.now);
    return receipt
      ? { ok: true, events: [receipt] }
      : malformed('the message must be named: messageId, messageIdHeader or providerMessageId');
  },
};
