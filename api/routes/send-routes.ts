import type { Stores } from '../../db/database';
import type { Send } from '../../db/stores/send-store';
import type { SendAcceptor } from '../accept-send';
import { seesApp, type Caller } from '../context';
import { isId } from '../../domain/ids';
import { ApiError } from '../problem';
import { defineRoute, type Route } from '../route';
import { idParams } from '../schemas/common';
import {
  acceptedSendSchema,
  documentedSendRequestSchema,
  MAX_RECIPIENTS,
  sendRequestSchema,
  sendSchema,
  viewSend,
} from '../schemas/sends';

/** A send of the caller's app; an admin key finds all. Throws 404, and 409 for that of a run, which may have millions of messages. */
export async function findSend(stores: Stores, caller: Caller, id: string): Promise<Send> {
  const send = isId('snd', id) ? await stores.sends.get(id) : undefined;
  if (send && seesApp(caller, send.appId)) {
    // It may have millions of messages; whoever wants those asks the run.
    if (send.total > MAX_RECIPIENTS) throw new ApiError('send_of_run', `The send ${id} is run_${id.slice(4)}.`);
    return send;
  }
  throw new ApiError('not_found', `There is no send ${id}.`);
}

/** Sends: one request, 1 to 500 recipients. */
export function sendRoutes(acceptor: SendAcceptor): Route[] {
  const shared = { tag: 'Sends', permission: 'messages:read' } as const;
  return [
    defineRoute({
      ...shared,
      method: 'post',
      permission: 'sends:write',
      path: '/v1/sends',
      summary: 'Send a template to recipients',
      description:
        'A 202 means that every accepted recipient has a durable message; delivery goes on from there, whatever fails. ' +
        'A missing variable is an error; one that the template does not use is only a warning, so that an editor may drop a variable without breaking callers.',
      status: 202,
      idempotent: true,
      writesOnce: true,
      audit: { none: 'data traffic: the send is its own record' },
      problems: ['template_not_found', 'template_stopped', 'template_not_approved'],
      body: sendRequestSchema,
      documentedBody: documentedSendRequestSchema,
      response: acceptedSendSchema,
      location: ({ id }) => `/v1/sends/${id}`,
      handler: ({ body, ...call }) => acceptor.accept(call, body),
    }),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/sends/:id',
      summary: 'Read a send',
      problems: ['not_found', 'send_of_run'],
      params: idParams,
      response: sendSchema,
      async handler({ params, caller, stores }) {
        const send = await findSend(stores, caller, params.id);
        const [messages, [template]] = await Promise.all([
          stores.messages.ofSend(send.id),
          stores.templates.getMany([send.templateId]),
        ]);
        if (!template) throw new Error(`send ${send.id} has no template`);
        return viewSend(send, template, messages);
      },
    }),
  ];
}
