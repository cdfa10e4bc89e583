import { performance } from 'node:perf_hooks';
import { freePort } from '../scripts/services/ports';
import { createPoster, percentile, round, type Answer } from './load';
import type { BenchStack } from './stack';

const CONNECTIONS = 10;
const SECONDS = 2;
const TURNS = 9;

interface Turn {
  readonly perSecond: number;
  readonly answers: readonly Answer[];
}

async function turn(url: string, headers: Record<string, string>, body: (i: number) => unknown): Promise<Turn> {
  const poster = createPoster(CONNECTIONS);
  const answers: Answer[] = [];
  const started = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - started < SECONDS * 1000) answers.push(await poster.post(url, headers, body(next++)));
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  const perSecond = answers.length / ((performance.now() - started) / 1000);
  poster.close();
  const refused = answers.find(({ status }) => status !== 202);
  if (refused) throw new Error(`${url} answered ${refused.status}`);
  return { perSecond, answers };
}

const BACKLOG_SENDS = 300;
const PER_SEND = 500;

/** Work for the whole run: the worker delivers it beside the turns of both, or only ours would share the machine with it. */
async function fillBacklog(stack: BenchStack): Promise<void> {
  for (let n = 0; n < BACKLOG_SENDS; n++) {
    const recipients = Array.from({ length: PER_SEND }, (_, i) => ({ to: `backlog${n}-${i}@example.com` }));
    await stack.call('POST', '/v1/sends', { template: 'bench', variables: { order: n }, recipients });
  }
}

async function countLeft({ knex }: BenchStack): Promise<number> {
  const open = knex('messages').whereIn('status', ['accepted', 'deferred', 'sending']);
  const row = (await open.where('address', 'like', 'backlog%').count({ left: '*' }).first()) as { left: number };
  return row.left;
}

/**
 * Accepted requests per second at ten connections against a bare Express handler with the same two inserts, in alternating
 * turns, while the worker delivers a backlog of 150,000 messages; it must not come to its end meanwhile, or only our turns would share
 * the machine with a worker.
 */
export async function benchApi(stack: BenchStack): Promise<Record<string, unknown>> {
  await stack.knex.raw('CREATE TABLE bench_sends LIKE sends');
  await stack.knex.raw('CREATE TABLE bench_messages LIKE messages');
  const port = await freePort();
  await stack.run('bench/bare/api.js', { PORT: String(port) });
  await fillBacklog(stack);
  const ours: Turn[] = [];
  const bare: Turn[] = [];
  for (let n = 0; n <= TURNS; n++) {
    const name = (i: number): string => `t${n}-${i}@example.com`;
    const accepted = await turn(`${stack.apiUrl}/v1/sends`, { authorization: `Bearer ${stack.key}` }, (i) => ({
      template: 'bench',
      recipients: [{ to: name(i), variables: { order: i } }],
    }));
    const inserted = await turn(`http://127.0.0.1:${port}/sends`, {}, (i) => ({ to: name(i) }));
    // The first turn warms both up.
    if (n === 0) continue;
    ours.push(accepted);
    bare.push(inserted);
  }
  const backlogLeft = await countLeft(stack);
  const requestsPerSecond = percentile(
    ours.map(({ perSecond }) => perSecond),
    50,
  );
  const bareRequestsPerSecond = percentile(
    bare.map(({ perSecond }) => perSecond),
    50,
  );
  // The machine drifts: each turn is compared with its neighbour only.
  const ratio = percentile(
    ours.map(({ perSecond }, n) => perSecond / (bare[n]?.perSecond ?? perSecond)),
    50,
  );
  return {
    ok: ratio >= 0.6 && backlogLeft > 0,
    backlogLeft,
    requestsPerSecond: round(requestsPerSecond, 0),
    bareRequestsPerSecond: round(bareRequestsPerSecond, 0),
    ratio: round(ratio),
    p99Ms: round(
      percentile(
        ours.flatMap(({ answers }) => answers.map(({ ms }) => ms)),
        99,
      ),
      1,
    ),
  };
}
