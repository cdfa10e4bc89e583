import type { Knex } from 'knex';
import type { Approval, ApprovalKind, ApprovalStatus, ShownChange } from '../../domain/approval';
import type { ApiKeyId, AppId, ApprovalId, UserId } from '../../domain/ids';
import { isDuplicateKey } from '../errors';
import { readJson, readOptionalJson } from '../json';

export type NewApproval = Pick<Approval, 'id' | 'kind' | 'subject' | 'appId' | 'change' | 'author' | 'person'>;

export interface Decision {
  readonly to: 'approved' | 'rejected' | 'withdrawn';
  readonly by: ApiKeyId | UserId;
  readonly reason: string | null;
  readonly shown: ShownChange;
}

export interface ApprovalFilter {
  readonly status?: ApprovalStatus | undefined;
  readonly kinds: readonly ApprovalKind[];
  /** A key, or a person with the keys that stand for them. */
  readonly author?: string | undefined;
  /** What belongs to no app, or to this one; absent: to any. */
  readonly app?: AppId | undefined;
  /** Only older ones. */
  readonly after?: ApprovalId | undefined;
  readonly limit: number;
}

/** Changes that wait for approval, and what became of them; none is ever removed. */
export interface ApprovalStore {
  /** Lets a change wait; one that waited for the same is `replaced`. */
  ask(approval: NewApproval): Promise<Approval>;
  get(id: ApprovalId): Promise<Approval | undefined>;
  /** What waits for these subjects, by subject. */
  waitingFor(kind: ApprovalKind, subjects: readonly string[]): Promise<Map<string, Approval>>;
  /** Newest first. */
  list(filter: ApprovalFilter): Promise<Approval[]>;
  /** How many wait, by kind; kinds of which none waits are left out. */
  countWaiting(): Promise<{ kind: ApprovalKind; approvals: number }[]>;
  /** Decides on one that waits, and forgets what is `sealed` in its change; false when it waits no more. */
  decide(id: ApprovalId, decision: Decision): Promise<boolean>;
  /** Ends what waits for the subject, if anything does: it was changed otherwise (`replaced`), or is no more (`withdrawn`). */
  endWaiting(kind: ApprovalKind, subject: string, to: 'replaced' | 'withdrawn', by: ApiKeyId | UserId): Promise<void>;
}

interface Row {
  id: ApprovalId;
  kind: ApprovalKind;
  subject: string;
  app_id: AppId | null;
  requested: unknown;
  status: ApprovalStatus;
  waiting_for: string | null;
  author: ApiKeyId | UserId;
  person: UserId | null;
  requested_at: Date;
  decided_by: ApiKeyId | UserId | null;
  decided_at: Date | null;
  reason: string | null;
  shown: unknown;
}

const toApproval = (row: Row): Approval => ({
  id: row.id,
  kind: row.kind,
  subject: row.subject,
  appId: row.app_id,
  change: readJson(row.requested),
  status: row.status,
  author: row.author,
  person: row.person,
  requestedAt: row.requested_at,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at,
  reason: row.reason,
  shown: readOptionalJson<ShownChange>(row.shown) ?? null,
});

const placeOf = (kind: ApprovalKind, subject: string): string => `${kind}/${subject}`;

/** Nobody needs the sealed secrets of a change any more that has been decided. */
const WITHOUT_SECRETS = "JSON_REMOVE(requested, '$.sealed')";

export function createApprovalStore(knex: Knex): ApprovalStore {
  const rows = () => knex<Row>('approvals');
  const get: ApprovalStore['get'] = async (id) => {
    const row = await rows().where({ id }).first();
    return row && toApproval(row);
  };
  // Always by its id: two ways to the same row would lock each other out.
  const end = async (id: ApprovalId, columns: Partial<Row>): Promise<boolean> => {
    const decided = { waiting_for: null, decided_at: new Date(), requested: knex.raw(WITHOUT_SECRETS), ...columns };
    return (await rows().where({ id, status: 'waiting' }).update(decided)) > 0;
  };
  const endWaiting: ApprovalStore['endWaiting'] = async (kind, subject, to, by) => {
    const found = await rows()
      .where({ waiting_for: placeOf(kind, subject) })
      .first('id');
    if (found) await end(found.id, { status: to, decided_by: by });
  };
  return {
    async ask({ id, kind, subject, appId, change, author, person }) {
      const row: Row = {
        ...{ id, kind, subject, app_id: appId, requested: JSON.stringify(change), status: 'waiting' },
        ...{ waiting_for: placeOf(kind, subject), author, person, requested_at: new Date() },
        ...{ decided_by: null, decided_at: null, reason: null, shown: null },
      };
      for (;;) {
        await endWaiting(kind, subject, 'replaced', author);
        try {
          await knex('approvals').insert(row);
          return toApproval(row);
        } catch (error) {
          // Somebody else has just asked for the same: ours is the newer one.
          if (!isDuplicateKey(error)) throw error;
        }
      }
    },
    get,
    async waitingFor(kind, subjects) {
      if (subjects.length === 0) return new Map();
      const found = await rows().whereIn(
        'waiting_for',
        subjects.map((subject) => placeOf(kind, subject)),
      );
      return new Map(found.map((row) => [row.subject, toApproval(row)]));
    },
    async list({ status, kinds, author, app, after, limit }) {
      const query = rows().whereIn('kind', kinds).orderBy('id', 'desc').limit(limit);
      if (status) void query.where({ status });
      if (author !== undefined) void query.whereRaw('(author = ? OR person = ?)', [author, author]);
      if (app !== undefined) void query.whereRaw('(app_id IS NULL OR app_id = ?)', [app]);
      if (after !== undefined) void query.where('id', '<', after);
      return (await query).map(toApproval);
    },
    countWaiting: () => countWaiting(knex),
    decide: (id, { to, by, reason, shown }) =>
      end(id, { status: to, decided_by: by, reason, shown: JSON.stringify(shown) }),
    endWaiting,
  };
}

async function countWaiting(knex: Knex): Promise<{ kind: ApprovalKind; approvals: number }[]> {
  const found: unknown = await knex('approvals')
    .whereNotNull('waiting_for')
    .groupBy('kind')
    .select('kind')
    .count({ n: '*' });
  return (found as { kind: ApprovalKind; n: number | string }[]).map(({ kind, n }) => ({ kind, approvals: Number(n) }));
}
