import type { LuminateClient } from '../client/index';

/** How a program of ours ends. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** What a command works with. */
export interface Context {
  readonly api: LuminateClient;
  /** A line for people: not with `--json`. */
  say(text: string): void;
  /** What is wrong, but does not end the command; also with `--json`. */
  warn(text: string): void;
  /** The result: with `--json` this object is all that is printed. */
  result(value: unknown): void;
  /** What Ctrl-C says from now on: what goes on without this program. */
  onInterrupt(text: string): void;
}

export interface Command {
  /** The words that call it, e.g. `campaign run`. */
  readonly name: string;
  /** What follows them. */
  readonly usage: string;
  readonly summary: string;
  /** One line for each option, and what else there is to know. */
  readonly help: string;
  /** Resolves with the exit code. Throws `UsageError` and `LuminateProblem`. */
  run(args: readonly string[], context: () => Context): Promise<number>;
}
