import { isGrpcServiceError, ScheduleAlreadyRunning, ScheduleNotFoundError, type Client } from '@temporalio/client';
import {
  compileUpdatedScheduleOptions,
  encodeScheduleAction,
  encodeSchedulePolicies,
  encodeScheduleSpec,
  encodeScheduleState,
} from '@temporalio/client/lib/schedule-helpers';
import type { Overlap } from '../domain/campaign';
import { firesBetween, specOf, type ScheduleTimes } from './schedule-spec';

/** A Temporal Schedule as it is to be. */
export interface WantedSchedule {
  readonly id: string;
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly args: readonly unknown[];
  /** The server appends the nominal time of the firing: `<workflowId>-2026-11-23T09:00:00Z`. */
  readonly workflowId: string;
  readonly times: ScheduleTimes;
  readonly overlap: Overlap;
  /** A firing that was missed for longer, because Temporal or its Schedule was away, is not made up for; at least 10. */
  readonly catchupSeconds: number;
  readonly paused: boolean;
  /** A Schedule never goes back to a lower revision. Absent: the last one who puts it wins. */
  readonly revision?: number;
  /**
   * Since when it should have been in force, where it can be put in force late: firings since then are made up for, too. Needs a
   * workflow to which being started twice for one firing does no harm.
   */
  readonly since?: Date;
  /** What people see of its workflows in the Web UI. */
  readonly summary?: string;
  readonly details?: string;
}

/** A Schedule as the server knows it. */
export interface ScheduleState {
  /** Up to ten, soonest first, before jitter. */
  readonly nextTimes: readonly Date[];
  /** The last ones, oldest first. */
  readonly recent: readonly { readonly scheduledAt: Date; readonly takenAt: Date; readonly workflowId: string }[];
  /** Ids of the workflows it started that run. */
  readonly running: readonly string[];
  readonly paused: boolean;
  readonly revision: number | undefined;
  /** How many firings were left out, since it was made, because a workflow was running or because they were too late. */
  readonly skippedByOverlap: number;
  readonly missedCatchup: number;
}

/** Temporal Schedules. Every call rejects when Temporal leaves it without an answer for eight seconds. */
export interface ScheduleGateway {
  /** Makes or changes it. Repeating it is harmless; of two at once the higher revision stands at the end. */
  put(wanted: WantedSchedule): Promise<void>;
  /** Ends it; what it started goes on. Harmless when there is none. */
  remove(id: string): Promise<void>;
  /** `undefined` when there is none. */
  read(id: string): Promise<ScheduleState | undefined>;
}

/**
 * A Schedule is a workflow of the server itself, and to describe it is to ask that workflow: when its worker has gone to another host, the
 * server waits five seconds for the old one first.
 */
const DEADLINE_MS = 8_000;
/** Of putting a revision while others change the same Schedule. */
const MAX_TRIES = 5;
/** gRPC's status code for an update that came with an old token. */
const FAILED_PRECONDITION = 9;

const OVERLAPS = { skip: 'SKIP', buffer_one: 'BUFFER_ONE', allow_all: 'ALLOW_ALL' } as const satisfies Record<
  Overlap,
  string
>;

