import type { AttachedFile } from '../channels/channel';
import type { DueMessage } from '../db/stores/delivery-store';
import type { Template } from '../db/stores/template-store';
import type { Rendered } from '../domain/content';
import type { DispatchId } from '../domain/ids';
import type { EffectivePolicy } from '../domain/policy';
import type { AccountChoice } from '../domain/route';
import type { TraceEvent } from '../domain/trace-event';

/**
 * A due message with the steps of this round that its trace does not know yet. They are told with what comes of it, its claim or
 * what stops it: one call of Redis instead of one for each step. A round that is lost with its process tells them anew.
 */
export interface Underway extends DueMessage {
  readonly untold: TraceEvent[];
}

/** A message with what the steps have found out about it. */
export interface Prepared {
  readonly message: Underway;
  readonly template: Template;
  readonly policy: EffectivePolicy;
  readonly rendered: Rendered;
}

/** A message that may go now, by this account. */
export interface Chosen extends Prepared {
  readonly choice: AccountChoice;
  /** What it carries, once it has been fetched. */
  readonly files?: readonly AttachedFile[];
}

/** The due messages of a dispatch on their way through the steps. Each step makes the next form of it. */
export interface Round<T extends Prepared = Prepared> {
  readonly dispatchId: DispatchId;
  readonly go: readonly T[];
  /** Found in `sending`: an earlier delivery was cut off. They skip the steps; the delivery clears them up. */
  readonly inDoubt: readonly DueMessage[];
}

/** Remembers, in this process, how far a dispatch has come, so that the next step need not load and render it again. */
export interface RoundMemory<R extends Round> {
  readonly put: (round: R) => void;
  /** The round, which is then forgotten here. */
  readonly take: (dispatchId: DispatchId) => R | undefined;
}

/** Holds at most `maxMessages` messages, dropping the oldest rounds; what is dropped is only loaded anew. */
export function createRoundMemory<R extends Round>(maxMessages = 20_000): RoundMemory<R> {
  const rounds = new Map<DispatchId, R>();
  let held = 0;
  const drop = (id: DispatchId): R | undefined => {
    const round = rounds.get(id);
    if (round && rounds.delete(id)) held -= round.go.length;
    return round;
  };
  return {
    put(round) {
      drop(round.dispatchId);
      rounds.set(round.dispatchId, round);
      held += round.go.length;
      for (const id of rounds.keys()) {
        if (held <= maxMessages || id === round.dispatchId) break;
        drop(id);
      }
    },
    take: drop,
  };
}
