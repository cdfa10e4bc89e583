import type { DueMessage } from '../../db/stores/delivery-store';
import type { FoundMessage } from '../../db/stores/reconcile-store';
import type { Template } from '../../db/stores/template-store';
import type { Attempt } from '../../domain/hand-over';
import type { AppId, MessageId } from '../../domain/ids';
import { addCounts, type Counts, type MaintenanceResult } from '../../domain/maintenance';
import { TRANSITIONS } from '../../domain/message-status';
import { traceOf } from '../../domain/trace-event';
import type { AccountDirectory } from '../account-directory';
import { askProvider } from '../ask-provider';
import { emit } from '../record-changes';
import type { RenderContent } from '../render';
import { chunked } from '../slots';
import type { MaintenanceDeps } from './deps';
import { inBatches } from './in-batches';

/** For how long after its end an unknown message is asked for. */
const ASKED_FOR_MS = 3 * 86_400_000;
/** Messages of one batch, and how many of them are asked for at once. */
const BATCH = 100;
const AT_ONCE = 10;

interface Context {
  readonly deps: MaintenanceDeps;
  readonly directory: AccountDirectory;
  readonly renderContent: RenderContent;
}

interface State {
  /** Index of the app, and its last message looked at. */
  readonly app: number;
  readonly after: MessageId | null;
  readonly counts: Counts;
}

type Answer = { readonly is: 'found'; readonly found: FoundMessage } | { readonly is: 'notListed' | 'notAskable' };

/** Asks providers again what became of `unknown` messages. Those that they have are `sent`; nothing is ever sent again by this. */
export async function askForUnknown(context: Context): Promise<MaintenanceResult> {
  const { stores } = context.deps;
  const apps = (await stores.apps.list()).map(({ id }) => id);
  const since = new Date(Date.now() - ASKED_FOR_MS);
  const start: State = { app: 0, after: null, counts: {} };
  const { counts } = await inBatches(start, async (state) => {
    const app: AppId | undefined = apps[state.app];
    if (!app) return { state, done: true };
    const messages = await stores.reconcile.unknown(app, since, state.after, BATCH);
    const next = { ...state, counts: addCounts(state.counts, await askAll(context, messages)) };
    const more = messages.length === BATCH;
    const place = more ? { after: messages.at(-1)?.id ?? null } : { app: state.app + 1, after: null };
    return { state: { ...next, ...place }, done: false };
  });
  return { counts, warnings: [] };
}

async function askAll(context: Context, messages: readonly DueMessage[]): Promise<Counts> {
  const { delivery } = context.deps;
  const templates = await delivery.stores.templates.getMany([...new Set(messages.map((m) => m.templateId))]);
  const answers: Answer[] = [];
  for (const some of chunked(messages, AT_ONCE)) {
    const asked = some.map((message) => ask(context, message, templates));
    answers.push(...(await Promise.all(asked)));
  }
  const found = answers.flatMap((answer) => (answer.is === 'found' ? [answer.found] : []));
  await settle(context, messages, found);
  const count = (is: Answer['is']): number => answers.filter((answer) => answer.is === is).length;
  return {
    asked: messages.length,
    found: found.length,
    notListed: count('notListed'),
    notAskable: count('notAskable'),
  };
}

async function ask(context: Context, message: DueMessage, templates: readonly Template[]): Promise<Answer> {
  const template = templates.find(({ id }) => id === message.templateId);
  const doubts = message.attempts.filter((attempt) => attempt.class === 'ambiguous');
  if (!template || doubts.length === 0) return { is: 'notAskable' };
  let is: 'notListed' | 'notAskable' = 'notAskable';
  for (const doubt of [...doubts].reverse()) {
    const answer = await askAbout(context, message, template, doubt);
    if (answer.is === 'found') return answer;
    if (answer.is === 'notListed') is = answer.is;
  }
  return { is };
}

/** Whatever stands in the way of asking leaves the message as it is, for the next time. */
async function askAbout(context: Context, message: DueMessage, template: Template, doubt: Attempt): Promise<Answer> {
  const { delivery } = context.deps;
  try {
    const { sender } = await context.directory.open(doubt.accountId);
    if (!sender.find) return { is: 'notAskable' };
    const content = await context.renderContent(message, template);
    const lost = { messageId: message.id, to: message.address, content, handedOverAt: doubt.startedAt };
    const clearing = await askProvider(sender.find.bind(sender), lost, { onUnknown: 'hold' }, delivery.askTimes);
    if (clearing.state !== 'cleared') return { is: clearing.state === 'waiting' ? 'notListed' : 'notAskable' };
    if (clearing.by === 'absent') return { is: 'notListed' };
    const { providerMessageId, detail: note } = clearing.answer;
    const detail = { by: 'reconcile', outcome: 'sent', note };
    return { is: 'found', found: { id: message.id, providerMessageId, detail } };
  } catch (error) {
    delivery.log.warn({ err: error, messageId: message.id }, 'a provider cannot be asked about an unknown message');
    return { is: 'notAskable' };
  }
}

async function settle(
  { deps }: Context,
  messages: readonly DueMessage[],
  found: readonly FoundMessage[],
): Promise<void> {
  const { delivery, stores } = deps;
  if (found.length === 0) return;
  const settled = await stores.reconcile.settleSent(found);
  const status = TRANSITIONS.resolveSent.to;
  const events = messages.flatMap((message) => {
    const one = found.find(({ id }) => id === message.id);
    if (!one || !settled.has(one.id)) return [];
    delivery.metrics.messages.inc({ lane: message.lane, status });
    return [traceOf(message, 'resolved', Date.now(), { status, data: { reason: 'resolved', ...one.detail } })];
  });
  await emit(delivery, events);
}

const EMPTY: { readonly counts: Counts } = { counts: {} };

/** Applies receipts that came before their message was known, and whatever else is due. */
export async function applyLateReceipts({ stores, applyReceipts }: MaintenanceDeps): Promise<MaintenanceResult> {
  const { counts } = await inBatches(EMPTY, async (state) => {
    const matched = await stores.reconcile.hastenReceipts(new Date(), 1_000);
    const lookedAt = await applyReceipts();
    const counts = addCounts(state.counts, { receiptsMatched: matched, receiptsLookedAt: lookedAt });
    return { state: { counts }, done: lookedAt === 0 };
  });
  return { counts, warnings: [] };
}
