import { z } from 'zod';
import { maskText } from '../../domain/mask';
import type { ProviderReceipt } from '../../domain/receipt';
import { messageIdOf, messageIdOfHeader } from './message-ref';
import { badSignature, malformed, readJsonBody, settingOf, type Reading, type ReceiptSource } from './receipt-source';
import { createSnsVerifier, isSnsUrl, snsMessageSchema, type FetchText, type SnsMessage } from './sns-signature';

const time = z.string().optional();

/** https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html; event publishing says `eventType`. */
const notificationSchema = z.object({
  notificationType: z.string().optional(),
  eventType: z.string().optional(),
  mail: z.object({
    messageId: z.string().optional(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
    commonHeaders: z.object({ messageId: z.string().optional() }).optional(),
  }),
  bounce: z
    .object({
      bounceType: z.string(),
      bounceSubType: z.string().optional(),
      timestamp: time,
      bouncedRecipients: z
        .array(z.object({ status: z.string().optional(), diagnosticCode: z.string().optional() }))
        .optional(),
    })
    .optional(),
  complaint: z.object({ complaintFeedbackType: z.string().nullish(), timestamp: time }).optional(),
  delivery: z.object({ smtpResponse: z.string().optional(), timestamp: time }).optional(),
});
type Notification = z.output<typeof notificationSchema>;
type News = Pick<ProviderReceipt, 'event' | 'code' | 'detail' | 'suppress'> & {
  readonly timestamp: string | undefined;
};

function newsOf({ notificationType, eventType, bounce, complaint, delivery }: Notification): News | undefined {
  const type = notificationType ?? eventType;
  if (type === 'Bounce' && bounce) {
    const [recipient] = bounce.bouncedRecipients ?? [];
    const kind = `${bounce.bounceType}/${bounce.bounceSubType ?? 'General'}`;
    return {
      event: 'bounce',
      code: recipient?.status ?? kind,
      detail: maskText(`${kind} ${recipient?.diagnosticCode ?? ''}`.trim()),
      timestamp: bounce.timestamp,
      ...(bounce.bounceType === 'Permanent' ? { suppress: 'hard_bounce' } : {}),
    };
  }
  if (type === 'Complaint' && complaint) {
    const code = complaint.complaintFeedbackType ?? 'complaint';
    return { event: 'complain', code, detail: code, timestamp: complaint.timestamp, suppress: 'complaint' };
  }
  if (type === 'Delivery' && delivery) {
    const detail = maskText(delivery.smtpResponse ?? 'delivered');
    return { event: 'deliver', code: /^\d{3}/.exec(detail)?.[0] ?? '250', detail, timestamp: delivery.timestamp };
  }
  return undefined;
}

/** Our header, if the topic is told to include headers; else the Message-ID, which SES may have replaced; else SES's own id. */
function idsOf({ mail }: Notification): Pick<ProviderReceipt, 'messageId' | 'providerMessageId'> {
  const header = (name: string): string | undefined =>
    mail.headers?.find((entry) => entry.name.toLowerCase() === name)?.value;
  const messageId =
    messageIdOf(header('x-luminate-message-id')) ??
    messageIdOfHeader(header('message-id')) ??
    messageIdOfHeader(mail.commonHeaders?.messageId);
  return { ...(messageId ? { messageId } : {}), ...(mail.messageId ? { providerMessageId: mail.messageId } : {}) };
}

function readNotification(message: SnsMessage, now: number): Reading<ProviderReceipt> {
  const notification = notificationSchema.safeParse(readJsonBody(Buffer.from(message.Message)));
  // SNS says in plain text that a topic works: nothing to keep.
  const news = notification.success ? newsOf(notification.data) : undefined;
  if (!notification.success || !news) return { ok: true, events: [] };
  const { timestamp, ...rest } = news;
  const at = Date.parse(timestamp ?? message.Timestamp);
  const receipt = { ...rest, ...idsOf(notification.data), eventId: message.MessageId, at: Number.isNaN(at) ? now : at };
  return { ok: true, events: [receipt] };
}

/**
 * Amazon SES by SNS. Anybody can have SNS post to us from a topic of his own, so only the account's `snsTopicArn` counts. A
 * subscription to it is confirmed by itself.
 */
export function createSesReceipts(fetchText: FetchText): ReceiptSource {
  const isSigned = createSnsVerifier(fetchText);
  return {
    name: 'ses',
    provider: 'smtp',
    async read(request, account) {
      const parsed = snsMessageSchema.safeParse(readJsonBody(request.body));
      if (!parsed.success)
        return malformed('the body must be a message of Amazon SNS (raw message delivery must be off)');
      const message = parsed.data;
      if (message.TopicArn !== settingOf(account.config, 'snsTopicArn')) {
        return badSignature("the topic is not the account's snsTopicArn");
      }
      if (!(await isSigned(message))) return badSignature('the signature of Amazon SNS does not match');
      if (message.Type === 'Notification') return readNotification(message, request.now);
      if (message.Type === 'SubscriptionConfirmation') {
        if (!isSnsUrl(message.SubscribeURL)) return badSignature('SubscribeURL is not an address of Amazon SNS');
        await fetchText(message.SubscribeURL);
      }
      return { ok: true, events: [] };
    },
  };
}
