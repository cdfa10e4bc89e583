import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  ParentClosePolicy,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  startChild,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import type { RunActivities } from '../activities/runs';
import type { ChunksAsked, NextChunks } from '../activities/runs/next-chunks';
import type { OpenedRun } from '../activities/runs/open-run';
import { dispatchOfChunk } from '../domain/ids';
import { partsOfLane, PRIORITY } from '../domain/lane';
import type { MessageStatus, StatusCounts } from '../domain/message-status';
import { QUICK_STEP, RUN_STEP } from './activity-options';
import {
  CHUNK_ENDED_SIGNAL,
  CHUNK_RESTS_SIGNAL,
  searchAttributesOf,
  type ChunkNews,
  type RunInput,
  type RunResult,
  type RunStory,
} from './messages';
import { answerRequests } from './run-requests';
import { send } from './send';

const { openRun } = proxyActivities<RunActivities>({ ...RUN_STEP, summary: 'begin, if nothing forbids it' });
const { importRows } = proxyActivities<RunActivities>({ ...RUN_STEP, summary: 'make rows into messages' });
const QUESTION = 'which chunks go next';
const ofHistory = proxyActivities<RunActivities>({ ...RUN_STEP, summary: QUESTION });
// A few statements: as a local one it costs the run one workflow task less for each chunk.
const ofWorker = proxyLocalActivities<RunActivities>({ ...QUICK_STEP, summary: QUESTION });
const { finishRun } = proxyActivities<RunActivities>({ ...RUN_STEP, summary: 'count, and end' });

const SCHEDULED_AT = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/** Should no chunk be heard of for so long, MySQL is asked what is open. */
const SILENCE_MS = 300_000;
/** Before chunks whose workflows are gone are started again. */
const AGAIN_MS = 10_000;

interface Chunk {
  readonly n: number;
  readonly messages: number;
  readonly dueAt: number;
}

type Story = { -readonly [K in keyof RunStory]: RunStory[K] };

/**
 * One run of a campaign: its audience becomes messages, and a sliding window of `send` workflows drives them, a chunk each. Every
 * fact is in MySQL, so a run that is started anew, or asks twice, goes on where the rows say.
 */
export async function runCampaign(input: RunInput | RunStory): Promise<RunResult> {
  const run = new CampaignRun();
  if (!(await run.begin(input))) return run.result();
  await Promise.all([run.importAudience(), run.startChunks()]);
  await run.waitForChunks();
  await condition(allHandlersFinished);
  return run.result();
}

class CampaignRun {
  private opened: OpenedRun | undefined;
  private story: Story = { runId: '', cursor: undefined, allStarted: false, imported: false, resting: [], counts: {} };
  private state: RunResult['state'] = 'pending';
  private readonly inFlight = new Set<string>();
  private started: number[] = [];
  private window = 1;
  /** Counts whatever may change what is started next. */
  private changes = 0;

  constructor() {
    setHandler(defineSignal<[ChunkNews]>(CHUNK_RESTS_SIGNAL), ({ dispatchId }) => {
      this.inFlight.delete(dispatchId);
      this.story.resting = [...this.story.resting, dispatchId];
      this.changed();
    });
    setHandler(defineSignal<[ChunkNews]>(CHUNK_ENDED_SIGNAL), (news) => {
      this.end(news);
    });
    answerRequests({
      runId: async () => {
        await condition(() => this.opened !== undefined);
        return this.story.runId;
      },
      answered: (state) => {
        this.state = state;
        this.changed();
      },
    });
  }

  /** False when it does not begin. */
  async begin(input: RunInput | RunStory): Promise<boolean> {
    const { workflowId, startTime, typedSearchAttributes } = workflowInfo();
    const firedAt = (typedSearchAttributes.get(SCHEDULED_AT) ?? startTime).getTime();
    if ('cursor' in input) this.story = { ...input };
    const opened = await openRun('campaignId' in input ? input : { runId: input.runId }, { workflowId, firedAt });
    this.story.runId = opened.runId;
    this.opened = opened;
    this.state = opened.ended ?? 'running';
    this.changed();
    return opened.ended === undefined;
  }

  result(): RunResult {
    return { state: this.state, counts: this.story.counts };
  }

  async importAudience(): Promise<void> {
    while (!this.story.imported) {
      const { done } = await importRows(this.run.runId);
      this.story.imported = done;
      this.changed();
    }
  }

