import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded, type RunState } from '../domain/run';
import { ApiProblem, type ApiClient } from './api-client';
import { EXIT, type Context } from './command';
import { createProgressBar } from './progress-bar';

/** A run, as far as it is told here. */
export interface RunView {
  readonly id: string;
  readonly campaignId: string;
  readonly state: RunState;
  readonly reason: string | null;
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly ended: number;
  readonly ratePerSecond: number | null;
  readonly etaSeconds: number | null;
}

const RECONNECT_MS = 2_000;

/** A run in one line. */
export function wordsOf({ state, reason, total, counts }: RunView): string {
  const some = Object.entries(counts).map(([status, n]) => `${n} ${status}`);
  return `${state}${reason ? ` (${reason})` : ''}: ${total} recipients${some.length > 0 ? `, ${some.join(', ')}` : ''}`;
}

/** Shows how far a run is until it has ended. Resolves with the exit code; goes on through breaks of the connection. */
export async function followRun({ api, say, result, onInterrupt }: Context, id: string): Promise<number> {
  onInterrupt(`The run ${id} goes on. To stop it: luminate campaign cancel ${id}`);
  const bar = createProgressBar('run');
  let last: RunView | undefined;
  for await (const run of progressOf(api, id)) {
    last = run;
    const pace = run.ratePerSecond === null ? '' : `  ${run.ratePerSecond.toFixed(0)}/s`;
    const left = run.etaSeconds === null ? '' : `  ${run.etaSeconds} s left`;
    const state = run.state === 'running' ? '' : `  ${run.state}${run.reason ? `: ${run.reason}` : ''}`;
    bar.update(run.ended, run.total, `${run.ended} of ${run.total}${pace}${left}${state}`);
  }
  bar.end();
  if (!last) return EXIT.failed;
  say(wordsOf(last));
  say(`What became of every row: GET ${api.url}/v1/runs/${id}/result`);
  result(last);
  return last.state === 'finished' ? EXIT.ok : EXIT.failed;
}

/** The run whenever it changes, until it has ended. */
async function* progressOf(api: ApiClient, id: string): AsyncGenerator<RunView> {
  for (;;) {
    try {
      for await (const run of eventsOf(await api.open(`/v1/runs/${id}/events`))) {
        yield run;
        if (hasEnded(run)) return;
      }
    } catch (error) {
      if (error instanceof ApiProblem && error.status >= 400 && error.status < 500) throw error;
    }
    // The API was restarted, say.
    await sleep(RECONNECT_MS);
  }
}

async function* eventsOf(response: Response): AsyncGenerator<RunView> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const data = part.split('\n').find((line) => line.startsWith('data: '));
      if (data) yield JSON.parse(data.slice('data: '.length)) as RunView;
    }
  }
}
