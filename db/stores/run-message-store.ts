import type { Knex } from 'knex';
import { lastMessageOf, messageOfRow, sendOfRun, type DispatchId, type MessageId, type RunId } from '../../domain/ids';
import { WAITING, type DeferReason, type MessageStatus, type StatusCounts } from '../../domain/message-status';
import { readOptionalJson } from '../json';
import type { RunRow } from './chunk-store';
import type { DueMessage } from './delivery-store';
import { countByStatus } from './message-counts';
import { toMessage, type Message, type MessageRow } from './message-store';

/** The messages of a run: those of its one send. */
export interface RunMessageStore {
  /** How many are in each status; counted in an index. */
  counts(runId: RunId): Promise<StatusCounts>;
  /** How many are on a connection. */
  sending(runId: RunId): Promise<number>;
  /** Some that wait, at most `limit`. */
  waiting(runId: RunId, limit: number): Promise<DueMessage[]>;
  /** Makes messages that wait for this reason due now, at most `limit`; returns how many. */
  hasten(runId: RunId, reason: DeferReason, limit: number): Promise<number>;
  /** Dispatches that have messages which wait for a time. */
  waitingDispatches(runId: RunId): Promise<DispatchId[]>;
  /** Those with these statuses and rows above `afterRow`, as rows of a new run, in order. */
  rows(runId: RunId, statuses: readonly MessageStatus[], afterRow: number, limit: number): Promise<RunRow[]>;
  /** All of them in the order of the rows, from rows above `afterRow` on. */
  inOrder(runId: RunId, afterRow: number, limit: number): Promise<Message[]>;
}

export function createRunMessageStore(knex: Knex): RunMessageStore {
  const all = (runId: RunId): Knex.QueryBuilder => knex('messages').where({ send_id: sendOfRun(runId) });
  const withStatus = (runId: RunId, statuses: readonly MessageStatus[]): Knex.QueryBuilder =>
    all(runId).whereIn('status', statuses);
  // The ids of a run's messages stand together, in the order of its rows.
  const after = (query: Knex.QueryBuilder, runId: RunId, row: number, limit: number): Knex.QueryBuilder =>
    query.where('id', '>', messageOfRow(runId, row)).where('id', '<=', lastMessageOf(runId)).orderBy('id').limit(limit);
  return {
    counts: (runId) => countByStatus(all(runId)),
    async sending(runId) {
      const rows: unknown = await withStatus(runId, ['sending']).count({ n: '*' });
      return Number((rows as { n: number | string }[])[0]?.n ?? 0);
    },
    async waiting(runId, limit) {
      const rows: unknown = await withStatus(runId, WAITING).limit(limit).select('*');
      return (rows as MessageRow[]).map((row) => ({ ...toMessage(row), sharedVariables: undefined }));
    },
    hasten: (runId, reason, limit) => {
      const now = new Date();
      const waiting = withStatus(runId, ['deferred']).where({ reason }).where('due_at', '>', now);
      return waiting.limit(limit).update({ due_at: now, updated_at: now });
    },
    async waitingDispatches(runId) {
      const rows: unknown = await withStatus(runId, ['deferred']).distinct('dispatch_id');
      return (rows as { dispatch_id: DispatchId | null }[]).flatMap(({ dispatch_id }) => dispatch_id ?? []);
    },
    async rows(runId, statuses, afterRow, limit) {
      const query = after(withStatus(runId, statuses), runId, afterRow, limit);
      const rows: unknown = await query.select('position', 'recipient_id', 'address', 'timezone', 'variables');
      return (rows as (Omit<MessageRow, 'id'> & { id?: MessageId })[]).map((row) => ({
        row: row.position,
        recipientId: row.recipient_id ?? undefined,
        address: row.address,
        timezone: row.timezone ?? undefined,
        variables: readOptionalJson(row.variables),
      }));
    },
    async inOrder(runId, afterRow, limit) {
      const rows: unknown = await after(knex('messages'), runId, afterRow, limit);
      return (rows as MessageRow[]).map(toMessage);
    },
  };
}
