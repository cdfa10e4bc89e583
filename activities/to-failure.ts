import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { safeError } from '../domain/safe-error';
import type { ActivityDeps } from './deps';

/** Types of the failures that activities throw; every one of them is retried. */
export const FAILURE_TYPES = {
  /** MySQL, Redis or something else we need did not answer. */
  unavailable: 'Unavailable',
  /** The worker is shutting down; another one goes on. */
  workerStopping: 'WorkerStopping',
  /** A run waits for the end of another one. */
  runInProgress: 'RunInProgress',
} as const;

/** Runs an activity's body. What it throws is logged in full here and goes into the history without personal data. */
export async function withSafeFailures<T>(log: ActivityDeps['log'], step: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof ApplicationFailure || error instanceof CancelledFailure) throw error;
    log.warn({ err: error, step }, 'a step did not complete and will be tried again');
    const { type, message } = safeError(error);
    throw ApplicationFailure.retryable(`${step}: ${type}: ${message}`.slice(0, 300), FAILURE_TYPES.unavailable);
  }
}

/** Thrown between two batches when the worker has been told to stop. */
export function workerStopping(): ApplicationFailure {
  return ApplicationFailure.retryable('the worker is stopping; another one goes on', FAILURE_TYPES.workerStopping);
}
