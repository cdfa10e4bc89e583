import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, round } from './load';
import type { BenchStack } from './stack';

const ROWS = 1_000_000;
/** One address in so many came before, and one is none. */
const DUPLICATE_EACH = 50;
const INVALID_EACH = 100;
/** The most that the API process may need beyond what it needed before, whatever the size of the file. */
const MEMORY_MIB = 256;

/** A CSV of so many rows, made as it is read: email addresses, a name with a comma, a line end within quotes, a zone now and then. */
function* csvRows(rows: number): Generator<string> {
  yield 'userId,name,address,timezone,code\n';
  let piece = '';
  for (let i = 1; i <= rows; i++) {
    const n = i % DUPLICATE_EACH === 0 ? 1 : i;
    const to = i % INVALID_EACH === 1 && i > 1 ? `nobody ${i}` : `user${n}@example.com`;
    const zone = i % 10 === 0 ? 'Asia/Shanghai' : '';
    piece += `${to},"Name, ${i}","Street ${i % 977}\n${i % 89} City",${zone},CODE-${i}\n`;
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

const memoryOf = (pid: number | undefined, what: 'VmHWM' | 'VmRSS'): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024);
};

async function upload({ apiUrl, key }: BenchStack, rows: number): Promise<Record<string, number>> {
  const url = `${apiUrl}/v1/audiences?channel=email&uploadId=bench`;
  const req = request(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
  });
  const answer = new Promise<Record<string, number>>((resolve, reject) => {
    req.on('error', reject).on('response', (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part: string) => (text += part));
      res.on('end', () => {
        if (res.statusCode === 201) resolve(JSON.parse(text) as Record<string, number>);
        else reject(new Error(`the upload was answered ${res.statusCode}: ${text}`));
      });
    });
  });
  await pipeline(Readable.from(csvRows(rows)), req);
  return answer;
}

/** How long the API takes for another request meanwhile, in milliseconds, until `done` settles. */
async function otherRequests(apiUrl: string, done: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  const state = { running: true };
  const stop = (): void => {
    state.running = false;
  };
  done.then(stop, stop);
  while (state.running) {
    const started = performance.now();
    await fetch(`${apiUrl}/healthz`);
    times.push(performance.now() - started);
    await sleep(20);
  }
  return times;
}

/**
 * Imports one file of recipients, of a million rows or as many as the argument says: rows per second, the memory of the API process
 * and what other requests to it wait meanwhile.
 */
export async function benchAudience(stack: BenchStack, [given]: readonly string[]): Promise<Record<string, unknown>> {
  const rows = given === undefined ? ROWS : Number(given);
  const { pid } = stack.processes.api;
  const before = memoryOf(pid, 'VmRSS');
  const started = performance.now();
  const uploading = upload(stack, rows);
  const waits = await otherRequests(stack.apiUrl, uploading);
  const audience = await uploading;
  const seconds = (performance.now() - started) / 1000;
  const peak = memoryOf(pid, 'VmHWM');
  const { accepted = 0, duplicates = 0, invalid = 0, bytes = 0 } = audience;
  const isWhole =
    audience['rows'] === rows && accepted + duplicates + invalid === rows && duplicates > 0 && invalid > 0;
  return {
    ok: isWhole && peak - before <= MEMORY_MIB,
    rows,
    megabytes: round(bytes / 1024 ** 2, 0),
    accepted,
    duplicates,
    invalid,
    seconds: round(seconds, 1),
    rowsPerSecond: round(rows / seconds, 0),
    apiBeforeMiB: before,
    apiPeakMiB: peak,
    otherRequestP50Ms: round(percentile(waits, 50), 1),
    otherRequestP99Ms: round(percentile(waits, 99), 1),
  };
}
