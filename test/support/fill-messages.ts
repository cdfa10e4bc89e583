import type { Knex } from 'knex';
import { firstIdAt, newId, type AppId, type DispatchId, type MessageId, type SendId } from '../../domain/ids';

/** A big table to ask for plans. Message `n` is the n-th oldest; two neighbours are 32.768 s apart. */
export interface FilledMessages {
  /** Big, middle and small: 70, 25 and 5 % of the rows. */
  readonly apps: readonly [AppId, AppId, AppId];
  timeOf(n: number): Date;
  idOf(n: number): MessageId;
  /** A send of one app has up to 100 messages; `n` is one of them. */
  sendOf(n: number): SendId;
  dispatchOf(n: number): DispatchId;
}

const COUNT = 200_000;
/** Ids begin with the time in ten digits of base 32: with this step only the fourth to the seventh of them vary. */
const STEP_MS = 32 ** 3;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const JUNE = Date.parse('2026-06-01T00:00:00Z');
const BASE = JUNE - (JUNE % 32 ** 7);

const fourDigits = (expression: string): string =>
  [3, 2, 1, 0].map((k) => `SUBSTR('${ALPHABET}', 1 + (${expression}) DIV ${32 ** k} % 32, 1)`).join(', ');
/** An id made in SQL, with the time of message `expression`. */
const idSql = (prefix: string, expression: string): string =>
  `CONCAT('${prefix}_', '${firstIdAt('msg', BASE).slice(4, 7)}', ${fourDigits(expression)}, '${'0'.repeat(19)}')`;

const timeSql = `TIMESTAMPADD(MICROSECOND, (${BASE} + n * ${STEP_MS}) * 1000, '1970-01-01')`;

/** Every fifth message goes to one of 20 addresses out of 20,000; statuses as in a system that has run for months. */
const ROWS = `
  INSERT INTO messages (id, send_id, app_id, template_id, template_version, lane, position, address, status, due_at,
    dispatch_id, created_at, updated_at)
  WITH digits AS (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL
      SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9),
    numbers AS (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 100000 * f.d AS n
      FROM digits a, digits b, digits c, digits d, digits e, digits f WHERE f.d < ${COUNT / 100_000}),
    drawn AS (SELECT n, CRC32(n) % 100 AS app, CRC32(n + 7) % 100 AS tpl, CRC32(n + 13) % 1000 AS st FROM numbers)
  SELECT ${idSql('msg', 'n')}, ${idSql('snd', 'n - n % 100')},
    CASE WHEN app < 70 THEN :big WHEN app < 95 THEN :middle ELSE :small END,
    CASE WHEN tpl < 60 THEN 1 WHEN tpl < 85 THEN 2 WHEN tpl < 95 THEN 3 WHEN tpl < 99 THEN 4 ELSE 5 END, 1,
    'email.notice', n % 100,
    CONCAT('user', IF(n % 5 = 0, CRC32(n) % 20, CRC32(n + 3) % 20000), '@example.com'),
    CASE WHEN st < 800 THEN 'sent' WHEN st < 930 THEN 'delivered' WHEN st < 960 THEN 'deduplicated'
      WHEN st < 980 THEN 'capped' WHEN st < 994 THEN 'failed' WHEN st < 998 THEN 'deferred' ELSE 'accepted' END,
    IF(st BETWEEN 994 AND 997, :later, NULL),
    IF(n % 500 = 499, NULL, CONCAT('send/', ${idSql('snd', 'n - n % 1000')})),
    ${timeSql}, ${timeSql}
  FROM drawn ORDER BY n`;

/** Fills `messages` with 200,000 rows and lets the database count them; takes some seconds. */
export async function fillMessages(knex: Knex): Promise<FilledMessages> {
  const apps = [newId('app'), newId('app'), newId('app')] as const;
  const [big, middle, small] = apps;
  await knex.raw(ROWS, { big, middle, small, later: new Date(Date.now() + 86_400_000) });
  await knex.raw('ANALYZE TABLE messages');
  const at = (n: number): number => BASE + n * STEP_MS;
  const sendOf = (n: number): SendId => firstIdAt('snd', at(n - (n % 100)));
  return {
    apps,
    timeOf: (n) => new Date(at(n)),
    idOf: (n) => firstIdAt('msg', at(n)),
    sendOf,
    dispatchOf: (n) => `send/${sendOf(n - (n % 1000))}` as DispatchId,
  };
}
