import { parseOptions } from '../arguments';
import { EXIT, type Command } from '../command';

interface Timeline {
  readonly steps: readonly { readonly at: string; readonly text: string }[];
  readonly note?: string;
  readonly links: { readonly temporal?: string };
}

/** Tells what happened to a message. */
export const traceCommand: Command = {
  name: 'trace',
  usage: 'MESSAGE',
  summary: 'what happened to a message, step by step',
  help: '  MESSAGE            id of a message: msg_…',
  async run(args, context) {
    const [id = ''] = parseOptions(args, {}, ['MESSAGE']).words;
    const { api, say, warn, result } = context();
    const timeline = await api.get<Timeline>(`/v1/messages/${encodeURIComponent(id)}/timeline`);
    for (const { at, text } of timeline.steps) say(`${at}  ${text}`);
    if (timeline.note) warn(timeline.note);
    if (timeline.links.temporal) say(timeline.links.temporal);
    result(timeline);
    return EXIT.ok;
  },
};
