import type { Knex } from 'knex';
import type { Attachment } from '../../domain/attachment';
import type { Variables } from '../../domain/content';
import { groupBy } from '../../domain/group-by';
import type { Attempt } from '../../domain/hand-over';
import { runOfDispatch, type AccountId, type AppId, type DispatchId, type MessageId } from '../../domain/ids';
import {
  OPEN,
  RECEIPT_EVENTS,
  sourcesOf,
  TRANSITIONS,
  WAITING,
  type MessageEvent,
  type MessageStatus,
  type StatusCounts,
} from '../../domain/message-status';
import { readOptionalJson } from '../json';
import { countByStatus } from './message-counts';
import { toMessage, type Message, type MessageRow } from './message-store';
import { joinedUpdate } from './joined-update';
import { createWebhookOutbox, type ChangingMessage, type WebhookOutbox } from './webhook-outbox';

/** A message to be worked on, with what its send gives to every recipient. */
export interface DueMessage extends Message {
  readonly sharedVariables: Variables | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
}

/** A row of `messages` with what its row of `sends` gives to all. */
export interface DueRow extends MessageRow {
  readonly shared_variables: unknown;
  readonly attachments: unknown;
}

export const toDueMessage = (row: DueRow): DueMessage => ({
  ...toMessage(row),
  sharedVariables: readOptionalJson(row.shared_variables),
  attachments: readOptionalJson(row.attachments),
});

/** Something that happened to a message outside a hand-over. */
export interface Change {
  readonly id: MessageId;
  /** Of the message. Without it, who listens to webhooks is looked up by message. */
  readonly appId?: AppId | undefined;
  readonly event: MessageEvent;
  readonly reason: string | null;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  /** For `defer`: when to look again. */
  readonly dueAt?: Date | undefined;
}

export interface Claim {
  readonly id: MessageId;
  readonly attempt: number;
  readonly accountId: AccountId;
  /** Of an SMS: in how many it is handed over. All claims of one call have it, or none. */
  readonly segments?: number | undefined;
}

/** How a claimed attempt ended. */
export interface Outcome extends Change {
  readonly attempt: Attempt;
}

/** How far a dispatch is. */
export interface DispatchProgress {
  readonly counts: StatusCounts;
  /** When the next of its messages is due that waits, or that the provider is to be asked about; `undefined`: none. */
  readonly nextDueAt: Date | undefined;
}

/**
 * The writes of the life of a message. Each is conditional on the status (domain/message-status.ts), touches many rows
 * in one statement, and tells which rows it changed: whoever comes second changes nothing.
 */
export interface DeliveryStore {
  /** The open messages of a dispatch that are due by `now`, oldest first. */
  due(dispatchId: DispatchId, now: Date): Promise<DueMessage[]>;
  /**
   * Applies the changes; returns the ids that took effect. What our steps do to a waiting message happens to waiting ones
   * only: a step that comes late must not take a message away from the attempt that is in flight.
   */
  apply(changes: readonly Change[]): Promise<Set<MessageId>>;
  /** Takes messages for one attempt each; expired ones, those of another dispatch and of a run that does not run are not taken. Returns the ids taken. */
  claim(dispatchId: DispatchId, token: string, claims: readonly Claim[], now: Date): Promise<Set<MessageId>>;
  /** Ends attempts that are in flight, or leaves them in `doubt`; returns the ids that took effect. */
  record(outcomes: readonly Outcome[]): Promise<Set<MessageId>>;
  progress(dispatchId: DispatchId): Promise<DispatchProgress>;
}

const idsOf = (rows: readonly { id: MessageId }[]): Set<MessageId> => new Set(rows.map((row) => row.id));

export function createDeliveryStore(knex: Knex, outbox: WebhookOutbox = createWebhookOutbox()): DeliveryStore {
  return {
    async due(dispatchId, now) {
      const rows: unknown = await knex('messages as m')
        .leftJoin('sends as s', 's.id', 'm.send_id')
        .where('m.dispatch_id', dispatchId)
        .whereIn('m.status', OPEN)
        .whereRaw('(m.due_at IS NULL OR m.due_at <= ?)', [now])
        .orderBy('m.id')
        .select('m.*', 's.variables as shared_variables', 's.attachments');
      return (rows as DueRow[]).map(toDueMessage);
    },
    async apply(changes) {
      const changed = new Set<MessageId>();
      for (const [event, group] of groupBy(changes, (change) => change.event)) {
        const rows = group.map((c) => ({
          id: c.id,
          reason: c.reason,
          detail: c.detail,
          due_at: c.dueAt ?? null,
        }));
        const waiting = sourcesOf(event).filter((status) => WAITING.includes(status));
        const told = RECEIPT_EVENTS.some((receipt) => receipt === event);
        const from = told || waiting.length === 0 ? sourcesOf(event) : waiting;
        for (const id of await settle({ knex, outbox }, event, rows, from, group)) changed.add(id);
      }
      return changed;
    },
    claim: (dispatchId, token, claims, now) => claim(knex, dispatchId, token, claims, now),
    async record(outcomes) {
      const changed = new Set<MessageId>();
      for (const [event, group] of groupBy(outcomes, (outcome) => outcome.event)) {
        const rows = group.map((o) => ({
          id: o.id,
          reason: o.reason,
          detail: o.detail,
          due_at: o.dueAt ?? null,
          attempt: o.attempt.n,
          // An attempt in doubt has not ended: it is added when it is cleared up.
          attempts: event === 'doubt' ? [] : [o.attempt],
          provider_message_id: o.attempt.providerMessageId ?? null,
          ...(event === 'accept' ? { handed_at: new Date(o.attempt.endedAt) } : {}),
        }));
        const from = sourcesOf(event).filter((status) => !WAITING.includes(status));
        for (const id of await settle({ knex, outbox }, event, rows, from, group)) changed.add(id);
      }
      return changed;
    },
    progress: (dispatchId) => progress(knex, dispatchId),
  };
}

