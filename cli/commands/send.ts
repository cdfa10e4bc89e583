import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, type MessageStatus } from '../../domain/message-status';
import { parseOptions, required, variablesOf } from '../arguments';
import { EXIT, type Command, type Context } from '../command';

interface Sent {
  readonly id: string;
  readonly messages: readonly { readonly id: string }[];
  readonly warnings: readonly { readonly detail?: string }[];
}
interface Message {
  readonly id: string;
  readonly status: MessageStatus;
  readonly reason: string | null;
}

const WELL: readonly MessageStatus[] = ['sent', 'delivered'];
const LOOK_EVERY_MS = 500;

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
    const sent = await api.post<Sent>('/v1/sends', { template, recipients });
    for (const { detail } of sent.warnings) if (detail) warn(detail);
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

/** Tells each status on the way. */
async function finalOf({ api, say }: Context, id: string): Promise<Message> {
  let told = 'accepted';
  for (;;) {
    const message = await api.get<Message>(`/v1/messages/${id}`);
    const words = message.status + (message.reason ? `: ${message.reason}` : '');
    if (words !== told) say(`${id} ${words}`);
    told = words;
    if (isFinal(message.status)) return message;
    await sleep(LOOK_EVERY_MS);
  }
}
