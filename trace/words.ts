import type { TraceStep } from './trace-store';

type Data = Readonly<Record<string, unknown>>;

/** A moment for people: `2026-11-23 09:00:00 Asia/Shanghai`. */
function moment(at: unknown, timezone: string): string {
  if (typeof at !== 'number') return 'an unknown time';
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' }).format(
    at,
  );
  return `${text} ${timezone}`;
}

const zoneOf = (data: Data, fallback: string): string =>
  typeof data['timezone'] === 'string' ? data['timezone'] : fallback;
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '?');
/** `98,000`. */
const count = (value: unknown): string => (typeof value === 'number' ? value.toLocaleString('en-US') : '?');

/** Bytes for people: `34 KB`. */
function size(bytes: unknown): string {
  if (typeof bytes !== 'number') return '?';
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 999_500 ? `${Math.round(bytes / 1000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function passed(data: Data): string {
  if (data['unchecked']) return 'passed unchecked: Redis is away, and a verification code does not wait';
  const window = data['window'] as { max: number; windowSeconds: number } | null | undefined;
  const content = window ? `new content within ${window.windowSeconds} s` : 'content deduplication is off';
  const cap =
    typeof data['cap'] === 'number'
      ? `number ${text(data['used'])} of ${data['cap']} today`
      : 'exempt from the daily cap';
  return `passed: ${content}; ${cap}`;
}

function deduplicated(data: Data, timezone: string): string {
  if (data['reason'] === 'duplicate_recipient')
    return 'deduplicated: an earlier recipient of this send has the same address';
  const { count, max, windowSeconds, acceptedAt, freeAt } = data;
  return (
    `deduplicated: the same content went to this address at ${moment(acceptedAt, timezone)} ` +
    `(${text(count)} of ${text(max)} within ${text(windowSeconds)} s); possible again from ${moment(freeAt, timezone)}`
  );
}

const WAITS: Readonly<Record<string, (data: Data) => string>> = {
  rate_limited: (data) => {
    const rate = data['rate'] as { messages: number; perSeconds: number } | null | undefined;
    return (
      `place ${count(data['place'])} of ${count(data['queued'])} in the queue of ${text(data['limitOf'])} ` +
      `${text(data['limitName'])}, which takes ${count(rate?.messages)} per ${text(rate?.perSeconds)} s`
    );
  },
  quiet_hours: (data) =>
    `${text(data['quietFrom'])} to ${text(data['quietUntil'])} are quiet hours in ${text(data['timezone'])}`,
  scheduled: () => 'the caller wants it then',
  paused: (data) => `run ${text(data['runId'])} is paused; it is sent when the run goes on`,
  send_window: (data) =>
    `its run sends from ${text(data['from'])} to ${text(data['until'])} in ${text(data['timezone'])} only`,
  provider_down: (data) => text(data['because'] ?? data['words']),
  retry: (data) => {
    if (data['because'] === 'redis_away') return 'Redis is away, so windows and caps cannot be checked';
    return data['because'] === 'attachment' ? text(data['words']) : attemptWords(data);
  },
};

function deferred(data: Data, timezone: string): string {
  const reason = text(data['reason']);
  return `deferred: ${reason} until ${moment(data['until'], timezone)}: ${WAITS[reason]?.(data) ?? 'waits for its time'}`;
}

/** What the provider said; its words often begin with its code. */
function attemptWords(data: Data): string {
  const [code, words] = [text(data['code']), text(data['words'])];
  return `${text(data['account'])} answered ${text(data['class'])}: ${words.startsWith(code) ? words : `${code} ${words}`}`;
}

function attempted(step: TraceStep, data: Data, timezone: string): string {
  const n = step.step.split(':')[1] ?? '?';
  const words = `attempt ${n}: ${attemptWords(data)} in ${text(data['ms'])} ms`;
  if (step.status === 'deferred') return `${words}; tried again from ${moment(data['until'], timezone)}`;
  return step.status === 'unknown'
    ? `${words}; may have been sent, and is not sent again`
    : `${words}: ${step.status ?? ''}`;
}

function discarded(data: Data): string {
  if (data['reason'] === 'template_deleted') return 'discarded: the template is deleted';
  if (data['reason'] !== 'discard_rule') return 'discarded: the template is switched off';
  const named = data['app'] === undefined ? `template ${text(data['template'])}` : `app ${text(data['app'])}`;
  return `discarded: the rule discard names ${named}`;
}

const REPORTS: Readonly<Record<string, string>> = {
  deliver: 'that it was delivered',
  bounce: 'that it bounced',
  failDelivery: 'that it could not be delivered',
  complain: 'a complaint of the recipient',
  unsubscribe: 'that the recipient unsubscribed',
};
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  no_effect: 'changes nothing any more',
  other_attempt: 'about an earlier attempt: changes nothing',
};

function receipt(step: TraceStep, data: Data, timezone: string): string {
  const [code, words] = [text(data['code']), text(data['words'])];
  const said = words.startsWith(code) ? words : `${code} ${words}`;
  const effect = WITHOUT_EFFECT[text(data['outcome'])] ?? step.status ?? 'marketing to this address is suppressed';
  const what = REPORTS[text(data['event'])] ?? text(data['event']);
  return `receipt: ${text(data['source'])} reports ${what} at ${moment(data['happenedAt'], timezone)} (${said}): ${effect}`;
}

function suppressed(data: Data, timezone: string): string {
  const scope = data['scope'] === 'app' ? 'for this app' : 'for all apps';
  const what = data['appliesTo'] === 'marketing' ? 'marketing' : 'everything';
  return (
    `suppressed: the address is on the suppression list ${scope}, for ${what}: ${text(data['reason'])} ` +
    `(${text(data['source'])}) since ${moment(data['since'], timezone)}`
  );
}

const ENDS: Readonly<Record<string, (data: Data, timezone: string) => string>> = {
  unknown: (data) =>
    `unknown: an earlier attempt may have been sent, and ${text(data['stoppedBy'])} stopped the next one`,
  deduplicated,
  suppressed,
  capped: (data, timezone) =>
    `capped: ${text(data['used'])} of ${text(data['max'])} today, resets ${moment(data['resetsAt'], zoneOf(data, timezone))}`,
  shielded: (data) =>
    `shielded: dropped, because ${text(data['quietFrom'])} to ${text(data['quietUntil'])} are quiet hours in ${text(data['timezone'])}`,
  recalled: (data) =>
    data['byProvider'] ? 'recalled: the provider held it for later and gave it back' : 'recalled in time',
  discarded,
  expired: (data) =>
    data['reason'] === 'not_delivered_in_time'
      ? `expired: could not be handed over within ${text(data['deliverWithinSeconds'])} s`
      : `expired: the caller wanted it before ${text(data['expiresAt'])}`,
  failed: (data) => `failed: ${text(data['reason'])} ${text(data['error'] ?? data['words'] ?? '')}`.trim(),
};

/** A step in words and numbers. `timezone` is the zone of its times where the step names none. */
export function wordsOf(step: TraceStep, timezone: string): string {
  const data = step.data ?? {};
  const [name = ''] = step.step.split(':');
  switch (name) {
    case 'accepted':
      return 'accepted: written to MySQL';
    case 'rendered':
      return data['version'] === undefined
        ? 'rendered'
        : `rendered from version ${text(data['version'])} of the template`;
    case 'passed':
      return passed(data);
    case 'allowed':
      return `allowed: account ${text(data['account'])} (${text(data['why'])})`;
    case 'attached':
      return `carries ${text(data['count'])} ${data['count'] === 1 ? 'attachment' : 'attachments'} (${size(data['bytes'])})`;
    case 'claimed':
      return `claimed for attempt ${step.step.split(':')[1] ?? '?'} by ${text(data['account'])} (${text(data['why'])})`;
    case 'deferred':
      return deferred(data, timezone);
    case 'resolved': {
      const note = data['note'] === undefined ? '' : `: ${text(data['note'])}`;
      const how = data['outcome'] === 'sent' ? 'was sent' : 'was not sent';
      const who = data['by'] === 'reconcile' ? 'the provider, asked again, says' : 'somebody has found out';
      return `resolved: ${who} that it ${how}${note}`;
    }
    case 'asking': {
      const why = text(data['because'] ?? `${text(data['code'])} ${text(data['words'])}`);
      return `the answer of ${text(data['account'])} was lost (${why}); the provider is asked at ${moment(data['until'], timezone)}`;
    }
    case 'attempted':
      return attempted(step, data, timezone);
    case 'receipt':
      return receipt(step, data, timezone);
    default:
      return ENDS[name]?.(data, zoneOf(data, timezone)) ?? name;
  }
}
