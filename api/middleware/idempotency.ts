import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Stores } from '../../db/database';
import type { AppId, UserId } from '../../domain/ids';
import { outcomeOf } from '../approvals/awaits-approval';
import type { ApiDeps } from '../deps';
import { createInTurn } from '../in-turn';
import { ApiError } from '../problem';

/** A POST that may be repeated. */
export interface RepeatableRequest {
  /** Keys of one owner are not those of another. */
  readonly owner: AppId | UserId;
  /** The `Idempotency-Key`; without one every request is a new one. */
  readonly header: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface OnceResult {
  /** The answer as JSON text. */
  readonly json: string;
  readonly status: number;
  readonly replayed: boolean;
}

interface HowToKeep {
  readonly status: number;
  /** See `writesOnce` in route.ts. */
  readonly writesOnce: boolean;
  /** What may be kept of the answer. */
  readonly forRepeats: (answer: unknown) => unknown;
}

/** Runs the work of one attempt in a transaction, or finds the answer of an earlier request. */
type Once = (work: (stores: Stores) => Promise<unknown>) => Promise<OnceResult>;

/**
 * Runs a request in one transaction, together with the record of its answer: the same key again gets that answer, even if
 * ten come at once, and a request that fails leaves nothing behind. `attempt` may run again when the database chose it as
 * the victim of a deadlock. Throws 422 for a bad key, and for one that came with another request. Within the work, only the
 * given stores may be used: others would need a second connection, which waiting requests may hold.
 */
export type RunOnce = <T>(
  request: RepeatableRequest,
  how: HowToKeep,
  attempt: (once: Once) => Promise<T>,
) => Promise<T>;

const VISIBLE = /^[\x21-\x7e]{1,255}$/;
const MAX_TRIES = 5;

function checkedKey(header: string | undefined): string | undefined {
  if (header === undefined || VISIBLE.test(header)) return header;
  throw new ApiError('invalid_idempotency_key', undefined, [
    { parameter: 'Idempotency-Key', code: 'invalid_format', detail: 'must have 1 to 255 visible ASCII characters' },
  ]);
}

/** Does the work again when the database chose it as the victim of a deadlock; it must leave nothing behind when it fails. */
export async function retryDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      const { code } = (error ?? {}) as { code?: unknown };
      if (code !== 'ER_LOCK_DEADLOCK' || tries === MAX_TRIES) throw error;
      await sleep(Math.random() * 20 * tries);
    }
  }
}

export function createRunOnce({ config, database }: Pick<ApiDeps, 'config' | 'database'>): RunOnce {
  // Equal requests wait here rather than in the database, where each would hold a connection.
  const inTurn = createInTurn();

  /** Keyed, because a body may hold a password, which a plain hash would let people guess. */
  function fingerprintOf({ method, path, body }: RepeatableRequest): string {
    const text = `${method} ${path}\n${JSON.stringify(body)}`;
    return createHmac('sha256', config.LUMINATE_SECRET_KEY).update(text).digest('hex');
  }
  return (request, how, attempt) => {
    const key = checkedKey(request.header);
    if (key === undefined) return retryDeadlocks(() => attempt((work) => withoutKey(database, how, work)));
    const named = { owner: request.owner, key, fingerprint: fingerprintOf(request) };
    return inTurn(`${request.owner} ${key}`, () =>
      retryDeadlocks(() => attempt((work) => withKey(database, named, how, work))),
    );
  };
}

type Work = Parameters<Once>[0];

async function withoutKey(database: Database, how: HowToKeep, work: Work): Promise<OnceResult> {
  const result = await (how.writesOnce ? work(database.stores) : database.transaction(work));
  const { answer, status } = outcomeOf(result, how.status);
  return { json: JSON.stringify(answer), status, replayed: false };
}

function withKey(
  database: Database,
  { owner, key, fingerprint }: { owner: AppId | UserId; key: string; fingerprint: string },
  how: HowToKeep,
  work: Work,
): Promise<OnceResult> {
  return database.transaction(async (stores) => {
    const stored = await stores.idempotency.take(owner, key, fingerprint);
    if (stored && stored.requestHash !== fingerprint) {
      throw new ApiError(
        'idempotency_key_reused',
        'This Idempotency-Key came before with another request: use a new one.',
      );
    }
    if (stored) return { json: stored.body, status: stored.status, replayed: true };
    const { answer, status } = outcomeOf(await work(stores), how.status);
    const kept = status === how.status ? how.forRepeats(answer) : answer;
    await stores.idempotency.keep(owner, key, status, JSON.stringify(kept));
    return { json: JSON.stringify(answer), status, replayed: false };
  });
}
