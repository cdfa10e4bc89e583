import type { Knex } from 'knex';
import type { Attachment } from '../../domain/attachment';
import type { Variables } from '../../domain/content';
import type { AppId, DispatchId, MessageId, SendId, TemplateId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import type { StatusCounts } from '../../domain/message-status';
import { readOptionalJson, writeJson } from '../json';
import { dispatchRow, type Dispatch } from './dispatch-store';
import { countByStatus } from './message-counts';
import { createWebhookOutbox, type WebhookOutbox } from './webhook-outbox';

/** A row of the request that was not accepted (`onInvalid: "skip"`). */
export interface RejectedRecipient {
  readonly index: number;
  readonly id?: string;
  readonly code: string;
  readonly detail: string;
}

export interface Send {
  readonly id: SendId;
  readonly appId: AppId;
  readonly templateId: TemplateId;
  readonly templateVersion: number;
  readonly lane: Lane;
  readonly total: number;
  readonly variables: Variables | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  readonly rejected: readonly RejectedRecipient[] | undefined;
  /** What its emails carry. */
  readonly attachments?: readonly Attachment[] | undefined;
  /** Its messages wait until then; `null`: at once. */
  readonly sendAt: Date | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
}

export interface NewMessage {
  readonly id: MessageId;
  /** Index of the recipient in the request. */
  readonly position: number;
  readonly recipientId: string | undefined;
  readonly address: string;
  readonly timezone: string | undefined;
  readonly variables: Variables | undefined;
  /** `deduplicated` when an earlier recipient of the same send has the same address; `deferred` until the `sendAt` of the send. */
  readonly status: 'accepted' | 'deferred' | 'deduplicated';
}

/** A send as it is accepted. With a dispatch its messages are claimed for it, else they are left to the relay. */
export interface AcceptedSend {
  readonly send: Send;
  readonly messages: readonly NewMessage[];
  readonly dispatch: Dispatch | undefined;
}

export interface SendStore {
  /**
   * Writes the send, its messages and its dispatch, all or nothing: the moment of acceptance. Within a transaction it is a
   * part of that; over the pool it shares a transaction with the sends of the same moment.
   */
  accept(accepted: AcceptedSend): Promise<void>;
  /** Writes a send that gets its messages later, unless it is there already. */
  ensure(send: Send): Promise<void>;
  get(id: SendId): Promise<Send | undefined>;
  /** How many of its messages are in each status. */
  counts(id: SendId): Promise<StatusCounts>;
}

interface SendRow {
  id: SendId;
  app_id: AppId;
  template_id: number;
  template_version: number;
  lane: Lane;
  total: number;
  variables: unknown;
  metadata: unknown;
  rejected: unknown;
  attachments: unknown;
  send_at: Date | null;
  expires_at: Date | null;
  created_at: Date;
}

const toRow = (send: Send): SendRow => ({
  id: send.id,
  app_id: send.appId,
  template_id: send.templateId,
  template_version: send.templateVersion,
  lane: send.lane,
  total: send.total,
  variables: writeJson(send.variables),
  metadata: writeJson(send.metadata),
  rejected: writeJson(send.rejected),
  attachments: writeJson(send.attachments),
  send_at: send.sendAt,
  expires_at: send.expiresAt,
  created_at: send.createdAt,
});

const toSend = (row: SendRow): Send => ({
  id: row.id,
  appId: row.app_id,
  templateId: row.template_id as TemplateId,
  templateVersion: row.template_version,
  lane: row.lane,
  total: row.total,
  variables: readOptionalJson(row.variables),
  metadata: readOptionalJson(row.metadata),
  rejected: readOptionalJson(row.rejected),
  attachments: readOptionalJson(row.attachments),
  sendAt: row.send_at,
  expiresAt: row.expires_at,
  createdAt: row.created_at,
});

function messageRow(send: Send, message: NewMessage, dispatchId: DispatchId | undefined): Record<string, unknown> {
  const duplicate = message.status === 'deduplicated';
  const waits = message.status === 'deferred';
  const reason = duplicate ? 'duplicate_recipient' : waits ? 'scheduled' : null;
  return {
    id: message.id,
    send_id: send.id,
    app_id: send.appId,
    template_id: send.templateId,
    template_version: send.templateVersion,
    lane: send.lane,
    position: message.position,
    recipient_id: message.recipientId ?? null,
    address: message.address,
    timezone: message.timezone ?? null,
    variables: writeJson(message.variables),
    status: message.status,
    reason,
    due_at: waits ? send.sendAt : null,
    send_at: send.sendAt,
    // A finished message needs no dispatch; its own send's name keeps the relay from looking at it.
    dispatch_id: dispatchId ?? (duplicate ? `send/${send.id}` : null),
    expires_at: send.expiresAt,
    created_at: send.createdAt,
    updated_at: send.createdAt,
  };
}

/** Writes sends with their messages and dispatches: three statements at most, however many there are, besides events for webhooks. */
export async function insertAccepted(
  knex: Knex,
  accepted: readonly AcceptedSend[],
  outbox: WebhookOutbox = createWebhookOutbox(),
): Promise<void> {
  const messages = accepted.flatMap(({ send, messages: own, dispatch }) =>
    own.map((message) => messageRow(send, message, dispatch?.id)),
  );
  const dispatches = accepted.flatMap(({ dispatch }) => (dispatch ? [dispatchRow(dispatch)] : []));
  await knex('sends').insert(accepted.map(({ send }) => toRow(send)));
  await knex('messages').insert(messages);
  if (dispatches.length > 0) await knex('dispatches').insert(dispatches);
  await outbox.madeMessages(
    knex,
    accepted.flatMap(({ send: { appId }, messages: own }) => own.map(({ id, status }) => ({ id, status, appId }))),
  );
}

/** `accept` is given where the store stands over the pool; default: part of the transaction of `knex`. */
export function createSendStore(
  knex: Knex,
  accept?: SendStore['accept'],
  outbox: WebhookOutbox = createWebhookOutbox(),
): SendStore {
  return {
    accept: accept ?? ((accepted) => insertAccepted(knex, [accepted], outbox)),
    async ensure(send) {
      await knex('sends')
        .insert(toRow(send))
        .onConflict('id')
        .merge({ id: knex.raw('id') });
    },
    async get(id) {
      const row = await knex<SendRow>('sends').where({ id }).first();
      return row && toSend(row);
    },
    counts: (id) => countByStatus(knex('messages').where({ send_id: id })),
  };
}