async function claim(
  knex: Knex,
  dispatchId: DispatchId,
  token: string,
  claims: readonly Claim[],
  now: Date,
): Promise<Set<MessageId>> {
  const rows = claims.map((c) => ({
    ...{ id: c.id, attempt: c.attempt, account_id: c.accountId },
    ...(c.segments === undefined ? {} : { segments: c.segments }),
  }));
  const taken = await joinedUpdate(knex, rows, {
    set: {
      status: TRANSITIONS.claim.to,
      claim_token: token,
      reason: null,
      detail: null,
      due_at: null,
      updated_at: now,
    },
    where: (query) => {
      void query
        .whereIn('m.status', sourcesOf('claim'))
        .where('m.dispatch_id', dispatchId)
        .whereRaw('m.attempt = c.attempt - 1')
        .whereRaw('(m.expires_at IS NULL OR m.expires_at > ?)', [now]);
      // The row of the run decides: from the moment it is paused or cancelled nothing of it is claimed.
      const runId = runOfDispatch(dispatchId);
      if (runId) void query.whereRaw(`EXISTS (SELECT 1 FROM runs r WHERE r.id = ? AND r.state = 'running')`, [runId]);
    },
  });
  if (taken === claims.length) return idsOf(claims);
  const ids = claims.map((c) => c.id);
  return idsOf(
    await knex<MessageRow & { claim_token: string }>('messages')
      .whereIn('id', ids)
      .where({ claim_token: token, status: 'sending' })
      .select('id'),
  );
}

async function progress(knex: Knex, dispatchId: DispatchId): Promise<DispatchProgress> {
  const ofDispatch = (): Knex.QueryBuilder => knex('messages').where({ dispatch_id: dispatchId });
  const counts = await countByStatus(ofDispatch());
  if (!OPEN.some((status) => counts[status])) return { counts, nextDueAt: undefined };
  // A message in flight has a time only while its provider is to be asked.
  const next = (await ofDispatch()
    .whereIn('status', OPEN)
    .whereRaw("(status <> 'sending' OR due_at IS NOT NULL)")
    .min({ at: knex.raw('COALESCE(due_at, created_at)') })
    .first()) as { at: Date | null } | undefined;
  return { counts, nextDueAt: next?.at ?? undefined };
}

/** With `attempt`, only a message whose last attempt is this one is meant. */
type SettleRow = { readonly id: MessageId; readonly attempt?: number } & Readonly<Record<string, unknown>>;

/** One statement for one event; then, if not every row changed, asks which did. */
async function settle(
  { knex, outbox }: { readonly knex: Knex; readonly outbox: WebhookOutbox },
  event: MessageEvent,
  rows: readonly SettleRow[],
  from: readonly MessageStatus[],
  messages: readonly ChangingMessage[],
): Promise<Set<MessageId>> {
  const { to } = TRANSITIONS[event];
  const changed = await outbox.messages(knex, to, messages, (over) =>
    joinedUpdate(over, rows, {
      set: { status: to, updated_at: new Date() },
      append: ['attempts'],
      where: (query) => {
        void query.whereIn('m.status', from);
        if (rows[0]?.attempt !== undefined) void query.whereRaw('m.attempt = c.attempt');
      },
    }),
  );
  if (changed === rows.length) return idsOf(rows);
  // A row that has the target status already got it from an earlier try of the same step: that is the same change.
  const ids = rows.map((row) => row.id);
  const there = await knex<MessageRow>('messages').whereIn('id', ids).where({ status: to }).select('id', 'attempt');
  const attempts = new Map(there.map((row) => [row.id, row.attempt]));
  return idsOf(
    rows.filter(({ id, attempt }) => attempts.has(id) && (attempt === undefined || attempts.get(id) === attempt)),
  );
}
