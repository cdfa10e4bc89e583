import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { newId, type WebhookId } from '../../domain/ids';
import type { WebhookActivities } from '../../activities/webhooks';
import { createTemporalGateway, type TemporalGateway } from '../../temporal/gateway';
import { bundleWorkflows } from '../../workers/bundle-workflows';
import { createWebhooksWorker } from '../../workers/create-lane-workers';
import { workflowOfWebhook, type WebhooksRound } from '../../workflows/messages';
import type { deliverWebhooks } from '../../workflows';
import { createTestNamespace, type TestNamespace } from '../support/temporal-namespace';

type Round = WebhookActivities['deliverRound'];

let temporal: TestNamespace;
let gateway: TemporalGateway;
let client: Client;
let worker: Awaited<ReturnType<typeof createWebhooksWorker>>;
let running: Promise<void>;
const rounds = new Map<string, { readonly play: Round; readonly asked: Parameters<Round>[0][] }>();

beforeAll(async () => {
  temporal = await createTestNamespace();
  const { address, connection, namespace } = temporal;
  gateway = createTemporalGateway({ address, namespace, uiUrl: 'http://ui.example', publicUrl: 'http://api.example' });
  client = new Client({ connection, namespace });
  worker = await createWebhooksWorker({
    ...{ connection, namespace, workflowBundle: { code: await bundleWorkflows() } },
    activities: {
      deliverRound: async (input) => {
        const script = rounds.get(input.endpointId);
        if (!script) throw new Error('no script');
        script.asked.push(input);
        return script.play(input);
      },
    },
  });
  running = worker.run();
}, 90_000);
afterAll(async () => {
  worker.shutdown();
  await running;
  await gateway.close();
  await temporal.close();
});

/** What each round comes to, one after the other; after the last one nothing waits. */
function endpointWith(...script: (Partial<WebhooksRound> | (() => Promise<Partial<WebhooksRound>>))[]) {
  const id = newId('whe');
  const asked: Parameters<Round>[0][] = [];
  const play: Round = async () => {
    const next = script.shift() ?? {};
    return { delivered: 0, failed: 0, failingRounds: 0, ...(typeof next === 'function' ? await next() : next) };
  };
  rounds.set(id, { play, asked });
  return { id, asked, handle: client.workflow.getHandle<typeof deliverWebhooks>(workflowOfWebhook(id)) };
}
const tell = (id: WebhookId, urgent = false) => gateway.webhooks.tell(id, { urgent });
const later = (): number => Date.now() + 3_600_000;
async function until(asked: readonly unknown[], n: number): Promise<void> {
  while (asked.length < n) await sleep(20);
}

test('rounds follow one another until nothing waits; the result counts', async () => {
  const { id, asked, handle } = endpointWith(
    { delivered: 200, nextAt: 0 },
    { delivered: 3, failed: 1, nextAt: Date.now() + 300 },
    { delivered: 1 },
  );
  await tell(id);
  expect(await handle.result()).toEqual({ delivered: 204, failed: 1 });
  expect(asked).toEqual(Array(3).fill({ endpointId: id, failingRounds: 0 }));
});

test('news end a wait; those that come during a round lead to another one', async () => {
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => (go = resolve));
  const { id, asked, handle } = endpointWith({ nextAt: later() }, async () => {
    await held;
    return {};
  });
  await tell(id);
  await until(asked, 1);
  await tell(id);
  await until(asked, 2);
  await tell(id);
  go();
  await handle.result();
  expect(asked).toHaveLength(3);
});

test('an endpoint that rests is not disturbed by news, but by somebody who waits', async () => {
  const rest = { nextAt: later(), restsUntil: later(), rests: true };
  const { id, asked, handle } = endpointWith({ failed: 1, failingRounds: 1, ...rest });
  await tell(id);
  await until(asked, 1);
  await tell(id);
  await tell(id);
  await sleep(500);
  expect(asked).toHaveLength(1);
  await tell(id, true);
  await handle.result();
  expect(asked[1]).toEqual({ endpointId: id, failingRounds: 1 });
});

const timersOf = async (handle: WorkflowHandle): Promise<number> =>
  ((await handle.fetchHistory()).events ?? []).filter((event) => event.timerStartedEventAttributes).length;

test.each(['during', 'after'])(
  'news %s a rest are followed once it is over, however far away the retry is',
  async (when) => {
    const restMs = when === 'during' ? 2_000 : 300;
    let restsUntil = 0;
    const { id, asked, handle } = endpointWith(async () => {
      restsUntil = Date.now() + restMs;
      return { failed: 1, failingRounds: 1, nextAt: later(), restsUntil, rests: true };
    });
    await tell(id);
    await until(asked, 1);
    // The second timer is that of the retry.
    while (when === 'after' && (await timersOf(handle)) < 2) await sleep(50);
    expect(asked).toHaveLength(1);
    await tell(id);
    await until(asked, 2);
    // The clocks of the server and of this process may differ by a little.
    expect(Date.now()).toBeGreaterThan(restsUntil - 100);
    expect(await handle.result()).toEqual({ delivered: 0, failed: 1 });
  },
);

test('a workflow that has ended is started again by the next news', async () => {
  const { id, asked, handle } = endpointWith({}, {});
  await tell(id);
  await handle.result();
  await tell(id);
  await handle.result();
  expect(asked).toHaveLength(2);
});

test('after 500 rounds the history begins anew, and nothing is forgotten', async () => {
  const { id, asked, handle } = endpointWith(
    ...Array.from({ length: 500 }, () => ({ delivered: 1, failed: 1, failingRounds: 0, nextAt: 0 })),
    { delivered: 1 },
  );
  await tell(id);
  expect(await handle.result()).toEqual({ delivered: 501, failed: 500 });
  expect(asked).toHaveLength(501);
}, 120_000);
