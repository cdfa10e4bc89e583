import type { Knex } from 'knex';
import type { AccountId } from '../../domain/ids';
import type { RuleName } from '../../domain/rules';
import { isDuplicateKey } from '../errors';
import { readJson } from '../json';

export interface RuleVersion {
  readonly name: RuleName;
  /** From 1; the highest is the current one. */
  readonly version: number;
  /** As it was stored: whoever reads it checks that it still fits. */
  readonly value: unknown;
  /** Id of the API key that wrote it, or `system`. */
  readonly author: string;
  readonly note: string | null;
  readonly createdAt: Date;
}

export interface RuleChange {
  readonly name: RuleName;
  readonly author: string;
  readonly note?: string | null | undefined;
  /** Write only while this version is the current one; 0: while there is none. */
  readonly expectedVersion?: number | undefined;
}

/** Versions of rules; none is ever changed or removed. Reads reject after 3 seconds without an answer. */
export interface RuleStore {
  /** The current version of every rule that has one. */
  all(): Promise<RuleVersion[]>;
  /** The newest version, or the newest one below `before`. */
  newest(name: RuleName, before?: number): Promise<RuleVersion | undefined>;
  get(name: RuleName, version: number): Promise<RuleVersion | undefined>;
  /** Newest first, at most `limit`, below version `before` if given. */
  history(name: RuleName, limit: number, before?: number): Promise<RuleVersion[]>;
  /** Number of the current version by name: what is asked all the time. */
  numbers(): Promise<Map<string, number>>;
  /**
   * Adds a version whose value `next` makes from the current one; writers at once each get a version, and none loses what the
   * other wrote. Returns the current number instead when it is not `expectedVersion`.
   */
  add(change: RuleChange, next: (current: RuleVersion | undefined) => unknown): Promise<RuleVersion | number>;
  /** Within a transaction: keeps these accounts from being deleted before its end. Those gone already are simply not found. */
  holdAccounts(ids: readonly AccountId[]): Promise<void>;
}

interface RuleRow {
  name: RuleName;
  version: number;
  value: unknown;
  author: string;
  note: string | null;
  created_at: Date;
}

/** A connection that died without a word must not keep a process from hearing of changes. */
const READ_TIMEOUT_MS = 3_000;

/** A text that is no JSON is what MySQL makes of a JSON string; no rule is a text, so whoever checks the value refuses it. */
function valueOf(stored: unknown): unknown {
  try {
    return readJson(stored);
  } catch {
    return stored;
  }
}

const toVersion = (row: RuleRow): RuleVersion => ({
  name: row.name,
  version: row.version,
  value: valueOf(row.value),
  author: row.author,
  note: row.note,
  createdAt: row.created_at,
});

export function createRuleStore(knex: Knex): RuleStore {
  const rows = () => knex<RuleRow>('rule_versions');
  const history: RuleStore['history'] = async (name, limit, before) => {
    const query = rows().where({ name }).orderBy('version', 'desc').limit(limit).timeout(READ_TIMEOUT_MS);
    if (before !== undefined) void query.where('version', '<', before);
    return (await query).map(toVersion);
  };
  const newest: RuleStore['newest'] = async (name, before) => (await history(name, 1, before))[0];
  return {
    async all() {
      const newestOfEach = rows().select('name').max('version').groupBy('name');
      return (await rows().whereIn(['name', 'version'], newestOfEach)).map(toVersion);
    },
    newest,
    async get(name, version) {
      const row = await rows().where({ name, version }).first();
      return row && toVersion(row);
    },
    history,
    async numbers() {
      const found = await rows().select('name').max({ newest: 'version' }).groupBy('name').timeout(READ_TIMEOUT_MS);
      return new Map(found.map(({ name, newest: version }) => [name, Number(version)]));
    },
    async add({ name, author, note = null, expectedVersion }, next) {
      for (;;) {
        const current = await newest(name);
        const number = current?.version ?? 0;
        if (expectedVersion !== undefined && expectedVersion !== number) return number;
        const written = { name, version: number + 1, author, note };
        const [value, now] = [next(current), new Date()];
        try {
          await knex('rule_versions').insert({ ...written, value: JSON.stringify(value), created_at: now });
          return { ...written, value, createdAt: now };
        } catch (error) {
          // Somebody else has just written this version: go by theirs.
          if (!isDuplicateKey(error)) throw error;
        }
      }
    },
    async holdAccounts(ids) {
      if (ids.length > 0) await knex('accounts').whereIn('id', ids).forShare().select('id');
    },
  };
}
