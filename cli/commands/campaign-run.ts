import path from 'node:path';
import type { Schemas } from '../../client/index';
import { parseOptions, rateOf, required, variablesOf } from '../arguments';
import { EXIT, type Command, type Context } from '../command';
import { followRun } from '../follow-run';
import { uploadFile } from '../upload-file';

/** Uploads a file and sends to everybody in it. */
export const campaignRunCommand: Command = {
  name: 'campaign run',
  usage:
    'FILE --template KEY --rate 500 [--channel C] [--var name=value …] [--address-column NAME] [--name NAME] [--detach]',
  summary: 'send to everybody in a file, now',
  help: `  FILE                   CSV: a line of column names, then a line for each recipient
  --template KEY         key or number of a template; the columns of the file are its variables
  --rate N[/SECONDS]     at most N messages a second, or in so many seconds; default: no limit of its own
  --channel C            email or sms; default: that of the template
  --var name=value       a variable for all; a column of the file wins over it
  --address-column NAME  name of the column with the addresses; default userId
  --name NAME            name of the campaign; default: that of the file
  --detach               do not wait for the end
Ends with 0 when the run has finished, with 1 when it was cancelled or failed. On Ctrl-C the run goes on.`,
  async run(args, context) {
    const { values, words } = parseOptions(
      args,
      {
        template: { type: 'string' },
        rate: { type: 'string' },
        channel: { type: 'string' },
        var: { type: 'string', multiple: true },
        'address-column': { type: 'string' },
        name: { type: 'string' },
        detach: { type: 'boolean' },
      },
      ['FILE'],
    );
    const [file = ''] = words;
    const template = required(values.template, '--template');
    const rate = values.rate === undefined ? null : rateOf(values.rate);
    const variables = variablesOf(values.var);
    const all = context();
    const { api, say, warn, result, onInterrupt } = all;
    const channel = await channelOf(all, values, template);
    const column = values['address-column'];
    onInterrupt('The upload was cut off: nothing is sent. If all of it had arrived, the audience is kept.');
    const audience = await uploadFile(api, file, {
      channel,
      ...(column === undefined ? {} : { addressColumn: column }),
    });
    const [duplicates, invalid] = [audience.duplicates ?? 0, audience.invalid ?? 0];
    say(`${audience.id}: ${audience.accepted ?? 0} recipients, ${duplicates} duplicates, ${invalid} invalid`);
    if (duplicates + invalid > 0)
      say(`The rows that were not taken: GET ${api.url}/v1/audiences/${audience.id}/rejects`);
    const name = values.name ?? path.basename(file);
    onInterrupt(
      `${audience.id} is uploaded, and its run may have begun: GET ${api.url}/v1/campaigns tells. To stop it: luminate campaign cancel RUN`,
    );
    const { data: campaign } = await api.post('/v1/campaigns', {
      body: { name, template, audience: audience.id, variables, rate, schedule: { kind: 'now' } },
    });
    for (const { detail } of campaign.check.warnings) warn(detail);
    if (!campaign.run) {
      const { id: approval } = campaign.approval;
      say(`The campaign ${campaign.id} waits for ${approval ?? 'somebody'} to be approved: its run begins then.`);
      result({ campaign: campaign.id, audience: audience.id, approval });
      return EXIT.ok;
    }
    const run = campaign.run.id;
    say(`${run} started (campaign ${campaign.id})`);
    if (!values.detach) return followRun(all, run);
    say(`How far it is: luminate campaign status ${run}`);
    result({ campaign: campaign.id, audience: audience.id, run });
    return EXIT.ok;
  },
};

type Channel = Schemas['Template']['channel'];

async function channelOf({ api }: Context, values: { readonly channel?: string }, template: string): Promise<Channel> {
  // Whether there is such a channel the API says best.
  if (values.channel !== undefined) return values.channel as Channel;
  return (await api.get('/v1/templates/{template}', { path: { template } })).data.channel;
}
