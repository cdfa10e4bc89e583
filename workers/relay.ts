import type { Logger } from '../config/logger';
import type { Stores } from '../db/database';
import type { Dispatch } from '../db/stores/dispatch-store';
import type { AppId } from '../domain/ids';
import { runOfDispatch } from '../domain/ids';
import { partsOfLane, type Lane } from '../domain/lane';
import { OPEN_RUN_STATES, type Run, type RunState } from '../domain/run';
import type { AccountRecovery } from './account-recovery';
import type { RelayMetrics } from './relay-metrics';

export interface RelayOptions {
  readonly stores: Pick<Stores, 'apps' | 'dispatches' | 'idempotency' | 'runs' | 'approvals'>;
  readonly startDispatch: (dispatch: Dispatch) => Promise<'running_or_new' | 'closed'>;
  /** Harmless for a run whose workflow runs. */
  readonly startRun: (run: Run) => Promise<void>;
  /** Lets messages come sooner when a rate was raised (workers/replan.ts). */
  readonly replan: () => Promise<void>;
  /** Brings the Schedules of campaigns in line with their rows (workers/sync-campaigns.ts). */
  readonly syncCampaigns: () => Promise<void>;
  readonly recovery: AccountRecovery;
  readonly metrics: RelayMetrics;
  readonly log: Logger;
  readonly times?: Partial<RelayTimes>;
}

/** All in milliseconds. */
export interface RelayTimes {
  /** Between two looks for messages that no dispatch has taken: what comes in meanwhile goes into one dispatch. */
  readonly gatherEvery: number;
  /** Between two looks for dispatches whose start was not confirmed, and how old those must be. */
  readonly confirmEvery: number;
  /** Between two looks for dispatches that make no progress, and for how long they must not have made any. */
  readonly healEvery: number;
  readonly stalledAfter: number;
  /** Between two looks whether a rate was raised. */
  readonly replanEvery: number;
  /** Between two looks at the health of the accounts. */
  readonly recoverEvery: number;
}

const TIMES: RelayTimes = {
  gatherEvery: 150,
  confirmEvery: 5_000,
  healEvery: 30_000,
  stalledAfter: 120_000,
  replanEvery: 1_000,
  recoverEvery: 1_000,
};
/** The most messages one dispatch drives. */
const MAX_MESSAGES = 2_000;
/** After a dispatch a lane rests for its app: so many milliseconds a message, at most so many. */
const REST_PER_MESSAGE_MS = 2;
const MAX_REST_MS = 500;
const STARTS_AT_ONCE = 50;
const HEALED_AT_ONCE = 500;

/** How many times as long as a look took the pause after it is at least; what people wait for has no such pause. */
const restOf = (job: string): number => (job === 'heal' ? 10 : 0);

/** Sees to it that every accepted message is driven by a workflow, whatever crashed between its acceptance and its dispatch. */
export interface Relay {
  start(): void;
  /** Resolves when the look that is under way has ended. */
  stop(): Promise<void>;
  /** The same work once, now, whether it is started or not; each rejects when MySQL or Temporal is away. */
  readonly work: { gather(): Promise<void>; confirm(): Promise<void>; heal(): Promise<void> };
}

export function createRelay(options: RelayOptions): Relay {
  const times = { ...TIMES, ...options.times };
  const work = createWork(options, times);
  const jobs = [
    every(times.gatherEvery, 'gather', work.gather),
    every(times.confirmEvery, 'confirm', work.confirm),
    every(times.healEvery, 'heal', work.heal),
    every(times.replanEvery, 'replan', options.replan),
    every(times.confirmEvery, 'schedules', options.syncCampaigns),
    every(times.recoverEvery, 'recover', () => options.recovery.look()),
  ];

  function every(pauseMs: number, name: string, work: () => Promise<void>): { start(): void; stop(): Promise<void> } {
    let stopped = false;
    let wake = (): void => undefined;
    let loop = Promise.resolve();
    const run = async (): Promise<void> => {
      while (!stopped) {
        const startedAt = Date.now();
        await work().catch((error: unknown) => {
          options.metrics.failures.inc({ job: name });
          options.log.warn({ err: error, job: name }, 'the relay could not do its work and tries again');
        });
        await new Promise<void>((resolve) => {
          // With millions of waiting messages a look takes seconds: then there are fewer.
          const timer = setTimeout(resolve, Math.max(pauseMs, (Date.now() - startedAt) * restOf(name)));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          if (stopped) wake();
        });
      }
    };
    return {
      start: () => {
        loop = run();
      },
      stop: () => {
        stopped = true;
        wake();
        return loop;
      },
    };
  }

  return {
    start() {
      for (const job of jobs) job.start();
    },
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()));
    },
    work,
  };
}

