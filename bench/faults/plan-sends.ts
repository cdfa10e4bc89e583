import { partsOfLane, type Channel, type Lane } from '../../domain/lane';
import type { Random } from './random';
import { SMS_STORIES } from './sms-acts';
import { SMTP_STORIES } from './smtp-acts';
import type { Story } from './story';

/** One recipient to come. */
export interface PlannedRecipient {
  readonly to: string;
  /** In the message's text, and in no other's. */
  readonly mark: string;
  readonly story: Story;
}

/** A request to come. Times are milliseconds after the start of the load, or after its acceptance. */
export interface PlannedSend {
  readonly key: string;
  readonly at: number;
  readonly lane: Lane;
  readonly template: string;
  readonly recipients: readonly PlannedRecipient[];
  readonly sendAfterMs?: number;
  readonly expiresAfterMs?: number;
  /** Recalled so long after its acceptance: all of it, or its first message. */
  readonly recall?: { readonly afterMs: number; readonly all: boolean };
}

const OK: Story = { name: 'ok', loses: false, end: 'taken' };
const LANES: readonly Lane[] = [
  'email.notice',
  'email.marketing',
  'email.verification',
  'sms.notice',
  'sms.marketing',
  'sms.verification',
];
/** Stories that never end need a template whose patience does. */
export const SHORT_PATIENCE_SECONDS = 20;
export const patientTemplate = (lane: Lane): string => lane;
export const shortTemplate = (lane: Lane): string => `${lane}.short`;
/** Where a lost answer is sent again: by default of codes, and because their templates say so. */
export const RESEND_LANES: ReadonlySet<Lane> = new Set<Lane>([
  'email.verification',
  'sms.verification',
  'sms.marketing',
]);

/** Of the sends, those that meet a fault of their provider: many until every story is told, fewer afterwards. */
const FAULTY_SHARE = { untold: 0.7, told: 0.2 };
/** A number that exists, of its own for each text: eight digits after the network's three. */
const numberOf = (n: number): string => `+86138${String(n).padStart(8, '0')}`;

interface PlanOptions {
  readonly messages: number;
  readonly overMs: number;
  readonly random: Random;
  /** In keys and texts, so that no two runs share them. */
  readonly run: string;
}

/** Recipients whose stories come in turn at first, so that every story is told, and by chance afterwards. */
function createRecipients({ random, run }: PlanOptions) {
  const stories = { email: SMTP_STORIES, sms: SMS_STORIES };
  const untold = { email: [...SMTP_STORIES], sms: [...SMS_STORIES] };
  let made = 0;
  const recipient = (channel: Channel, story: Story): PlannedRecipient => {
    const mark = `${run}x${++made}`;
    return { to: channel === 'sms' ? numberOf(made) : `${story.name}.${mark}@example.com`, mark, story };
  };
  return {
    ok: (channel: Channel): PlannedRecipient => recipient(channel, OK),
    any(channel: Channel): PlannedRecipient {
      const share = untold[channel].length > 0 ? FAULTY_SHARE.untold : FAULTY_SHARE.told;
      const faulty = random.chance(share);
      return recipient(channel, faulty ? (untold[channel].shift() ?? random.pick(stories[channel])) : OK);
    },
  };
}

function sizeOf(random: Random): number {
  const draw = random.next();
  if (draw < 0.75) return 1;
  return draw < 0.97 ? random.whole(2, 5) : random.whole(10, 40);
}

function timesOf(random: Random): Pick<PlannedSend, 'sendAfterMs' | 'expiresAfterMs' | 'recall'> {
  const sendAfterMs = random.chance(0.12) ? random.whole(2_000, 8_000) : undefined;
  const expiresAfterMs = random.chance(0.08) ? (sendAfterMs ?? 0) + random.whole(1_500, 20_000) : undefined;
  const recall = random.chance(0.15) ? { afterMs: random.whole(0, 6_000), all: random.chance(0.5) } : undefined;
  return {
    ...(sendAfterMs === undefined ? {} : { sendAfterMs }),
    ...(expiresAfterMs === undefined ? {} : { expiresAfterMs }),
    ...(recall === undefined ? {} : { recall }),
  };
}

/** Half of the sends come evenly, half of them in crowds, which meet faults with all connections busy. */
function createMoments({ random, overMs }: PlanOptions): () => number {
  const crowds = Array.from({ length: Math.ceil(overMs / 6_000) }, () => random.whole(0, overMs));
  return () => (random.chance(0.5) ? random.whole(0, overMs) : random.pick(crowds) + random.whole(0, 300));
}

/** The sends of one run, in the order of their time. The same seed plans the same. */
export function planSends(options: PlanOptions): PlannedSend[] {
  const { messages, random, run } = options;
  const recipients = createRecipients(options);
  const momentOf = createMoments(options);
  const sends: PlannedSend[] = [];
  for (let left = messages; left > 0;) {
    const lane = random.pick(LANES);
    const { channel } = partsOfLane(lane);
    const first = recipients.any(channel);
    const endless = first.story.end === 'never';
    const size = endless ? 1 : Math.min(left, sizeOf(random));
    const others = Array.from({ length: size - 1 }, () => recipients.ok(channel));
    sends.push({
      key: `${run}-${sends.length}`,
      at: momentOf(),
      lane,
      template: endless ? shortTemplate(lane) : patientTemplate(lane),
      recipients: [first, ...others],
      ...timesOf(random),
    });
    left -= size;
  }
  return sends.sort((a, b) => a.at - b.at);
}

export const PLANNED_LANES = LANES;
