import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

/** The p-th percentile (0 to 100) of some numbers; 0 for none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? 0;
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Runs `work(i)` for i from 0 below `count`, `width` at a time. */
export async function inFlight(count: number, width: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

export interface Answer {
  readonly status: number;
  readonly ms: number;
}

/** A client with `connections` kept-alive connections, as lean as Node has one. */
export function createPoster(connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    post(url: string, headers: Record<string, string>, body: unknown): Promise<Answer> {
      const text = JSON.stringify(body);
      const started = performance.now();
      return new Promise((resolve, reject) => {
        const call = request(
          url,
          {
            agent,
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
          },
          (answer) => {
            answer.resume();
            answer.once('end', () => {
              resolve({ status: answer.statusCode ?? 0, ms: performance.now() - started });
            });
          },
        );
        call.once('error', reject);
        call.end(text);
      });
    },
    close: () => {
      agent.destroy();
    },
  };
}
