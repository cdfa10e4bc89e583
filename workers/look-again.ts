import { setTimeout as sleep } from 'node:timers/promises';

/** Something that looks for work until it is stopped. */
export interface Looking {
  start(): void;
  /** Resolves when the look that is under way has ended. */
  stop(): Promise<void>;
}

/** Looks again at once while a look finds that there is more, else after `everyMs` milliseconds. `look` must not reject. */
export function lookAgain(everyMs: number, look: () => Promise<boolean>): Looking {
  const stopping = new AbortController();
  let loop = Promise.resolve();
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (await look()) continue;
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => {
        // Told to stop.
      });
    }
  }
  return {
    start() {
      loop = run();
    },
    stop() {
      stopping.abort();
      return loop;
    },
  };
}
