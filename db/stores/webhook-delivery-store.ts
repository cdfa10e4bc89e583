import type { Knex } from 'knex';
import type { WebhookDeliveryId, WebhookEventId, WebhookId } from '../../domain/ids';
import type { ToldEventType, WebhookDeliveryState, WebhookEvent } from '../../domain/webhook';
import { readJson } from '../json';

/** An event for an endpoint, as its log tells it. */
export interface WebhookDelivery {
  readonly id: WebhookDeliveryId;
  readonly endpointId: WebhookId;
  readonly event: Pick<WebhookEvent, 'id' | 'type' | 'data' | 'createdAt'>;
  readonly state: WebhookDeliveryState;
  /** All of them. */
  readonly attempts: number;
  /** Since the last replay: the place in the schedule of retries. */
  readonly tries: number;
  readonly last: { readonly status: number | null; readonly words: string | null; readonly at: Date } | null;
  /** When it is tried next. */
  readonly dueAt: Date | null;
  readonly createdAt: Date;
}

export interface WebhookDeliveryFilter {
  readonly endpointId: WebhookId;
  readonly state?: WebhookDeliveryState | undefined;
  /** The last id of the previous page. */
  readonly after?: WebhookDeliveryId | undefined;
  readonly limit: number;
}

/** How an attempt ended: with the delivery, for now (then `dueAt` says when the next one is), or for good. */
export interface WebhookAttempt {
  readonly state: WebhookDeliveryState;
  readonly status: number | null;
  readonly words: string;
  readonly at: Date;
  readonly dueAt: Date | null;
}

export interface WebhookDeliveryStore {
  /** What an endpoint can be given now, longest due first: of each subject only the oldest event that waits. */
  due(endpointId: WebhookId, now: Date, limit: number): Promise<WebhookDelivery[]>;
  /** When the next one is due, past or to come; `undefined`: none waits. */
  nextDueAt(endpointId: WebhookId): Promise<Date | undefined>;
  /** Keeps the end of an attempt, unless another one has ended meanwhile or nothing waits any more; tells whether it did. */
  record(delivery: WebhookDelivery, attempt: WebhookAttempt): Promise<boolean>;
  /** The endpoint takes events again: what waits for a retry is due now, in the order in which it was published, and a try is given back. */
  hasten(endpointId: WebhookId): Promise<void>;
  /** Endpoints for which something is due. */
  endpointsWithDue(now: Date, limit: number): Promise<WebhookId[]>;
  discard(endpointId: WebhookId): Promise<void>;
  get(id: WebhookDeliveryId): Promise<WebhookDelivery | undefined>;
  /** Newest first. */
  list(filter: WebhookDeliveryFilter): Promise<WebhookDelivery[]>;
  /** Delivers it once more, with all retries. */
  replay(id: WebhookDeliveryId): Promise<void>;
  /** The same for everything that failed or was discarded and was published at `from` or later; returns how many. */
  replayLost(endpointId: WebhookId, from: Date): Promise<number>;
}

interface DeliveryRow {
  seq: number | string;
  id: WebhookDeliveryId;
  endpoint_id: WebhookId;
  event_id: WebhookEventId;
  state: WebhookDeliveryState;
  attempts: number;
  tries: number;
  last_status: number | null;
  last_words: string | null;
  last_attempt_at: Date | null;
  due_at: Date | null;
  created_at: Date;
  type: ToldEventType;
  data: unknown;
  happened_at: Date;
}

const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  endpointId: row.endpoint_id,
  event: { id: row.event_id, type: row.type, data: readJson(row.data), createdAt: row.happened_at },
  state: row.state,
  attempts: row.attempts,
  tries: row.tries,
  last: row.last_attempt_at && { status: row.last_status, words: row.last_words, at: row.last_attempt_at },
  dueAt: row.due_at,
  createdAt: row.created_at,
});

const AGAIN = (): Record<string, unknown> => ({
  ...{ state: 'pending', tries: 0 },
  ...{ due_at: new Date(), updated_at: new Date() },
});

