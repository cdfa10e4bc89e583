import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareRate } from './bare/rate';
import { createPoster, inFlight, percentile, round } from './load';
import type { BenchStack } from './stack';

const COUNT = 5_000;
const CONNECTIONS = 20;
const GIVE_UP_MS = 300_000;

/** 5,000 one-recipient sends as fast as 20 connections can, until the last is at the sink, against one do-nothing workflow each. */
export async function benchBurst(stack: BenchStack): Promise<Record<string, unknown>> {
  await stack.run('bench/bare/worker.js');
  await bareRate(stack, 50, 25);
  const before = await bareRate(stack, 500, 50);
  const poster = createPoster(CONNECTIONS);
  const times: number[] = [];
  let refused = 0;
  const started = performance.now();
  await inFlight(COUNT, CONNECTIONS, async (i) => {
    const { status, ms } = await poster.post(
      `${stack.apiUrl}/v1/sends`,
      { authorization: `Bearer ${stack.key}` },
      { template: 'bench', recipients: [{ to: `burst${i}@example.com`, variables: { order: i } }] },
    );
    times.push(ms);
    if (status !== 202) refused++;
  });
  poster.close();
  while (stack.received.size < COUNT && performance.now() - started < GIVE_UP_MS) await sleep(5);
  const messagesPerSecond = stack.received.size / ((performance.now() - started) / 1000);
  const bareSendsPerSecond = percentile([before, await bareRate(stack, 500, 50)], 50);
  // What comes twice would come by now: give it the time.
  await sleep(2_000);
  const duplicated = [...stack.received.values()].filter((arrivals) => arrivals.length > 1).length;
  const workflows = (await stack.knex('dispatches').select('id')).length;
  const lost = COUNT - stack.received.size;
  const ratio = messagesPerSecond / bareSendsPerSecond;
  return {
    ok: ratio >= 5 && refused === 0 && lost === 0 && duplicated === 0,
    messagesPerSecond: round(messagesPerSecond, 0),
    bareSendsPerSecond: round(bareSendsPerSecond, 1),
    ratio: round(ratio, 1),
    acceptP99Ms: round(percentile(times, 99), 1),
    workflows,
    refused,
    lost,
    duplicated,
  };
}
