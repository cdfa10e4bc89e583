import type { Knex } from 'knex';
import { groupBy } from '../../domain/group-by';
import { newId, type AccountId, type AppId, type MessageId, type ReceiptId } from '../../domain/ids';
import type { MessageStatus } from '../../domain/message-status';
import type { ReportedEvent, ReceiptOutcome } from '../../domain/receipt';
import type { SuppressionReason } from '../../domain/suppression';
import { joinedUpdate } from './joined-update';
import { toMessage, type Message, type MessageRow } from './message-store';
import { createWebhookOutbox, type WebhookOutbox } from './webhook-outbox';

/** What a provider, or a recipient through it, told us. */
export interface Receipt {
  readonly id: ReceiptId;
  /** Name of the source, e.g. `twilio`. */
  readonly source: string;
  /** `null` where no account is concerned: somebody used the unsubscribe link. */
  readonly accountId: AccountId | null;
  /** Unique within source and account. */
  readonly eventId: string;
  /** `inbound`: a text of a recipient; its code is the keyword. */
  readonly event: ReportedEvent | 'inbound';
  readonly messageId: MessageId | null;
  readonly providerMessageId: string | null;
  readonly code: string;
  readonly detail: string;
  readonly suppress: SuppressionReason | null;
  readonly happenedAt: Date;
  readonly receivedAt: Date;
  /** When it is looked at; `null` when nothing is left to do. */
  readonly dueAt: Date | null;
  readonly appliedAt: Date | null;
  readonly outcome: ReceiptOutcome | null;
}

export type NewReceipt = Omit<Receipt, 'id'>;