/** The Schedules of the client's namespace. */
export function createScheduleGateway(client: Client): ScheduleGateway {
  const soon = <T>(call: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + DEADLINE_MS, call);
  const describe = async (id: string) => {
    try {
      return await soon(() => client.schedule.getHandle(id).describe());
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  };
  return {
    put: (wanted) => put(client, soon, describe, wanted),
    remove: (id) =>
      soon(async () => {
        try {
          await client.schedule.getHandle(id).delete();
        } catch (error) {
          if (!(error instanceof ScheduleNotFoundError)) throw error;
        }
      }),
    async read(id) {
      const found = await describe(id);
      return found && stateOf(found);
    },
  };
}

type Description = Awaited<ReturnType<ReturnType<Client['schedule']['getHandle']>['describe']>>;

function revisionOf({ action }: Description): number | undefined {
  const revision = action.memo?.['revision'];
  return typeof revision === 'number' ? revision : undefined;
}

function stateOf(found: Description): ScheduleState {
  const { info, state } = found;
  return {
    nextTimes: info.nextActionTimes,
    recent: info.recentActions.map(({ scheduledAt, takenAt, action }) => ({
      scheduledAt,
      takenAt,
      workflowId: action.workflow.workflowId,
    })),
    running: info.runningActions.map(({ workflow }) => workflow.workflowId),
    paused: state.paused,
    revision: revisionOf(found),
    skippedByOverlap: info.numActionsSkippedOverlap,
    missedCatchup: info.numActionsMissedCatchupWindow,
  };
}

async function put(
  client: Client,
  soon: <T>(call: () => Promise<T>) => Promise<T>,
  describe: (id: string) => Promise<Description | undefined>,
  wanted: WantedSchedule,
): Promise<void> {
  const { id, revision } = wanted;
  const isNew = (found: Description): boolean => {
    const stored = revisionOf(found);
    return revision === undefined || stored === undefined || stored < revision;
  };
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const found = await describe(id);
    if (!found) {
      if (await soon(() => create(client, wanted))) return;
      continue;
    }
    const changes = isNew(found);
    const token = revision === undefined ? undefined : found.raw.conflictToken;
    if (changes) await soon(() => update(client, wanted, token));
    if (revision !== undefined) {
      const now = changes ? await describe(id) : found;
      // The server may take an update with an old token without a word, and ignore it.
      if (!now || isNew(now)) continue;
      if (revisionOf(now) !== revision) return;
    }
    const missed = missedBy(wanted);
    if (missed) await soon(() => client.schedule.getHandle(id).backfill(missed));
    return;
  }
  throw new Error(`The Schedule ${id} was changed by others all the time; try again.`);
}

/** False when there is one by now. */
async function create(client: Client, wanted: WantedSchedule): Promise<boolean> {
  const options = optionsOf(wanted);
  const missed = missedBy(wanted);
  try {
    await client.schedule.create({
      ...options,
      scheduleId: wanted.id,
      state: { ...options.state, ...(missed ? { backfill: [missed] } : {}) },
    });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}

/** With the token of the description that it follows, which `handle.update` of the SDK leaves out: nobody's change is lost. */
async function update(client: Client, wanted: WantedSchedule, conflictToken?: Uint8Array | null): Promise<void> {
  const { spec, action, policies, state } = compileUpdatedScheduleOptions(wanted.id, optionsOf(wanted));
  const { namespace, loadedDataConverter, identity } = client.options;
  try {
    await client.workflowService.updateSchedule({
      namespace,
      identity,
      scheduleId: wanted.id,
      requestId: crypto.randomUUID(),
      ...(conflictToken ? { conflictToken } : {}),
      schedule: {
        spec: encodeScheduleSpec(spec),
        action: await encodeScheduleAction(loadedDataConverter, namespace, action, {}),
        policies: encodeSchedulePolicies(policies),
        state: encodeScheduleState(state),
      },
    });
  } catch (error) {
    if (!isGrpcServiceError(error) || (error.code as number) !== FAILED_PRECONDITION) throw error;
  }
}

function optionsOf(wanted: WantedSchedule) {
  const { workflowType, taskQueue, workflowId, summary, details, revision } = wanted;
  return {
    spec: specOf(wanted.times),
    action: {
      type: 'startWorkflow' as const,
      workflowType,
      taskQueue,
      workflowId,
      args: [...wanted.args],
      ...(summary === undefined ? {} : { staticSummary: summary }),
      ...(details === undefined ? {} : { staticDetails: details }),
      ...(revision === undefined ? {} : { memo: { revision } }),
    },
    policies: {
      overlap: OVERLAPS[wanted.overlap],
      catchupWindow: wanted.catchupSeconds * 1_000,
      pauseOnFailure: false,
    },
    state: {
      paused: wanted.paused,
      ...(wanted.times.kind === 'once' ? { remainingActions: 1 } : {}),
    },
  };
}

/** The time in which the Schedule should have fired and could not, because it was not in force yet. */
function missedBy(wanted: WantedSchedule) {
  if (!wanted.since || wanted.paused) return undefined;
  const end = new Date();
  const start = new Date(Math.max(wanted.since.getTime(), end.getTime() - wanted.catchupSeconds * 1_000));
  return firesBetween(wanted.times, start, end) ? { start, end, overlap: OVERLAPS[wanted.overlap] } : undefined;
}
