/** How far an import is. */
export interface Progress {
  readonly bytes: number;
  readonly rows: number;
}

const EVERY_MS = 1_000;

/** Tells how far an import is, at most once a second. */
export function createProgress(tell: (progress: Progress) => Promise<void>) {
  let progress: Progress = { bytes: 0, rows: 0 };
  let next = Date.now() + EVERY_MS;
  const told = async (): Promise<void> => {
    if (Date.now() < next) return;
    await tell(progress);
    next = Date.now() + EVERY_MS;
  };
  return {
    async bytes(bytes: number): Promise<void> {
      progress = { ...progress, bytes };
      await told();
    },
    async rows(rows: number): Promise<void> {
      progress = { ...progress, rows };
      await told();
    },
    /** The same stream: as long as it flows, the import is alive. */
    async *alive<T>(content: AsyncIterable<T>): AsyncGenerator<T> {
      for await (const piece of content) {
        await told();
        yield piece;
      }
    },
  };
}
