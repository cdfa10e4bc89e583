export type Done<T> = (error: Error | null | undefined, result?: T) => void;

/** Somebody who waits for an answer of a connection, which may end instead. */
export interface Waiting {
  /** Rejects with what is asked, or when the connection is lost. */
  waitFor<T>(ask: (done: Done<T>) => void): Promise<T | undefined>;
  /** Tells who waits last that no answer comes. */
  abandon(failure: Error): void;
}

export function createWaiting(): Waiting {
  let abandon: ((failure: Error) => void) | undefined;
  return {
    waitFor: (ask) =>
      new Promise((resolve, reject) => {
        abandon = reject;
        ask((error, result) => {
          if (error) reject(error);
          else resolve(result);
        });
      }),
    abandon: (failure) => abandon?.(failure),
  };
}

export function closedError(): Error {
  return Object.assign(new Error('Connection closed unexpectedly'), { code: 'ECONNECTION' });
}
