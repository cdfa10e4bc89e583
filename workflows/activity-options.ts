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

/** MySQL, Redis and Temporal, for runs and maintenance: a few statements each. */
export const SHORT_STEP: ActivityOptions = { startToCloseTimeout: '60s', retry: UNTIL_IT_WORKS };

/** The same for a long walk through many rows; the heartbeat tells a crashed worker from a slow one. */
export const LONG_STEP: ActivityOptions = { startToCloseTimeout: '2h', heartbeatTimeout: '30s', retry: UNTIL_IT_WORKS };

/** Maintenance: many batches, each short. A job that cannot do its work for so long is called failed; its next firing tries again. */
export const UPKEEP: ActivityOptions = {
  ...LONG_STEP,
  scheduleToCloseTimeout: '6h',
  // A cancellation comes with the answer to a heartbeat, of which the SDK sends one in four fifths of this time.
  heartbeatTimeout: '10s',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};
