import { randomBytes } from 'node:crypto';
import { SegmentedMessage } from 'sms-segments-calculator';

export type TextStatus = 'accepted' | 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';

/** A text as the sandbox took it. Times are epoch milliseconds. */
export interface SandboxMessage {
  readonly sid: string;
  readonly to: string;
  readonly from: string | null;
  readonly messagingServiceSid: string | null;
  readonly body: string;
  readonly segments: number;
  readonly validityPeriod: number | null;
  readonly statusCallback: string | null;
  readonly createdAt: number;
  updatedAt: number;
  sentAt: number | null;
  status: TextStatus;
  errorCode: number | null;
}

/** What a caller gives to have a text taken. */
export type NewText = Pick<
  SandboxMessage,
  'to' | 'from' | 'messagingServiceSid' | 'body' | 'validityPeriod' | 'statusCallback'
>;

/** Twilio's list filters. Both ends of the time range are included; texts not yet sent count by the time they were taken. */
export interface TextFilter {
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** Keeps the newest `limit` texts in memory. */
export function createMessageStore(limit: number) {
  const texts = new Map<string, SandboxMessage>();
  return {
    add(text: NewText): SandboxMessage {
      const now = Date.now();
      const message: SandboxMessage = {
        ...text,
        sid: `SM${randomBytes(16).toString('hex')}`,
        segments: new SegmentedMessage(text.body).segmentsCount,
        createdAt: now,
        updatedAt: now,
        sentAt: null,
        status: text.messagingServiceSid === null ? 'queued' : 'accepted',
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
      const { to, from, since = -Infinity, until = Infinity } = filter;
      return [...texts.values()].reverse().filter((text) => {
        // Twilio keeps times to the second, and is asked in seconds.
        const at = Math.floor((text.sentAt ?? text.createdAt) / 1000) * 1000;
        return (to ?? text.to) === text.to && (from ?? text.from) === text.from && at >= since && at <= until;
      });
    },
    clear: (): void => {
      texts.clear();
    },
  };
}

export type MessageStore = ReturnType<typeof createMessageStore>;
