import type { StatusCounts } from '../domain/message-status';

/** Ends the wait of a `send` workflow: something about its messages has changed in MySQL. A hint; losing it costs time only. */
export const WAKE_SIGNAL = 'wake';

/** The one argument of the `send` workflow. */
export interface SendInput {
  readonly dispatchId: string;
}

/** How far a dispatch is, and until when nothing of it is due. */
export interface Progress {
  readonly counts: StatusCounts;
  /** Absent when no message of the dispatch waits any more. `until` is epoch milliseconds. */
  readonly wait?: { readonly until: number; readonly because: string };
}

/** The result of a step over the due messages of a dispatch: how many go on, or, when none does, where the dispatch stands. */
export interface StepResult {
  readonly ready: number;
  readonly progress?: Progress;
}
