import type TwilioSdk from 'twilio';
import type { Inquiry, LostHandOver, Sender } from '../channel';
import type { TwilioAccount } from './twilio-config';
import type { TwilioFailure } from './twilio-http';

type Text = Awaited<ReturnType<TwilioSdk.Twilio['messages']['list']>>[number];

/** How far Twilio's clock and ours may be apart, in milliseconds. Twilio tells whole seconds. */
const SLACK_MS = 5000;
/** For how long Twilio may still take a request that we have given up, in milliseconds. */
const LATE_MS = 60_000;
/** Texts to one number that are looked through, newest first. */
const LOOKED_THROUGH = 500;

/** "This message cannot be canceled": it is no longer scheduled, or never was; and "not found". */
const NOT_HELD_ANY_MORE = [30409, 20404];

function codeOf(error: unknown): number | undefined {
  const body = (error as TwilioFailure).answer?.body;
  return typeof body === 'object' && body !== null && 'code' in body ? Number(body.code) : undefined;
}

/**
 * What can be asked and taken back at Twilio. Its list tells none of our own marks, so a text is known by number, sender, words
 * and time of creation: two equal texts to one number within a minute are taken for one another.
 */
export function createTwilioInquiries(
  sdk: TwilioSdk.Twilio,
  config: TwilioAccount['config'],
): Required<Pick<Sender, 'find' | 'cancel'>> {
  const isOurs = (text: Text, body: string): boolean =>
    text.body.trim() === body.trim() &&
    (config.from === undefined ? text.messagingServiceSid === config.messagingServiceSid : text.from === config.from);

  return {
    async find(lost: LostHandOver): Promise<Inquiry> {
      const { content, handedOverAt, to } = lost;
      if (content.channel !== 'sms') throw new TypeError(`${lost.messageId} is not a text`);
      const [first, last] = [handedOverAt - SLACK_MS, handedOverAt + config.timeoutMs + LATE_MS];
      // Not by DateSent: a text that Twilio still queues or holds has none.
      const texts = await sdk.messages.list({ to, pageSize: 100, limit: LOOKED_THROUGH });
      const [nearest] = texts
        .filter((text) => isOurs(text, content.text))
        .map((text) => ({ sid: text.sid, at: text.dateCreated.getTime() }))
        .filter(({ at }) => at >= first && at <= last)
        .sort((a, b) => Math.abs(a.at - handedOverAt) - Math.abs(b.at - handedOverAt));
      if (nearest) return { found: true, providerMessageId: nearest.sid };
      const oldest = texts.at(-1);
      if (texts.length === LOOKED_THROUGH && oldest && oldest.dateCreated.getTime() > first) {
        throw new Error(`${to.slice(0, 4)}… got more texts since than can be looked through; see Twilio's console`);
      }
      return { found: false };
    },

    async cancel(providerMessageId) {
      try {
        const { status } = await sdk.messages(providerMessageId).update({ status: 'canceled' });
        return status === 'canceled' ? 'cancelled' : 'too_late';
      } catch (error) {
        if (NOT_HELD_ANY_MORE.includes(codeOf(error) ?? 0)) return 'too_late';
        throw error;
      }
    },
  };
}
