import { isId } from '../../domain/ids';
import { maskText } from '../../domain/mask';
import { traceOf } from '../../domain/trace-event';
import type { ApiDeps } from '../deps';
import { ApiError } from '../problem';
import { recallMessages } from '../recall';
import { defineRoute, type Route } from '../route';
import { idParams } from '../schemas/common';
import { messageSchema, viewMessage } from '../schemas/messages';
import { recalledMessageSchema, recalledSendSchema, resolveSchema, viewRecall } from '../schemas/recall';
import { findMessage } from './message-routes';
import { findSend } from './send-routes';

type Deps = Pick<ApiDeps, 'tellTrace' | 'giveBack' | 'leaveQueues' | 'wake' | 'cancelAtProvider'>;

const ANSWER =
  'The answer is definite: `recalled` means that no provider has got the message or will get it; `too_late` tells its status and when ' +
  'it was handed over. It may be repeated, and works before, during and after delivery.';

/** Stopping what has not gone out, and settling what nobody knows. */
export function recallRoutes(deps: Deps): Route[] {
  const shared = { permission: 'sends:recall', method: 'post', params: idParams } as const;
  return [
    defineRoute({
      ...shared,
      tag: 'Sends',
      path: '/v1/sends/:id/recall',
      summary: 'Recall a send',
      description: `Every message of it that has not gone out. ${ANSWER}`,
      problems: ['not_found', 'send_of_run'],
      audit: { action: 'send.recall', afterwards: true },
      response: recalledSendSchema,
      async handler({ params, caller, stores, note }) {
        const send = await findSend(stores, caller, params.id);
        const messages = await stores.messages.allOfSend(send.id);
        const answers = (await recallMessages(deps, { stores, caller }, messages)).map(viewRecall);
        const recalled = answers.filter(({ result }) => result === 'recalled').length;
        note({ after: { recalled, tooLate: answers.length - recalled } });
        return { id: send.id, recalled, tooLate: answers.length - recalled, messages: answers };
      },
    }),
    defineRoute({
      ...shared,
      tag: 'Messages',
      path: '/v1/messages/:id/recall',
      summary: 'Recall a message',
      description: ANSWER,
      problems: ['not_found'],
      audit: { action: 'message.recall', afterwards: true },
      response: recalledMessageSchema,
      async handler({ params, caller, stores }) {
        const message = await findMessage(stores, caller, params.id);
        const [answer] = await recallMessages(deps, { stores, caller }, [message]);
        if (!answer) throw new ApiError('not_found', `There is no message ${params.id}.`);
        return viewRecall(answer);
      },
    }),
    resolveRoute(deps),
  ];
}

function resolveRoute(deps: Deps): Route {
  return defineRoute({
    tag: 'Messages',
    permission: 'support:resolve',
    method: 'post',
    path: '/v1/messages/:id/resolve',
    params: idParams,
    summary: 'Settle an unknown message',
    description:
      'For a message that is `unknown`, after somebody has found out: `sent` makes it so, `not_sent` ends it `failed` and frees its places ' +
      'in windows and caps. It is never sent again by this: make a new send. Repeating the same answer is harmless.',
    problems: ['not_found', 'message_not_unknown'],
    audit: { action: 'message.resolve' },
    body: resolveSchema,
    response: messageSchema,
    async handler({ params, body, caller, stores, edit, note }) {
      const message = await findMessage(stores, caller, params.id);
      const { id, address } = message;
      const sent = body.outcome === 'sent';
      const status = sent ? 'sent' : 'failed';
      const detail = {
        by: caller.keyId,
        outcome: body.outcome,
        ...(body.note === undefined ? {} : { note: body.note }),
      };
      const event = sent ? 'resolveSent' : 'resolveNotSent';
      if (body.note !== undefined) note({ after: { note: maskText(body.note) } });
      const now = await edit(async (inside) => {
        await inside.delivery.apply([{ id, appId: message.appId, event, reason: 'resolved', detail }]);
        const [changed = message] = isId('msg', id) ? await inside.messages.getMany([id]) : [];
        if (changed.status === status && changed.reason === 'resolved') return changed;
        throw new ApiError('message_not_unknown', `Message ${id} is ${changed.status}: there is nothing to settle.`);
      });
      if (message.status === 'unknown') {
        const data = { reason: 'resolved', ...detail };
        deps.tellTrace([traceOf(message, 'resolved', Date.now(), { status, data })]);
        if (!sent) deps.giveBack([{ messageId: id, address }]);
      }
      return viewMessage(now);
    },
  });
}
