import { createDayClock, type LocalDay } from '../domain/day-clock';
import { traceOf } from '../domain/trace-event';
import type { GateItem, GateVerdict } from '../limits/dedup-gate';
import type { ActivityDeps } from './deps';
import { discardOf } from './discard';
import { quietChange } from './quiet';
import { recordChanges, type MessageChange } from './record-changes';
import type { Prepared, Round } from './round';
import { splitSuppressed } from './suppressed';

/** When Redis is away and a message may not pass unchecked, it is looked at again after this. */
const REDIS_PAUSE_MS = 5_000;

const clocks = new Map<string, (at: number) => LocalDay>();

/** The local day in a zone; the zones are those that the runtime knows, so the map stays small. */
function dayIn(timezone: string, at: number): LocalDay {
  const clock = clocks.get(timezone) ?? createDayClock(timezone);
  clocks.set(timezone, clock);
  return clock(at);
}

/** What the gate is asked about a message. */
function gateItemOf(deps: ActivityDeps, { message, template, policy, rendered }: Prepared, now: number): GateItem {
  const urls = message.attachments?.map(({ url }) => url) ?? [];
  const { day, endsAt } = dayIn(message.timezone ?? policy.timezone, now);
  return {
    messageId: message.id,
    channel: template.channel,
    address: message.address,
    // Hashing the content costs more than all else here.
    contentKey: policy.dedup ? deps.contentKey(template.id, template.channel, message.address, rendered, urls) : '',
    window: policy.dedup,
    cap: policy.dailyCap === null ? null : { max: policy.dailyCap, day, resetsAt: endsAt },
  };
}

/**
 * Second step: the discard list, the suppression list, quiet hours, then the content window, then the daily cap. What passes is
 * recorded as accepted there.
 */
export async function dedupRound(deps: ActivityDeps, round: Round): Promise<Round> {
  const now = Date.now();
  const { discard } = deps.rules.current();
  const discarded = round.go.map((prepared) => discardOf(prepared, prepared.template, discard));
  const running = round.go.filter((_, i) => !discarded[i]);
  const { reachable, suppressed } = await splitSuppressed(deps, running);
  const quiet = reachable.map((prepared) => quietChange(prepared, now));
  const open = reachable.filter((_, i) => !quiet[i]);
  const stops = [...discarded, ...suppressed, ...quiet];
  const items = open.map((prepared) => gateItemOf(deps, prepared, now));
  const verdicts = await deps.gate.check(items, now).catch((error: unknown) => {
    deps.log.warn({ err: error }, 'Redis is away: verification codes pass unchecked, other messages wait');
    return undefined;
  });
  const results = open.map((prepared, i) => judge(prepared, verdicts ? verdicts[i] : undefined, now));
  const passed = results.filter((result): result is Passed => 'prepared' in result);
  for (const { prepared, data } of passed) {
    prepared.message.untold.push(traceOf(prepared.message, 'passed', now, { data }));
  }
  await recordChanges(deps, [
    ...stops.filter((change) => change !== undefined),
    ...results.filter((result): result is MessageChange => 'event' in result),
  ]);
  return { ...round, go: passed.map(({ prepared }) => prepared) };
}

interface Passed {
  readonly prepared: Prepared;
  readonly data: Readonly<Record<string, unknown>>;
}

function judge(prepared: Prepared, verdict: GateVerdict | undefined, now: number): Passed | MessageChange {
  const { message, template, policy } = prepared;
  const timezone = message.timezone ?? policy.timezone;
  if (!verdict) {
    if (template.messageType === 'verification') return { prepared, data: { unchecked: 'redis_away' } };
    const dueAt = new Date(now + REDIS_PAUSE_MS);
    return {
      message,
      event: 'defer',
      reason: 'retry',
      detail: { because: 'redis_away' },
      dueAt,
    };
  }
  switch (verdict.verdict) {
    case 'pass':
      return { prepared, data: { window: policy.dedup, cap: policy.dailyCap, used: verdict.capUsed, timezone } };
    case 'deduplicated': {
      const { count, max, acceptedAt, freeAt } = verdict;
      const detail = { count, max, windowSeconds: policy.dedup?.windowSeconds, acceptedAt, freeAt };
      return { message, event: 'deduplicate', reason: 'same_content', detail };
    }
    case 'capped': {
      const detail = { used: verdict.used, max: verdict.max, resetsAt: verdict.resetsAt, timezone };
      return { message, event: 'cap', reason: 'daily_cap', detail };
    }
  }
}
