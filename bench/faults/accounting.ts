import type { Attempt } from '../../domain/hand-over';
import { isFinal, type MessageStatus } from '../../domain/message-status';
import { explainDoubt, type Doubt } from './explain';
import type { Outage } from './parts';
import type { Story, Taken } from './story';

/** What was asked of one message. */
export interface Wanted {
  readonly id: string;
  readonly story: Story;
  /** The policy would rather send twice than not at all. */
  readonly resends: boolean;
  readonly expires: boolean;
  /** Delivery is tried for seconds only. */
  readonly short: boolean;
  readonly recall: 'recalled' | 'too_late' | undefined;
}

/** What we say about one message. */
export interface Told {
  readonly id: string;
  readonly status: MessageStatus;
  readonly reason: string | null;
  readonly dueAt: number | null;
  readonly attempts: readonly Attempt[];
  /** The steps of its timeline: name, status, words. Only of messages in doubt. */
  readonly steps: readonly { readonly step: string; readonly status?: string; readonly text: string }[];
}

export interface Evidence {
  readonly wanted: readonly Wanted[];
  readonly told: ReadonlyMap<string, Told>;
  /** By message. What belongs to no message that was accepted is under its mark. */
  readonly taken: ReadonlyMap<string, readonly Taken[]>;
  readonly outages: readonly Outage[];
  /** The time of the account, epoch milliseconds. */
  readonly now: number;
}

/** Sentences, each about one message. All but `waiting` must be empty. */
export interface Account {
  /** Accepted and neither final nor visibly waiting; or `sent` though no provider took it. */
  readonly lost: readonly string[];
  /** Taken more than once without a policy that allows it. */
  readonly duplicated: readonly string[];
  /** A doubt that no lost answer of the story and no outage explains, or that its timeline does not tell. */
  readonly unexplained: readonly string[];
  /** Everything else in which we and the provider, or a recall, differ. */
  readonly wrong: readonly string[];
  readonly waiting: readonly string[];
  readonly doubts: readonly Doubt[];
  readonly byStatus: Readonly<Partial<Record<MessageStatus, number>>>;
}

/** Statuses that say: a provider took it. */
const TAKEN: ReadonlySet<MessageStatus> = new Set(['sent', 'delivered', 'bounced', 'undelivered', 'complained']);

/** The ends that what was asked allows, doubts aside. */
function allowedEnds({ story, expires, short, recall }: Wanted): Set<MessageStatus> {
  const ends = new Set<MessageStatus>();
  if (story.end === 'taken') for (const status of TAKEN) ends.add(status);
  // A provider that is asked finds what it took without an answer.
  if (story.loses) ends.add('sent').add('delivered');
  if (story.end === 'refused') ends.add('failed');
  if (story.end === 'never' || short) ends.add('failed').add('expired');
  if (expires) ends.add('expired');
  if (recall === 'recalled') ends.add('recalled');
  return ends;
}

const brief = ({ id, status, reason, attempts }: Told, { story }: Wanted, taken: readonly Taken[]): string =>
  `${id} (${story.name}) is ${status}${reason === null ? '' : ` ${reason}`}, taken ${taken.length} times, attempts ${attempts
    .map((attempt) => `${attempt.n}:${attempt.class} ${attempt.code}`)
    .join(', ')}`;

/** Compares what we say about each message with what its provider saw. Pure. */
export function settleAccounts({ wanted, told, taken, outages, now }: Evidence): Account {
  const found = { lost: [], duplicated: [], unexplained: [], wrong: [], waiting: [] } as Record<
    'lost' | 'duplicated' | 'unexplained' | 'wrong' | 'waiting',
    string[]
  >;
  const doubts: Doubt[] = [];
  const byStatus: Partial<Record<MessageStatus, number>> = {};
  for (const want of wanted) {
    const tell = told.get(want.id);
    if (!tell) {
      found.lost.push(`${want.id} was accepted and does not exist`);
      continue;
    }
    byStatus[tell.status] = (byStatus[tell.status] ?? 0) + 1;
    const took = taken.get(want.id) ?? [];
    const line = brief(tell, want, took);
    if (isFinal(tell.status)) checkEnd(want, tell, took, (kind, why) => found[kind].push(`${line}: ${why}`));
    else if (tell.status === 'deferred' && tell.reason !== null && (tell.dueAt ?? 0) > now) found.waiting.push(line);
    else found.lost.push(`${line}: it does not visibly wait for anything`);
    checkDuplicates(want, tell, took, (why) => found.duplicated.push(`${line}: ${why}`));
    for (const doubt of explainDoubt(want.story, tell, outages)) {
      doubts.push(doubt);
      if (doubt.because === undefined) found.unexplained.push(`${line}: nothing explains "${doubt.words}"`);
    }
    const silent = tell.status === 'unknown' ? untold(tell) : undefined;
    if (silent !== undefined) found.unexplained.push(`${line}: ${silent}`);
  }
  const known = new Set(wanted.map(({ id }) => id));
  for (const mark of taken.keys()) {
    if (!known.has(mark)) found.wrong.push(`a provider took ${mark}, which nobody had accepted`);
  }
  return { ...found, doubts, byStatus };
}

type Finding = (kind: 'lost' | 'wrong', why: string) => void;

function checkEnd(want: Wanted, tell: Told, took: readonly Taken[], find: Finding): void {
  const { status } = tell;
  if (TAKEN.has(status) && took.length === 0) find('lost', 'no provider took it');
  if (!TAKEN.has(status) && status !== 'unknown' && took.length > 0) find('wrong', 'a provider took it all the same');
  if (status !== 'unknown' && !allowedEnds(want).has(status)) find('wrong', 'nothing that happened ends like this');
  if (want.recall !== undefined && (want.recall === 'recalled') !== (status === 'recalled')) {
    find('wrong', `its recall was answered "${want.recall}"`);
  }
}

/** Each doubt may cost one copy where the policy says so. */
function checkDuplicates(want: Wanted, tell: Told, took: readonly Taken[], find: (why: string) => void): void {
  const doubts = tell.attempts.filter((attempt) => attempt.class === 'ambiguous').length;
  const allowed = want.resends ? 1 + doubts : 1;
  if (took.length > allowed) find(`its policy allows ${allowed}`);
}

/** What the timeline of a message in doubt leaves out. */
function untold({ reason, attempts, steps }: Told): string | undefined {
  if (reason !== 'answer_lost') return 'an unknown end has the reason answer_lost';
  if (!attempts.some((attempt) => attempt.class === 'ambiguous')) return 'no attempt of it is in doubt';
  if (!steps.some(({ status, text }) => status === 'unknown' && text !== ''))
    return 'its timeline does not tell the end';
  const missing = attempts.find(
    (attempt) => !steps.some(({ step, text }) => step === `attempted:${attempt.n}` && text.includes(attempt.code)),
  );
  return missing && `its timeline does not tell attempt ${missing.n}`;
}
