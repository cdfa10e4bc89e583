import type { Knex } from 'knex';
import type { AuditAction, AuditEntry, AuditSubject, NewAuditEntry } from '../../domain/audit';
import type { AppId } from '../../domain/ids';
import { FIRST_HASH, hashOfRow, toEntry, toRow, type AuditRow } from './audit-row';
import { holdUsers } from './user-store';

/** Filters are exact and add up. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: AuditAction | undefined;
  /** All actions of an area. */
  readonly area?: string | undefined;
  readonly subjectKind?: AuditSubject | undefined;
  /** Only with `subjectKind`. */
  readonly subjectId?: string | undefined;
  readonly appId?: AppId | undefined;
  readonly outcome?: 'done' | 'refused' | undefined;
  readonly requestId?: string | undefined;
  /** From this moment on. */
  readonly from?: Date | undefined;
  /** Before this moment. */
  readonly until?: Date | undefined;
  /** Only entries before this one: newest first. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** The last entry of the chain. Kept elsewhere, it proves that nothing up to there was changed or taken away. */
export interface AuditHead {
  readonly id: number;
  readonly hash: string;
}

/** `broken`: the first entry that is not as it was written, and how that shows. */
export type AuditVerification =
  | { readonly ok: true; readonly head: AuditHead }
  | { readonly ok: false; readonly id: number; readonly broken: 'missing' | 'changed' | 'added' | 'not_as_noted' };

/** The audit log. Entries are added and read; nothing here changes or removes one. */
export interface AuditStore {
  /** Adds an entry, with secrets masked, as the last of the chain; holds the head of the chain to the end of the transaction. */
  add(entry: NewAuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<AuditEntry[]>;
  /** Within a transaction: nobody else changes it before the end. Subjects that are no row of their own cannot be held. */
  hold(kind: AuditSubject, id: string): Promise<void>;
  /** Reads the whole chain, a batch at a time. `noted`: heads that were kept elsewhere. */
  verify(noted?: readonly AuditHead[]): Promise<AuditVerification>;
}

const BATCH = 1_000;
const [EARLIEST, LATEST] = [Date.UTC(2000, 0, 1), Date.UTC(9999, 11, 31)];

/** Where subjects have their row. */
const TABLES: Partial<Record<AuditSubject, string>> = {
  account: 'accounts',
  audience: 'audiences',
  campaign: 'campaigns',
  key: 'api_keys',
  suppression: 'suppressions',
  template: 'templates',
  webhook: 'webhook_endpoints',
};

interface HeadRow extends AuditHead {
  readonly at: Date;
}

const headOf = async (knex: Knex, hold: boolean): Promise<HeadRow> => {
  const query = knex<HeadRow & { one: number }>('audit_head').where({ one: 1 });
  const head = await (hold ? query.forUpdate() : query).first();
  if (!head) throw new Error('audit_head has no row: the audit log cannot be written. Restore it (docs/audit.md).');
  return head;
};

/** The number of the first entry at or after a moment; `undefined`: there is none. Times never go back. */
async function firstAt(knex: Knex, moment: Date): Promise<number | undefined> {
  // What a DATETIME can hold.
  const time = new Date(Math.min(Math.max(moment.getTime(), EARLIEST), LATEST));
  const row = await knex<AuditRow>('audit_log').where('at', '>=', time).orderBy('at').orderBy('id').first('id');
  return row?.id;
}

async function list(knex: Knex, filter: AuditFilter): Promise<AuditEntry[]> {
  const query = knex<AuditRow>('audit_log').orderBy('id', 'desc').limit(filter.limit);
  const equal: Partial<Record<keyof AuditRow, string | undefined>> = {
    actor_id: filter.actor,
    action: filter.action,
    area: filter.area,
    subject_kind: filter.subjectKind,
    subject_id: filter.subjectId,
    app_id: filter.appId,
    outcome: filter.outcome,
    request_id: filter.requestId,
  };
  for (const [column, value] of Object.entries(equal)) if (value !== undefined) void query.where(column, value);
  // By number, so that every index above serves: an index can be walked backwards by its last column only.
  if (filter.from) {
    const first = await firstAt(knex, filter.from);
    if (first === undefined) return [];
    void query.where('id', '>=', first);
  }
  const end = filter.until && (await firstAt(knex, filter.until));
  if (end !== undefined) void query.where('id', '<', end);
  if (filter.before !== undefined) void query.where('id', '<', filter.before);
  return (await query).map(toEntry);
}

async function verify(knex: Knex, noted: readonly AuditHead[]): Promise<AuditVerification> {
  const head = await headOf(knex, false);
  const beyond = noted.find(({ id }) => id > head.id);
  let last: AuditHead = { id: 0, hash: FIRST_HASH };
  while (last.id < head.id) {
    const rows = await knex<AuditRow>('audit_log').where('id', '>', last.id).orderBy('id').limit(BATCH);
    if (rows.length === 0) return { ok: false, id: last.id + 1, broken: 'missing' };
    for (const row of rows) {
      const { id } = row;
      if (id > last.id + 1) return { ok: false, id: last.id + 1, broken: 'missing' };
      if (row.hash !== hashOfRow(last.hash, row)) return { ok: false, id, broken: 'changed' };
      if (noted.some((other) => other.id === id && other.hash !== row.hash)) {
        return { ok: false, id, broken: 'not_as_noted' };
      }
      last = { id, hash: row.hash };
      if (id === head.id) break;
    }
  }
  if (last.hash !== head.hash) return { ok: false, id: last.id, broken: 'changed' };
  if (beyond) return { ok: false, id: head.id + 1, broken: 'missing' };
  // In one statement: entries may be added while we read.
  const added = await knex<AuditRow>('audit_log')
    .where('id', '>', knex('audit_head').where({ one: 1 }).select('id'))
    .orderBy('id')
    .first('id');
  return added ? { ok: false, id: added.id, broken: 'added' } : { ok: true, head: last };
}

export function createAuditStore(knex: Knex): AuditStore {
  return {
    add: (entry) =>
      knex.transaction(async (trx) => {
        const head = await headOf(trx, true);
        const at = new Date(Math.max(Date.now(), head.at.getTime()));
        const row = toRow(entry, { id: head.id + 1, at, before: head.hash });
        await trx('audit_log').insert(row);
        await trx('audit_head').where({ one: 1 }).update({ id: row.id, hash: row.hash, at });
      }),
    list: (filter) => list(knex, filter),
    async hold(kind, id) {
      if (kind === 'user') await holdUsers(knex);
      const table = TABLES[kind];
      if (table !== undefined) await knex(table).where({ id }).forUpdate().select('id');
    },
    verify: (noted = []) => verify(knex, noted),
  };
}
