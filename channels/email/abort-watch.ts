/** Calls `onAbort` when the signal aborts, at once if it has; returns how to stop watching. */
export type AbortWatch = (signal: AbortSignal, onAbort: () => void) => () => void;

/** One listener on a signal for all who watch it: hundreds of mails share the one of their activity, and a listener each costs more than a mail. */
export function createAbortWatch(): AbortWatch {
  const watched = new WeakMap<AbortSignal, Set<() => void>>();

  function watchersOf(signal: AbortSignal): Set<() => void> {
    const known = watched.get(signal);
    if (known) return known;
    const watchers = new Set<() => void>();
    watched.set(signal, watchers);
    signal.addEventListener(
      'abort',
      () => {
        for (const watcher of [...watchers]) watcher();
      },
      { once: true },
    );
    return watchers;
  }

  return (signal, onAbort) => {
    if (signal.aborted) {
      onAbort();
      return () => undefined;
    }
    const watchers = watchersOf(signal);
    watchers.add(onAbort);
    return () => {
      watchers.delete(onAbort);
    };
  };
}
