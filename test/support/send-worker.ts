import { Client, type WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../../activities';
import { newId } from '../../domain/ids';
import type { StatusCounts } from '../../domain/message-status';
import { createTemporalGateway, type Dispatch, type TemporalGateway } from '../../temporal/gateway';
import type { send } from '../../workflows';
import { bundleWorkflows } from '../../workers/bundle-workflows';
import { newDispatchId } from './seed-messages';
import { createTestNamespace, type TestNamespace } from './temporal-namespace';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** The real workflow code on a real server, with activities of the test. */
export interface SendWorker {
  readonly temporal: TestNamespace;
  readonly client: Client;
  readonly gateway: TemporalGateway;
  /** What the activities do from now on; those not named answer that everything was sent. Clears `calls`. */
  use(script: Partial<Activities>): void;
  /** Names of the activities that were called, in order. */
  readonly calls: string[];
  dispatch(more?: Partial<Dispatch>): Dispatch;
  /** Starts a dispatch, waits for its end and fetches its history. */
  run(dispatch?: Dispatch): Promise<{ result: StatusCounts; history: History }>;
  close(): Promise<void>;
}

const POLITE: Activities = {
  render: async () => ({ ready: 1 }),
  dedup: async () => ({ ready: 1 }),
  rateLimit: async () => ({ ready: 1 }),
  deliver: async () => ({ counts: { sent: 1 } }),
};

export async function startSendWorker(): Promise<SendWorker> {
  const temporal = await createTestNamespace();
  const { address, namespace, connection } = temporal;
  let script = POLITE;
  const calls: string[] = [];
  const call = <T>(name: string, answer: Promise<T>): Promise<T> => {
    calls.push(name);
    return answer;
  };
  const activities: Activities = {
    render: (id) => call('render', script.render(id)),
    dedup: (id) => call('dedup', script.dedup(id)),
    rateLimit: (id) => call('rateLimit', script.rateLimit(id)),
    deliver: (id) => call('deliver', script.deliver(id)),
  };
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: 'email.notice',
    workflowBundle: { code: await bundleWorkflows() },
    activities: { ...activities },
    shutdownGraceTime: '1s',
  });
  const running = worker.run();
  const gateway = createTemporalGateway({
    address,
    namespace,
    uiUrl: 'http://ui.example/',
    publicUrl: 'http://api.example',
  });
  const client = new Client({ connection, namespace });
  const dispatch = (more: Partial<Dispatch> = {}): Dispatch => ({
    id: newDispatchId(),
    appId: newId('app'),
    lane: 'email.notice',
    messages: 1,
    ...more,
  });
  return {
    temporal,
    client,
    gateway,
    calls,
    use(next) {
      script = { ...POLITE, ...next };
      calls.length = 0;
    },
    dispatch,
    async run(given = dispatch()) {
      await gateway.startDispatch(given);
      const handle = client.workflow.getHandle<typeof send>(given.id);
      return { result: await handle.result(), history: await handle.fetchHistory() };
    },
    async close() {
      worker.shutdown();
      await running;
      await gateway.close();
      await temporal.close();
    },
  };
}

/** Every text in a history, payloads decoded: what an operator, or whoever steals a backup, can read. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsOf);
  return [];
}
