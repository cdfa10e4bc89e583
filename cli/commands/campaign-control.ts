import { parseOptions } from '../arguments';
import { EXIT, type Command } from '../command';
import { followRun, wordsOf } from '../follow-run';

const RUN_HELP = '  RUN                    id of a run: run_…';

/** A request to a run that is answered with the run. */
function ask(verb: 'pause' | 'resume' | 'cancel', summary: string): Command {
  return {
    name: `campaign ${verb}`,
    usage: 'RUN [--note TEXT]',
    summary,
    help: `${RUN_HELP}\n  --note TEXT            why, for the record`,
    async run(args, context) {
      const { values, words } = parseOptions(args, { note: { type: 'string' } }, ['RUN']);
      const [id = ''] = words;
      const { api, say, result } = context();
      const body = values.note === undefined ? {} : { note: values.note };
      const { data: run } = await api.post(`/v1/runs/{id}/${verb}`, { path: { id }, body });
      say(wordsOf(run));
      result(run);
      return EXIT.ok;
    },
  };
}

const statusCommand: Command = {
  name: 'campaign status',
  usage: 'RUN [--follow]',
  summary: 'how far a run is',
  help: `${RUN_HELP}\n  --follow               until it has ended`,
  async run(args, context) {
    const { values, words } = parseOptions(args, { follow: { type: 'boolean' } }, ['RUN']);
    const [id = ''] = words;
    const all = context();
    if (values.follow) return followRun(all, id);
    const { data: run } = await all.api.get('/v1/runs/{id}', { path: { id } });
    all.say(wordsOf(run));
    all.result(run);
    return EXIT.ok;
  },
};

const retryCommand: Command = {
  name: 'campaign retry',
  usage: 'RUN [--unknown] [--detach]',
  summary: 'send again to those whom a run did not reach',
  help: `${RUN_HELP}
  --unknown              also to those of whom nobody knows: some may get it twice
  --detach               do not wait for the end`,
  async run(args, context) {
    const options = { unknown: { type: 'boolean' }, detach: { type: 'boolean' } } as const;
    const { values, words } = parseOptions(args, options, ['RUN']);
    const [id = ''] = words;
    const statuses = values.unknown ? (['failed', 'unknown'] as const) : (['failed'] as const);
    const all = context();
    const { data: run } = await all.api.post('/v1/runs/{id}/retry-failed', { path: { id }, body: { statuses } });
    all.say(`${run.id} started: ${run.total} recipients`);
    if (!values.detach) return followRun(all, run.id);
    all.result(run);
    return EXIT.ok;
  },
};

/** What is asked of a run. */
export const campaignControlCommands: readonly Command[] = [
  ask('pause', 'hold a run: nothing of it goes out'),
  ask('resume', 'let a run go on'),
  ask('cancel', 'end a run: what has not gone out is recalled'),
  statusCommand,
  retryCommand,
];
