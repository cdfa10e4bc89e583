import type { LostHandOver, Sender } from '../channels/channel';
import type { HandOver } from '../domain/hand-over';
import type { EffectivePolicy } from '../domain/policy';

/** When a provider is asked about a hand-over whose answer was lost. All in milliseconds. */
export interface AskTimes {
  /** After the hand-over, so that the provider had time to list it. */
  readonly firstAfterMs: number;
  /** Not listed by then: believed not to have it. Sooner where the policy would rather send twice than not at all. */
  readonly absentAfterMs: number;
}

/** A provider that cannot be asked for so long leaves the decision to the policy. */
const GIVE_UP_MS = 15 * 60_000;
/** The longest pause between two questions. */
const MAX_PAUSE_MS = 30_000;

/** What the questions so far came to: an answer at last, nothing to be had any more, or another question at `askAt`. */
export type Clearing =
  | { readonly state: 'cleared'; readonly by: 'found' | 'absent'; readonly answer: HandOver }
  | { readonly state: 'given_up' }
  | { readonly state: 'waiting'; readonly askAt: number; readonly because: string };

/** Asks once, if it is time. Never rejects: a provider that does not answer is asked again. */
export async function askProvider(
  find: NonNullable<Sender['find']>,
  lost: LostHandOver,
  policy: Pick<EffectivePolicy, 'onUnknown'>,
  times: AskTimes,
): Promise<Clearing> {
  const now = Date.now();
  const age = now - lost.handedOverAt;
  if (age < times.firstAfterMs) {
    return {
      state: 'waiting',
      askAt: lost.handedOverAt + times.firstAfterMs,
      because: 'the provider needs time to list it',
    };
  }
  const again = now + Math.min(MAX_PAUSE_MS, Math.max(age, 1_000));
  try {
    const inquiry = await find(lost);
    if (inquiry.found) return { state: 'cleared', by: 'found', answer: foundOf(inquiry.providerMessageId, age) };
  } catch (error) {
    if (age > GIVE_UP_MS) return { state: 'given_up' };
    const because = `the provider could not be asked: ${error instanceof Error ? error.name : 'no answer'}`;
    return { state: 'waiting', askAt: again, because };
  }
  if (policy.onUnknown === 'resend' || age >= times.absentAfterMs) {
    return { state: 'cleared', by: 'absent', answer: absentOf(age) };
  }
  const askAt = Math.min(again, lost.handedOverAt + times.absentAfterMs);
  return { state: 'waiting', askAt, because: 'the provider does not list it so far' };
}

const seconds = (ms: number): number => Math.round(ms / 1000);

function foundOf(providerMessageId: string | undefined, age: number): HandOver {
  const detail = `the answer was lost; asked ${seconds(age)} s later, the provider has the message`;
  return { class: 'accepted', code: 'found', detail, ...(providerMessageId ? { providerMessageId } : {}) };
}

function absentOf(age: number): HandOver {
  const detail = `the answer was lost; asked ${seconds(age)} s later, the provider does not have the message`;
  return { class: 'unavailable', code: 'not_found', detail };
}
