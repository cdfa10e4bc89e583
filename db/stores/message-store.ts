import type { Knex } from 'knex';
import type { Variables } from '../../domain/content';
import type { Attempt } from '../../domain/hand-over';
import {
  firstIdAt,
  lastMessageOf,
  messageOfRow,
  sendOfRun,
  type RunId,
  type AccountId,
  type AppId,
  type DispatchId,
  type MessageId,
  type SendId,
  type TemplateId,
} from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import type { MessageStatus, StatusCounts } from '../../domain/message-status';
import { readOptionalJson } from '../json';
import { countByStatus } from './message-counts';

/** One recipient of a send: the unit of truth. */
export interface Message {
  readonly id: MessageId;
  readonly sendId: SendId;
  readonly appId: AppId;
  readonly templateId: TemplateId;
  readonly templateVersion: number;
  readonly lane: Lane;
  readonly position: number;
  readonly recipientId: string | null;
  readonly address: string;
  readonly timezone: string | null;
  readonly variables: Variables | undefined;
  readonly status: MessageStatus;
  readonly reason: string | null;
  /** Numbers of the reason, for the timeline. */
  readonly detail: Readonly<Record<string, unknown>> | undefined;
  /** When a deferred message is looked at again. */
  readonly dueAt: Date | null;
  /** When the caller wants it handed over, if later than at once. */
  readonly sendAt: Date | null;
  readonly expiresAt: Date | null;
  readonly dispatchId: DispatchId | null;
  /** Number of the last attempt that was claimed; 0 before the first. */
  readonly attempt: number;
  readonly accountId: AccountId | null;
  readonly attempts: readonly Attempt[];
  readonly providerMessageId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface MessageFilter {
  readonly appId: AppId;
  readonly address?: string | undefined;
  readonly templateId?: TemplateId | undefined;
  readonly status?: MessageStatus | undefined;
  readonly sendId?: SendId | undefined;
  readonly runId?: RunId | undefined;
  /** Accepted at or after / before. */
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
  /** The last id of the previous page. */
  readonly after?: MessageId | undefined;
  readonly limit: number;
}

export interface MessageStore {
  get(id: MessageId): Promise<Message | undefined>;
  /** Those that exist, by id. */
  getMany(ids: readonly MessageId[]): Promise<Message[]>;
  /** Newest first; every filter is served by an index (test/integration/message-indexes.test.ts). */
  list(filter: MessageFilter): Promise<Message[]>;
  /** The messages of a send, in the order of the request: that of their ids. */
  ofSend(sendId: SendId): Promise<Pick<Message, 'id' | 'position' | 'recipientId' | 'status' | 'reason'>[]>;
  /** The same, whole. */
  allOfSend(sendId: SendId): Promise<Message[]>;
  /** Messages accepted in a span of time, by id, for rebuilding the projection: pages of `limit` after `after`. */
  scan(from: Date, until: Date, after: MessageId | undefined, limit: number): Promise<Message[]>;
  /** How many of a template's messages, accepted in a span of time, are in each status. */
  templateCounts(templateId: TemplateId, from: Date, until: Date): Promise<StatusCounts>;
}

export interface MessageRow {
  id: MessageId;
  send_id: SendId;
  app_id: AppId;
  template_id: number;
  template_version: number;
  lane: Lane;
  position: number;
  recipient_id: string | null;
  address: string;
  timezone: string | null;
  variables: unknown;
  status: MessageStatus;
  reason: string | null;
  detail: unknown;
  due_at: Date | null;
  send_at: Date | null;
  expires_at: Date | null;
  dispatch_id: DispatchId | null;
  attempt: number;
  account_id: AccountId | null;
  attempts: unknown;
  provider_message_id: string | null;
  created_at: Date;
  updated_at: Date;
}

export const toMessage = (row: MessageRow): Message => ({
  id: row.id,
  sendId: row.send_id,
  appId: row.app_id,
  templateId: row.template_id as TemplateId,
  templateVersion: row.template_version,
  lane: row.lane,
  position: row.position,
  recipientId: row.recipient_id,
  address: row.address,
  timezone: row.timezone,
  variables: readOptionalJson(row.variables),
  status: row.status,
  reason: row.reason,
  detail: readOptionalJson(row.detail),
  dueAt: row.due_at,
  sendAt: row.send_at,
  expiresAt: row.expires_at,
  dispatchId: row.dispatch_id,
  attempt: row.attempt,
  accountId: row.account_id,
  attempts: readOptionalJson(row.attempts) ?? [],
  providerMessageId: row.provider_message_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** The index that has the filter's equalities and then the id. */
function indexOf({ sendId, runId, address, templateId, status }: MessageFilter): string {
  // The messages of a run stand together in the order of their ids; those of one status only in the index.
  if (runId !== undefined) return status === undefined ? 'PRIMARY' : 'messages_send';
  if (sendId !== undefined) return 'messages_send';
  if (address !== undefined) return 'messages_address';
  if (templateId !== undefined) return status === undefined ? 'messages_template' : 'messages_template_status';
  return status === undefined ? 'messages_app' : 'messages_status';
}

/**
 * The query of `list`. Times become bounds on the id, which begins with the time, so no list needs an index on a date. The
 * index is named, because for a big app the optimizer reads every newer message before it comes to a later page.
 */
function filtered(knex: Knex, filter: MessageFilter): Knex.QueryBuilder {
  const table = knex.raw('messages FORCE INDEX (??)', [indexOf(filter)]);
  const query = knex.from(table).where({ app_id: filter.appId });
  if (filter.address !== undefined) void query.where({ address: filter.address });
  if (filter.templateId !== undefined) void query.where({ template_id: filter.templateId });
  if (filter.status !== undefined) void query.where({ status: filter.status });
  if (filter.sendId !== undefined) void query.where({ send_id: filter.sendId });
  if (filter.runId !== undefined) {
    void query
      .where({ send_id: sendOfRun(filter.runId) })
      .whereBetween('id', [messageOfRow(filter.runId, 0), lastMessageOf(filter.runId)]);
  }
  if (filter.from) void query.where('id', '>=', firstIdAt('msg', filter.from.getTime()));
  if (filter.until) void query.where('id', '<', firstIdAt('msg', filter.until.getTime()));
  if (filter.after) void query.where('id', '<', filter.after);
  return query.orderBy('id', 'desc').limit(filter.limit);
}

export function createMessageStore(knex: Knex): MessageStore {
  const between = (from: Date, until: Date): Knex.QueryBuilder =>
    knex('messages')
      .where('id', '>=', firstIdAt('msg', from.getTime()))
      .where('id', '<', firstIdAt('msg', until.getTime()));
  return {
    async get(id) {
      const row = await knex<MessageRow>('messages').where({ id }).first();
      return row && toMessage(row);
    },
    async getMany(ids) {
      return ((await knex('messages').whereIn('id', ids).orderBy('id')) as MessageRow[]).map(toMessage);
    },
    async list(filter) {
      return ((await filtered(knex, filter)) as MessageRow[]).map(toMessage);
    },
    async ofSend(sendId) {
      const rows = await knex<MessageRow>('messages')
        .where({ send_id: sendId })
        .orderBy('id')
        .select('id', 'position', 'recipient_id', 'status', 'reason');
      return rows.map(({ recipient_id, ...row }) => ({ ...row, recipientId: recipient_id }));
    },
    async allOfSend(sendId) {
      return ((await knex('messages').where({ send_id: sendId }).orderBy('id')) as MessageRow[]).map(toMessage);
    },
    async scan(from, until, after, limit) {
      const query = between(from, until).orderBy('id').limit(limit);
      if (after) void query.where('id', '>', after);
      return ((await query) as MessageRow[]).map(toMessage);
    },
    templateCounts: (templateId, from, until) => countByStatus(between(from, until).where({ template_id: templateId })),
  };
}
