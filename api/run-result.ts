import type { Message } from '../db/stores/message-store';
import { csvCell } from '../domain/csv';
import type { Run } from '../domain/run';
import type { ApiDeps } from './deps';

type Deps = Pick<ApiDeps, 'database' | 'audiences'>;

const HEAD = [
  'row',
  'to',
  'status',
  'reason',
  'detail',
  'messageId',
  'attempts',
  'account',
  'code',
  'providerMessageId',
  'updatedAt',
];

interface Line {
  readonly row: number;
  readonly text: string;
}

const PAGE = 1_000;

function lineOf(row: number, cells: readonly (string | number | null | undefined)[]): Line {
  // As many cells in every line as the head has, or strict readers refuse the file.
  const all = HEAD.map((_, i) => csvCell(String((i === 0 ? row : cells[i - 1]) ?? '')));
  return { row, text: `${all.join(',')}\r\n` };
}

/**
 * One CSV line for every row of a run's audience, in order, several lines at a time: a row without a message tells why. Of a retry,
 * one line for each message that it sends again.
 */
export async function* resultLines(deps: Deps, run: Run): AsyncGenerator<string> {
  const parts =
    run.retryOf === null
      ? [messageLines(deps, run), rejectLines(deps, run), unsentLines(deps, run)]
      : [messageLines(deps, run)];
  let page = [`${HEAD.join(',')}\r\n`];
  for await (const { text } of merged(parts)) {
    page.push(text);
    if (page.length < PAGE) continue;
    yield page.join('');
    page = [];
  }
  yield page.join('');
}

/** Several sorted sequences as one. */
async function* merged(parts: readonly AsyncGenerator<Line>[]): AsyncGenerator<Line> {
  const heads = await Promise.all(parts.map((part) => part.next()));
  for (;;) {
    let first = -1;
    for (const [i, head] of heads.entries()) {
      const best = heads[first];
      if (!head.done && (!best || best.done || head.value.row < best.value.row)) first = i;
    }
    const [part, head] = [parts[first], heads[first]];
    if (!part || !head || head.done) return;
    yield head.value;
    heads[first] = await part.next();
  }
}

async function* messageLines({ database }: Deps, run: Run): AsyncGenerator<Line> {
  for (let after = 0; ;) {
    const messages = await database.stores.runMessages.inOrder(run.id, after, PAGE);
    for (const message of messages) yield lineOf(message.position, cellsOf(message));
    if (messages.length < PAGE) return;
    after = messages.at(-1)?.position ?? after;
  }
}

function cellsOf(message: Message): (string | number | null | undefined)[] {
  const { address, status, reason, detail, id, attempts, providerMessageId, updatedAt } = message;
  const last = attempts.at(-1);
  const words = last?.detail ?? (typeof detail?.['error'] === 'string' ? detail['error'] : undefined);
  const sent = [id, attempts.length, last?.account, last?.code, providerMessageId, updatedAt.toISOString()];
  return [address, status, reason, words, ...sent];
}

async function* rejectLines({ audiences }: Deps, run: Run): AsyncGenerator<Line> {
  for await (const { row, address, code, detail } of audiences.readRejects(run.audienceId)) {
    yield lineOf(row, [address, code === 'duplicate' ? 'duplicate' : 'invalid', code, detail]);
  }
}

/** Rows that did not become messages, because the run was cancelled, or has not come to them yet. */
async function* unsentLines({ audiences }: Deps, run: Run): AsyncGenerator<Line> {
  if (run.importCursor === -1 || run.total === run.imported) return;
  const status = run.state === 'cancelled' ? 'recalled' : 'waiting';
  const detail = run.state === 'cancelled' ? 'the run was cancelled before it came to this row' : undefined;
  for await (const { rows } of audiences.readRows(run.audienceId, run.importCursor)) {
    for (const { row, address } of rows) yield lineOf(row, [address, status, 'not_imported', detail]);
  }
}
