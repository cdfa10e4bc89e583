import type { AppId, MessageId, RunId, SendId, WebhookEventId } from './ids';
import type { MessageStatus } from './message-status';
import type { RunState } from './run';

/** What an app can be told of, each in docs/webhooks.md with an example. */
export const WEBHOOK_EVENT_TYPES = [
  'message.sent',
  'message.delivered',
  'message.failed',
  'message.bounced',
  'message.undelivered',
  'message.complained',
  'message.unknown',
  'message.stopped',
  'run.finished',
  'run.paused',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** What an endpoint is told when somebody tries it, whatever it listens to. */
export const TEST_EVENT = 'webhook.test';
export type ToldEventType = WebhookEventType | typeof TEST_EVENT;

/** An endpoint that is disabled gets nothing: by its owner, because it answered 410, or because it answered nothing else than failures for days. */
export const WEBHOOK_DISABLED_REASONS = ['by_owner', 'gone', 'failing'] as const;
export type WebhookDisabledReason = (typeof WEBHOOK_DISABLED_REASONS)[number];

/** `discarded`: waited for an endpoint that was disabled or deleted. `failed` and `discarded` can be replayed. */
export const WEBHOOK_DELIVERY_STATES = ['pending', 'delivered', 'failed', 'discarded'] as const;
export type WebhookDeliveryState = (typeof WEBHOOK_DELIVERY_STATES)[number];

const OF_STATUS: Readonly<Record<MessageStatus, WebhookEventType | undefined>> = {
  accepted: undefined,
  deferred: undefined,
  sending: undefined,
  sent: 'message.sent',
  delivered: 'message.delivered',
  bounced: 'message.bounced',
  undelivered: 'message.undelivered',
  complained: 'message.complained',
  discarded: 'message.stopped',
  suppressed: 'message.stopped',
  deduplicated: 'message.stopped',
  capped: 'message.stopped',
  shielded: 'message.stopped',
  recalled: 'message.stopped',
  expired: 'message.stopped',
  failed: 'message.failed',
  unknown: 'message.unknown',
};

/** What is told when a message enters a status; `undefined`: nothing. */
export const eventOfStatus = (status: MessageStatus): WebhookEventType | undefined => OF_STATUS[status];

const OF_RUN: Readonly<Record<RunState, WebhookEventType | undefined>> = {
  pending: undefined,
  running: undefined,
  cancelling: undefined,
  paused: 'run.paused',
  finished: 'run.finished',
  cancelled: 'run.finished',
  failed: 'run.finished',
  skipped: 'run.finished',
};

/** What is told when a run enters a state; `undefined`: nothing. */
export const eventOfRunState = (state: RunState): WebhookEventType | undefined => OF_RUN[state];

/** What an event says of a message: no address, no content, no variables. */
export interface MessageEventData {
  readonly messageId: MessageId;
  readonly sendId: SendId;
  /** The run of a campaign that it belongs to. */
  readonly runId: RunId | null;
  /** The caller's own id of the recipient. */
  readonly recipientId: string | null;
  readonly template: { readonly id: number; readonly version: number };
  readonly lane: string;
  readonly status: MessageStatus;
  readonly reason: string | null;
  /** The provider's code, where it gave one. */
  readonly code: string | null;
  /** Number of the last attempt; 0: there was none. */
  readonly attempt: number;
}

export interface RunEventData {
  readonly runId: RunId;
  readonly campaignId: string;
  readonly state: RunState;
  readonly reason: string | null;
  /** Recipients. */
  readonly total: number;
}

export interface TestEventData {
  readonly webhookId: string;
}

/** Something that happened and that an app is told of; `subject` is what it happened to, within which the order is kept. */
export interface WebhookEvent {
  readonly id: WebhookEventId;
  readonly appId: AppId;
  readonly type: ToldEventType;
  readonly subject: string;
  readonly data: MessageEventData | RunEventData | TestEventData;
  readonly createdAt: Date;
}

/** The body of a request, as Standard Webhooks has it; the same for every attempt. */
export function bodyOfEvent({ type, createdAt, data }: Pick<WebhookEvent, 'type' | 'createdAt' | 'data'>): string {
  return JSON.stringify({ type, timestamp: createdAt.toISOString(), data });
}

/** Pauses before the second and later attempts, in seconds, as Standard Webhooks suggests: three days and three hours in all. */
export const RETRY_SECONDS: readonly number[] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** A pause is up to a fifth longer, so that what failed together does not come back together. */
const JITTER = 0.2;

/** Milliseconds until the attempt after the `failed`-th one (from 1); `undefined`: there is none. `draw` is in [0, 1). */
export function retryPauseMs(failed: number, pauses: readonly number[], draw: number): number | undefined {
  const seconds = pauses[failed - 1];
  return seconds === undefined ? undefined : Math.round(seconds * 1_000 * (1 + JITTER * draw));
}

const MAX_REST_MS = 300_000;

/** For how long an endpoint is left alone after so many rounds (from 1) in which it took nothing: doubled each time, at most 5 minutes. */
export function restMs(failingRounds: number, pauses: readonly number[]): number {
  return Math.min(MAX_REST_MS, (pauses[0] ?? 5) * 1_000 * 2 ** Math.min(failingRounds - 1, 20));
}

/** An endpoint that has answered nothing but failures for so long is disabled, in milliseconds. */
export const DISABLE_AFTER_MS = 5 * 86_400_000;
/** For how long the secret before a rotation signs as well, in milliseconds. */
export const ROTATION_MS = 86_400_000;
/** Endpoints of one app. */
export const MAX_WEBHOOKS = 50;
