import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultSystem } from './system';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls the API as a patient caller does. */
export interface Caller {
  /** Asks again, at the other API, after lost connections and 5xx, until there is an answer. Throws after five minutes. */
  call(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, idempotencyKey?: string): Promise<Answer>;
  /** Answers 500: unlike 503 they are nobody's fault but ours. */
  readonly defects: readonly string[];
  /** Lets nobody ask again: calls under way fail. */
  close(): void;
}

const PATIENCE_MS = 300_000;
const PAUSE_MS = 300;
const TIMEOUT_MS = 15_000;

export function createCaller({ apiUrls, key }: Pick<FaultSystem, 'apiUrls' | 'key'>): Caller {
  const defects: string[] = [];
  const closing = new AbortController();
  // Every call under way listens to it.
  setMaxListeners(0, closing.signal);
  let turn = 0;

  async function once(method: string, path: string, body: unknown, extra: Record<string, string>): Promise<Answer> {
    const url = `${apiUrls[turn++ % apiUrls.length] ?? ''}${path}`;
    const answer = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...extra },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), closing.signal]),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  return {
    defects,
    close: () => {
      closing.abort();
    },
    async call(method, path, body, idempotencyKey) {
      const extra = idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey };
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const answer = await once(method, path, body, extra).catch(() => undefined);
        if (answer?.status === 500) defects.push(`${method} ${path}: ${JSON.stringify(answer.body)}`);
        if (answer && answer.status < 500) return answer;
        if (Date.now() > deadline) throw new Error(`${method} ${path} was not answered within five minutes`);
        await sleep(PAUSE_MS, undefined, { signal: closing.signal });
      }
    },
  };
}
