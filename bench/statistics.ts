import { performance } from 'node:perf_hooks';
import { createStatisticsSteps } from '../activities/maintenance/compute-statistics';
import { createStatisticsStore } from '../db/stores/statistics-store';
import { dispatchOfSend, firstIdAt, newId } from '../domain/ids';
import { HOUR_MS, hourOf } from '../domain/statistics';
import { percentile, round } from './load';
import type { BenchStack } from './stack';

const MESSAGES = 1_000_000;
const DAYS = 30;
const PER_INSERT = 20_000;
const QUERIES = 60;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The ten digits of a time, and six of the number of the message, in SQL. */
const digits = (expression: string, count: number): string =>
  Array.from({ length: count }, (_, i) => {
    const step = 32 ** (count - 1 - i);
    return `SUBSTR('${ALPHABET}', 1 + FLOOR((${expression}) / ${step}) % 32, 1)`;
  }).join(', ');

/** 20 templates in four lanes, two accounts a lane, three apps, nine statuses; spread evenly over the time. */
const INSERT = `
  INSERT INTO messages (id, send_id, dispatch_id, app_id, template_id, template_version, lane, position, address, status, attempt,
    account_id, attempts, segments, created_at, handed_at, updated_at)
  SELECT CONCAT('msg_', ${digits('t', 10)}, '0000000000', ${digits('n', 6)}), :send, :dispatch,
    ELT(1 + tpl % 3, :a0, :a1, :a2), 1 + tpl, 1,
    ELT(1 + tpl % 4, 'email.notice', 'email.marketing', 'sms.notice', 'sms.verification'), n % 500,
    CONCAT('user', n, '@example.com'),
    ELT(1 + st, 'sent', 'sent', 'sent', 'delivered', 'delivered', 'delivered', 'delivered', 'bounced', 'failed',
      'suppressed', 'deduplicated', 'capped', 'unknown'),
    IF(st BETWEEN 9 AND 11, 0, 1), IF(st BETWEEN 9 AND 11, NULL, ELT(1 + 2 * (tpl % 4) + n % 2, ${Array.from({ length: 8 }, (_, i) => `:c${i}`).join(', ')})),
    IF(st BETWEEN 9 AND 11, NULL, :attempts), IF(tpl % 4 < 2, NULL, 1 + n % 3), at,
    IF(st < 8, TIMESTAMPADD(MICROSECOND, 1000 * (CRC32(n + 1) % 4000), at), NULL),
    TIMESTAMPADD(MICROSECOND, 1000 * (4000 + CRC32(n + 2) % 60000), at)
  FROM (SELECT seq AS n, CRC32(seq) % 20 AS tpl, CRC32(seq + 7) % 13 AS st, :begin + FLOOR(seq * :step) AS t,
      TIMESTAMPADD(MICROSECOND, (:begin + FLOOR(seq * :step)) * 1000, '1970-01-01') AS at
    FROM (SELECT :first + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS seq
      FROM d10 a, d10 b, d10 c, d10 e, d10 f WHERE f.d < 2 AND a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d < :rows) s) m
  ORDER BY n`;

async function fill({ knex }: BenchStack, count: number, begin: number, end: number): Promise<void> {
  await knex.raw('CREATE TABLE d10 (d INT NOT NULL)');
  await knex('d10').insert(Array.from({ length: 10 }, (_, d) => ({ d })));
  const ids = (prefix: 'app' | 'acc', name: string, n: number) =>
    Object.fromEntries(Array.from({ length: n }, (_, i) => [`${name}${i}`, newId(prefix)]));
  const attempts = JSON.stringify([{ n: 1, account: 'bench', why: 'only account of the route', class: 'accepted' }]);
  const send = newId('snd');
  const same = { ...ids('app', 'a', 3), ...ids('acc', 'c', 8), attempts, send, dispatch: dispatchOfSend(send) };
  for (let first = 0; first < count; first += PER_INSERT) {
    const rows = Math.min(PER_INSERT, count - first);
    await knex.raw(INSERT, { ...same, begin, step: (end - begin) / count, first, rows });
  }
  await knex('stat_states').delete();
  await knex.raw('ANALYZE TABLE messages');
}

