import type { Attempt } from '../../domain/hand-over';
import type { Outage, PartKind } from './parts';
import type { Story } from './story';

/** An attempt whose outcome nobody knows, and what explains it. */
export interface Doubt {
  readonly id: string;
  readonly attempt: number;
  readonly words: string;
  /** `undefined`: nothing does. `script`: the story loses answers. `stopped`: on a connection when something ended. `notes`: Redis lost its notes. */
  readonly because: 'script' | 'stopped' | 'notes' | undefined;
}

/** Clocks of processes on one machine, and the time between an end and what notices it. */
const SLACK_MS = 1_000;

function wasAway(kinds: readonly PartKind[], attempt: Attempt, outages: readonly Outage[]): boolean {
  return outages.some(
    ({ kind, from, until }) =>
      kinds.includes(kind) && from - SLACK_MS <= attempt.endedAt && until + SLACK_MS >= attempt.startedAt,
  );
}

function reasonOf(story: Story, attempt: Attempt, outages: readonly Outage[]): Doubt['because'] {
  // Words of settle-in-doubt.ts: whoever found the message tells what the notes said.
  if (attempt.code !== 'answer_lost') return story.loses ? 'script' : undefined;
  if (attempt.detail.includes('handed over without an answer')) {
    return wasAway(['worker', 'temporal', 'mysql'], attempt, outages) ? 'stopped' : undefined;
  }
  return wasAway(['redis'], attempt, outages) ? 'notes' : undefined;
}

/** The doubts of a message, each with what explains it. Pure. */
export function explainDoubt(
  story: Story,
  told: { readonly id: string; readonly attempts: readonly Attempt[] },
  outages: readonly Outage[],
): Doubt[] {
  return told.attempts
    .filter((attempt) => attempt.class === 'ambiguous')
    .map((attempt) => ({
      id: told.id,
      attempt: attempt.n,
      words: `${attempt.code} ${attempt.detail}`,
      because: reasonOf(story, attempt, outages),
    }));
}
