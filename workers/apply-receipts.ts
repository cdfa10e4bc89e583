import type { Logger } from '../config/logger';
import type { Database, Stores } from '../db/database';
import type { Message } from '../db/stores/message-store';
import type { Receipt, ReceiptChange } from '../db/stores/receipt-store';
import type { NewSuppression } from '../db/stores/suppression-store';
import { groupBy } from '../domain/group-by';
import { isInDoubt } from '../domain/hand-over';
import { runOfDispatch, type RunId } from '../domain/ids';
import { partsOfLane, type Lane } from '../domain/lane';
import { OPEN, type MessageStatus } from '../domain/message-status';
import { defaultAppliesTo } from '../domain/suppression';
import { eventOfReceipt } from '../trace/receipt-events';
import type { TraceStore } from '../trace/trace-store';
import { decideReceipts, type Decision } from './decide-receipts';
import type { ReceiptMetrics } from './receipt-metrics';

export interface ApplyReceiptsOptions {
  readonly database: Pick<Database, 'transaction'>;
  readonly trace: Pick<TraceStore, 'emit'>;
  readonly metrics: ReceiptMetrics;
  /** Told of each status that a receipt led a message into. */
  readonly onStatus: (lane: Lane, status: MessageStatus) => void;
  readonly log: Logger;
}

/** Applies the receipts that are due, some at a time; resolves with how many it looked at. */
export type ApplyReceipts = () => Promise<number>;

/** Receipts looked at in one transaction. */
export const RECEIPTS_AT_ONCE = 200;

/** What a receipt makes a failure of its run. */
const FAILURES: readonly MessageStatus[] = ['bounced', 'undelivered', 'complained'];

/**
 * Applies receipts through the transition table: message, suppression list, failures of a run and receipt change in one
 * transaction, so that a crash leaves all of it or nothing. The trace follows; what it misses, the timeline tells from MySQL.
 */
export function createApplyReceipts(options: ApplyReceiptsOptions): ApplyReceipts {
  return async () => {
    const now = new Date();
    const decisions = await options.database.transaction((stores) => applyDue(stores, now));
    const oldest = Math.min(...decisions.map(({ receipt }) => receipt.dueAt?.getTime() ?? now.getTime()));
    options.metrics.lag.set(decisions.length === 0 ? 0 : Math.max(0, now.getTime() - oldest) / 1000);
    await tell(options, decisions);
    return decisions.length;
  };
}

async function applyDue(stores: Stores, now: Date): Promise<Decision[]> {
  const due = await stores.receipts.takeDue(now, RECEIPTS_AT_ONCE);
  if (due.length === 0) return [];
  const messages = await messagesOf(stores, due);
  const known = [...new Map([...messages.values()].map((message) => [message.id, message])).values()];
  // Messages in flight are left alone, unlocked: their receipts wait for the end of the attempt.
  const statuses = await stores.receipts.lockStatuses(known.filter(isSettled).map(({ id }) => id));
  const decisions = decideReceipts(due, messages, statuses, now.getTime());
  await stores.suppressions.add(decisions.flatMap(suppressionOf));
  await stores.receipts.change(changesOf(decisions));
  await stores.receipts.finish(
    decisions.flatMap(({ receipt, message, outcome }) =>
      outcome ? [{ id: receipt.id, messageId: message?.id ?? receipt.messageId, outcome }] : [],
    ),
  );
  await stores.receipts.postpone(
    decisions.flatMap(({ receipt, dueAt }) => (dueAt ? [{ id: receipt.id, dueAt: new Date(dueAt) }] : [])),
  );
  // Last: claims of the run wait for its row until the commit. In order, because others count at the same time.
  for (const [runId, { handed, errors }] of failuresOfRuns(decisions)) {
    await stores.runs.countReported(runId, handed, errors);
  }
  return decisions;
}

/**
 * New failures of runs, by id, for activities/run-gate.ts. The transition table lets a message become one only once. One whose
 * answer was lost was counted when it ended `unknown`; or not at all yet, if it waits to be sent again.
 */
