import type { WorkflowHandle } from '@temporalio/client';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];

/** One step of a dispatch as its workflow history tells it. */
export interface HistoryStep {
  readonly step: 'started' | 'render' | 'dedup' | 'rateLimit' | 'deliver' | 'wait' | 'completed' | 'failed';
  /** When it ended, in epoch milliseconds. */
  readonly at: number;
}

const LOCAL_STEPS = ['render', 'dedup', 'rateLimit'] as const;

/** The name in the marker that the SDK writes for a local activity; the marker's data is JSON. */
function localStep(event: HistoryEvent): HistoryStep['step'] | undefined {
  const data = event.markerRecordedEventAttributes?.details?.['data']?.payloads?.[0]?.data;
  if (!data) return undefined;
  const { activity_type: name } = JSON.parse(Buffer.from(data).toString('utf8')) as { activity_type?: string };
  return LOCAL_STEPS.find((step) => step === name);
}

function stepOf(event: HistoryEvent): HistoryStep['step'] | undefined {
  if (event.workflowExecutionStartedEventAttributes) return 'started';
  if (event.markerRecordedEventAttributes) return localStep(event);
  if (event.activityTaskCompletedEventAttributes) return 'deliver';
  if (event.timerStartedEventAttributes) return 'wait';
  if (event.workflowExecutionCompletedEventAttributes) return 'completed';
  if (event.workflowExecutionTerminatedEventAttributes ?? event.workflowExecutionFailedEventAttributes) return 'failed';
  return undefined;
}

/** The steps in a history, oldest first; events that are only machinery are left out. */
export function stepsOf(history: History): HistoryStep[] {
  return (history.events ?? []).flatMap((event) => {
    const step = stepOf(event);
    const { seconds, nanos } = event.eventTime ?? {};
    return step ? [{ step, at: Number(seconds ?? 0) * 1000 + Math.floor((nanos ?? 0) / 1e6) }] : [];
  });
}