const withEvents = (knex: Knex): Knex.QueryBuilder =>
  knex('webhook_deliveries as d')
    .join('webhook_events as e', 'e.id', 'd.event_id')
    .select('d.*', 'e.type', 'e.data', 'e.created_at as happened_at');

export function createWebhookDeliveryStore(knex: Knex): WebhookDeliveryStore {
  const waiting = (endpointId: WebhookId): Knex.QueryBuilder =>
    knex('webhook_deliveries').where({ state: 'pending', endpoint_id: endpointId });
  return {
    async due(endpointId, now, limit) {
      const query = firsts(withEvents(knex), endpointId).where('d.due_at', '<=', now);
      return ((await query.orderBy(['d.due_at', 'd.seq']).limit(limit)) as DeliveryRow[]).map(toDelivery);
    },
    async nextDueAt(endpointId) {
      const query = firsts(knex('webhook_deliveries as d'), endpointId).orderBy('d.due_at');
      const row = await query.first<{ due_at: Date } | undefined>('d.due_at');
      return row?.due_at;
    },
    async record({ id, attempts, tries }, { state, status, words, at, dueAt }) {
      const changed = await knex('webhook_deliveries')
        .where({ id, state: 'pending', attempts })
        .update({
          ...{ state, attempts: attempts + 1, tries: tries + 1, last_status: status },
          ...{ last_words: words.slice(0, 300), last_attempt_at: at, due_at: dueAt, updated_at: new Date() },
        });
      return changed > 0;
    },
    async hasten(endpointId) {
      await waiting(endpointId)
        .where('tries', '>', 0)
        .update({ due_at: knex.ref('created_at'), tries: knex.raw('tries - 1') });
    },
    endpointsWithDue: async (now, limit) =>
      knex('webhook_deliveries')
        .where({ state: 'pending' })
        .where('due_at', '<=', now)
        .distinct('endpoint_id')
        .limit(limit)
        .pluck<WebhookId[]>('endpoint_id'),
    async discard(endpointId) {
      await waiting(endpointId).update({ state: 'discarded', due_at: null, updated_at: new Date() });
    },
    ...logOf(knex),
  };
}

/** What people read, and do by hand. */
function logOf(knex: Knex): Pick<WebhookDeliveryStore, 'get' | 'list' | 'replay' | 'replayLost'> {
  return {
    async get(id) {
      const [row] = (await withEvents(knex).where({ 'd.id': id })) as DeliveryRow[];
      return row && toDelivery(row);
    },
    async list({ endpointId, state, after, limit }) {
      const query = withEvents(knex).where({ 'd.endpoint_id': endpointId }).orderBy('d.seq', 'desc').limit(limit);
      if (state !== undefined) void query.where({ 'd.state': state });
      if (after !== undefined) {
        void query.where('d.seq', '<', knex('webhook_deliveries').where({ id: after }).select('seq'));
      }
      return ((await query) as DeliveryRow[]).map(toDelivery);
    },
    async replay(id) {
      await knex('webhook_deliveries').where({ id }).update(AGAIN());
    },
    replayLost: (endpointId, from) =>
      knex('webhook_deliveries')
        .where({ endpoint_id: endpointId })
        .whereIn('state', ['failed', 'discarded'])
        .where('created_at', '>=', from)
        .update(AGAIN()),
  };
}

/** What waits for an endpoint, of each subject the oldest only: the next one may go when it has ended. */
function firsts(query: Knex.QueryBuilder, endpointId: WebhookId): Knex.QueryBuilder {
  return query.where({ 'd.state': 'pending', 'd.endpoint_id': endpointId }).whereRaw(
    `NOT EXISTS (SELECT 1 FROM webhook_deliveries b
       WHERE b.endpoint_id = d.endpoint_id AND b.subject = d.subject AND b.state = 'pending' AND b.seq < d.seq)`,
  );
}
