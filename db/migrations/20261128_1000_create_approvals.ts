import type { Knex } from 'knex';

/** `waiting_for` is NULL unless it waits: of what one kind of change may do to one subject, one waits at most. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE approvals (
      id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      kind VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      app_id CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      requested JSON NOT NULL,
      status VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      waiting_for VARCHAR(90) CHARACTER SET ascii COLLATE ascii_bin NULL,
      author CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      person CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      requested_at DATETIME(3) NOT NULL,
      decided_by CHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL,
      decided_at DATETIME(3) NULL,
      reason VARCHAR(500) NULL,
      shown JSON NULL,
      UNIQUE KEY approvals_waiting (waiting_for),
      KEY approvals_status (status, id),
      CONSTRAINT approvals_status_known CHECK (status IN ('waiting', 'approved', 'rejected', 'replaced', 'withdrawn'))
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE approvals');
}
