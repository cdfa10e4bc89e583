import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BareOrder } from './bare/mailer';
import { freePort } from '../scripts/services/ports';
import { percentile, round } from './load';
import type { BenchStack } from './stack';

const COUNT = 20_000;
/** Some chunks for each of the two workers, so that no turn measures the compiler. */
const WARM = 20_000;
const ROUNDS = 5;
const BIG = 1_000_000;
const GIVE_UP_MS = 300_000;

/** A mail of some 2 KB, as shops send them. */
const LINE = 'The things you looked at are still here, and until Sunday we send every order without shipping costs. ';
const SUBJECT = 'Order {{ order }} and what goes with it';
const HTML = `<html><body><h1>Hello {{ order }}</h1>${`<p>${LINE}</p>`.repeat(10)}</body></html>`;
const TEXT = `Hello {{ order }}\n\n${`${LINE}\n`.repeat(8)}`;

/**
 * 20,000 recipients of a campaign to the sink, from the request that fires it to the last mail, against a bare nodemailer pool to
 * the same sink, in turns; then the import of a million rows.
 */
export async function benchCampaign(stack: BenchStack): Promise<Record<string, unknown>> {
  const mailer = await stack.run('bench/bare/mailer.js', { SINK_PORT: String(stack.sinkPort) });
  await prepare(stack);
  // As in the field: as many workers as cores. Together they have the connections that the bare pool has.
  await stack.run('workers/main.js', { LOG_LEVEL: 'info', WORKER_PORT: String(await freePort()) });
  const audience = await upload(stack, COUNT);
  await bareRound(stack, mailer, 'warmbare', WARM);
  await run(stack, await upload(stack, WARM, 'warm'), WARM);
  const ours: number[] = [];
  const bare: number[] = [];
  let last = '';
  for (let turn = 0; turn < ROUNDS; turn++) {
    bare.push(await bareRound(stack, mailer, `bare${turn}-`, COUNT));
    const fired = await run(stack, audience, COUNT);
    ours.push(fired.perSecond);
    last = fired.id;
  }
  // What comes twice would come by now: give it the time.
  await sleep(2_000);
  const arrivals = Array.from({ length: COUNT }, (_, i) => stack.received.get(`u${i}@example.com`)?.length ?? 0);
  const events = await eventsOf(stack, last);
  const imported = await importBig(stack);
  const [recipientsPerSecond, bareMailsPerSecond] = [percentile(ours, 50), percentile(bare, 50)];
  const lost = arrivals.reduce((sum, n) => sum + Math.max(0, ROUNDS - n), 0);
  const duplicated = arrivals.reduce((sum, n) => sum + Math.max(0, n - ROUNDS), 0);
  // Of each turn by itself, because the machine drifts from turn to turn.
  const ratio = percentile(
    ours.map((perSecond, i) => perSecond / (bare[i] ?? 1)),
    50,
  );
  return {
    ok: ratio >= 1.5 && lost === 0 && duplicated === 0,
    recipientsPerSecond: round(recipientsPerSecond, 0),
    bareMailsPerSecond: round(bareMailsPerSecond, 0),
    ratio: round(ratio),
    rounds: ours.map((perSecond, i) => round(perSecond / (bare[i] ?? 1))),
    lost,
    duplicated,
    eventsPer1000: round((events * 1000) / COUNT, 1),
    ...imported,
  };
}

async function prepare({ call }: BenchStack): Promise<void> {
  const { accounts } = (await call('GET', '/v1/routes/email.notice')) as { accounts: { accountId: string }[] };
  const path = `/v1/accounts/${accounts[0]?.accountId ?? ''}`;
  const { config } = (await call('GET', path)) as { config: object };
  await call('PATCH', path, { config: { ...config, maxConnections: 10 } });
  await call('PUT', '/v1/routes/email.marketing', { accounts });
  // The same people get it in every round.
  await call('PUT', '/v1/rules/dedup', { value: { notice: null, marketing: null, verification: null, exempt: [] } });
  await call('PUT', '/v1/rules/caps', { value: { notice: null, marketing: null, verification: null, exempt: [] } });
  const content = { subject: SUBJECT, html: HTML, text: TEXT };
  await call('POST', '/v1/templates', {
    ...{ key: 'news', name: 'news', channel: 'email', messageType: 'marketing', content },
  });
}

