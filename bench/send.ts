import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareRate, runBare } from './bare/rate';
import { inFlight, percentile, round } from './load';
import type { BenchStack } from './stack';

const COUNT = 400;
const IN_FLIGHT = 50;
const UNLOADED = 60;

/** Posts one email and waits until it is at the sink; returns the send's id and the milliseconds. */
async function sendOne(stack: BenchStack, name: string): Promise<{ id: string; ms: number }> {
  const to = `${name}@example.com`;
  const [started, startedAt] = [performance.now(), Date.now()];
  const body = { template: 'bench', recipients: [{ to, variables: { order: name } }] };
  const { id } = await stack.call('POST', '/v1/sends', body);
  while (!stack.received.has(to)) {
    if (performance.now() - started > 60_000) throw new Error(`${to} did not arrive within 60 s`);
    await sleep(1);
  }
  return { id: id as string, ms: (stack.received.get(to)?.[0] ?? 0) - startedAt };
}

/** One-recipient sends against the do-nothing workflow of the same shape on the same server, in interleaved rounds. */
export async function benchSend(stack: BenchStack): Promise<Record<string, unknown>> {
  await stack.run('bench/bare/worker.js');
  for (let i = 0; i < 20; i++) await Promise.all([sendOne(stack, `warm${i}`), runBare(stack)]);
  const [ours, bare, latency, bareLatency]: number[][] = [[], [], [], []];
  let last = '';
  for (let i = 0; i < UNLOADED; i++) {
    const sent = await sendOne(stack, `slow${i}`);
    latency?.push(sent.ms);
    last = sent.id;
    bareLatency?.push(await runBare(stack));
  }
  for (let turn = 0; turn < 2; turn++) {
    bare?.push(await bareRate(stack, COUNT, IN_FLIGHT));
    const started = performance.now();
    await inFlight(COUNT, IN_FLIGHT, async (i) => {
      await sendOne(stack, `fast${turn}-${i}`);
    });
    ours?.push(COUNT / ((performance.now() - started) / 1000));
  }
  const rows: unknown = await stack.knex('messages').where({ send_id: last }).select('dispatch_id');
  const [message] = rows as { dispatch_id: string }[];
  const history = await stack.temporal.workflow.getHandle(message?.dispatch_id ?? '').fetchHistory();
  const [sendsPerSecond, bareSendsPerSecond] = [percentile(ours ?? [], 50), percentile(bare ?? [], 50)];
  const [latencyP50Ms, bareLatencyP50Ms] = [percentile(latency ?? [], 50), percentile(bareLatency ?? [], 50)];
  const historyEvents = history.events?.length ?? 0;
  const throughputRatio = sendsPerSecond / bareSendsPerSecond;
  const latencyRatio = latencyP50Ms / bareLatencyP50Ms;
  return {
    ok: throughputRatio >= 0.85 && latencyRatio <= 1.5 && historyEvents <= 14,
    sendsPerSecond: round(sendsPerSecond, 1),
    bareSendsPerSecond: round(bareSendsPerSecond, 1),
    throughputRatio: round(throughputRatio),
    latencyP50Ms: round(latencyP50Ms, 1),
    bareLatencyP50Ms: round(bareLatencyP50Ms, 1),
    latencyRatio: round(latencyRatio),
    historyEvents,
  };
}
