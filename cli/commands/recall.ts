import { parseOptions } from '../arguments';
import { EXIT, type Command } from '../command';
import { UsageError } from '../usage-error';

/** Stops what has not gone out. */
export const recallCommand: Command = {
  name: 'recall',
  usage: 'SEND|MESSAGE',
  summary: 'stop what has not gone out',
  help: '  SEND|MESSAGE       id of a send (snd_…) or of a message (msg_…); ends with 1 when nothing could be stopped',
  async run(args, context) {
    const [id = ''] = parseOptions(args, {}, ['SEND|MESSAGE']).words;
    const path = pathOf(id);
    if (!path) throw new UsageError(`"${id}" is no id of a send (snd_…) or a message (msg_…).`);
    const { api, say, result } = context();
    const { data: answer } = await api.post(path, { path: { id } });
    const messages = 'messages' in answer ? answer.messages : [answer];
    for (const message of messages) {
      const since = message.handedOverAt ? ` since ${message.handedOverAt}` : '';
      const late = `too late, ${message.status}${since}`;
      say(`${message.id} ${message.result === 'recalled' ? 'recalled' : late}`);
    }
    result(answer);
    return messages.some((message) => message.result === 'recalled') ? EXIT.ok : EXIT.failed;
  },
};

function pathOf(id: string): '/v1/sends/{id}/recall' | '/v1/messages/{id}/recall' | undefined {
  if (id.startsWith('snd_')) return '/v1/sends/{id}/recall';
  return id.startsWith('msg_') ? '/v1/messages/{id}/recall' : undefined;
}
