import type { Knex } from 'knex';
import type { Variables } from '../../domain/content';
import {
  dispatchOfChunk,
  messageOfRow,
  sendOfRun,
  type DispatchId,
  type MessageId,
  type RunId,
} from '../../domain/ids';
import { OPEN, type MessageStatus } from '../../domain/message-status';
import { OPEN_RUN_STATES, type Run } from '../../domain/run';
import { readOptionalJson, writeJson } from '../json';

/** A recipient of a run. */
export interface RunRow {
  /** Number in the audience, from 1. */
  readonly row: number;
  readonly recipientId?: string | undefined;
  readonly address: string;
  readonly timezone?: string | undefined;
  readonly variables: Variables | undefined;
}

/** The messages that one workflow of a run drives: at most 2,000, all due at the same time. */
export interface NewChunk {
  /** `null`: at once. */
  readonly dueAt: Date | null;
  readonly rows: readonly RunRow[];
}

export interface Chunk {
  readonly n: number;
  readonly messages: number;
  readonly dueAt: Date | null;
}

/** Where the order of chunks goes on: by time, then by number. */
export interface ChunkCursor {
  /** Epoch milliseconds; 0: none. */
  readonly dueAt: number;
  readonly n: number;
}

/** A run's messages and the chunks that they are driven in. */
export interface ChunkStore {
  /**
   * Makes the next rows of a run into messages, all or nothing, and moves its import on from `from` to `to`. False when that has
   * been done already, or the run is being cancelled: then nothing changes. Another call for the same rows makes no second message.
   */
  add(run: Run, chunks: readonly NewChunk[], from: number, to: number): Promise<boolean>;
  /** The next chunks after `cursor`, by time and number. */
  after(runId: RunId, cursor: ChunkCursor | undefined, limit: number): Promise<Chunk[]>;
  /** Their workflows have been started. */
  started(ids: readonly DispatchId[]): Promise<void>;
  /** Chunks that still have open messages, lowest number first. */
  open(runId: RunId, limit: number): Promise<Chunk[]>;
  /** Messages of a run in these statuses, with rows above `afterRow`, in order. */
  rowsOf(runId: RunId, statuses: readonly MessageStatus[], afterRow: number, limit: number): Promise<RunRow[]>;
}

interface DispatchRow {
  id: DispatchId;
  chunk: number;
  messages: number;
  due_at: Date | null;
}
const toChunk = ({ chunk, messages, due_at }: DispatchRow): Chunk => ({ n: chunk, messages, dueAt: due_at });

/** Rows in one INSERT; with long variables it stays far below the 16 MB that a server takes by default. */
const ROWS_PER_INSERT = 1_000;

export function createChunkStore(knex: Knex): ChunkStore {
  return {
    add: (run, chunks, from, to) => knex.transaction((trx) => add(trx, run, chunks, from, to)),
    async after(runId, cursor, limit) {
      const query = knex('dispatches').where({ run_id: runId });
      if (cursor) {
        const time = cursor.dueAt === 0 ? null : new Date(cursor.dueAt);
        // NULL sorts first, on both databases.
        if (time) void query.whereRaw('(due_at > ? OR (due_at = ? AND chunk > ?))', [time, time, cursor.n]);
        else void query.whereRaw('(due_at IS NOT NULL OR chunk > ?)', [cursor.n]);
      }
      const rows: unknown = await query
        .orderBy(['due_at', 'chunk'])
        .limit(limit)
        .select('id', 'chunk', 'messages', 'due_at');
      return (rows as DispatchRow[]).map(toChunk);
    },
    async started(ids) {
      if (ids.length > 0) await knex('dispatches').whereIn('id', ids).update({ confirmed_at: new Date() });
    },
    async open(runId, limit) {
      const ids = knex('messages')
        .where({ send_id: sendOfRun(runId) })
        .whereIn('status', OPEN)
        .distinct('dispatch_id')
        .limit(limit);
      const rows: unknown = await knex(ids.as('open'))
        .join('dispatches as d', 'd.id', 'open.dispatch_id')
        .orderBy('d.chunk')
        .select('d.id', 'd.chunk', 'd.messages', 'd.due_at');
      return (rows as DispatchRow[]).map(toChunk);
    },
    async rowsOf(runId, statuses, afterRow, limit) {
      const rows: unknown = await knex('messages')
        .where('id', '>', messageOfRow(runId, afterRow))
        .where('id', '<=', messageOfRow(runId, 32 ** 7 - 1))
        .where({ send_id: sendOfRun(runId) })
        .whereIn('status', statuses)
        .orderBy('id')
        .limit(limit)
        .select('position', 'recipient_id', 'address', 'timezone', 'variables');
      return (rows as MessageColumns[]).map((row) => ({
        row: row.position,
        recipientId: row.recipient_id ?? undefined,
        address: row.address,
        timezone: row.timezone ?? undefined,
        variables: readOptionalJson(row.variables),
      }));
    },
  };
}

interface MessageColumns {
  position: number;
  recipient_id: string | null;
  address: string;
  timezone: string | null;
  variables: unknown;
}

async function add(
  trx: Knex.Transaction,
  run: Run,
  chunks: readonly NewChunk[],
  from: number,
  to: number,
): Promise<boolean> {
  const now = new Date();
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows.length, 0);
  // First, so that whoever does the same waits here and then finds it done.
  const mine = await trx('runs')
    .where({ id: run.id, import_cursor: from })
    .whereIn(
      'state',
      OPEN_RUN_STATES.filter((state) => state !== 'cancelling'),
    )
    .increment({ imported: rows, chunks: chunks.length })
    .update({ import_cursor: to, updated_at: now });
  if (mine === 0) return false;
  const [{ chunks: last = 0 } = {}] = (await trx('runs').where({ id: run.id }).select('chunks')) as {
    chunks?: number;
  }[];
  const first = last - chunks.length + 1;
  const named = chunks.map((chunk, i) => ({ ...chunk, n: first + i, id: dispatchOfChunk(run.id, first + i) }));
  if (named.length === 0) return true;
  const { appId: app_id, lane } = run;
  await trx('dispatches').insert(
    named.map(({ id, n, rows: own, dueAt }) => ({
      ...{ id, app_id, lane, messages: own.length, created_at: now },
      ...{ run_id: run.id, chunk: n, due_at: dueAt },
    })),
  );
  const messages = named.flatMap(({ id, rows: own, dueAt }) => own.map((row) => messageRow(run, row, id, dueAt, now)));
  for (let i = 0; i < messages.length; i += ROWS_PER_INSERT) {
    await trx('messages').insert(messages.slice(i, i + ROWS_PER_INSERT));
  }
  return true;
}

function messageRow(
  run: Run,
  row: RunRow,
  dispatchId: DispatchId,
  dueAt: Date | null,
  now: Date,
): Record<string, unknown> & { id: MessageId } {
  return {
    id: messageOfRow(run.id, row.row),
    send_id: sendOfRun(run.id),
    app_id: run.appId,
    template_id: run.templateId,
    template_version: run.templateVersion,
    lane: run.lane,
    position: row.row,
    recipient_id: row.recipientId ?? null,
    address: row.address,
    timezone: row.timezone ?? null,
    variables: writeJson(row.variables),
    status: dueAt ? 'deferred' : 'accepted',
    reason: dueAt ? 'scheduled' : null,
    due_at: dueAt,
    send_at: dueAt,
    dispatch_id: dispatchId,
    created_at: now,
    updated_at: now,
  };
}
