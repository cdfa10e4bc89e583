import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { newId } from '../../domain/ids';
import type { Progress } from '../../workflows/messages';
import { startSendWorker, textsOf, type History, type SendWorker } from '../support/send-worker';

const { EventType } = temporal.api.enums.v1;
const PLAIN = ['render', 'dedup', 'rateLimit', 'deliver'];

let worker: SendWorker;
beforeAll(async () => {
  worker = await startSendWorker();
}, 90_000);
afterAll(() => worker.close());

const typesOf = (history: History): string[] =>
  (history.events ?? []).map(({ eventType }) => EventType[eventType ?? 0]?.replace('EVENT_TYPE_', '') ?? '?');
const summariesOf = (history: History): string[] =>
  (history.events ?? []).flatMap(({ userMetadata }) =>
    userMetadata?.summary ? textsOf(userMetadata.summary.data) : [],
  );
const waitUntil = (until: number): Progress => ({
  counts: { deferred: 1 },
  wait: { until, because: '1 messages wait for their time' },
});

describe('a plain send', () => {
  test('runs its four steps in order, in 14 events, and results in the counts', async () => {
    worker.use({ deliver: async () => ({ counts: { sent: 2, failed: 1 } }) });
    const { result, history } = await worker.run();
    expect(worker.calls).toEqual(PLAIN);
    expect(result).toEqual({ sent: 2, failed: 1 });
    expect(typesOf(history)).toEqual([
      'WORKFLOW_EXECUTION_STARTED',
      'WORKFLOW_TASK_SCHEDULED',
      'WORKFLOW_TASK_STARTED',
      'WORKFLOW_TASK_COMPLETED',
      'MARKER_RECORDED',
      'MARKER_RECORDED',
      'MARKER_RECORDED',
      'ACTIVITY_TASK_SCHEDULED',
      'ACTIVITY_TASK_STARTED',
      'ACTIVITY_TASK_COMPLETED',
      'WORKFLOW_TASK_SCHEDULED',
      'WORKFLOW_TASK_STARTED',
      'WORKFLOW_TASK_COMPLETED',
      'WORKFLOW_EXECUTION_COMPLETED',
    ]);
  });

  test('every step has a summary for the Web UI', async () => {
    worker.use({});
    const { history } = await worker.run();
    expect(summariesOf(history).map((text) => text.replace(/^"|"$/g, ''))).toEqual([
      'email.notice · 1 message',
      'render the content',
      'discard, suppress, quiet hours, deduplicate, cap',
      'choose account, reserve slot',
      'hand over to the provider',
    ]);
  });

  test('the gateway reads its steps back from the history', async () => {
    worker.use({});
    const dispatch = worker.dispatch();
    await worker.run(dispatch);
    const steps = await worker.gateway.history(dispatch.id);
    expect(steps?.map(({ step }) => step)).toEqual(['started', ...PLAIN, 'completed']);
    expect(steps?.every(({ at }) => Math.abs(at - Date.now()) < 60_000)).toBe(true);
    expect(await worker.gateway.history(worker.dispatch().id)).toBeUndefined();
  });
});

describe('a round', () => {
  test.each(['render', 'dedup', 'rateLimit'] as const)('ends with %s when that leaves nothing to do', async (last) => {
    worker.use({ [last]: async () => ({ ready: 0, progress: { counts: { deduplicated: 1 } } }) });
    const { result } = await worker.run();
    expect(worker.calls).toEqual(PLAIN.slice(0, PLAIN.indexOf(last) + 1));
    expect(result).toEqual({ deduplicated: 1 });
  });

  test('that leaves messages waiting is followed by another one when their time has come', async () => {
    const started: number[] = [];
    let until = 0;
    worker.use({
      render: async () => {
        started.push(Date.now());
        return { ready: 1 };
      },
      rateLimit: async () => {
        if (started.length > 1) return { ready: 1 };
        until = Date.now() + 700;
        return { ready: 0, progress: waitUntil(until) };
      },
    });
    const { result, history } = await worker.run();
    expect(worker.calls).toEqual(['render', 'dedup', 'rateLimit', ...PLAIN]);
    expect(result).toEqual({ sent: 1 });
    expect(started[1]).toBeGreaterThanOrEqual(until - 5);
    expect(typesOf(history).filter((type) => type === 'TIMER_STARTED')).toHaveLength(1);
    expect(summariesOf(history)).toContain('"1 messages wait for their time"');
  });

  test('that waits looks at once when it is woken, and a wake-up for a workflow that has ended is passed over', async () => {
    let rounds = 0;
    worker.use({
      deliver: async () => (++rounds < 2 ? waitUntil(Date.now() + 3_600_000) : { counts: { recalled: 1 } }),
    });
    const dispatch = worker.dispatch();
    const running = worker.run(dispatch);
    while (rounds === 0) await sleep(20);
    await sleep(300);
    await worker.gateway.wake([dispatch.id]);
    const { result, history } = await running;
    expect(result).toEqual({ recalled: 1 });
    expect(worker.calls).toEqual([...PLAIN, ...PLAIN]);
    expect(typesOf(history)).toEqual(expect.arrayContaining(['WORKFLOW_EXECUTION_SIGNALED', 'TIMER_CANCELED']));
    await worker.gateway.wake([dispatch.id, worker.dispatch().id]);
  });

  test('whose messages are due already takes a breath before the next one', async () => {
    let rounds = 0;
    worker.use({ deliver: async () => (++rounds < 3 ? waitUntil(Date.now() - 1_000) : { counts: { sent: 1 } }) });
    const { history } = await worker.run();
    expect(worker.calls).toEqual([...PLAIN, ...PLAIN, ...PLAIN]);
    expect(typesOf(history).filter((type) => type === 'TIMER_FIRED')).toHaveLength(2);
  });
});

