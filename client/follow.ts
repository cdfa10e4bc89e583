import type { FileAnswer, LuminateClient } from './client';
import type { CallSettings, Schemas } from './operations';
import { LuminateProblem } from './problem';
import { readEvents } from './read-events';
import { MAX_TIMER_MS, pause } from './retries';

type Message = Schemas['Message'];

/** How a wait is made; `timeoutMs` and `retries` are those of each request. */
export interface WaitSettings<T> extends CallSettings {
  /** Between two looks, in milliseconds; default 500. */
  readonly everyMs?: number;
  /** Until the wait is given up with the problem `timeout`, in milliseconds, also within a look; default: never. */
  readonly patienceMs?: number;
  /** Told each time that it was read. */
  readonly onRead?: (value: T) => void;
  /** Told each time that it could not be read; the wait goes on. */
  readonly onTrouble?: (problem: LuminateProblem) => void;
}

/** Every other status is final. */
const OPEN: readonly string[] = ['accepted', 'deferred', 'sending'] satisfies readonly Message['status'][];
const LOOK_EVERY_MS = 500;
const RECONNECT_MS = 2_000;

/** A message once its status is final. An API that is away, or fails, is asked again for as long as patience lasts. */
export async function waitForMessage(
  client: Pick<LuminateClient, 'get'>,
  id: string,
  settings: WaitSettings<Message> = {},
): Promise<Message> {
  const look: Look<Message> = async (how) => (await client.get('/v1/messages/{id}', { path: { id }, ...how })).data;
  return waitUntil(look, ({ status }) => !OPEN.includes(status), `Message ${id}`, settings);
}

/** A send once the statuses of all its messages are final; as patient as `waitForMessage`. */
export async function waitForSend(
  client: Pick<LuminateClient, 'get'>,
  id: string,
  settings: WaitSettings<Schemas['Send']> = {},
): Promise<Schemas['Send']> {
  const look: Look<Schemas['Send']> = async (how) =>
    (await client.get('/v1/sends/{id}', { path: { id }, ...how })).data;
  return waitUntil(
    look,
    ({ messages }) => messages.every(({ status }) => !OPEN.includes(status)),
    `Send ${id}`,
    settings,
  );
}

type Look<T> = (how: CallSettings) => Promise<T>;

const callOf = ({ timeoutMs, retries }: CallSettings, signal: AbortSignal): CallSettings => ({
  signal,
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
  ...(retries === undefined ? {} : { retries }),
});

async function waitUntil<T>(
  look: Look<T>,
  isOver: (value: T) => boolean,
  what: string,
  settings: WaitSettings<T>,
): Promise<T> {
  const { everyMs = LOOK_EVERY_MS, patienceMs = Infinity, onRead, onTrouble, signal } = settings;
  const late = new AbortController();
  // A longer patience is one without an end.
  const timer =
    patienceMs > MAX_TIMER_MS
      ? undefined
      : setTimeout(() => {
          late.abort();
        }, patienceMs);
  const how = callOf(settings, signal ? AbortSignal.any([signal, late.signal]) : late.signal);
  let trouble: LuminateProblem | undefined;
  try {
    for (;;) {
      const seen = await look(how).catch(passingProblem);
      if (seen instanceof LuminateProblem) {
        trouble = seen;
        onTrouble?.(seen);
      } else {
        trouble = undefined;
        onRead?.(seen);
        if (isOver(seen)) return seen;
      }
      await pause(Math.max(everyMs, trouble?.retryAfterMs ?? 0), how.signal);
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error !== late.signal.reason) throw error;
    throw impatient(`${what} is not final after ${patienceMs} ms.`, trouble);
  } finally {
    clearTimeout(timer);
  }
}

/** What may be over soon: no answer, too many requests, a failure. Throws everything else. */
function passingProblem(error: unknown): LuminateProblem {
  if (!(error instanceof LuminateProblem)) throw error;
  const { status } = error;
  if (status === 0 || status === 429 || status >= 500) return error;
  throw error;
}

/** `trouble`: why it could not be read at last. */
function impatient(detail: string, trouble: LuminateProblem | undefined): LuminateProblem {
  const rest = { errors: [], requestId: trouble?.requestId, retryAfterMs: undefined };
  const why = trouble ? ` ${trouble.detail}` : '';
  return new LuminateProblem(
    { status: 0, code: 'timeout', title: 'Not in time', detail: detail + why, ...rest },
    { cause: trouble },
  );
}

/**
 * A run each time it has changed, until it has ended. `open` opens the stream; the first time it must succeed, and after that it is
 * opened again whenever it breaks, until the API refuses.
 */
export async function* watchRun(
  open: () => Promise<Pick<FileAnswer, 'body'>>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Schemas['Run']> {
  let told: string | undefined;
  for (let stream = await open(); ; stream = await reopen(open, signal)) {
    try {
      for await (const { name, data } of readEvents(stream.body)) {
        if (data !== told) yield JSON.parse(data) as Schemas['Run'];
        told = data;
        if (name === 'end') return;
      }
    } catch (error) {
      signal?.throwIfAborted();
      // That is no break of the connection, and would be so the next time.
      if (error instanceof SyntaxError) throw error;
    }
    await pause(RECONNECT_MS, signal);
  }
}

async function reopen<T>(open: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    try {
      return await open();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof LuminateProblem)) throw error;
      if (error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
      await pause(Math.max(RECONNECT_MS, error.retryAfterMs ?? 0), signal);
    }
  }
}
