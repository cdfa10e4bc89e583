import {
  Client,
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { Config } from '../config/env';
import type { AppId, DispatchId } from '../domain/ids';
import { partsOfLane, PRIORITY, type Lane } from '../domain/lane';
import type { Run } from '../domain/run';
import type { send } from '../workflows';
import {
  OPERATIONS_QUEUE,
  searchAttributesOf,
  WAKE_SIGNAL,
  type RunAnswer,
  type RunInput,
} from '../workflows/messages';
import { createConnection } from './connection';
import { createMaintenanceGateway, type MaintenanceGateway } from './maintenance';
import { stepsOf, type HistoryStep } from './history-steps';
import { createScheduleGateway, type ScheduleGateway } from './schedules';
import { createWebhookGateway, type WebhookGateway } from './webhooks';

/** The messages that one `send` workflow drives. */
export interface Dispatch {
  readonly id: DispatchId;
  readonly appId: AppId;
  readonly lane: Lane;
  readonly messages: number;
}

export interface TemporalGateway {
  /**
   * Starts the workflow of a dispatch. Calling it again is harmless: a running workflow is left alone (`running_or_new`),
   * a finished one is not run again (`closed`). Rejects when Temporal does not answer within five seconds.
   */
  startDispatch(dispatch: Dispatch): Promise<'running_or_new' | 'closed'>;
  /**
   * Starts the workflow of a run that was begun by hand or by a call, or starts it again after it was ended from outside. Harmless
   * while it runs, and for a run that has ended: its row says so. Rejects as `startDispatch`.
   */
  startRun(run: Run): Promise<void>;
  /**
   * Asks something of a run (the updates of workflows/messages.ts) and resolves with its answer. `gone`: its workflow does not run;
   * `busy`: no answer within 25 seconds, it goes on. Rejects when Temporal does not answer.
   */
  askRun(run: Run, update: string, request: object): Promise<RunAnswer | 'gone' | 'busy'>;
  /** Whether a workflow of this name runs. Rejects as `startDispatch`. */
  isRunning(workflowId: string): Promise<boolean>;
  /** Ends the waits of these workflows, so that they look at once; those that have ended are passed over. Rejects as `startDispatch`. */
  wake(dispatchIds: readonly DispatchId[]): Promise<void>;
  /** The steps a dispatch has gone through, oldest first; `undefined` when Temporal no longer has its history. */
  history(dispatchId: DispatchId): Promise<HistoryStep[] | undefined>;
  /** Where people see a workflow. */
  uiLink(workflowId: string): string;
  readonly schedules: ScheduleGateway;
  readonly maintenance: MaintenanceGateway;
  readonly webhooks: WebhookGateway;
  /** Rejects when Temporal does not serve the namespace. */
  check(): Promise<void>;
  /** As `TemporalConnection.close`. */
  close(): Promise<void>;
}

interface Options {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  /** Base address of our API, for the way back from the Web UI. */
  readonly publicUrl: string;
}

/** The options as the configuration has them. */
export const gatewayOptionsOf = (config: Config): Options => ({
  address: config.TEMPORAL_ADDRESS,
  namespace: config.TEMPORAL_NAMESPACE,
  uiUrl: config.TEMPORAL_UI_URL,
  publicUrl: config.PUBLIC_URL,
});

const DEADLINE_MS = 5_000;
/** Histories only complete what MySQL tells: whoever reads a timeline does not wait long for them. */
const HISTORY_DEADLINE_MS = 1_500;
/** gRPC's status code. */
const NOT_FOUND = 5;

/** For how long a request to a run may take. */
const ANSWER_MS = 25_000;

const WAKES_AT_ONCE = 50;

/** The answer did not come in time; what was asked for goes on. */
const isTooLate = (error: unknown): boolean =>
  error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
  (isGrpcServiceError(error) && (error.code as number) === 4);

/** Passes over a workflow that Temporal does not have, or that has ended. */
function unlessGone(error: unknown): void {
  const gone = isGrpcServiceError(error) && (error.code as number) === NOT_FOUND;
  if (!gone && !(error instanceof WorkflowNotFoundError)) throw error;
}

function createIsRunning(client: Client): TemporalGateway['isRunning'] {
  return async (workflowId) => {
    try {
      const handle = client.workflow.getHandle(workflowId);
      const { status } = await client.withDeadline(Date.now() + DEADLINE_MS, () => handle.describe());
      return status.name === 'RUNNING';
    } catch (error) {
      unlessGone(error);
      return false;
    }
  };
}

/** Connects on first use, so that a process can start while Temporal is away. */
export function createTemporalGateway({ address, namespace, uiUrl, publicUrl }: Options): TemporalGateway {
  const { connection, close } = createConnection({ address, connectTimeoutMs: DEADLINE_MS });
  const client = new Client({ connection, namespace });
  const schedules = createScheduleGateway(client);
  const soon = <T>(call: () => Promise<T>, ms = DEADLINE_MS): Promise<T> => client.withDeadline(Date.now() + ms, call);
  const isRunning = createIsRunning(client);
  return {
    async startDispatch(dispatch) {
      try {
        await soon(() => client.workflow.start<typeof send>('send', startOptions(dispatch, publicUrl)));
        return 'running_or_new';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'closed';
        throw error;
      }
    },
    async startRun(run) {
      await soon(() => client.workflow.start('runCampaign', runOptions(run, publicUrl)));
    },
    async askRun(run, update, request) {
      const handle = client.workflow.getHandle(run.workflowId);
      try {
        const args: [object] = [request];
        return await soon(() => handle.executeUpdate<RunAnswer, [object]>(update, { args }), ANSWER_MS);
      } catch (error) {
        if (isTooLate(error)) return 'busy';
        unlessGone(error);
        return 'gone';
      }
    },
    isRunning,
    async wake(dispatchIds) {
      for (let from = 0; from < dispatchIds.length; from += WAKES_AT_ONCE) {
        const part = dispatchIds.slice(from, from + WAKES_AT_ONCE);
        await soon(() =>
          Promise.all(part.map((id) => client.workflow.getHandle(id).signal(WAKE_SIGNAL).catch(unlessGone))),
        );
      }
    },
    async history(dispatchId) {
      try {
        return stepsOf(await soon(() => client.workflow.getHandle(dispatchId).fetchHistory(), HISTORY_DEADLINE_MS));
      } catch (error) {
        unlessGone(error);
        return undefined;
      }
    },
    uiLink: (workflowId) =>
      `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`,
    schedules,
    maintenance: createMaintenanceGateway({ client, schedules, isRunning, publicUrl }),
    webhooks: createWebhookGateway({ client, publicUrl }),
    async check() {
      await soon(() => connection.workflowService.describeNamespace({ namespace }));
    },
    close,
  };
}

function startOptions(dispatch: Dispatch, publicUrl: string) {
  const { messageType } = partsOfLane(dispatch.lane);
  const some = dispatch.messages === 1 ? '1 message' : `${dispatch.messages} messages`;
  return {
    workflowId: dispatch.id,
    taskQueue: dispatch.lane,
    args: [{ dispatchId: dispatch.id }] as [{ dispatchId: string }],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    priority: { priorityKey: PRIORITY[messageType], fairnessKey: dispatch.appId },
    typedSearchAttributes: searchAttributesOf(dispatch),
    staticSummary: `${dispatch.lane} · ${some}`,
    staticDetails: detailsOf(dispatch.id, publicUrl),
  };
}

function runOptions(run: Run, publicUrl: string) {
  const input: RunInput = { runId: run.id };
  return {
    workflowId: run.workflowId,
    taskQueue: OPERATIONS_QUEUE,
    args: [input],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    staticSummary: `${run.lane} · run of ${run.total} messages`,
    staticDetails: `[How far it is](${publicUrl}/v1/runs/${run.id})`,
  };
}

function detailsOf(dispatchId: DispatchId, publicUrl: string): string {
  const name = dispatchId.slice('send/'.length);
  const [run = '', chunk] = name.split('/');
  if (chunk !== undefined) return `Chunk ${chunk} of [a run](${publicUrl}/v1/runs/${run})`;
  return name.startsWith('batch_')
    ? 'Messages of several sends, gathered by the relay. Each message names this workflow in its timeline.'
    : `[What happened to each recipient](${publicUrl}/v1/sends/${name})`;
}