describe('a step that fails', () => {
  const once = <T>(answer: T, failure: Error) => {
    let failed = false;
    return async (): Promise<T> => {
      if (failed) return answer;
      failed = true;
      throw failure;
    };
  };

  test('for a while is tried again: a local one within its marker, the hand-over by the server', async () => {
    worker.use({
      dedup: once({ ready: 1 }, ApplicationFailure.retryable('redis is away', 'Unavailable')),
      deliver: once({ counts: { sent: 1 } }, ApplicationFailure.retryable('the worker stops', 'WorkerStopping')),
    });
    const { result, history } = await worker.run();
    expect(result).toEqual({ sent: 1 });
    expect(worker.calls).toEqual(['render', 'dedup', 'dedup', 'rateLimit', 'deliver', 'deliver']);
    const started = history.events?.find((event) => event.activityTaskStartedEventAttributes);
    expect(started?.activityTaskStartedEventAttributes).toMatchObject({ attempt: 2 });
    expect(typesOf(history)).not.toContain('ACTIVITY_TASK_FAILED');
  });
});

describe('a history that grows too long', () => {
  test('is continued as a new one, which goes on from what MySQL says', async () => {
    // The server suggests it at 4 MiB.
    const bulk = { ['x'.repeat(1_800_000)]: 1 };
    let rounds = 0;
    worker.use({
      deliver: async () => (++rounds < 4 ? { ...waitUntil(0), counts: bulk } : { counts: { sent: 1 } }),
    });
    const dispatch = worker.dispatch();
    const { result } = await worker.run(dispatch);
    expect(result).toEqual({ sent: 1 });
    const runs = worker.client.workflow.list({ query: `WorkflowId = "${dispatch.id}"` });
    const statuses: string[] = [];
    for (let tries = 0; tries < 50 && statuses.length < 2; tries++) {
      statuses.length = 0;
      for await (const run of runs) statuses.push(run.status.name);
    }
    expect(statuses.sort()).toEqual(['COMPLETED', 'CONTINUED_AS_NEW']);
  });
});

describe('starting a dispatch', () => {
  test('twice makes one execution; once more after its end runs nothing', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    worker.use({
      deliver: async () => {
        await held;
        return { counts: { sent: 1 } };
      },
    });
    const dispatch = worker.dispatch();
    expect(await worker.gateway.startDispatch(dispatch)).toBe('running_or_new');
    expect(await worker.gateway.startDispatch(dispatch)).toBe('running_or_new');
    release();
    await worker.client.workflow.getHandle(dispatch.id).result();
    expect(await worker.gateway.startDispatch(dispatch)).toBe('closed');
    expect(worker.calls).toEqual(PLAIN);
  });

  test('names it for operators: search attributes, priority, fairness key, summary and the way back', async () => {
    worker.use({});
    const appId = newId('app');
    const dispatch = worker.dispatch({ appId, messages: 3 });
    const { history } = await worker.run(dispatch);
    const attributes = history.events?.[0]?.workflowExecutionStartedEventAttributes;
    expect(attributes?.priority).toMatchObject({ priorityKey: 3, fairnessKey: appId });
    const described = await worker.client.workflow.getHandle(dispatch.id).describe();
    const found = Object.fromEntries(
      described.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    expect(found).toMatchObject({ LuminateLane: 'email.notice', LuminateApp: appId, LuminateMessages: 3 });
    expect(await described.staticSummary()).toBe('email.notice · 3 messages');
    expect(await described.staticDetails()).toContain('gathered by the relay');
    const ofSend = worker.dispatch({ id: `send/${newId('snd')}` as never });
    await worker.run(ofSend);
    const details = await worker.client.workflow.getHandle(ofSend.id).describe();
    expect(await details.staticDetails()).toContain(`http://api.example/v1/sends/${ofSend.id.slice(5)}`);
  });

  test('the link to the Web UI names the workflow', () => {
    const link = worker.gateway.uiLink(worker.dispatch({ id: 'send/snd_1' as never }).id);
    expect(link).toBe(`http://ui.example/namespaces/${worker.temporal.namespace}/workflows/send%2Fsnd_1`);
  });
});
