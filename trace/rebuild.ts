import { localDay, nextLocalMidnight } from '../domain/day';
import { timeOfId, type DispatchId, type MessageId, type TemplateId } from '../domain/ids';
import type { StatusCounts } from '../domain/message-status';
import { eventsOfRecord, type DispatchStep, type MessageRecord } from './record-events';
import type { ReadReceipts } from './receipt-events';
import type { TraceStore } from './trace-store';

type StoredMessage = MessageRecord & { readonly dispatchId: DispatchId | null };

export interface RebuildOptions {
  readonly messages: {
    get(id: MessageId): Promise<StoredMessage | undefined>;
    /** Messages accepted in a span of time, by id. */
    scan(from: Date, until: Date, after: MessageId | undefined, limit: number): Promise<StoredMessage[]>;
    templateCounts(id: TemplateId, from: Date, until: Date): Promise<StatusCounts>;
  };
  readonly history: (dispatchId: DispatchId) => Promise<DispatchStep[] | undefined>;
  /** What providers told of messages. */
  readonly receipts: ReadReceipts;
  readonly trace: Pick<TraceStore, 'emit' | 'replaceTemplateDay'>;
  /** Zone of the days, as the projection has it. */
  readonly timezone: string;
}

export interface Rebuilt {
  readonly messages: number;
  readonly templates: number;
}

/** Restores the projection from MySQL and the workflow histories. Steps that are there stay as they are. */
export interface Rebuild {
  /** One message, and the counts of its template's day. Throws when there is no such message. */
  message(id: MessageId): Promise<Rebuilt>;
  /** Every message accepted on a local day, `YYYY-MM-DD`, and the counts of their templates. Throws for a day that does not exist. */
  day(day: string): Promise<Rebuilt>;
  /** These messages, without the counts of their templates. */
  these(messages: readonly StoredMessage[]): Promise<void>;
  /** The messages accepted in a span of time, without the counts of their templates, which it names. */
  span(from: Date, until: Date): Promise<{ messages: number; templates: TemplateId[] }>;
  /** Counts these templates' messages of a day anew. */
  recount(templates: readonly TemplateId[], day: string): Promise<void>;
}

const PAGE = 500;
const HISTORIES_KEPT = 1_000;

/** The span of a local day. Throws for something that is not one, e.g. `2026-02-30`. */
export function spanOfDay(day: string, timezone: string): { from: Date; until: Date } {
  const noon = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T12:00:00Z`) : NaN;
  let from = noon - 48 * 3600_000;
  while (from < noon + 24 * 3600_000 && localDay(from, timezone) < day) from = nextLocalMidnight(from, timezone);
  if (Number.isNaN(noon) || localDay(from, timezone) !== day) {
    throw new Error(`${day} is not a day in ${timezone}; write it like 2026-11-23.`);
  }
  return { from: new Date(from), until: new Date(nextLocalMidnight(from, timezone)) };
}

export function createRebuild({ messages, history, receipts, trace, timezone }: RebuildOptions): Rebuild {
  const histories = new Map<DispatchId, Promise<DispatchStep[] | undefined>>();

  /** Temporal may be away or have forgotten the dispatch: then the record alone must do. */
  function stepsOf(dispatchId: DispatchId): Promise<DispatchStep[] | undefined> {
    const known = histories.get(dispatchId);
    if (known) return known;
    const steps = history(dispatchId).catch(() => undefined);
    if (histories.size >= HISTORIES_KEPT) histories.clear();
    histories.set(dispatchId, steps);
    return steps;
  }

  async function emit(page: readonly StoredMessage[]): Promise<void> {
    const events = [];
    const told = await receipts(page.map(({ id }) => id));
    for (const message of page) {
      const steps = message.dispatchId ? await stepsOf(message.dispatchId) : undefined;
      events.push(...eventsOfRecord(message, steps, told.get(message.id)));
    }
    await trace.emit(events);
  }

  async function recount(templates: readonly TemplateId[], day: string): Promise<void> {
    const { from, until } = spanOfDay(day, timezone);
    for (const id of templates) await trace.replaceTemplateDay(id, day, await messages.templateCounts(id, from, until));
  }

  async function span(from: Date, until: Date): Promise<{ messages: number; templates: TemplateId[] }> {
    const templates = new Set<TemplateId>();
    let count = 0;
    let after: MessageId | undefined;
    for (;;) {
      const page = await messages.scan(from, until, after, PAGE);
      await emit(page);
      for (const { templateId } of page) templates.add(templateId);
      count += page.length;
      after = page.at(-1)?.id;
      if (page.length < PAGE) return { messages: count, templates: [...templates] };
    }
  }

  return {
    async message(id) {
      const message = await messages.get(id);
      if (!message) throw new Error(`There is no message ${id}.`);
      await emit([message]);
      await recount([message.templateId], localDay(timeOfId(id), timezone));
      return { messages: 1, templates: 1 };
    },
    async day(day) {
      const { from, until } = spanOfDay(day, timezone);
      const rebuilt = await span(from, until);
      await recount(rebuilt.templates, day);
      return { messages: rebuilt.messages, templates: rebuilt.templates.length };
    },
    these: emit,
    span,
    recount,
  };
}
