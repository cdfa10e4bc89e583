import { randomBytes, randomInt } from 'node:crypto';
import { SegmentedMessage } from 'sms-segments-calculator';

export type SandboxProvider = 'twilio' | 'aliyun';
export type TextStatus =
  'scheduled' | 'canceled' | 'accepted' | 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';
/** What the sender of a text that was taken was told: that it was, or something else, or nothing. */
export type GivenAnswer = 'taken' | 'late' | 'crash' | 'hang' | 'reset';

/** A text as the sandbox took it. Times are epoch milliseconds. */
export interface SandboxMessage {
  readonly provider: SandboxProvider;
  /** Twilio's SID, Aliyun's BizId. */
  readonly sid: string;
  readonly to: string;
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  readonly body: string;
  readonly segments: number;
  readonly validityPeriod: number | null;
  readonly statusCallback: string | null;
  /** Held until then. */
  readonly sendAt: number | null;
  /** Aliyun's OutId. */
  readonly outId: string | null;
  readonly templateCode: string | null;
  readonly createdAt: number;
  readonly answer: GivenAnswer;
  updatedAt: number;
  sentAt: number | null;
  status: TextStatus;
  errorCode: number | string | null;
}

/** What a caller gives to have a text taken. */
export type NewText = Pick<
  SandboxMessage,
  | 'provider'
  | 'to'
  | 'from'
  | 'messagingServiceSid'
  | 'body'
  | 'validityPeriod'
  | 'statusCallback'
  | 'sendAt'
  | 'outId'
  | 'templateCode'
>;

/** Twilio's list filters. Both ends of the time range are included; texts not yet sent count by the time they were taken. */
export interface TextFilter {
  readonly provider?: SandboxProvider | undefined;
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

function newSid(provider: SandboxProvider): string {
  if (provider === 'twilio') return `SM${randomBytes(16).toString('hex')}`;
  return `${randomInt(1e8, 1e9)}${Date.now()}^0`;
}

/** Keeps the newest `limit` texts in memory. */
export function createMessageStore(limit: number) {
  const texts = new Map<string, SandboxMessage>();
  return {
    add(text: NewText, answer: GivenAnswer): SandboxMessage {
      const now = Date.now();
      const status = text.messagingServiceSid === null ? 'queued' : 'accepted';
      const message: SandboxMessage = {
        ...text,
        sid: newSid(text.provider),
        answer,
        segments: new SegmentedMessage(text.body).segmentsCount,
        createdAt: now,
        updatedAt: now,
        sentAt: null,
        status: text.sendAt === null ? status : 'scheduled',
        errorCode: null,
      };
      texts.set(message.sid, message);
      const oldest = texts.keys().next();
      if (texts.size > limit && !oldest.done) texts.delete(oldest.value);
      return message;
    },
    get: (sid: string): SandboxMessage | undefined => texts.get(sid),
    /** Newest first. */
    list(filter: TextFilter = {}): SandboxMessage[] {
      const { provider, to, from, since = -Infinity, until = Infinity } = filter;
      return [...texts.values()].reverse().filter((text) => {
        // Twilio keeps times to the second, and is asked in seconds.
        const at = Math.floor((text.sentAt ?? text.createdAt) / 1000) * 1000;
        const sameKind = (provider ?? text.provider) === text.provider;
        return (
          sameKind && (to ?? text.to) === text.to && (from ?? text.from) === text.from && at >= since && at <= until
        );
      });
    },
    clear: (): void => {
      texts.clear();
    },
  };
}

export type MessageStore = ReturnType<typeof createMessageStore>;