/** A file of so many rows. */
function* csv(count: number, name: string): Generator<string> {
  yield 'userId,order\n';
  for (let from = 0; from < count; from += 1_000) {
    const rows = Array.from(
      { length: Math.min(1_000, count - from) },
      (_, i) => `${name}${from + i}@example.com,${from + i}`,
    );
    yield `${rows.join('\n')}\n`;
  }
}

async function upload({ apiUrl, key }: BenchStack, count: number, name = 'u'): Promise<string> {
  const answer = await fetch(`${apiUrl}/v1/audiences?channel=email&name=bench.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
    body: ReadableStream.from(csv(count, name)).pipeThrough(new TextEncoderStream()),
    duplex: 'half',
  });
  const audience = (await answer.json()) as { id: string; accepted: number };
  if (audience.accepted !== count) throw new Error(`the upload was not taken: ${JSON.stringify(audience)}`);
  return audience.id;
}

/** Fires a campaign and waits until its last mail is at the sink. */
async function run(stack: BenchStack, audienceId: string, count: number): Promise<{ id: string; perSecond: number }> {
  const before = stack.arrivals();
  const started = performance.now();
  const campaign = await stack.call('POST', '/v1/campaigns', {
    ...{ name: 'bench', template: 'news', audience: audienceId, schedule: { kind: 'now' } },
  });
  const { id } = campaign['run'] as { id: string };
  while (stack.arrivals() - before < count) {
    if (performance.now() - started > GIVE_UP_MS)
      throw new Error(`${stack.arrivals() - before} of ${count} mails arrived`);
    await sleep(2);
  }
  const perSecond = count / ((performance.now() - started) / 1000);
  for (;;) {
    const { state, counts } = await stack.call('GET', `/v1/runs/${id}`);
    if (state === 'finished') return { id, perSecond };
    if (state !== 'running') throw new Error(`the run is ${String(state)}: ${JSON.stringify(counts)}`);
    await sleep(100);
  }
}

async function bareRound(stack: BenchStack, mailer: ChildProcess, name: string, count: number): Promise<number> {
  const order: BareOrder = { name, count, subject: SUBJECT, html: HTML, text: TEXT };
  const started = performance.now();
  mailer.send(order);
  await once(mailer, 'message');
  const perSecond = count / ((performance.now() - started) / 1000);
  for (let i = 0; i < count; i++) stack.received.delete(`${name}${i}@example.com`);
  return perSecond;
}

/** Events in the history of a run and of its chunks. */
async function eventsOf({ temporal, knex }: BenchStack, runId: string): Promise<number> {
  const chunks: unknown = await knex('dispatches').where({ run_id: runId }).select('id');
  const runs: unknown = await knex('runs').where({ id: runId }).select('workflow_id');
  const [run] = runs as { workflow_id: string }[];
  const workflows = [run?.workflow_id ?? '', ...(chunks as { id: string }[]).map(({ id }) => id)];
  const lengths = await Promise.all(
    workflows.map(async (id) => (await temporal.workflow.getHandle(id).describe()).historyLength),
  );
  return lengths.reduce((sum, n) => sum + n, 0);
}

/** Peak of a process's resident memory so far, in MiB (Linux). */
function peakOf(process: ChildProcess): number {
  const status = readFileSync(`/proc/${process.pid ?? 0}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

async function importBig(stack: BenchStack): Promise<Record<string, unknown>> {
  const { api, worker, sink } = stack.processes;
  const before = peakOf(api);
  const started = performance.now();
  await upload(stack, BIG, 'big');
  return {
    importedRowsPerSecond: Math.round(BIG / ((performance.now() - started) / 1000)),
    peakMemoryMiB: { api: peakOf(api), apiBeforeTheMillion: before, worker: peakOf(worker), sink: peakOf(sink) },
  };
}
