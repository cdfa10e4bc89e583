import type { Knex } from 'knex';
import type { Variables } from '../../domain/content';
import { dispatchOfChunk, messageOfRow, sendOfRun, type DispatchId, type RunId } from '../../domain/ids';
import { OPEN } from '../../domain/message-status';
import { IMPORTING, type Run } from '../../domain/run';
import { isDuplicateKey } from '../errors';
import { insertGiven, type GivenRow } from './given-rows';

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

/** The chunks in which a run's messages are driven. */
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
}

interface DispatchRow {
  id: DispatchId;
  chunk: number;
  messages: number;
  due_at: Date | null;
}
const toChunk = ({ chunk, messages, due_at }: DispatchRow): Chunk => ({ n: chunk, messages, dueAt: due_at });

/** Rolls an import back that somebody else has made. */
class Overtaken extends Error {}

/** Rows in one INSERT; with long variables it stays far below the 16 MB that a server takes by default. */
const ROWS_PER_INSERT = 1_000;

export function createChunkStore(knex: Knex): ChunkStore {
  return {
    async add(run, chunks, from, to) {
      try {
        await knex.transaction((trx) => add(trx, run, chunks, from, to));
        return true;
      } catch (error) {
        if (error instanceof Overtaken || isDuplicateKey(error)) return false;
        throw error;
      }
    },
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
  };
}

async function add(
  trx: Knex.Transaction,
  run: Run,
  chunks: readonly NewChunk[],
  from: number,
  to: number,
): Promise<void> {
  const now = new Date();
  const found: unknown = await trx('runs').where({ id: run.id }).select('chunks');
  const last = (found as { chunks: number }[])[0]?.chunks ?? 0;
  const named = chunks.map((chunk, i) => ({ ...chunk, n: last + 1 + i, id: dispatchOfChunk(run.id, last + 1 + i) }));
  const { appId: app_id, lane } = run;
  if (named.length > 0) {
    await trx('dispatches').insert(
      named.map(({ id, n, rows, dueAt }) => ({
        ...{ id, app_id, lane, messages: rows.length, created_at: now },
        ...{ run_id: run.id, chunk: n, due_at: dueAt },
      })),
    );
  }
  const messages = named.flatMap(({ id, rows, dueAt }) => rows.map((row) => messageRow(run, row, id, dueAt)));
  for (let i = 0; i < messages.length; i += ROWS_PER_INSERT) {
    await insertGiven(trx, 'messages', messages.slice(i, i + ROWS_PER_INSERT), commonOf(run, now));
  }
  // Last, so that the row of the run, at which every hand-over looks, is not held while all this is written.
  const mine = await trx('runs')
    .where({ id: run.id, import_cursor: from, chunks: last })
    .whereIn('state', IMPORTING)
    .increment({ imported: messages.length, chunks: named.length })
    .update({ import_cursor: to, updated_at: now });
  if (mine === 0) throw new Overtaken();
}

/** What all messages of a run have in common. */
function commonOf(run: Run, now: Date): GivenRow {
  return {
    send_id: sendOfRun(run.id),
    app_id: run.appId,
    template_id: run.templateId,
    template_version: run.templateVersion,
    lane: run.lane,
    created_at: now,
    updated_at: now,
  };
}

function messageRow(run: Run, row: RunRow, dispatchId: DispatchId, dueAt: Date | null): GivenRow {
  return {
    id: messageOfRow(run.id, row.row),
    position: row.row,
    recipient_id: row.recipientId ?? null,
    address: row.address,
    timezone: row.timezone ?? null,
    variables: row.variables,
    status: dueAt ? 'deferred' : 'accepted',
    reason: dueAt ? 'scheduled' : null,
    due_at: dueAt,
    send_at: dueAt,
    dispatch_id: dispatchId,
  };
}
