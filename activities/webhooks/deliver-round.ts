import { cancellationSignal } from '@temporalio/activity';
import type { PostWebhook, WebhookAnswer } from '../../channels/webhooks/post-webhook';
import type { Logger } from '../../config/logger';
import type { Stores } from '../../db/database';
import type { WebhookDelivery } from '../../db/stores/webhook-delivery-store';
import type { WebhookEndpoint } from '../../db/stores/webhook-store';
import { isId } from '../../domain/ids';
import { bodyOfEvent, DISABLE_AFTER_MS, restMs, retryPauseMs } from '../../domain/webhook';
import type { WebhooksInput, WebhooksRound } from '../../workflows/messages';
import { workerStopping } from '../to-failure';

/** What deliveries of webhooks work with; workers/create-deps.ts fills it. */
export interface WebhookDeps {
  readonly stores: Pick<Stores, 'webhooks' | 'webhookDeliveries'>;
  readonly post: PostWebhook;
  /** Seconds before each further attempt. */
  readonly pauses: readonly number[];
  /** Told of each attempt. */
  readonly onAttempt: (result: WebhookAnswer['result']) => void;
  readonly log: Logger;
}

/** Requests to one endpoint at a time. */
const WIDTH = 10;
/** Deliveries of one round. */
const ROUND = 200;
/** An endpoint that took nothing in the last round is tried with so many. */
const PROBES = 1;
/** After so many rounds in which it took nothing, an endpoint that takes something has come back, and need not wait for retries. */
const AWAY_ROUNDS = 2;

type Input = Omit<WebhooksInput, 'counts'>;
type Result = WebhookAnswer['result'];

const NOTHING: WebhooksRound = { delivered: 0, failed: 0, failingRounds: 0 };

/**
 * Gives an endpoint what is due, some at a time, and keeps what it answered to each. When it takes none of the first ones, it is left
 * alone for a while, then tried with one. A crash between an answer and its record delivers once more, under the same `webhook-id`.
 */
export async function deliverRound(
  deps: WebhookDeps,
  { endpointId: id, failingRounds = 0 }: Input,
): Promise<WebhooksRound> {
  const { webhooks, webhookDeliveries } = deps.stores;
  if (!isId('whe', id)) return NOTHING;
  const endpoint = await webhooks.get(id);
  if (endpoint?.state !== 'enabled') {
    await webhookDeliveries.discard(id);
    return NOTHING;
  }
  const due = await webhookDeliveries.due(endpoint.id, new Date(), failingRounds > 0 ? PROBES : ROUND);
  const results = await deliverAll(deps, endpoint, due);
  const delivered = results.filter((result) => result === 'delivered').length;
  const failed = results.length - delivered;
  if (delivered > 0 && failingRounds >= AWAY_ROUNDS) await webhookDeliveries.hasten(endpoint.id);
  const rounds = delivered > 0 ? 0 : failingRounds + (failed > 0 ? 1 : 0);
  const nextAt = (await webhookDeliveries.nextDueAt(endpoint.id))?.getTime();
  const counts = { delivered, failed, failingRounds: rounds };
  if (nextAt === undefined) return counts;
  if (failed === 0 || delivered > 0) return { ...counts, nextAt };
  const restsUntil = Date.now() + restMs(rounds, deps.pauses);
  return { ...counts, nextAt: Math.max(nextAt, restsUntil), restsUntil, rests: true };
}

/**
 * Some at a time, until all are done or the first ones all failed; or until the endpoint has been changed, disabled or deleted: what
 * is left is for the next round, which goes by what the endpoint is then.
 */
async function deliverAll(
  deps: WebhookDeps,
  endpoint: WebhookEndpoint,
  due: readonly WebhookDelivery[],
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < due.length; from += WIDTH) {
    if (cancellationSignal().aborted) throw workerStopping();
    const now = await deps.stores.webhooks.withSecrets(endpoint.id, new Date());
    if (now?.endpoint.updatedAt.getTime() !== endpoint.updatedAt.getTime()) break;
    const some = due.slice(from, from + WIDTH);
    const answers = await Promise.all(some.map((delivery) => deliverOne(deps, endpoint, delivery, now.secrets)));
    results.push(...answers);
    await noteHealth(deps, endpoint, answers);
    if (!results.includes('delivered')) break;
  }
  return results;
}

async function deliverOne(
  { stores, post, pauses, onAttempt }: WebhookDeps,
  { url }: WebhookEndpoint,
  delivery: WebhookDelivery,
  secrets: readonly string[],
): Promise<Result> {
  const { event, tries } = delivery;
  const { result, status, words } = await post({ url, id: event.id, body: bodyOfEvent(event), secrets });
  onAttempt(result);
  const at = new Date();
  const pause = result === 'delivered' ? undefined : retryPauseMs(tries + 1, pauses, Math.random());
  const state = result === 'delivered' ? 'delivered' : pause === undefined ? 'failed' : 'pending';
  const dueAt = pause === undefined ? null : new Date(at.getTime() + pause);
  await stores.webhookDeliveries.record(delivery, { state, status, words, at, dueAt });
  return result;
}

/** Disables the endpoint when it answered 410, or nothing but failures for days; unless it has another URL by now, which said nothing of that. */
async function noteHealth(
  deps: WebhookDeps,
  { id, appId, url }: WebhookEndpoint,
  answers: readonly Result[],
): Promise<void> {
  const { webhooks } = deps.stores;
  const gone = answers.includes('gone');
  if (!gone && answers.includes('delivered')) return webhooks.succeeded(id);
  const since = await webhooks.failed(id, url, new Date());
  if (!since || (!gone && Date.now() - since.getTime() < DISABLE_AFTER_MS)) return;
  const reason = gone ? 'gone' : 'failing';
  if (await webhooks.disable(id, reason, url)) {
    deps.log.warn({ webhookId: id, appId, reason }, 'a webhook endpoint was disabled; its app can enable it again');
  }
}
