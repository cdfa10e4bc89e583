import type { Schemas } from '../client/index';
import { EXIT, type Context } from './command';
import { createProgressBar } from './progress-bar';

/** A run in one line. */
export function wordsOf({ state, reason, total, counts }: Schemas['Run']): string {
  const some = Object.entries(counts).map(([status, n]) => `${n} ${status}`);
  return `${state}${reason ? ` (${reason})` : ''}: ${total} recipients${some.length > 0 ? `, ${some.join(', ')}` : ''}`;
}

/** Shows how far a run is until it has ended. Resolves with the exit code; goes on through breaks of the connection. */
export async function followRun({ api, say, result, onInterrupt }: Context, id: string): Promise<number> {
  onInterrupt(`The run ${id} goes on. To stop it: luminate campaign cancel ${id}`);
  const bar = createProgressBar('run');
  let last: Schemas['Run'] | undefined;
  for await (const run of api.watchRun(id)) {
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
