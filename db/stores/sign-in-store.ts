import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

/** Of what attempts are counted: an email, or the address of a client. Only its hash is kept. */
export interface AttemptSubject {
  readonly kind: 'email' | 'address';
  readonly value: string;
  /** This many attempts within `windowMs`; then none for `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
}

/** Counts attempts to sign in, over all processes. */
export interface SignInStore {
  /** Counts one attempt, before it is made: so many at once are no way round the limit. The moment until which none is allowed, or `undefined`. */
  take(subject: AttemptSubject): Promise<Date | undefined>;
  /** After a success: the attempts of an email are forgotten, of those of an address one. */
  forgive(subject: AttemptSubject): Promise<void>;
}

/** How many old counters are cleared away with an attempt: more than it can add. */
const CLEARED = 10;

interface Row {
  attempts: number;
  locked_until: Date | null;
}

const idOf = ({ kind, value }: AttemptSubject): string => createHash('sha256').update(`${kind}:${value}`).digest('hex');

/** `locked_until` ends the counter, otherwise its age. Assignments happen from left to right, each seeing the ones before it. */
const COUNT = `
  INSERT INTO sign_in_attempts (id, attempts, since, locked_until) VALUES (:id, 1, :now, NULL)
  ON DUPLICATE KEY UPDATE
    attempts = IF(IF(locked_until IS NULL, since <= :windowStart, locked_until <= :now), 1, attempts + 1),
    since = IF(attempts = 1, :now, since),
    locked_until = IF(attempts = 1, NULL, IF(attempts >= :limit AND locked_until IS NULL, :until, locked_until))`;

export function createSignInStore(knex: Knex): SignInStore {
  return {
    async take(subject) {
      const { limit, windowMs } = subject;
      const id = idOf(subject);
      const now = Date.now();
      const [windowStart, until] = [new Date(now - windowMs), new Date(now + windowMs)];
      const old = new Date(now - 2 * windowMs);
      await knex('sign_in_attempts').where('since', '<', old).orderBy('since').limit(CLEARED).delete();
      await knex.raw(COUNT, { id, now: new Date(now), windowStart, until, limit });
      const row = await knex<Row & { id: string }>('sign_in_attempts').where({ id }).first();
      return row && row.attempts > limit ? (row.locked_until ?? until) : undefined;
    },
    async forgive(subject) {
      const mine = knex('sign_in_attempts').where({ id: idOf(subject) });
      if (subject.kind === 'email') await mine.delete();
      else {
        const attempts = knex.raw('IF(attempts > 1, attempts - 1, 1)');
        await mine.update({
          attempts,
          locked_until: knex.raw('IF(attempts < ?, NULL, locked_until)', [subject.limit]),
        });
      }
    },
  };
}