function createWork(options: RelayOptions, times: RelayTimes): Relay['work'] {
  const resting = new Map<string, number>();
  return {
    gather: () => gatherAll(options, resting),
    async confirm() {
      await startUnconfirmed(options, times.confirmEvery);
      await startRuns(options, ['pending'], times.confirmEvery);
    },
    async heal() {
      const apps = (await options.stores.apps.list()).map(({ id }) => id);
      await healStalled(options, apps, times.stalledAfter);
      await startRuns(options, OPEN_RUN_STATES, times.stalledAfter);
      await countWaiting(options, apps);
      await options.stores.idempotency.prune(1_000);
    },
  };
}

/**
 * Gives messages that no dispatch has taken to new dispatches, a lane and an app at a time. The more there were, the longer
 * that lane rests for that app, so that a burst goes in few workflows; verification codes do not wait for that.
 */
async function gatherAll(options: RelayOptions, resting: Map<string, number>): Promise<void> {
  for (const { appId, lane } of await options.stores.dispatches.waitingGroups()) {
    const group = `${appId} ${lane}`;
    if ((resting.get(group) ?? 0) > Date.now()) continue;
    const gathered = await gatherGroup(options, appId, lane);
    const rest = partsOfLane(lane).messageType === 'verification' ? 0 : gathered * REST_PER_MESSAGE_MS;
    resting.set(group, Date.now() + Math.min(rest, MAX_REST_MS));
  }
}

async function gatherGroup(
  { stores, startDispatch, metrics }: RelayOptions,
  appId: AppId,
  lane: Lane,
): Promise<number> {
  for (let gathered = 0; ;) {
    const dispatch = await stores.dispatches.gather(appId, lane, MAX_MESSAGES);
    if (!dispatch) return gathered;
    gathered += dispatch.messages;
    metrics.gathered.inc({ lane }, dispatch.messages);
    // A failed start takes seconds and ends this look, so an outage of Temporal leaves few and large dispatches behind.
    await startDispatch(dispatch);
    await stores.dispatches.confirm([dispatch.id]);
    if (dispatch.messages < MAX_MESSAGES) return gathered;
  }
}

/** Starts the workflows of runs that nobody has touched for a while: one that was never started, or was ended from outside, goes on. */
async function startRuns(
  { stores, startRun }: RelayOptions,
  states: readonly RunState[],
  untouchedMs: number,
): Promise<void> {
  const runs = await stores.runs.untouched(states, new Date(Date.now() - untouchedMs), HEALED_AT_ONCE);
  for (const run of runs) await startRun(run);
}

/** Starts dispatches again whose start is not known to have reached Temporal: harmless if it had. */
async function startUnconfirmed({ stores, startDispatch, metrics }: RelayOptions, ageMs: number): Promise<void> {
  for (;;) {
    const dispatches = await stores.dispatches.unconfirmed(new Date(Date.now() - ageMs), STARTS_AT_ONCE);
    for (const dispatch of dispatches) await startDispatch(dispatch);
    await stores.dispatches.confirm(dispatches.map(({ id }) => id));
    metrics.restarted.inc(dispatches.length);
    if (dispatches.length < STARTS_AT_ONCE) return;
  }
}

/**
 * A dispatch that makes no progress is started again; when its workflow has ended (terminated by hand, or lost with its
 * namespace), its open messages go back to be gathered.
 */
async function healStalled(
  { stores, startDispatch, metrics, log }: RelayOptions,
  apps: readonly AppId[],
  stalledMs: number,
): Promise<void> {
  const stalled = await stores.dispatches.stalled(apps, new Date(Date.now() - stalledMs), HEALED_AT_ONCE);
  metrics.stalled.set(stalled.length);
  for (const dispatch of stalled) {
    if ((await startDispatch(dispatch)) === 'running_or_new') continue;
    // A run starts its own again.
    if (runOfDispatch(dispatch.id)) continue;
    const messages = await stores.dispatches.release(dispatch.id);
    // It has ended by itself since it was looked up.
    if (messages === 0) continue;
    log.warn(
      { dispatchId: dispatch.id, messages },
      'the workflow of this dispatch has ended before its messages: gathered again',
    );
  }
}

async function countWaiting({ stores, metrics }: RelayOptions, apps: readonly AppId[]): Promise<void> {
  metrics.runs.reset();
  for (const { state, reason, runs } of await stores.runs.countOpen()) metrics.runs.set({ state, reason }, runs);
  metrics.approvals.reset();
  for (const { kind, approvals } of await stores.approvals.countWaiting()) metrics.approvals.set({ kind }, approvals);
  const oldest = await stores.dispatches.oldestUnclaimed();
  metrics.unclaimed.set(oldest ? Math.max(0, Date.now() - oldest.getTime()) / 1000 : 0);
  const groups = await stores.dispatches.waiting(apps);
  metrics.waiting.reset();
  for (const { lane, reason, messages } of groups) metrics.waiting.set({ lane, reason }, messages);
}
