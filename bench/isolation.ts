import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, round } from './load';
import type { BenchStack } from './stack';

/** How many have to wait all the time, and how many are accepted for that: some go while the queue is filled. */
const WAITING = 100_000;
const BACKLOG = 120_000;
const PER_SEND = 500;
/** Of the account, with the backlog and without. */
const RATE = { messages: 100, perSeconds: 1 };
const CODES = 200;
const PAUSE_MS = 100;
const GIVE_UP_MS = 900_000;

/** Posts one code and waits until it is at the sink; resolves with the milliseconds from the call to SMTP acceptance. */
async function sendCode(stack: BenchStack, name: string): Promise<number> {
  const to = `${name}@example.com`;
  const startedAt = Date.now();
  await stack.call('POST', '/v1/sends', { template: 'code', recipients: [{ to, variables: { code: name } }] });
  while (!stack.received.has(to)) {
    if (Date.now() - startedAt > 60_000) throw new Error(`${to} did not arrive within 60 s`);
    await sleep(1);
  }
  return (stack.received.get(to)?.[0] ?? 0) - startedAt;
}

async function sendCodes(stack: BenchStack, name: string, count = CODES): Promise<number[]> {
  const latencies: number[] = [];
  for (let i = 0; i < count; i++) {
    latencies.push(await sendCode(stack, `${name}${i}`));
    await sleep(PAUSE_MS);
  }
  return latencies;
}

/** Routes and templates for codes and marketing at the sink's account, which gets a rate. */
async function prepare({ call }: BenchStack): Promise<void> {
  const { accounts } = (await call('GET', '/v1/routes/email.notice')) as { accounts: { accountId: string }[] };
  await call('PATCH', `/v1/accounts/${accounts[0]?.accountId ?? ''}`, { rate: RATE });
  for (const [messageType, key] of [
    ['verification', 'code'],
    ['marketing', 'news'],
  ] as const) {
    await call('PUT', `/v1/routes/email.${messageType}`, { accounts });
    const content = {
      subject: key,
      html: key === 'code' ? '<p>Your code is {{ code }}.</p>' : '<p>News of today.</p>',
    };
    await call('POST', '/v1/templates', { key, name: key, channel: 'email', messageType, content });
  }
}

const waiting = async ({ knex }: BenchStack): Promise<number> => {
  const rows: unknown = await knex('messages').where({ status: 'deferred', reason: 'rate_limited' }).count({ n: '*' });
  return (rows as { n: number }[])[0]?.n ?? 0;
};

/** Accepts the backlog and waits until all of it stands in the queue of the account. */
async function fillQueue(stack: BenchStack): Promise<void> {
  for (let n = 0; n < BACKLOG / PER_SEND; n++) {
    const recipients = Array.from({ length: PER_SEND }, (_, i) => ({ to: `news${n}-${i}@example.com` }));
    await stack.call('POST', '/v1/sends', { template: 'news', recipients });
  }
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    const rows: unknown = await stack.knex('messages').whereIn('status', ['accepted', 'sending']).count({ n: '*' });
    const [{ n } = { n: 0 }] = rows as { n: number }[];
    if (n < 100) return;
    if (performance.now() > deadline) throw new Error(`${n} messages were not looked at in time`);
    await sleep(500);
  }
}

/**
 * Latency of verification codes, API call to SMTP acceptance, one at a time, while 100,000 marketing messages wait for the rate of
 * the same account, against the same account and rate unloaded.
 */
export async function benchIsolation(stack: BenchStack): Promise<Record<string, unknown>> {
  await prepare(stack);
  await sendCodes(stack, 'warm', 30);
  const unloaded = await sendCodes(stack, 'unloaded');
  await fillQueue(stack);
  const before = await waiting(stack);
  const loaded = await sendCodes(stack, 'loaded');
  const after = await waiting(stack);
  const [unloadedP99Ms, loadedP99Ms] = [percentile(unloaded, 99), percentile(loaded, 99)];
  const ratio = loadedP99Ms / unloadedP99Ms;
  return {
    ok: ratio <= 3 && after >= WAITING,
    unloadedP99Ms: round(unloadedP99Ms, 1),
    loadedP99Ms: round(loadedP99Ms, 1),
    ratio: round(ratio),
    unloadedP50Ms: round(percentile(unloaded, 50), 1),
    loadedP50Ms: round(percentile(loaded, 50), 1),
    waiting: before,
    waitingAfter: after,
  };
}
