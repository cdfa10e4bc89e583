import type { FileAnswer, LuminateClient } from './client';
import type { CallSettings, Schemas } from './operations';
import { LuminateProblem } from './problem';
import { readEvents } from './read-events';
import { pause } from './retries';

type Message = Schemas['Message'];

/** How a wait is made; `timeoutMs` and `retries` are those of each request. */
export interface WaitSettings<T> extends CallSettings {
  /** Between two looks, in milliseconds; default 500. */
  readonly everyMs?: number;
  /** Until the wait is given up with the problem `timeout`, in milliseconds; default: never. */
  readonly patienceMs?: number;
  /** Told each time that it was read. */
  readonly onRead?: (value: T) => void;
}

/** Every other status is final. */
const OPEN: readonly string[] = ['accepted', 'deferred', 'sending'] satisfies readonly Message['status'][];
const LOOK_EVERY_MS = 500;
const RECONNECT_MS = 2_000;

/** A message once its status is final. */
export async function waitForMessage(
  client: Pick<LuminateClient, 'get'>,
  id: string,
  settings: WaitSettings<Message> = {},
): Promise<Message> {
  const look = async () => (await client.get('/v1/messages/{id}', { path: { id }, ...callOf(settings) })).data;
  return waitUntil(look, ({ status }) => !OPEN.includes(status), `Message ${id}`, settings);
}

/** A send once the statuses of all its messages are final. */
export async function waitForSend(
  client: Pick<LuminateClient, 'get'>,
  id: string,
  settings: WaitSettings<Schemas['Send']> = {},
): Promise<Schemas['Send']> {
  const look = async () => (await client.get('/v1/sends/{id}', { path: { id }, ...callOf(settings) })).data;
  return waitUntil(
    look,
    ({ messages }) => messages.every(({ status }) => !OPEN.includes(status)),
    `Send ${id}`,
    settings,
  );
}

const callOf = ({ signal, timeoutMs, retries }: CallSettings): CallSettings => ({
  ...(signal ? { signal } : {}),
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
  ...(retries === undefined ? {} : { retries }),
});

async function waitUntil<T>(
  look: () => Promise<T>,
  isOver: (value: T) => boolean,
  what: string,
  { everyMs = LOOK_EVERY_MS, patienceMs = Infinity, onRead, signal }: WaitSettings<T>,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await look();
    onRead?.(value);
    if (isOver(value)) return value;
    if (Date.now() >= deadline) throw impatient(`${what} is not final after ${patienceMs} ms.`);
    await pause(Math.min(everyMs, Math.max(0, deadline - Date.now())), signal);
  }
}

function impatient(detail: string): LuminateProblem {
  const rest = { errors: [], requestId: undefined, retryAfterMs: undefined };
  return new LuminateProblem({ status: 0, code: 'timeout', title: 'Not in time', detail, ...rest });
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
