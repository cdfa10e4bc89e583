/** Every id is a prefix and a ULID: 26 Crockford characters that sort by time of creation. */
export const ID_PREFIXES = {
  app: 'app',
  apiKey: 'key',
  account: 'acc',
  send: 'snd',
  message: 'msg',
  batch: 'batch',
  suppression: 'sup',
  receipt: 'rcp',
  campaign: 'cmp',
  run: 'run',
  audience: 'aud',
  webhook: 'whe',
  webhookEvent: 'evt',
  webhookDelivery: 'whd',
  user: 'usr',
  approval: 'apv',
} as const;

/** The first part of an id. */
export type Prefix = (typeof ID_PREFIXES)[keyof typeof ID_PREFIXES];
declare const brand: unique symbol;
export type Id<P extends Prefix> = string & { readonly [brand]: P };
export type AppId = Id<'app'>;
export type ApiKeyId = Id<'key'>;
export type AccountId = Id<'acc'>;
export type SendId = Id<'snd'>;
export type MessageId = Id<'msg'>;
export type SuppressionId = Id<'sup'>;
export type ReceiptId = Id<'rcp'>;
export type CampaignId = Id<'cmp'>;
export type RunId = Id<'run'>;
export type AudienceId = Id<'aud'>;
export type WebhookId = Id<'whe'>;
export type WebhookEventId = Id<'evt'>;
export type WebhookDeliveryId = Id<'whd'>;
export type UserId = Id<'usr'>;
export type ApprovalId = Id<'apv'>;
/** A dispatch is named by the workflow that drives it: `send/<sendId>`, `send/batch_<ulid>`, or `send/<runId>/<n>` for a chunk of a run. */
export type DispatchId = string & { readonly [brand]: 'dispatch' };
/** Templates are numbered: callers of the ancestor know their numbers. */
export type TemplateId = number & { readonly [brand]: 'template' };

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** Digits of the row number in the id of a run's message: 32^7 rows. */
const ROW_DIGITS = 7;

let lastTime = 0;
let lastTimeText = '0'.repeat(10);
let lastRandom = new Uint8Array(16);
/** Fetched for many ids at once: a call to the random source costs more than an id. */
const pool = new Uint8Array(1024);
let poolUsed = pool.length;

function randomBytes16(): Uint8Array<ArrayBuffer> {
  if (poolUsed === pool.length) {
    crypto.getRandomValues(pool);
    poolUsed = 0;
  }
  poolUsed += 16;
  return pool.slice(poolUsed - 16, poolUsed);
}

/**
 * 16 random base-32 digits; within one millisecond the previous ones plus one, so that ids of one process always rise. One is added
 * before the digits of the row: the messages of two runs have different ids even if their runs began in the same millisecond.
 */
function nextRandom(now: number): Uint8Array {
  if (now > lastTime) {
    lastTime = now;
    lastTimeText = encodeTime(now);
    lastRandom = randomBytes16().map((byte) => byte & 31);
    lastRandom[0] = (lastRandom[0] ?? 0) & 15;
    return lastRandom;
  }
  for (let i = 15 - ROW_DIGITS; i >= 0; i--) {
    const digit = lastRandom[i] ?? 0;
    lastRandom[i] = digit === 31 ? 0 : digit + 1;
    if (digit !== 31) break;
  }
  return lastRandom;
}

function encodeTime(time: number): string {
  let text = '';
  for (let i = 0, rest = time; i < 10; i++, rest = Math.floor(rest / 32)) text = (ALPHABET[rest % 32] ?? '') + text;
  return text;
}

/** A new id. Not for workflow code: it reads the clock and the random source. */
export function newId<P extends Prefix>(prefix: P, now: number = Date.now()): Id<P> {
  const random = nextRandom(now);
  let text = lastTimeText;
  for (const digit of random) text += ALPHABET[digit] ?? '';
  return `${prefix}_${text}` as Id<P>;
}

/** True when `text` has the form of an id with this prefix. */
export function isId<P extends Prefix>(prefix: P, text: string): text is Id<P> {
  return text.startsWith(`${prefix}_`) && ULID.test(text.slice(prefix.length + 1));
}

/** The time at which an id was made, in epoch milliseconds. */
export function timeOfId(id: Id<Prefix>): number {
  let time = 0;
  for (const char of id.slice(id.indexOf('_') + 1).slice(0, 10)) time = time * 32 + ALPHABET.indexOf(char);
  return time;
}

/** The smallest id of this prefix that a moment can have: `id >= firstIdAt('msg', t)` means "made at t or later". */
export function firstIdAt<P extends Prefix>(prefix: P, time: number): Id<P> {
  return `${prefix}_${encodeTime(Math.max(0, time))}${'0'.repeat(16)}` as Id<P>;
}

export const dispatchOfSend = (sendId: SendId): DispatchId => `send/${sendId}` as DispatchId;
export const dispatchOfBatch = (batchId: Id<'batch'>): DispatchId => `send/${batchId}` as DispatchId;

/** The n-th chunk of a run, from 1. */
export const dispatchOfChunk = (runId: RunId, n: number): DispatchId => `send/${runId}/${n}` as DispatchId;

/** The run of which a dispatch is a chunk; `undefined`: it belongs to no run. */
export function runOfDispatch(id: DispatchId): RunId | undefined {
  const [, name = '', n] = id.split('/');
  return n !== undefined && isId('run', name) ? name : undefined;
}

/** A run has one send, which has all its messages. */
export const sendOfRun = (runId: RunId): SendId => `snd_${runId.slice(4)}` as SendId;

/** The run whose send this would be, if it is one's. */
export const runOfSend = (sendId: SendId): RunId => `run_${sendId.slice(4)}` as RunId;

/**
 * The id of the message that a run makes from a row of its audience (from 1). It is always the same, so a row that is imported
 * again makes no second message; the messages of a run stand together, in the order of the rows.
 */
export function messageOfRow(runId: RunId, row: number): MessageId {
  let digits = '';
  for (let i = 0, rest = row; i < ROW_DIGITS; i++, rest = Math.floor(rest / 32)) {
    digits = (ALPHABET[rest % 32] ?? '') + digits;
  }
  return `msg_${runId.slice(4, -ROW_DIGITS)}${digits}` as MessageId;
}

/** No message of a run has a higher id. */
export const lastMessageOf = (runId: RunId): MessageId => messageOfRow(runId, 32 ** ROW_DIGITS - 1);
