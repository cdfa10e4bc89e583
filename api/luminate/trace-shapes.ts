import { localDay, nextLocalMidnight, wallClock } from '../../domain/day';
import type { Message } from '../../db/stores/message-store';
import type { LuminateTemplate } from '../../db/stores/luminate-template-store';
import { timeOfId } from '../../domain/ids';
import { partsOfLane } from '../../domain/lane';
import type { MessageStatus, StatusCounts } from '../../domain/message-status';
import { momentOf } from '../../domain/quiet-hours';
import { businessIdOf, MAX_TEMPLATE_ID } from './business-id';
import { ANCHOR_TEXTS, ANCHORS, CHANNEL_TEXTS, ENDINGS, UNKNOWN_TEXT, type Anchor } from './codes';

/** `yyyy-MM-dd HH:mm:ss` by the clock of the zone. */
export function clockText(at: Date, timezone: string): string {
  return new Date(wallClock(at.getTime(), timezone)).toISOString().slice(0, 19).replace('T', ' ');
}

/** A local day from its first moment to that of the next; `day` is `YYYY-MM-DD`. */
export function spanOf(day: string, timezone: string): { from: Date; until: Date } {
  const from = momentOf(Date.parse(`${day}T00:00:00Z`), timezone);
  return { from: new Date(from), until: new Date(nextLocalMidnight(from, timezone)) };
}

interface Step {
  readonly at: Date;
  readonly text: string;
}

/** The steps of a message that the ancestor has words for: received, handed over, how it ended. */
export function stepsOf({ createdAt, updatedAt, attempts, status }: Message): Step[] {
  const steps: Step[] = [{ at: createdAt, text: ANCHOR_TEXTS[ANCHORS.receive] }];
  const taken = attempts.find((attempt) => attempt.class === 'accepted');
  if (taken) steps.push({ at: new Date(taken.endedAt), text: ANCHOR_TEXTS[ANCHORS.sendSuccess] });
  const ending = ENDINGS[status];
  if (ending && !(status === 'sent' && taken)) steps.push({ at: updatedAt, text: ending.text });
  return steps;
}

/** A message as the ancestor tells it. */
export function traceItem(
  message: Message,
  template: { readonly name: string },
  saved: Pick<LuminateTemplate, 'templateType' | 'creator'>,
  steps: readonly Step[],
  timezone: string,
) {
  const { id, templateId, lane } = message;
  // By its id, as days are counted: the messages of a run have the time of the run.
  const day = localDay(timeOfId(id), timezone);
  return {
    // One that is too high was not sent by these endpoints.
    businessId: templateId > MAX_TEMPLATE_ID ? '' : businessIdOf(saved.templateType, templateId, day),
    title: template.name,
    detail: steps.map(({ at, text }) => `${clockText(at, timezone)}:${text}==>`).join(''),
    sendType: CHANNEL_TEXTS[partsOfLane(lane).channel],
    creator: saved.creator,
  };
}

/** How many messages have each anchor: RECEIVE is all of them, each of which has one other at most. */
function anchorCounts(counts: StatusCounts): { anchors: Map<Anchor, number>; unknown: number } {
  const anchors = new Map<Anchor, number>();
  const add = (anchor: Anchor, n: number) => anchors.set(anchor, (anchors.get(anchor) ?? 0) + n);
  for (const [status, n] of Object.entries(counts) as [MessageStatus, number][]) {
    add(ANCHORS.receive, n);
    const anchor = ENDINGS[status]?.anchor;
    if (typeof anchor === 'number') add(anchor, n);
  }
  return { anchors, unknown: counts.unknown ?? 0 };
}

/** The chart of a template on a day, as ECharts takes it; anchors nobody is in are left out. */
export function chartOf(name: string, day: string, counts: StatusCounts) {
  const { anchors, unknown } = anchorCounts(counts);
  const bars = [...anchors].sort(([a], [b]) => a - b).map(([anchor, n]) => ({ text: ANCHOR_TEXTS[anchor], n }));
  if (unknown > 0) bars.push({ text: UNKNOWN_TEXT, n: unknown });
  const [year = '', month = '', date = ''] = day.split('-');
  return {
    title: { text: `【${name}】在${year}年${month}月${date}日的下发情况：` },
    tooltip: {},
    legend: { data: ['人数'] },
    xAxis: { data: bars.map(({ text }) => text) },
    yAxis: {},
    series: [{ name: '人数', type: 'bar' as const, data: bars.map(({ n }) => n) }],
  };
}