/** The status a message gets by a receipt. */
export interface ReceiptChange {
  readonly id: MessageId;
  /** Of the message. Without it, who listens to webhooks is looked up by message. */
  readonly appId?: AppId | undefined;
  readonly from: MessageStatus;
  readonly to: MessageStatus;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ReceiptStore {
  /** Keeps what is not there yet; returns, in order, the new ids, and `undefined` for repetitions. */
  add(receipts: readonly NewReceipt[]): Promise<(ReceiptId | undefined)[]>;
  /** Receipts that are due, oldest first, locked to the end of the transaction; those that others hold are left out. */
  takeDue(now: Date, limit: number): Promise<Receipt[]>;
  /** The messages that receipts may be about, by our ids and by the provider's. */
  messages(ids: readonly MessageId[], providerIds: readonly string[]): Promise<Message[]>;
  /** The statuses of messages, locked to the end of the transaction. */
  lockStatuses(ids: readonly MessageId[]): Promise<Map<MessageId, MessageStatus>>;
  /** Changes messages that are still in the status the change goes from. */
  change(changes: readonly ReceiptChange[]): Promise<void>;
  /** Nothing is left to do for these. */
  finish(
    ended: readonly {
      readonly id: ReceiptId;
      readonly messageId: MessageId | null;
      readonly outcome: ReceiptOutcome;
    }[],
  ): Promise<void>;
  /** To be looked at again. */
  postpone(later: readonly { readonly id: ReceiptId; readonly dueAt: Date }[]): Promise<void>;
  /** The receipts of each message, oldest first. */
  ofMessages(messageIds: readonly MessageId[]): Promise<Map<MessageId, Receipt[]>>;
}

interface ReceiptRow {
  id: ReceiptId;
  source: string;
  account_id: AccountId | '';
  event_id: string;
  event: Receipt['event'];
  message_id: MessageId | null;
  provider_message_id: string | null;
  code: string;
  detail: string;
  suppress: SuppressionReason | null;
  happened_at: Date;
  received_at: Date;
  due_at: Date | null;
  applied_at: Date | null;
  outcome: ReceiptOutcome | null;
}

const toRow = (receipt: NewReceipt): ReceiptRow => ({
  id: newId('rcp'),
  source: receipt.source,
  account_id: receipt.accountId ?? '',
  event_id: receipt.eventId,
  event: receipt.event,
  message_id: receipt.messageId,
  provider_message_id: receipt.providerMessageId,
  code: receipt.code.slice(0, 60),
  detail: receipt.detail.slice(0, 300),
  suppress: receipt.suppress,
  happened_at: receipt.happenedAt,
  received_at: receipt.receivedAt,
  due_at: receipt.dueAt,
  applied_at: receipt.appliedAt,
  outcome: receipt.outcome,
});

const toReceipt = (row: ReceiptRow): Receipt => ({
  id: row.id,
  source: row.source,
  accountId: row.account_id === '' ? null : row.account_id,
  eventId: row.event_id,
  event: row.event,
  messageId: row.message_id,
  providerMessageId: row.provider_message_id,
  code: row.code,
  detail: row.detail,
  suppress: row.suppress,
  happenedAt: row.happened_at,
  receivedAt: row.received_at,
  dueAt: row.due_at,
  appliedAt: row.applied_at,
  outcome: row.outcome,
});

async function messagesBy(
  knex: Knex,
  column: 'id' | 'provider_message_id',
  values: readonly string[],
): Promise<Message[]> {
  if (values.length === 0) return [];
  return (await knex<MessageRow>('messages').whereIn(column, values)).map(toMessage);
}

async function add(knex: Knex, receipts: readonly NewReceipt[]): Promise<(ReceiptId | undefined)[]> {
  if (receipts.length === 0) return [];
  const rows = receipts.map(toRow);
  await knex('receipts')
    .insert(rows)
    .onConflict()
    .merge({ id: knex.raw('id') });
  const ids = rows.map(({ id }) => id);
  const kept = new Set(await knex('receipts').whereIn('id', ids).pluck<ReceiptId[]>('id'));
  return ids.map((id) => (kept.has(id) ? id : undefined));
}

async function change(knex: Knex, outbox: WebhookOutbox, changes: readonly ReceiptChange[]): Promise<void> {
  for (const group of groupBy(changes, ({ from, to }) => `${from} ${to}`).values()) {
    const [first] = group;
    if (!first) continue;
    const rows = group.map(({ id, reason, detail }) => ({ id, reason, detail }));
    await outbox.messages(knex, first.to, group, (over) =>
      joinedUpdate(over, rows, {
        set: { status: first.to, due_at: null, updated_at: new Date() },
        where: (query) => void query.where('m.status', first.from),
      }),
    );
  }
}

export function createReceiptStore(knex: Knex, outbox: WebhookOutbox = createWebhookOutbox()): ReceiptStore {
  return {
    add: (receipts) => add(knex, receipts),
    async takeDue(now, limit) {
      const rows: unknown = await knex('receipts')
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(limit)
        .forUpdate()
        .skipLocked();
      return (rows as ReceiptRow[]).map(toReceipt);
    },
    async messages(ids, providerIds) {
      const found = [
        ...(await messagesBy(knex, 'id', ids)),
        ...(await messagesBy(knex, 'provider_message_id', providerIds)),
      ];
      return [...new Map(found.map((message) => [message.id, message])).values()];
    },
    async lockStatuses(ids) {
      if (ids.length === 0) return new Map();
      const rows = await knex<MessageRow>('messages')
        .whereIn('id', ids)
        .orderBy('id')
        .forUpdate()
        .select('id', 'status');
      return new Map(rows.map(({ id, status }) => [id, status]));
    },
    change: (changes) => change(knex, outbox, changes),
    async finish(ended) {
      const rows = ended.map(({ id, messageId, outcome }) => ({ id, message_id: messageId, outcome }));
      await joinedUpdate(knex, rows, {
        table: 'receipts',
        set: { due_at: null, applied_at: new Date() },
        where: (query) => void query.whereNull('m.applied_at'),
      });
    },
    async postpone(later) {
      await joinedUpdate(
        knex,
        later.map(({ id, dueAt }) => ({ id, due_at: dueAt })),
        { table: 'receipts', set: {}, where: (query) => void query.whereNull('m.applied_at') },
      );
    },
    async ofMessages(messageIds) {
      if (messageIds.length === 0) return new Map();
      const rows: unknown = await knex('receipts').whereIn('message_id', messageIds).orderBy('id');
      const found = new Map(messageIds.map((id) => [id, [] as Receipt[]]));
      for (const receipt of (rows as ReceiptRow[]).map(toReceipt)) {
        if (receipt.messageId) found.get(receipt.messageId)?.push(receipt);
      }
      return found;
    },
  };
}
