import type { Client } from '@temporalio/client';
import type { WebhookId } from '../domain/ids';
import type { deliverWebhooks } from '../workflows';
import { WEBHOOKS_QUEUE, WEBHOOKS_SIGNAL, workflowOfWebhook, type WebhooksNews } from '../workflows/messages';

/** The workflows that deliver webhooks. A call rejects when Temporal does not answer within five seconds. */
export interface WebhookGateway {
  /** There are new events: tells the workflow of the endpoint, or starts it. `urgent` ends even a rest of a failing endpoint. */
  tell(id: WebhookId, news: WebhooksNews): Promise<void>;
}

const DEADLINE_MS = 5_000;

/** The workflows over a client. `publicUrl` is the base address of our API, for the way back from the Web UI. */
export function createWebhookGateway({ client, publicUrl }: { client: Client; publicUrl: string }): WebhookGateway {
  const soon = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + DEADLINE_MS, call);
  const optionsOf = (id: WebhookId) => ({
    workflowId: workflowOfWebhook(id),
    taskQueue: WEBHOOKS_QUEUE,
    args: [{ endpointId: id }] as [{ endpointId: string }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: 'webhooks of one endpoint',
    staticDetails: `[What was delivered](${publicUrl}/v1/webhooks/${id}/deliveries)`,
  });
  return {
    async tell(id, news) {
      await soon(() =>
        client.workflow.signalWithStart<typeof deliverWebhooks, [WebhooksNews]>('deliverWebhooks', {
          ...optionsOf(id),
          signal: WEBHOOKS_SIGNAL,
          signalArgs: [news],
        }),
      );
    },
  };
}
