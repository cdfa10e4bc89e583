import type { Knex } from 'knex';

const STATUSES = [
  'accepted',
  'deferred',
  'sending',
  'sent',
  'delivered',
  'bounced',
  'undelivered',
  'complained',
  'discarded',
  'suppressed',
  'deduplicated',
  'capped',
  'shielded',
  'recalled',
  'expired',
  'failed',
  'unknown',
];
const BUCKETS = Array.from({ length: 17 }, (_, i) => i);

const COUNTS = [
  ...STATUSES.map((status) => `n_${status}`),
  'emails',
  'segments',
  'unsized',
  ...BUCKETS.map((i) => `accept_${i}`),
  ...BUCKETS.map((i) => `deliver_${i}`),
];
const SUMS = ['accept_ms', 'deliver_ms'];

/**
 * The read model of statistics: messages by the hour of their acceptance and what they have in common. Made anew from the
 * messages, never counted up. `account_id` and `run_id` are empty where there is none. An app's hours stand together; an hour of
 * all apps is replaced by the second index. The columns are those of domain/statistics.ts.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE stat_hours (
      hour DATETIME(3) NOT NULL,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      template_id BIGINT UNSIGNED NOT NULL,
      lane VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      account_id VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      run_id VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      ${COUNTS.map((name) => `${name} INT UNSIGNED NOT NULL DEFAULT 0,`).join('\n      ')}
      ${SUMS.map((name) => `${name} BIGINT UNSIGNED NOT NULL DEFAULT 0,`).join('\n      ')}
      PRIMARY KEY (app_id, hour, template_id, lane, account_id, run_id),
      KEY stat_hours_hour (hour)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE stat_hours');
}