const timed = async <T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> => {
  const began = performance.now();
  const result = await work();
  return { ms: performance.now() - began, result };
};

async function computeAll({ knex }: BenchStack): Promise<{ messages: number; hours: number }> {
  const step = createStatisticsSteps({ store: createStatisticsStore(knex), since: new Date(0) });
  let [messages, hours] = [0, 0];
  for (;;) {
    const took = await step();
    messages += took.messages;
    hours += took.hours;
    if (took.done) return { messages, hours };
  }
}

/** The API's times for thirty days by day and by template, until `work` has ended and at least so many times. */
async function query(stack: BenchStack, from: number, until: number, work: Promise<unknown>): Promise<number[]> {
  const span = `from=${new Date(from).toISOString()}&until=${new Date(until).toISOString()}`;
  const state = { running: true };
  const stop = (): void => {
    state.running = false;
  };
  work.then(stop, stop);
  const times: number[] = [];
  while (state.running || times.length < QUERIES) {
    const by = times.length % 2 === 0 ? 'day' : 'template';
    const { ms } = await timed(() => stack.call('GET', `/v1/statistics?by=${by}&timezone=America/New_York&${span}`));
    times.push(ms);
  }
  return times;
}

/**
 * Statistics over a million generated messages of thirty days, or as many as the argument says: the time to compute all, and one
 * hour anew; what the API takes meanwhile; and against one bare GROUP BY of the status over the same messages.
 */
export async function benchStatistics(stack: BenchStack, [given]: readonly string[]): Promise<Record<string, unknown>> {
  const count = given === undefined ? MESSAGES : Number(given);
  // Its jobs compute statistics, too.
  stack.processes.worker.kill();
  const end = hourOf(Date.now());
  const begin = end - DAYS * 24 * HOUR_MS;
  await fill(stack, count, begin, end);
  const range = [firstIdAt('msg', begin), firstIdAt('msg', end)];
  const bareSql = `SELECT status, COUNT(*) FROM messages FORCE INDEX (PRIMARY) WHERE id >= ? AND id < ? GROUP BY status`;
  await stack.knex.raw(bareSql, range);
  const bare = await timed(async () => {
    await stack.knex.raw(bareSql, range);
  });
  const computing = timed(() => computeAll(stack));
  const duringTimes = await query(stack, begin, end, computing);
  const { ms, result } = await computing;
  await stack.knex('stat_states').update({ due_at: new Date('2100-01-01'), computed_at: new Date(0) });
  const alone = await query(stack, begin, end, Promise.resolve());
  const hour = new Date(begin + 100 * HOUR_MS);
  await stack
    .knex('stat_states')
    .where({ hour })
    .update({ due_at: new Date(0) });
  const one = await timed(() => computeAll(stack));
  await stack.knex('stat_states').update({ due_at: new Date(0), computed_at: null });
  const quiet = await timed(() => computeAll(stack));
  const { totals } = (await stack.call(
    'GET',
    `/v1/statistics?from=${new Date(begin).toISOString()}&until=${new Date(end).toISOString()}`,
  )) as { totals: { messages: number } };
  const rows = (await stack.knex('stat_hours').count({ n: '*' }).first()) as { n: number };
  return {
    ok: totals.messages === count && result.messages >= count,
    messages: count,
    hours: result.hours,
    rowsOfReadModel: rows.n,
    computeMs: round(quiet.ms, 0),
    computeWhileQueriedMs: round(ms, 0),
    oneHourMs: round(one.ms, 1),
    bareMs: round(bare.ms, 0),
    ratio: round(quiet.ms / bare.ms, 2),
    apiP50Ms: round(percentile(alone, 50), 1),
    apiP99Ms: round(percentile(alone, 99), 1),
    apiWhileComputingP50Ms: round(percentile(duringTimes, 50), 1),
    apiWhileComputingP99Ms: round(percentile(duringTimes, 99), 1),
  };
}
