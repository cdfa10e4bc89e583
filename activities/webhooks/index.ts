import type { WebhooksInput, WebhooksRound } from '../../workflows/messages';
import { withSafeFailures } from '../to-failure';
import { whileAlive } from '../while-alive';
import { deliverRound, type WebhookDeps } from './deliver-round';

/** What the workflow of an endpoint does outside of itself. It may be repeated: it goes on from what MySQL says. */
export interface WebhookActivities {
  deliverRound(input: Omit<WebhooksInput, 'counts'>): Promise<WebhooksRound>;
}

export function createWebhookActivities(deps: WebhookDeps): WebhookActivities {
  return {
    deliverRound: (input) =>
      whileAlive(() => withSafeFailures(deps.log, 'deliverRound', () => deliverRound(deps, input))),
  };
}
