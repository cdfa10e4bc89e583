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
  const endpoint = isId('whe', id) ? await webhooks.get(id) : undefined;
  if (!endpoint) return NOTHING;
  if (endpoint.state === 'disabled') {
    await webhookDeliveries.discard(endpoint.id);
    return NOTHING;
  }
  const due = await webhookDeliveries.due(endpoint.id, new Date(), failingRounds > 0 ? PROBES : ROUND);
  const { results, ended } = await deliverAll(deps, endpoint, due);
  const delivered = results.filter((result) => result === 'delivered').length;
  const failed = results.length - delivered;
  if (ended) return { ...NOTHING, delivered, failed };
  if (delivered > 0 && failingRounds >= AWAY_ROUNDS) await webhookDeliveries.hasten(endpoint.id);
  const rounds = delivered > 0 ? 0 : failingRounds + (failed > 0 ? 1 : 0);
  const nextAt = (await webhookDeliveries.nextDueAt(endpoint.id))?.getTime();
  const counts = { delivered, failed, failingRounds: rounds };
  if (nextAt === undefined) return counts;
  if (failed === 0 || delivered > 0) return { ...counts, nextAt };
  return { ...counts, nextAt: Math.max(nextAt, Date.now() + restMs(rounds, deps.pauses)), rests: true };
}

/** Some at a time, until all are done, the first ones all failed, or the endpoint has been disabled. */
async function deliverAll(deps: WebhookDeps, endpoint: WebhookEndpoint, due: readonly WebhookDelivery[]) {
  const results: Result[] = [];
  for (let from = 0; from < due.length; from += WIDTH) {
    if (cancellationSignal().aborted) throw workerStopping();
    const secrets = await deps.stores.webhooks.secretsOf(endpoint.id, new Date());
    const some = due.slice(from, from + WIDTH);
    const answers = await Promise.all(some.map((delivery) => deliverOne(deps, endpoint, delivery, secrets)));
    results.push(...answers);
    if (await noteHealth(deps, endpoint, answers)) return { results, ended: true };
    if (!results.includes('delivered')) break;
  }
  return { results, ended: false };
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

/** Whether the endpoint has been disabled: because it answered 410, or nothing but failures for days. */
async function noteHealth(
  deps: WebhookDeps,
  { id, appId }: WebhookEndpoint,
  answers: readonly Result[],
): Promise<boolean> {
  const { webhooks } = deps.stores;
  if (!answers.includes('gone') && answers.includes('delivered')) {
    await webhooks.succeeded(id);
    return false;
  }
  const since = await webhooks.failed(id, new Date());
  const gone = answers.includes('gone');
  if (!gone && Date.now() - since.getTime() < DISABLE_AFTER_MS) return false;
  const reason = gone ? 'gone' : 'failing';
  if (await webhooks.disable(id, reason)) {
    deps.log.warn({ webhookId: id, appId, reason }, 'a webhook endpoint was disabled; its app can enable it again');
  }
  return true;
}
