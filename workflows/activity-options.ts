import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/** Outages of MySQL or Redis end: try for ever, soon at first. The age of a message is bounded by its own deadline. */
const UNTIL_IT_WORKS = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' } as const;

/** Database and Redis only; 30 s leave room for a dispatch of 2,000 messages on a busy machine. */
export const QUICK_STEP: LocalActivityOptions = { startToCloseTimeout: '30s', retry: UNTIL_IT_WORKS };

/**
 * Providers. Never local: a crash would run it again from the start. The heartbeat tells a crashed worker from a slow
 * provider; a retry goes on from what MySQL says.
 */
export const HAND_OVER: ActivityOptions = {
  startToCloseTimeout: '1h',
  heartbeatTimeout: '15s',
  retry: UNTIL_IT_WORKS,
};

/**
 * What a run does: from a few statements to a walk through millions of rows. The heartbeat tells a crashed worker from a slow one,
 * so that a request to a run does not wait for minutes because the worker that had it was killed.
 */
export const RUN_STEP: ActivityOptions = {
  startToCloseTimeout: '2h',
  heartbeatTimeout: '10s',
  retry: UNTIL_IT_WORKS,
};

/** Maintenance: many batches, each short. A job that cannot do its work for so long is called failed; its next firing tries again. */
export const UPKEEP: ActivityOptions = {
  ...RUN_STEP,
  scheduleToCloseTimeout: '6h',
  // A cancellation comes with the answer to a heartbeat, of which the SDK sends one in four fifths of its timeout.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};

/** One statement. */
export const NOTE: ActivityOptions = { startToCloseTimeout: '60s', retry: UNTIL_IT_WORKS };

/** A round of webhooks to one endpoint. The heartbeat tells a crashed worker from a slow receiver; a retry goes on from what MySQL says. */
export const WEBHOOK_ROUND: ActivityOptions = {
  startToCloseTimeout: '15m',
  heartbeatTimeout: '15s',
  retry: UNTIL_IT_WORKS,
};
