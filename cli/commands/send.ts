import type { Schemas } from '../../client/index';
import type { MessageStatus } from '../../domain/message-status';
import { parseOptions, required, variablesOf } from '../arguments';
import { EXIT, type Command, type Context } from '../command';

const WELL: readonly string[] = ['sent', 'delivered'] satisfies MessageStatus[];

/** Sends one message. */
export const sendCommand: Command = {
  name: 'send',
  usage: '--template KEY --to ADDRESS [--var name=value …] [--wait]',
  summary: 'send one message',
  help: `  --template KEY     key or number of a template
  --to ADDRESS       email address or phone number
  --var name=value   a variable of the template; any number of them
  --wait             wait until it has been sent, or will not be; ends with 1 unless it was`,
  async run(args, context) {
    const { values } = parseOptions(
      args,
      {
        template: { type: 'string' },
        to: { type: 'string' },
        var: { type: 'string', multiple: true },
        wait: { type: 'boolean' },
      },
      [],
    );
    const template = required(values.template, '--template');
    const to = required(values.to, '--to');
    const recipients = [{ to, variables: variablesOf(values.var) }];
    const { api, say, warn, result, onInterrupt } = context();
    const { data: sent } = await api.post('/v1/sends', { body: { template, recipients } });
    for (const { detail } of sent.warnings) warn(detail);
    const id = sent.messages[0]?.id ?? '';
    say(`${id} accepted (send ${sent.id})`);
    if (!values.wait) {
      result(sent);
      return EXIT.ok;
    }
    onInterrupt(`The message ${id} goes on. To stop it: luminate recall ${id}`);
    const message = await finalOf(context(), id);
    result(message);
    return WELL.includes(message.status) ? EXIT.ok : EXIT.failed;
  },
};

/** Tells each status on the way, and once each time that the API cannot be asked. */
async function finalOf({ api, say, warn }: Context, id: string): Promise<Schemas['Message']> {
  let told = 'accepted';
  let isAway = false;
  return api.waitForMessage(id, {
    onTrouble({ detail }) {
      if (!isAway) warn(`still waiting: ${detail}`);
      isAway = true;
    },
    onRead({ status, reason }) {
      isAway = false;
      const words = status + (reason ? `: ${reason}` : '');
      if (words !== told) say(`${id} ${words}`);
      told = words;
    },
  });
}
