import type { Campaign, RunSettings } from './campaign';
import type { Variables } from './content';
import { newId, type AppId, type AudienceId, type CampaignId, type RunId, type TemplateId } from './ids';
import type { Lane } from './lane';
import type { MessageStatus } from './message-status';

/** The life of a run. `skipped`: it fired, but did not begin; `failed`: it could not begin or go on, and its reason says why. */
export const RUN_STATES = {
  pending: 'open',
  running: 'open',
  paused: 'open',
  cancelling: 'open',
  finished: 'ended',
  cancelled: 'ended',
  failed: 'ended',
  skipped: 'ended',
} as const;
export type RunState = keyof typeof RUN_STATES;
export const RUN_STATE_NAMES = Object.keys(RUN_STATES) as [RunState, ...RunState[]];
export const OPEN_RUN_STATES = RUN_STATE_NAMES.filter((state) => RUN_STATES[state] === 'open');
/** States in which a run still makes rows into messages. */
export const IMPORTING: readonly RunState[] = OPEN_RUN_STATES.filter((state) => state !== 'cancelling');

/** What can happen to a run: the same discipline as for messages, a conditional update decides. */
export const RUN_TRANSITIONS = {
  begin: { to: 'running', from: ['pending'] },
  pause: { to: 'paused', from: ['pending', 'running'] },
  resume: { to: 'running', from: ['paused'] },
  cancel: { to: 'cancelling', from: ['pending', 'running', 'paused'] },
  finish: { to: 'finished', from: ['running', 'paused'] },
  endCancelled: { to: 'cancelled', from: ['cancelling'] },
  fail: { to: 'failed', from: ['pending', 'running', 'paused'] },
  skip: { to: 'skipped', from: ['pending'] },
} as const satisfies Record<string, { to: RunState; from: readonly RunState[] }>;
export type RunEvent = keyof typeof RUN_TRANSITIONS;

/** What made it fire: its campaign's schedule, a person or caller, or a retry of what failed in an earlier run. */
export const RUN_TRIGGERS = ['schedule', 'api', 'retry'] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** Statuses of an ended run's messages that a retry may send again. */
export const RETRYABLE = ['failed', 'unknown'] as const satisfies readonly MessageStatus[];
export type Retryable = (typeof RETRYABLE)[number];

/** One firing of a campaign, with a frozen audience. */
export interface Run {
  readonly id: RunId;
  readonly campaignId: CampaignId;
  readonly appId: AppId;
  readonly templateId: TemplateId;
  readonly templateVersion: number;
  readonly lane: Lane;
  readonly audienceId: AudienceId;
  /** The run whose `retryStatuses` it sends again; its rows are those messages instead of the audience. */
  readonly retryOf: RunId | null;
  readonly retryStatuses: readonly Retryable[] | undefined;
  readonly variables: Variables | undefined;
  readonly trigger: RunTrigger;
  /** Of the Temporal workflow that drives it; also what makes a firing one run, however often it is told. */
  readonly workflowId: string;
  /** The moment it was to fire. */
  readonly firedAt: Date;
  /** `YYYY-MM-DDTHH:MM`: the local time at which each recipient gets it; `null`: as soon as possible. */
  readonly recipientTime: string | null;
  readonly settings: RunSettings;
  readonly state: RunState;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>> | undefined;
  /** Recipients: rows of the audience that were accepted. */
  readonly total: number;
  /** Of them, how many are messages so far, and in how many chunks. */
  readonly imported: number;
  readonly chunks: number;
  /** Where the import goes on: a byte of the audience's rows, or a row number of a retry; -1 when all is imported. */
  readonly importCursor: number;
  /** Answers of providers so far and failures, also those that receipts told, about: they decide when it pauses itself. */
  readonly handed: number;
  readonly errors: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A firing of a campaign that has not begun. */
export function runOf(
  campaign: Campaign,
  how: {
    readonly lane: Lane;
    readonly templateVersion: number;
    readonly total: number;
    readonly trigger: RunTrigger;
    readonly firedAt: Date;
    readonly recipientTime?: string | null;
    /** Absent: `run/<runId>`, for a run that is started by hand. */
    readonly workflowId?: string;
  },
): Run {
  const id = newId('run');
  return {
    id,
    campaignId: campaign.id,
    appId: campaign.appId,
    templateId: campaign.templateId,
    templateVersion: how.templateVersion,
    lane: how.lane,
    audienceId: campaign.audienceId,
    retryOf: null,
    retryStatuses: undefined,
    variables: campaign.variables,
    trigger: how.trigger,
    workflowId: how.workflowId ?? workflowOfRun(id),
    firedAt: how.firedAt,
    recipientTime: how.recipientTime ?? null,
    settings: campaign.settings,
    state: 'pending',
    reason: null,
    detail: undefined,
    total: how.total,
    imported: 0,
    chunks: 0,
    importCursor: 0,
    handed: 0,
    errors: 0,
    createdAt: new Date(),
    startedAt: null,
    finishedAt: null,
  };
}

export const workflowOfRun = (id: RunId): string => `run/${id}`;

/** Whether it has ended, one way or another. */
export const hasEnded = ({ state }: Pick<Run, 'state'>): boolean => RUN_STATES[state] === 'ended';