  /** Keeps the window full until every chunk has been started, or the run is cancelled. */
  async startChunks(): Promise<void> {
    while (!this.story.allStarted) {
      await condition(() => this.inFlight.size < this.window);
      const seen = this.changes;
      const next = await nextChunks({ ...this.asked(), inFlight: this.inFlight.size });
      this.window = next.window;
      for (const chunk of next.chunks) {
        await this.start(chunk);
        this.story.cursor = { dueAt: chunk.dueAt, n: chunk.n };
      }
      if (next.left !== 'some') this.story.allStarted = true;
      else if (next.chunks.length === 0) await this.change(seen, next.until, next.because);
      await this.beginAnewIfLong();
    }
    // With no room for more: only to note those that were started last.
    if (this.started.length > 0) await nextChunks({ ...this.asked(), inFlight: this.window });
  }

  private asked(): Omit<ChunksAsked, 'inFlight'> {
    return { runId: this.run.runId, started: this.started.splice(0), cursor: this.story.cursor };
  }

  /** Until MySQL says that no message is open. A chunk whose workflow is gone is started again. */
  async waitForChunks(): Promise<void> {
    for (;;) {
      await condition(() => this.inFlight.size === 0 && this.story.resting.length === 0, SILENCE_MS);
      await this.beginAnewIfLong();
      const { open, counts, state } = await finishRun(this.run.runId);
      this.story.counts = counts;
      this.state = state;
      this.changed();
      if (open.length === 0) return;
      const known = new Set([...this.inFlight, ...this.story.resting]);
      const lost = open.filter(({ n }) => !known.has(dispatchOfChunk(this.run.runId, n)));
      if (lost.length === 0) continue;
      await sleep(AGAIN_MS, { summary: `${lost.length} chunks are open without a workflow` });
      for (const chunk of lost) await this.start(chunk);
    }
  }

  private get run(): OpenedRun {
    if (!this.opened) throw new Error('the run has not been opened');
    return this.opened;
  }

  private async start({ n, messages }: Chunk): Promise<void> {
    const { runId, lane, appId } = this.run;
    const dispatchId = dispatchOfChunk(runId, n);
    this.inFlight.add(dispatchId);
    try {
      const child = await startChild(send, {
        workflowId: dispatchId,
        taskQueue: lane,
        args: [{ dispatchId }],
        // Its messages outlive the run's history; the run hears of it by its end or by signals.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        priority: { priorityKey: PRIORITY[partsOfLane(lane).messageType], fairnessKey: appId },
        typedSearchAttributes: searchAttributesOf({ lane, appId, messages }),
        staticSummary: `${lane} · chunk ${n} · ${messages} messages`,
      });
      this.started.push(n);
      void child.result().then(
        (counts) => {
          this.end({ dispatchId, counts });
        },
        () => {
          this.end({ dispatchId, counts: {} });
        },
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // An earlier history of this run started it; MySQL tells when it has ended.
      this.inFlight.delete(dispatchId);
      this.started.push(n);
    }
  }

  private end({ dispatchId, counts }: ChunkNews): void {
    const known = this.inFlight.delete(dispatchId) || this.story.resting.includes(dispatchId);
    this.story.resting = this.story.resting.filter((id) => id !== dispatchId);
    if (known) this.story.counts = sumOf(this.story.counts, counts);
    this.changed();
  }

  private changed(): void {
    this.changes++;
    const { counts, resting, imported } = this.story;
    const lines = Object.entries(counts).map(([status, n]) => `- ${status}: ${n}`);
    setCurrentDetails(
      [
        `**${this.state}** · ${this.opened?.total ?? '?'} recipients${imported ? '' : ' · importing'}`,
        `${this.inFlight.size} chunks in flight, ${resting.length} waiting for their time`,
        '',
        ...lines,
      ].join('\n'),
    );
  }

  /** Until something changes, or that time. */
  private async change(seen: number, until: number | undefined, because = 'the next rows'): Promise<void> {
    const anything = (): boolean => this.changes !== seen;
    if (until === undefined) await condition(anything);
    else await condition(anything, Math.max(1_000, until - Date.now()), { summary: because });
  }

  /** Continues as new once no chunk is in flight; those that rest tell of their end by signal. */
  private async beginAnewIfLong(): Promise<void> {
    if (!workflowInfo().continueAsNewSuggested) return;
    await condition(() => this.inFlight.size === 0 && allHandlersFinished());
    await continueAsNew<typeof runCampaign>({ ...this.story, runId: this.run.runId });
  }
}

/** Runs of before go on as they began. */
function nextChunks(asked: ChunksAsked): Promise<NextChunks> {
  return patched('chunks-asked-locally') ? ofWorker.nextChunks(asked) : ofHistory.nextChunks(asked);
}

function sumOf(a: StatusCounts, b: StatusCounts): StatusCounts {
  const sum: Partial<Record<MessageStatus, number>> = { ...a };
  for (const [status, n] of Object.entries(b) as [MessageStatus, number][]) sum[status] = (sum[status] ?? 0) + n;
  return sum;
}
