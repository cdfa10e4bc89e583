import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import type { AppId } from '../domain/ids';
import type { Lane } from '../domain/lane';
import type { MaintenanceJob } from '../domain/maintenance';
import type { StatusCounts } from '../domain/message-status';
import type { Rate } from '../domain/rules';
import type { RunState } from '../domain/run';

/** Ends the wait of a `send` workflow: something about its messages has changed in MySQL. A hint; losing it costs time only. */
export const WAKE_SIGNAL = 'wake';

/** The one argument of the `send` workflow. */
export interface SendInput {
  readonly dispatchId: string;
  /** It has told its run that it waits. */
  readonly rests?: boolean;
}

/** How far a dispatch is, and until when nothing of it is due. */
export interface Progress {
  readonly counts: StatusCounts;
  /** Absent when no message of the dispatch waits any more. `until` is epoch milliseconds. */
  readonly wait?: { readonly until: number; readonly because: string };
}

/** The result of a step over the due messages of a dispatch: how many go on, or, when none does, where the dispatch stands. */
export interface StepResult {
  readonly ready: number;
  readonly progress?: Progress;
}

const LANE = defineSearchAttributeKey('LuminateLane', SearchAttributeType.KEYWORD);
const APP = defineSearchAttributeKey('LuminateApp', SearchAttributeType.KEYWORD);
const MESSAGES = defineSearchAttributeKey('LuminateMessages', SearchAttributeType.INT);

/**
 * What an operator may search dispatches by in the Temporal Web UI; registered by the launcher (scripts/services/temporal.ts) and by
 * docker-compose.yml, and set once, at start. Ids and counts only: search attributes are never encrypted.
 */
export function searchAttributesOf(dispatch: {
  readonly lane: Lane;
  readonly appId: AppId;
  readonly messages: number;
}): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: LANE, value: dispatch.lane },
    { key: APP, value: dispatch.appId },
    { key: MESSAGES, value: dispatch.messages },
  ]);
}

/** The task queue of everything that drives no message itself: runs of campaigns, and maintenance. */
export const OPERATIONS_QUEUE = 'operations';

/** The one argument of the `maintenance` workflow. */
export interface MaintenanceInput {
  readonly job: MaintenanceJob;
}

/** The argument of the `runCampaign` workflow: a run that stands in MySQL, or a campaign that its Schedule fires. */
export type RunInput = { readonly runId: string } | { readonly campaignId: string };

/** Where a run goes on after its history was begun anew; `RunInput` stands in MySQL by then. */
export interface RunStory {
  readonly runId: string;
  /** After the last chunk that was started. */
  readonly cursor: { readonly dueAt: number; readonly n: number } | undefined;
  /** Every chunk has been started. */
  readonly allStarted: boolean;
  readonly imported: boolean;
  /** Dispatches that wait for a later time. */
  readonly resting: readonly string[];
  readonly counts: StatusCounts;
}

/** The result of a run, for the Temporal Web UI. */
export interface RunResult {
  readonly state: RunState;
  readonly counts: StatusCounts;
}

/** A chunk's messages wait for a later time; or, after that, none of them waits any more. */
export const CHUNK_RESTS_SIGNAL = 'chunkRests';
export const CHUNK_ENDED_SIGNAL = 'chunkEnded';

/** A chunk, and where its messages stand. */
export interface ChunkNews {
  readonly dispatchId: string;
  readonly counts: StatusCounts;
}

/** Requests to a run. Each is answered when it is in force; repeating one is harmless. */
export const PAUSE_UPDATE = 'pause';
export const RESUME_UPDATE = 'resume';
export const CANCEL_UPDATE = 'cancel';
export const RATE_UPDATE = 'setRate';

/** Who asks, and why, for the record. */
export interface RunRequest {
  readonly by: string;
  readonly note?: string;
}
/** A request with its place in the order in which they came: a later one is never undone by an earlier one that a crash delayed. */
export type Ordered<R extends RunRequest> = R & { readonly no: number };
export interface RateRequest extends RunRequest {
  readonly rate: Rate | null;
}

/** The run after a request. */
export interface RunAnswer {
  readonly state: RunState;
  /** Of `cancel`: messages that were stopped, and those that had gone out or were just going. */
  readonly recalled?: number;
  readonly tooLate?: number;
}

/** The task queue of webhooks: receivers that do not answer take no slot from a lane. */
export const WEBHOOKS_QUEUE = 'webhooks';

/** The workflow that delivers to one endpoint. */
export const workflowOfWebhook = (endpointId: string): string => `webhooks/${endpointId}`;

/** There are new events for an endpoint. `urgent`: somebody waits for them, so that even an endpoint that rests is tried. */
export const WEBHOOKS_SIGNAL = 'events';
export interface WebhooksNews {
  readonly urgent: boolean;
}

/** The one argument of the `deliverWebhooks` workflow; the counts are those of histories before this one. */
export interface WebhooksInput {
  readonly endpointId: string;
  /** Rounds, one after the other until now, in which the endpoint took nothing. */
  readonly failingRounds?: number;
  readonly counts?: WebhooksResult;
}

/** Attempts by how they ended. */
export interface WebhooksResult {
  readonly delivered: number;
  readonly failed: number;
}

/** What a round came to, and when the next one is. */
export interface WebhooksRound extends WebhooksResult {
  readonly failingRounds: number;
  /** Epoch milliseconds; absent: nothing waits. */
  readonly nextAt?: number;
  /** The endpoint is left alone until then, in epoch milliseconds, and afterwards given what is new. */
  readonly restsUntil?: number;
  /** The endpoint is left alone until `nextAt`, as a wait has it that was begun before `restsUntil` was told. */
  readonly rests?: boolean;
}
