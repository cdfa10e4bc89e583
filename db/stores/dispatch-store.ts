import type { Knex } from 'knex';
import { dispatchOfBatch, newId, timeOfId, type AppId, type DispatchId, type MessageId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import { OPEN, WAITING } from '../../domain/message-status';

/** The messages that one workflow drives. */
export interface Dispatch {
  readonly id: DispatchId;
  readonly appId: AppId;
  readonly lane: Lane;
  readonly messages: number;
}

export interface DispatchStore {
  insert(dispatch: Dispatch): Promise<void>;
  /** The start of these workflows is known to have reached Temporal. */
  confirm(ids: readonly DispatchId[]): Promise<void>;
  /** Dispatches made before `madeBefore` whose start was never confirmed, oldest first. */
  unconfirmed(madeBefore: Date, limit: number): Promise<Dispatch[]>;
  /** The lanes and apps that have messages which no dispatch has taken. */
  waitingGroups(): Promise<{ appId: AppId; lane: Lane }[]>;
  /** When the oldest of those messages was made; `undefined`: there is none. */
  oldestUnclaimed(): Promise<Date | undefined>;
  /** Gives up to `limit` such messages of one lane and app, oldest first, to a new dispatch; several relays may run. */
  gather(appId: AppId, lane: Lane, limit: number): Promise<Dispatch | undefined>;
  /** Dispatches with an open message that nobody has touched since `before` and that is not waiting for a later time. */
  stalled(appIds: readonly AppId[], before: Date, limit: number): Promise<Dispatch[]>;
  /** How many messages wait, by lane and reason; `accepted` is the reason of those that nobody has looked at yet. */
  waiting(appIds: readonly AppId[]): Promise<{ lane: Lane; reason: string; messages: number }[]>;
  /** Takes the open messages of a dispatch whose workflow is gone away from it, so that the relay gathers them again. */
  release(id: DispatchId): Promise<number>;
}

interface DispatchRow {
  id: DispatchId;
  app_id: AppId;
  lane: Lane;
  messages: number;
}
const toDispatch = ({ app_id, ...row }: DispatchRow): Dispatch => ({ ...row, appId: app_id });

/** A dispatch as it is written: not yet confirmed. */
export const dispatchRow = ({ id, appId, lane, messages }: Dispatch): Record<string, unknown> => ({
  id,
  app_id: appId,
  lane,
  messages,
  created_at: new Date(),
});

export function createDispatchStore(knex: Knex): DispatchStore {
  return {
    async insert(dispatch) {
      await knex('dispatches').insert(dispatchRow(dispatch));
    },
    async confirm(ids) {
      if (ids.length > 0) await knex('dispatches').whereIn('id', ids).update({ confirmed_at: new Date() });
    },
    async unconfirmed(madeBefore, limit) {
      const rows = await knex<DispatchRow>('dispatches')
        .whereNull('confirmed_at')
        // A run starts its chunks itself, when their turn has come.
        .whereNull('run_id')
        .where('created_at', '<', madeBefore)
        .orderBy('created_at')
        .limit(limit)
        .select('id', 'app_id', 'lane', 'messages');
      return rows.map(toDispatch);
    },
    async waitingGroups() {
      // With the index's first column among the distinct ones, the database jumps from group to group.
      const rows = await knex('messages')
        .whereNull('dispatch_id')
        .distinct<{ lane: Lane; app_id: AppId }[]>('dispatch_id', 'lane', 'app_id');
      return rows.map((row) => ({ lane: row.lane, appId: row.app_id }));
    },
    async oldestUnclaimed() {
      const [first] = await knex('messages').whereNull('dispatch_id').min<{ id: MessageId | null }[]>({ id: 'id' });
      return first?.id ? new Date(timeOfId(first.id)) : undefined;
    },
    gather: (appId, lane, limit) => gather(knex, appId, lane, limit),
    async waiting(appIds) {
      const rows: unknown = await knex('messages')
        .whereIn('app_id', appIds)
        .whereIn('status', WAITING)
        .groupBy('lane', 'status', 'reason')
        .select('lane', 'status', 'reason')
        .count({ n: '*' });
      return (rows as { lane: Lane; status: string; reason: string | null; n: number | string }[]).map((row) => ({
        lane: row.lane,
        reason: row.reason ?? row.status,
        messages: Number(row.n),
      }));
    },
    stalled: (appIds, before, limit) => stalled(knex, appIds, before, limit),
    async release(id) {
      return knex('messages').where({ dispatch_id: id }).whereIn('status', OPEN).update({ dispatch_id: null });
    },
  };
}

function gather(knex: Knex, appId: AppId, lane: Lane, limit: number): Promise<Dispatch | undefined> {
  return knex.transaction(async (trx) => {
    const rows = await trx<{ id: string; lane: Lane; app_id: AppId; dispatch_id: string | null }>('messages')
      .where({ dispatch_id: null, lane, app_id: appId })
      .orderBy('id')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .select('id');
    if (rows.length === 0) return undefined;
    const dispatch: Dispatch = { id: dispatchOfBatch(newId('batch')), appId, lane, messages: rows.length };
    const ids = rows.map((row) => row.id);
    await trx('messages').whereIn('id', ids).update({ dispatch_id: dispatch.id });
    await createDispatchStore(trx).insert(dispatch);
    return dispatch;
  });
}

async function stalled(knex: Knex, appIds: readonly AppId[], before: Date, limit: number): Promise<Dispatch[]> {
  // The open messages first: there are fewer of them than dispatches that have ended.
  const rows: unknown = await knex
    .from(knex.raw('messages m FORCE INDEX (messages_status) STRAIGHT_JOIN dispatches d ON d.id = m.dispatch_id'))
    .whereIn('m.app_id', appIds)
    .whereIn('m.status', OPEN)
    .where('m.updated_at', '<', before)
    .whereRaw('(m.due_at IS NULL OR m.due_at < ?)', [before])
    // The chunks of a run wait until it starts them.
    .whereRaw('(d.run_id IS NULL OR d.confirmed_at IS NOT NULL)')
    .distinct('d.id', 'd.app_id', 'd.lane', 'd.messages')
    .limit(limit);
  return (rows as DispatchRow[]).map(toDispatch);
}
