import type { Knex } from 'knex';
import { newId, runOfDispatch, type AppId, type MessageId, type RunId } from '../../domain/ids';
import type { MessageStatus } from '../../domain/message-status';
import type { Run } from '../../domain/run';
import {
  eventOfRunState,
  eventOfStatus,
  type MessageEventData,
  type RunEventData,
  type WebhookEvent,
} from '../../domain/webhook';
import { readOptionalJson } from '../json';
import type { MessageRow } from './message-store';

/** For how long it is believed who listens, in milliseconds: an endpoint is told of what happens from so long after its creation on. */
const BELIEVED_MS = 1_000;

/** A message that may change, with its app if the caller knows it: then nothing is asked for apps that nobody listens to. */
export interface ChangingMessage {
  readonly id: MessageId;
  readonly appId?: AppId | undefined;
}

/**
 * Writes events of apps with enabled endpoints into the transaction of the change that they tell of, so that a crash leaves both or
 * neither. Who listens is asked for once a second in each process, over the connection that is at hand.
 */
export interface WebhookOutbox {
  /**
   * Runs the `change`, which leads messages into `status` and tells how many it changed, and notes the events of those that got there.
   * Where nobody listens to any of them, it only runs the change.
   */
  messages(
    knex: Knex,
    status: MessageStatus,
    messages: readonly ChangingMessage[],
    change: (knex: Knex) => Promise<number>,
  ): Promise<number>;
  /** Notes messages of a transaction that were made with a status of which apps are told. */
  madeMessages(
    trx: Knex,
    made: readonly (ChangingMessage & { readonly appId: AppId; readonly status: MessageStatus })[],
  ): Promise<void>;
  /** The same for one change of a run. */
  run(knex: Knex, id: RunId, state: Run['state'], change: (knex: Knex) => Promise<number>): Promise<number>;
}

/** One per database: every store of it shares what is known of who listens. */
export function createWebhookOutbox(): WebhookOutbox {
  let known: { readonly apps: ReadonlySet<AppId>; readonly until: number } = { apps: new Set(), until: 0 };

  async function listening(knex: Knex): Promise<ReadonlySet<AppId>> {
    if (performance.now() < known.until) return known.apps;
    const apps = await knex('webhook_endpoints')
      .where({ state: 'enabled' })
      .distinct('app_id')
      .pluck<AppId[]>('app_id');
    known = { apps: new Set(apps), until: performance.now() + BELIEVED_MS };
    return known.apps;
  }
  const among = (apps: ReadonlySet<AppId>, { appId }: ChangingMessage): boolean =>
    apps.size > 0 && (appId === undefined || apps.has(appId));

  return {
    async messages(knex, status, messages, change) {
      if (eventOfStatus(status) === undefined) return change(knex);
      const apps = await listening(knex);
      const ids = messages.filter((message) => among(apps, message)).map(({ id }) => id);
      if (ids.length === 0) return change(knex);
      return knex.transaction(async (trx) => {
        const changed = await change(trx);
        if (changed > 0) await noteMessages(trx, ids, [status], apps);
        return changed;
      });
    },
    async madeMessages(trx, made) {
      const told = made.filter(({ status }) => eventOfStatus(status) !== undefined);
      if (told.length === 0) return;
      const apps = await listening(trx);
      const ours = told.filter((message) => among(apps, message));
      if (ours.length === 0) return;
      const statuses = [...new Set(ours.map(({ status }) => status))];
      const ids = ours.map(({ id }) => id);
      await noteMessages(trx, ids, statuses, apps);
    },
    async run(knex, id, state, change) {
      if (eventOfRunState(state) === undefined) return change(knex);
      const apps = await listening(knex);
      if (apps.size === 0) return change(knex);
      return knex.transaction(async (trx) => {
        const changed = await change(trx);
        if (changed > 0) await noteRun(trx, id, state, apps);
        return changed;
      });
    },
  };
}

type MessageBits = Pick<
  MessageRow,
  | 'id'
  | 'send_id'
  | 'app_id'
  | 'dispatch_id'
  | 'recipient_id'
  | 'template_id'
  | 'template_version'
  | 'lane'
  | 'status'
  | 'reason'
  | 'detail'
  | 'attempt'
  | 'updated_at'
>;

/** A status is entered once in the life of a message: together they name what happened. */
async function noteMessages(
  trx: Knex,
  ids: readonly MessageId[],
  statuses: readonly MessageStatus[],
  apps: ReadonlySet<AppId>,
): Promise<void> {
  const rows = await trx('messages')
    .whereIn('id', ids)
    .whereIn('status', statuses)
    .orderBy('id')
    .select<MessageBits[]>(
      ...['id', 'send_id', 'app_id', 'dispatch_id', 'recipient_id', 'template_id', 'template_version'],
      ...['lane', 'status', 'reason', 'detail', 'attempt', 'updated_at'],
    );
  const events = rows.flatMap((row): NotedEvent[] => {
    const type = eventOfStatus(row.status);
    if (!type || !apps.has(row.app_id)) return [];
    const { id: subject, app_id: appId, updated_at: createdAt } = row;
    return [{ appId, type, subject, createdAt, data: dataOf(row), happening: `${subject}:${row.status}` }];
  });
  await insertEvents(trx, events);
}

function dataOf(row: MessageBits): MessageEventData {
  const { code } = readOptionalJson<{ readonly code?: unknown }>(row.detail) ?? {};
  return {
    messageId: row.id,
    sendId: row.send_id,
    runId: (row.dispatch_id && runOfDispatch(row.dispatch_id)) ?? null,
    recipientId: row.recipient_id,
    template: { id: row.template_id, version: row.template_version },
    lane: row.lane,
    status: row.status,
    reason: row.reason,
    code: typeof code === 'string' && code !== '' ? code : null,
    attempt: row.attempt,
  };
}

/** A run may be paused many times: the moment names which. */
async function noteRun(trx: Knex, id: RunId, state: Run['state'], apps: ReadonlySet<AppId>): Promise<void> {
  const row = await trx('runs').where({ id, state }).first<
    | {
        app_id: AppId;
        campaign_id: string;
        reason: string | null;
        total: number;
        updated_at: Date;
      }
    | undefined
  >('app_id', 'campaign_id', 'reason', 'total', 'updated_at');
  const type = eventOfRunState(state);
  if (!row || !type || !apps.has(row.app_id)) return;
  const { app_id: appId, campaign_id: campaignId, reason, total, updated_at: createdAt } = row;
  const data: RunEventData = { runId: id, campaignId, state, reason, total };
  const happening = `${id}:${state}:${createdAt.getTime()}`;
  await insertEvents(trx, [{ appId, type, subject: id, createdAt, data, happening }]);
}

/** An event with the name of what happened. */
export type NotedEvent = Omit<WebhookEvent, 'id'> & { readonly happening: string };

async function insertEvents(trx: Knex, events: readonly NotedEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ appId, type, subject, happening, data, createdAt }) => ({
    ...{ id: newId('evt'), app_id: appId, type, subject, happening },
    ...{ data: JSON.stringify(data), created_at: createdAt },
  }));
  await trx('webhook_events')
    .insert(rows)
    .onConflict()
    .merge({ id: trx.raw('webhook_events.id') });
}
