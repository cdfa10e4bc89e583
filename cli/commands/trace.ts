import { parseOptions } from '../arguments';
import { EXIT, type Command } from '../command';

/** Tells what happened to a message. */
export const traceCommand: Command = {
  name: 'trace',
  usage: 'MESSAGE',
  summary: 'what happened to a message, step by step',
  help: '  MESSAGE            id of a message: msg_…',
  async run(args, context) {
    const [id = ''] = parseOptions(args, {}, ['MESSAGE']).words;
    const { api, say, warn, result } = context();
    const { data: timeline } = await api.get('/v1/messages/{id}/timeline', { path: { id } });
    for (const { at, text } of timeline.steps) say(`${at}  ${text}`);
    if (timeline.note) warn(timeline.note);
    if (timeline.links.temporal) say(timeline.links.temporal);
    result(timeline);
    return EXIT.ok;
  },
};
