import type { ChunkCursor } from '../../db/stores/chunk-store';
import { dispatchOfChunk, type RunId } from '../../domain/ids';
import { perSecond, type Rate } from '../../domain/rules';
import { opensAt } from '../../domain/send-window';
import type { RunDeps } from './deps';

export interface ChunksAsked {
  readonly runId: RunId;
  /** Numbers of chunks that were started since it was asked last. */
  readonly started: readonly number[];
  /** After the last chunk that was told. */
  readonly cursor?: ChunkCursor | undefined;
  readonly inFlight: number;
}

/** What a run starts next. */
export interface NextChunks {
  /** In the order in which they are due. */
  readonly chunks: readonly { readonly n: number; readonly messages: number; readonly dueAt: number }[];
  /** How many chunks may be in flight. */
  readonly window: number;
  /** `all`: these are the last; `none`: the run is being cancelled, or has ended. */
  readonly left: 'some' | 'all' | 'none';
  /** When nothing is to be started: when to ask again, epoch milliseconds; absent: when something changes. */
  readonly until?: number;
  readonly because?: string;
}

/** Chunks that are driven side by side: while one is handed over the next is rendered. */
const WINDOW = 8;
/** With a rate, no more than this time's worth is under way. */
const AHEAD_SECONDS = 10;
const CHUNK = 2_000;
/** A chunk is started so long before its time: nothing of it goes sooner. */
const EARLY_MS = 2_000;

/** The chunks that a run starts next, none while it is paused or its send window is closed. Notes those that were started. */
export async function nextChunks(deps: RunDeps, asked: ChunksAsked): Promise<NextChunks> {
  const { runs, chunks } = deps.stores;
  await chunks.started(asked.started.map((n) => dispatchOfChunk(asked.runId, n)));
  const run = await runs.get(asked.runId);
  const window = windowOf(run?.settings.rate ?? null);
  const nothing = { chunks: [], window };
  if (!run || (run.state !== 'running' && run.state !== 'paused')) return { ...nothing, left: 'none' };
  if (run.state === 'paused') return { ...nothing, left: 'some', because: 'paused' };
  const opens = run.settings.sendWindow && opensAt(run.settings.sendWindow, Date.now());
  if (opens) return { ...nothing, left: 'some', until: opens, because: 'the send window is closed' };
  const complete = run.importCursor === -1;
  // By time of day the order is known only when all rows are there.
  if (run.recipientTime !== null && !complete) return { ...nothing, left: 'some', because: 'importing' };
  const room = Math.max(0, window - asked.inFlight);
  const next = await chunks.after(run.id, asked.cursor, room + 1);
  const due = next.slice(0, room).filter(({ dueAt }) => !dueAt || dueAt.getTime() - EARLY_MS <= Date.now());
  const last = complete && due.length === next.length;
  const waits = due.length === 0 ? next[0]?.dueAt : undefined;
  return {
    chunks: due.map(({ n, messages, dueAt }) => ({ n, messages, dueAt: dueAt?.getTime() ?? 0 })),
    window,
    left: last ? 'all' : 'some',
    ...(waits && { until: waits.getTime() - EARLY_MS, because: 'the time of the next recipients' }),
  };
}

function windowOf(rate: Rate | null): number {
  if (!rate) return WINDOW;
  const ahead = perSecond(rate) * AHEAD_SECONDS;
  return Math.min(WINDOW, Math.max(1, Math.ceil(ahead / CHUNK)));
}
