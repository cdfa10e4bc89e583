import { createPublicKey, createVerify } from 'node:crypto';
import { z } from 'zod';
import { maskText } from '../../domain/mask';
import type { ProviderReceipt, ReportedEvent } from '../../domain/receipt';
import type { SuppressionReason } from '../../domain/suppression';
import { messageIdOf, messageIdOfHeader } from './message-ref';
import {
  badSignature,
  malformed,
  readJsonBody,
  settingOf,
  type ReceiptSource,
  type WebhookRequest,
} from './receipt-source';

/** https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
const eventSchema = z.object({
  event: z.string(),
  sg_event_id: z.string(),
  sg_message_id: z.string().optional(),
  'smtp-id': z.string().optional(),
  luminate_message_id: z.string().optional(),
  timestamp: z.number().optional(),
  type: z.string().optional(),
  status: z.string().optional(),
  reason: z.string().optional(),
  response: z.string().optional(),
});
type SendGridEvent = z.output<typeof eventSchema>;

const EVENTS: Readonly<Record<string, ReportedEvent>> = {
  delivered: 'deliver',
  bounce: 'bounce',
  dropped: 'failDelivery',
  spamreport: 'complain',
  unsubscribe: 'unsubscribe',
  group_unsubscribe: 'unsubscribe',
};

/** A drop says that SendGrid has the address on a list of its own. */
const DROPPED: readonly (readonly [RegExp, SuppressionReason])[] = [
  [/^bounced address/i, 'hard_bounce'],
  [/^spam reporting address/i, 'complaint'],
  [/^unsubscribed address/i, 'unsubscribe'],
];

function suppressOf({ event, type, reason = '' }: SendGridEvent): SuppressionReason | undefined {
  switch (event) {
    case 'bounce':
      // `blocked` is a refusal of this one mail; SendGrid itself does not suppress for it.
      return type === 'blocked' ? undefined : 'hard_bounce';
    case 'dropped':
      return DROPPED.find(([words]) => words.test(reason))?.[1];
    case 'spamreport':
      return 'complaint';
    case 'unsubscribe':
    case 'group_unsubscribe':
      return 'unsubscribe';
    default:
      return undefined;
  }
}

function receiptOf(given: SendGridEvent, now: number): ProviderReceipt | undefined {
  const event = EVENTS[given.event];
  if (!event) return undefined;
  const messageId = messageIdOf(given.luminate_message_id) ?? messageIdOfHeader(given['smtp-id']);
  // What SendGrid's SMTP reply names is the part before its own machines.
  const providerMessageId = given.sg_message_id?.split(/\.(?:filter|recvd)/)[0];
  if (!messageId && !providerMessageId) return undefined;
  const suppress = suppressOf(given);
  return {
    ...(messageId ? { messageId } : {}),
    ...(providerMessageId ? { providerMessageId } : {}),
    event,
    eventId: given.sg_event_id,
    at: given.timestamp === undefined ? now : given.timestamp * 1000,
    code: maskText(given.status ?? given.event),
    detail: maskText(given.reason ?? given.response ?? given.event),
    ...(suppress ? { suppress } : {}),
  };
}

function isSigned(request: WebhookRequest, publicKey: string): boolean {
  const signature = request.header('x-twilio-email-event-webhook-signature');
  const timestamp = request.header('x-twilio-email-event-webhook-timestamp');
  if (!signature || !timestamp) return false;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return createVerify('sha256').update(timestamp).update(request.body).verify(key, signature, 'base64');
  } catch {
    return false;
  }
}

/** SendGrid's Event Webhook, signed (ECDSA); the account holds the verification key as `sendgridPublicKey`. */
export const sendgridReceipts: ReceiptSource = {
  name: 'sendgrid',
  provider: 'smtp',
  async read(request, account) {
    const publicKey = settingOf(account.secrets, 'sendgridPublicKey');
    if (publicKey === undefined) return badSignature('the account has no sendgridPublicKey');
    if (!isSigned(request, publicKey)) return badSignature('the signature of the Event Webhook does not match');
    const list = z.array(z.unknown()).safeParse(readJsonBody(request.body));
    if (!list.success) return malformed('the body must be a JSON list of events');
    const events = list.data.flatMap((entry) => {
      const event = eventSchema.safeParse(entry);
      const receipt = event.success ? receiptOf(event.data, request.now) : undefined;
      return receipt ? [receipt] : [];
    });
    return { ok: true, events };
  },
};
