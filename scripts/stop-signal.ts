/** Thrown when a person or the system asks the launcher to end. */
export class Stopped extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`Stopped by ${signal}.`);
  }
}

/**
 * Rejects with `Stopped` at the first SIGINT, SIGTERM or SIGHUP. Further ones are ignored: a terminal and npm each pass
 * on the same Ctrl-C, and stopping always comes to an end by itself.
 */
export function stopSignal(): Promise<never> {
  const stopped = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        reject(new Stopped(signal));
      });
    }
  });
  // Only races look at it; without one it must not count as an unhandled error.
  stopped.catch(() => undefined);
  return stopped;
}