function failuresOfRuns(decisions: readonly Decision[]): [RunId, { handed: number; errors: number }][] {
  const counts = new Map<RunId, { handed: number; errors: number }>();
  for (const { message, from, to } of decisions) {
    const runId = message?.dispatchId && runOfDispatch(message.dispatchId);
    if (!runId || !to || !FAILURES.includes(to)) continue;
    const waited = from === 'deferred';
    if (message.attempts.at(-1)?.class === 'ambiguous' && !waited) continue;
    const { handed, errors } = counts.get(runId) ?? { handed: 0, errors: 0 };
    counts.set(runId, { handed: handed + (waited ? 1 : 0), errors: errors + 1 });
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** No attempt is in flight or to come; or only because of a doubt, which the receipt may clear up before it is sent again. */
const isSettled = ({ status, attempts }: Message): boolean =>
  !OPEN.includes(status) || (status === 'deferred' && isInDoubt(attempts));

/** By our id, or else by the provider's; only a message that was handed to the receipt's account is meant. */
async function messagesOf(stores: Stores, receipts: readonly Receipt[]): Promise<Map<Receipt, Message>> {
  const found = await stores.receipts.messages(
    receipts.flatMap(({ messageId }) => messageId ?? []),
    receipts.flatMap(({ messageId, providerMessageId }) => (messageId ? [] : (providerMessageId ?? []))),
  );
  const byId = new Map(found.map((message) => [message.id, message]));
  const byProviderId = groupBy(found, ({ providerMessageId }) => providerMessageId);
  return new Map(
    receipts.flatMap((receipt) => {
      const { accountId, messageId, providerMessageId } = receipt;
      const candidates = messageId ? [byId.get(messageId)] : (byProviderId.get(providerMessageId ?? '') ?? []);
      const message = candidates.find((one) => one?.accountId === accountId || wasTriedBy(one, accountId));
      return message ? [[receipt, message] as const] : [];
    }),
  );
}

const wasTriedBy = (message: Message | undefined, accountId: Receipt['accountId']): boolean =>
  message?.attempts.some((attempt) => attempt.accountId === accountId) ?? false;

/** A dead address and a complaint are facts for every app; who unsubscribes does so from one app's marketing. */
function suppressionOf({ receipt, message, outcome }: Decision): NewSuppression[] {
  const { suppress: reason, source, code } = receipt;
  if (!reason || !message || !outcome || outcome === 'other_attempt') return [];
  return [
    {
      channel: partsOfLane(message.lane).channel,
      address: message.address,
      appId: reason === 'unsubscribe' ? message.appId : null,
      reason,
      appliesTo: defaultAppliesTo(reason),
      source: `receipt:${source}`,
      detail: { code },
      messageId: message.id,
    },
  ];
}

/** One change per message: from what it was to the last status its receipts led to. */
function changesOf(decisions: readonly Decision[]): ReceiptChange[] {
  const moves = decisions.filter((decision) => decision.from && decision.to);
  return [...groupBy(moves, ({ message }) => message?.id).values()].flatMap((steps) => {
    const [first, last] = [steps[0], steps.at(-1)];
    if (!first?.message || !first.from || !last?.to) return [];
    const { source, code, detail: words, id, suppress, event } = last.receipt;
    const reason = event === 'bounce' ? (suppress ?? 'soft_bounce') : null;
    return [
      {
        id: first.message.id,
        appId: first.message.appId,
        from: first.from,
        to: last.to,
        reason,
        detail: { source, code, words, receipt: id },
      },
    ];
  });
}

async function tell({ trace, metrics, onStatus, log }: ApplyReceiptsOptions, decisions: readonly Decision[]) {
  const events = [];
  for (const { receipt, message, outcome, to } of decisions) {
    if (!outcome) continue;
    metrics.receipts.inc({ source: receipt.source, event: receipt.event, outcome });
    if (!message) continue;
    if (to) onStatus(message.lane, to);
    events.push(eventOfReceipt(message, { ...receipt, outcome }));
  }
  if (events.length === 0) return;
  await trace.emit(events).catch((error: unknown) => {
    log.debug({ err: error, events: events.length }, 'trace events not written');
  });
}
