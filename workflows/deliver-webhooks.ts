import {
  condition,
  continueAsNew,
  defineSignal,
  patched,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { WebhookActivities } from '../activities/webhooks';
import { WEBHOOK_ROUND } from './activity-options';
import { WEBHOOKS_SIGNAL, type WebhooksInput, type WebhooksNews, type WebhooksResult } from './messages';

const { deliverRound } = proxyActivities<WebhookActivities>({ ...WEBHOOK_ROUND, summary: 'give it what is due' });

/** However short the histories of its rounds are. */
const MAX_ROUNDS = 500;

/** Until a moment, or until the workflow is told. */
async function waitUntil(at: number, told: () => boolean): Promise<void> {
  const wait = at - Date.now();
  if (wait > 0) await condition(told, wait);
}

/**
 * Delivers to one endpoint, a round at a time, until nothing waits for it. What waits, and since when, is in MySQL: a workflow that is
 * started anew goes on from there, and a signal is only a hint.
 */
export async function deliverWebhooks(input: WebhooksInput): Promise<WebhooksResult> {
  let { failingRounds = 0 } = input;
  let { delivered, failed } = input.counts ?? { delivered: 0, failed: 0 };
  let news: 'none' | 'some' | 'urgent' = 'none';
  setHandler(defineSignal<[WebhooksNews]>(WEBHOOKS_SIGNAL), ({ urgent }) => {
    if (news !== 'urgent') news = urgent ? 'urgent' : 'some';
  });
  for (let rounds = 1; ; rounds++) {
    news = 'none';
    const round = await deliverRound({ endpointId: input.endpointId, failingRounds });
    failingRounds = round.failingRounds;
    delivered += round.delivered;
    failed += round.failed;
    const { nextAt, restsUntil } = round;
    let rests = round.rests ?? false;
    const told = (): boolean => news === 'urgent' || (news === 'some' && !rests);
    if (nextAt === undefined && !told()) return { delivered, failed };
    // The retry of what failed may be hours away: it must not hold back what comes after the rest.
    if (restsUntil !== undefined && patched('rest-ends-before-retry')) {
      await waitUntil(restsUntil, told);
      rests = false;
    }
    await waitUntil(nextAt ?? 0, told);
    if (rounds >= MAX_ROUNDS || workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof deliverWebhooks>({ ...input, failingRounds, counts: { delivered, failed } });
    }
  }
}
