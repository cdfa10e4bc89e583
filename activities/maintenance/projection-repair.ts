import type { Message } from '../../db/stores/message-store';
import { localDay } from '../../domain/day';
import { timeOfId, type TemplateId } from '../../domain/ids';
import { addCounts, type Counts, type MaintenanceResult } from '../../domain/maintenance';
import type { MaintenanceDeps } from './deps';
import { inBatches } from './in-batches';

const HOUR_MS = 3_600_000;
/** So many hours back; of each, messages at so many moments, so many at each: about 1,000. */
const HOURS = 24;
const MOMENTS = 11;
const AT_EACH = 4;
/** Until so many moments have messages after them. */
const MAX_TRIES = 40;
/** An hour of whose sample at least this share differs is rebuilt whole. */
const BAD_SHARE = 0.1;
/** What changed so recently may not be in Redis yet. */
const SETTLED_MS = 30_000;
/** The hours still to do are left to the next time after this. */
const BUDGET_MS = 20 * 60_000;

interface State {
  /** The hour looked at next: 0 is the last one. */
  readonly hour: number;
  readonly counts: Counts;
  /** `<template> <day>` whose counts are to be made anew. */
  readonly recount: readonly string[];
}

/**
 * Compares what Redis says of some recent messages with MySQL, hour by hour from the newest, and makes anew what differs: single
 * messages, or the whole hour where many do, e.g. after Redis has lost its data.
 */
export async function repairProjection(deps: MaintenanceDeps, begunAt: number): Promise<MaintenanceResult> {
  const start: State = { hour: 0, counts: {}, recount: [] };
  const began = Date.now();
  const end = await inBatches(start, async (state) => {
    if (state.hour >= HOURS || Date.now() - began > BUDGET_MS) {
      await recount(deps, state.recount);
      return { state: { ...state, recount: [] }, done: true };
    }
    const until = begunAt - state.hour * HOUR_MS;
    const { counts, templates } = await repairHour(deps, new Date(until - HOUR_MS), new Date(until));
    const days = [until - HOUR_MS, until - 1].map((at) => localDay(at, deps.timezone));
    const touched = templates.flatMap((id) => days.map((day) => `${id} ${day}`));
    const recounts = [...new Set([...state.recount, ...touched])];
    return { state: { hour: state.hour + 1, counts: addCounts(state.counts, counts), recount: recounts }, done: false };
  });
  const { hoursRebuilt = 0 } = end.counts;
  const late = HOURS - end.hour;
  return {
    counts: end.counts,
    warnings: [
      ...(hoursRebuilt > 0 ? [`Redis had lost much of ${hoursRebuilt} hours; they were rebuilt from MySQL`] : []),
      ...(late > 0 ? [`${late} hours were not looked at for want of time; the next run does`] : []),
    ],
  };
}

async function repairHour(
  { stores, trace, rebuild, rebuildFast }: MaintenanceDeps,
  from: Date,
  until: Date,
): Promise<{ counts: Counts; templates: readonly TemplateId[] }> {
  const sample = await drawFrom(stores.messages, from, until);
  const statuses = await trace.readStatuses(sample);
  const differing = sample.filter((message, i) => differs(message, statuses[i]));
  const counts = { sampled: sample.length, differing: differing.length };
  if (differing.length === 0) return { counts, templates: [] };
  if (differing.length < Math.max(2, sample.length * BAD_SHARE)) {
    await rebuild.these(differing);
    const templates = [...new Set(differing.map(({ templateId }) => templateId))];
    return { counts: { ...counts, messagesRebuilt: differing.length }, templates };
  }
  const { messages, templates } = await rebuildFast.span(from, until);
  return { counts: { ...counts, messagesRebuilt: messages, hoursRebuilt: 1 }, templates };
}

/** Redis first hears of a plain message when it is looked at; until then it need not know it. */
const differs = ({ status }: Message, known: Message['status'] | undefined): boolean =>
  known !== status && !(status === 'accepted' && known === undefined);

/** Messages at moments drawn between the first and the last one of the hour, so that a short burst is seen as well as a steady flow. */
async function drawFrom(messages: MaintenanceDeps['stores']['messages'], from: Date, until: Date): Promise<Message[]> {
  const [first] = await messages.scan(from, until, undefined, 1);
  if (!first) return [];
  const low = timeOfId(first.id);
  let high = until.getTime();
  const drawn = new Map([[first.id, first]]);
  for (let tries = 0, hits = 0; hits < MOMENTS && tries < MAX_TRIES; tries++) {
    const moment = low + Math.floor(Math.random() * (high - low));
    const some = await messages.scan(new Date(moment), new Date(high), undefined, AT_EACH);
    // The last message is before: the next moment is drawn from there.
    if (some.length === 0) high = moment;
    else hits++;
    for (const message of some) drawn.set(message.id, message);
  }
  const settledBefore = Date.now() - SETTLED_MS;
  return [...drawn.values()].filter(({ updatedAt }) => updatedAt.getTime() < settledBefore);
}

async function recount({ rebuildFast }: MaintenanceDeps, pairs: readonly string[]): Promise<void> {
  for (const pair of pairs) {
    const [id, day = ''] = pair.split(' ');
    await rebuildFast.recount([Number(id) as TemplateId], day);
  }
}
