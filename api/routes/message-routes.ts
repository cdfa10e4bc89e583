import type { z } from 'zod';
import { appOfQuery } from '../app-of-query';
import type { Stores } from '../../db/database';
import type { Message, MessageFilter } from '../../db/stores/message-store';
import { parseAddress } from '../../domain/address';
import { isId, runOfSend, type TemplateId } from '../../domain/ids';
import { CHANNEL_NAMES } from '../../domain/lane';
import { seesApp, type Caller } from '../context';
import type { ApiDeps } from '../deps';
import { ApiError, invalidRequest } from '../problem';
import { idCursor, idOfQuery } from '../page-cursor';
import { defineRoute, type Route } from '../route';
import { idParams, pageOf, toPage } from '../schemas/common';
import { messageListQuery, messageSchema, timelineSchema, viewMessage, viewTimeline } from '../schemas/messages';
import { TEMPLATE_KEY } from '../schemas/templates';

type Deps = Pick<ApiDeps, 'rules' | 'timeline'>;
type ListQuery = z.output<typeof messageListQuery>;

/** A message of the caller's app; an admin key finds all. Throws 404. */
export async function findMessage(stores: Stores, caller: Caller, id: string): Promise<Message> {
  const message = isId('msg', id) ? await stores.messages.get(id) : undefined;
  if (message && seesApp(caller, message.appId)) return message;
  throw new ApiError('not_found', `There is no message ${id}.`);
}

const refuse = (parameter: string, code: string, detail: string) => invalidRequest([{ parameter, code, detail }]);

/** The stored form of an address whose channel is not told. */
function addressOf(to: string | undefined, defaultRegion: string): string | undefined {
  if (to === undefined) return undefined;
  for (const channel of CHANNEL_NAMES) {
    const parsed = parseAddress(channel, to, defaultRegion);
    if (parsed.ok) return parsed.address;
  }
  throw refuse('to', 'invalid_address', 'is neither an email address nor a phone number');
}

/** A number may be that of a deleted template: its messages stay. Throws 422 for a key of none. */
export async function templateOf(stores: Stores, template: string | undefined): Promise<TemplateId | undefined> {
  if (template === undefined) return undefined;
  if (/^\d{1,15}$/.test(template)) return Number(template) as TemplateId;
  const found = TEMPLATE_KEY.test(template) ? await stores.templates.find(template) : undefined;
  if (found) return found.id;
  throw refuse('template', 'unknown_template', 'names no template; a deleted one is found by its number');
}

/** The send or run whose messages are wanted. That of a run may have millions, which are read by run. */
async function partOf(stores: Stores, query: ListQuery): Promise<Pick<MessageFilter, 'sendId' | 'runId'>> {
  const runId = idOfQuery('run', 'run', query.run);
  const sendId = idOfQuery('snd', 'send', query.send);
  if (sendId === undefined || runId !== undefined) return { sendId, runId };
  const run = await stores.runs.get(runOfSend(sendId));
  return run ? { runId: run.id } : { sendId };
}

async function list({ rules }: Deps, stores: Stores, caller: Caller, query: ListQuery) {
  const rows = await stores.messages.list({
    appId: appOfQuery(caller, query.app),
    address: addressOf(query.to, rules.current().defaults.region),
    templateId: await templateOf(stores, query.template),
    status: query.status,
    ...(await partOf(stores, query)),
    from: query.from,
    until: query.until,
    after: idCursor('msg', query.after),
    limit: query.limit + 1,
  });
  return toPage(rows, query.limit, ({ id }) => id, viewMessage);
}

/** Messages and what happened to them. */
export function messageRoutes(deps: Deps): Route[] {
  const shared = { tag: 'Messages', permission: 'messages:read', method: 'get' } as const;
  return [
    defineRoute({
      ...shared,
      path: '/v1/messages',
      summary: 'List messages',
      description: 'Newest first. Filters add up.',
      problems: ['forbidden'],
      query: messageListQuery,
      response: pageOf(messageSchema),
      handler: ({ query, caller, stores }) => list(deps, stores, caller, query),
    }),
    defineRoute({
      ...shared,
      path: '/v1/messages/:id',
      summary: 'Read a message',
      problems: ['not_found'],
      params: idParams,
      response: messageSchema,
      handler: async ({ params, caller, stores }) => viewMessage(await findMessage(stores, caller, params.id)),
    }),
    defineRoute({
      ...shared,
      path: '/v1/messages/:id/timeline',
      summary: 'Explain a message',
      description:
        'Every step it passed, which rule stopped it and with what numbers, each attempt, what it is waiting for.',
      problems: ['not_found'],
      params: idParams,
      response: timelineSchema,
      async handler({ params, caller, stores }) {
        return viewTimeline(await deps.timeline(await findMessage(stores, caller, params.id)));
      },
    }),
  ];
}
