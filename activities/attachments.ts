import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttachedFile } from '../channels/channel';
import { filenamesOf, isAllowedHost, type Attachment } from '../domain/attachment';
import { groupBy } from '../domain/group-by';
import type { Lane } from '../domain/lane';
import { startOf } from '../domain/message-times';
import { retryDelayMs } from '../domain/policy';
import { drawOf } from '../domain/route';
import type { AttachmentsRule } from '../domain/rules';
import { traceOf } from '../domain/trace-event';
import type { HandOverContext } from './hand-over-batch';
import { recordChanges, type MessageChange } from './record-changes';
import type { Chosen } from './round';
import { createSlots, inParallel, type Slots } from './slots';
import { workerStopping } from './to-failure';

/**
 * Sends of a lane whose files are in memory at once, per process: each holds at most `maxBytes` of the rule. By lane, so that
 * no lane waits for the slow hosts of another.
 */
const WIDTH = 3;
const lanes = new Map<Lane, Slots>();

/** For all files of a send together, in milliseconds. What was fetched by then need not be fetched again. */
const PATIENCE_MS = 30_000;
/**
 * After so many milliseconds no more sends are begun: they are due in the next round, in which those of slow hosts wait. The
 * delivery must end within its time (workflows/activity-options.ts).
 */
const ROUND_MS = 300_000;

function slotsOf(lane: Lane): Slots {
  const slots = lanes.get(lane) ?? createSlots(WIDTH);
  lanes.set(lane, slots);
  return slots;
}

export const carriesAttachments = ({ message }: Chosen): boolean => (message.attachments?.length ?? 0) > 0;

/**
 * Fetches the attachments of messages, once for each send, and calls `handOver` with those of a send that may go. The others end
 * `failed: attachment_refused`, or wait, or after five minutes are left for the next round: nothing of them has been claimed.
 * Throws `WorkerStopping`, and what `handOver` throws.
 */
export async function withAttachments(
  context: HandOverContext,
  messages: readonly Chosen[],
  handOver: (ready: readonly Chosen[]) => Promise<void>,
): Promise<void> {
  const sends = [...groupBy(messages, ({ message }) => message.sendId).values()];
  const rule = context.deps.rules.current().attachments;
  const until = Date.now() + ROUND_MS;
  await inParallel(sends, WIDTH, async (group) => {
    const [first] = group;
    if (!first) return;
    await slotsOf(first.message.lane).run(async () => {
      if (Date.now() > until) return;
      const ready = await fetchFor(context, rule, group, first.message);
      if (ready.length > 0) await handOver(ready);
    });
  });
}

type Fetched =
  | { readonly state: 'fetched'; readonly files: readonly AttachedFile[] }
  | { readonly state: 'refused' | 'away'; readonly words: string };

async function fetchFor(
  context: HandOverContext,
  rule: AttachmentsRule,
  group: readonly Chosen[],
  { lane, attachments = [] }: Chosen['message'],
): Promise<readonly Chosen[]> {
  const { deps, signal } = context;
  if (signal.aborted) throw workerStopping();
  const fetched = await fetchAll(context, rule, attachments);
  if (fetched === 'stopped') throw workerStopping();
  const now = Date.now();
  deps.metrics.attachments.inc({ lane, outcome: fetched.state });
  if (fetched.state !== 'fetched') {
    deps.log.info({ state: fetched.state, messages: group.length, words: fetched.words }, 'attachments not fetched');
    const change = fetched.state === 'refused' ? refused : away;
    await recordChanges(
      deps,
      group.map((item) => change(item, fetched.words, now)),
    );
    return [];
  }
  const { files } = fetched;
  const data = { count: files.length, bytes: files.reduce((sum, { content }) => sum + content.length, 0) };
  for (const { message } of group) {
    message.untold.push(traceOf(message, `attached:${message.attempt + 1}`, now, { data }));
  }
  return group.map((item) => ({ ...item, files }));
}

/** All or none, in order. The rule is asked again: the hosts may have changed since acceptance. */
async function fetchAll(
  { deps, signal }: HandOverContext,
  { hosts, maxBytes }: AttachmentsRule,
  attachments: readonly Attachment[],
): Promise<Fetched | 'stopped'> {
  const names = filenamesOf(attachments);
  const files: AttachedFile[] = [];
  const deadline = Date.now() + PATIENCE_MS;
  let left = maxBytes;
  for (const [i, { url, contentType }] of attachments.entries()) {
    const where = `attachment ${i + 1} of ${attachments.length} from ${new URL(url).host}`;
    if (!isAllowedHost(url, hosts)) {
      return { state: 'refused', words: `${where}: the rule attachments does not name this host` };
    }
    const answer = await within(deadline, signal, deps.files.fetch(url, left));
    if (answer === 'stopped') return answer;
    if (answer === 'late') return { state: 'away', words: `${where}: the files take more than ${PATIENCE_MS} ms` };
    if (answer.state !== 'fetched') return { state: answer.state, words: `${where}: ${answer.words}` };
    const { file } = answer;
    files.push({
      filename: names[i] ?? '',
      contentType: contentType ?? file.contentType,
      content: file.content,
    });
    left -= file.content.length;
  }
  return { state: 'fetched', files };
}

/** What `work` comes to; or `late` after the deadline, or `stopped` when the signal is aborted, and the work goes on alone. */
async function within<T>(deadline: number, signal: AbortSignal, work: Promise<T>): Promise<T | 'late' | 'stopped'> {
  const over = new AbortController();
  const given = { signal: over.signal };
  const late = sleep(Math.max(0, deadline - Date.now()), 'late' as const, given);
  const stopped = once(signal, 'abort', given).then(() => 'stopped' as const);
  // They end with the race, as errors that nobody waits for.
  for (const one of [late, stopped]) one.catch(() => undefined);
  try {
    return await Promise.race([work, late, stopped]);
  } finally {
    over.abort();
  }
}

function refused({ message }: Chosen, words: string): MessageChange {
  return { message, event: 'fail', reason: 'attachment_refused', detail: { words } };
}

/** Again after a pause that doubles, unless that is past the time within which the template wants it delivered. */
function away({ message, policy }: Chosen, words: string, now: number): MessageChange {
  const before = message.detail?.['because'] === 'attachment' ? message.detail['tries'] : 0;
  const tries = (typeof before === 'number' ? before : 0) + 1;
  // The same pause for all messages of a send: the next try is one for all of them.
  const dueAt = now + retryDelayMs(tries, drawOf(`${message.sendId}:${tries}`));
  const { deliverWithinSeconds } = policy;
  if (dueAt > startOf(message) + deliverWithinSeconds * 1000) {
    return { message, event: 'fail', reason: 'retries_exhausted', detail: { words, tries, deliverWithinSeconds } };
  }
  const detail = { because: 'attachment', words, tries };
  return { message, event: 'defer', reason: 'retry', detail, dueAt: new Date(dueAt) };
}
