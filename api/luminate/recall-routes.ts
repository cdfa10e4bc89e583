import { seesApp } from '../context';
import { z } from 'zod';
import type { Message } from '../../db/stores/message-store';
import { isId, type MessageId, type TemplateId } from '../../domain/ids';
import { OPEN, WAITING } from '../../domain/message-status';
import type { ApiDeps } from '../deps';
import { ApiError } from '../problem';
import { recallMessages, type RecallAnswer } from '../recall';
import { defineRoute, type Route } from '../route';
import type { CallV1, Scope } from './call-v1';
import { ENDPOINTS } from './endpoints';
import { badParameters, CODES, LuminateError, succeeded } from './envelope';
import type { recalledSchema } from './schemas';
import { luminateOf, templateIdOf } from './template-view';

type Deps = Pick<ApiDeps, 'tellTrace' | 'giveBack' | 'leaveQueues' | 'wake' | 'cancelAtProvider'>;
type Recalled = z.input<typeof recalledSchema>;

const PAGE = 500;
/** Messages that an answer tells one by one. */
const TOLD = 1_000;
/** Messages that the audit log names. */
const NAMED = 20;
/** Beyond this time the answer asks to be called again, in milliseconds. */
const PATIENCE_MS = 15_000;

function answerOf(answers: readonly RecallAnswer[], runs: readonly string[] = []): Recalled {
  const recalled = answers.filter(({ result }) => result === 'recalled').length;
  const messages = answers.slice(0, TOLD).map(({ message: { id, status }, result }) => {
    return { messageId: id, result, status };
  });
  return { recalled, tooLate: answers.length - recalled, runs: [...runs], messages };
}

/** The answer, once the audit log knows what it says. */
function tell(
  { note }: Scope,
  template: number | undefined,
  { recalled, tooLate, runs, messages }: Recalled,
  msg?: string,
) {
  const named = messages.slice(0, NAMED).map(({ messageId }) => messageId);
  note({ after: { template, recalled, tooLate, runs, messages: named } });
  return succeeded({ recalled, tooLate, runs, messages }, msg);
}

/** Messages of the caller's app. Throws B0404 when one of them is none, or of another template. */
async function findMessages({ stores, caller }: Scope, ids: readonly string[], template?: number): Promise<Message[]> {
  const wanted = [...new Set(ids)];
  const found = await stores.messages.getMany(wanted.filter((id) => isId('msg', id)));
  const own = found.filter(
    ({ appId, templateId }) => seesApp(caller, appId) && (template === undefined || templateId === template),
  );
  const known = new Set<string>(own.map(({ id }) => id));
  const unknown = wanted.filter((id) => !known.has(id));
  if (unknown.length === 0) return own;
  const detail = `There is no message ${unknown.slice(0, 10).join(', ').slice(0, 400)}; nothing was recalled.`;
  throw new LuminateError(CODES.resourceNotFound, detail);
}

/** Cancels the open runs of the template's campaign; returns their ids. */
async function cancelRuns(callV1: CallV1, scope: Scope, id: TemplateId): Promise<string[]> {
  const { campaignId } = await luminateOf(scope.stores, id);
  const open = campaignId === null ? [] : await scope.stores.runs.openOf(campaignId);
  const own = open.filter(({ appId }) => seesApp(scope.caller, appId));
  const cancelled: string[] = [];
  for (const run of own) {
    try {
      await callV1(scope, 'post /v1/runs/:id/cancel', z.unknown(), { params: { id: run.id } });
      cancelled.push(run.id);
    } catch (error) {
      // It has ended meanwhile: nothing of it waits.
      if (!(error instanceof ApiError) || error.code !== 'run_ended') throw error;
    }
  }
  return cancelled;
}

/** Throws A0002 for a number that no template has, or had. */
async function requireTemplate({ stores }: Scope, id: TemplateId): Promise<void> {
  const [template] = await stores.templates.getMany([id]);
  if (!template) throw new LuminateError(CODES.templateNotFound, 'There is no template of this number.');
}

/** What of a template is open, in pages. One that changes its status while they are read may be on none. */
async function* openPages({ stores, caller }: Scope, templateId: TemplateId): AsyncGenerator<Message[]> {
  for (const status of OPEN) {
    const filter = { appId: caller.appId, templateId, status, limit: PAGE };
    let page = await stores.messages.list(filter);
    while (page.length > 0) {
      yield page;
      page = await stores.messages.list({ ...filter, after: page.at(-1)?.id });
    }
  }
}

async function recallTemplate(deps: Deps, callV1: CallV1, scope: Scope, id: TemplateId) {
  await requireTemplate(scope, id);
  const runs = await cancelRuns(callV1, scope, id);
  const answers = new Map<MessageId, RecallAnswer>();
  const told = (note?: string) => tell(scope, id, answerOf([...answers.values()], runs), note);
  const deadline = Date.now() + PATIENCE_MS;
  // Until a pass finds nothing new: a hand-over that failed meanwhile has come back to wait.
  let found: number;
  do {
    found = 0;
    for await (const page of openPages(scope, id)) {
      const fresh = page.filter((message) => WAITING.includes(message.status) || !answers.has(message.id));
      if (fresh.length === 0) continue;
      found += fresh.length;
      for (const answer of await recallMessages(deps, scope, fresh)) answers.set(answer.message.id, answer);
      if (Date.now() > deadline) return told('more may wait: recall again');
    }
  } while (found > 0);
  const going = [...answers.values()].filter(({ message }) => message.status === 'sending').length;
  return told(going > 0 ? `${going} are just being handed over: recall again to stop those that come back` : undefined);
}

/** Recall by the ancestor's requests; unlike there, it takes the ids that a send has answered, and answers. */
export function recallRoutes(deps: Deps, callV1: CallV1): Route[] {
  return [
    defineRoute({
      ...ENDPOINTS.recall,
      audit: { action: 'message.recall', afterwards: true },
      async handler({ body: { messageTemplateId, recallMessageId }, ...scope }) {
        const template = messageTemplateId === null ? undefined : (messageTemplateId as TemplateId | undefined);
        if (template !== undefined) await requireTemplate(scope, template);
        if (recallMessageId && recallMessageId.length > 0) {
          const messages = await findMessages(scope, recallMessageId, template);
          return tell(scope, template, answerOf(await recallMessages(deps, scope, messages)));
        }
        if (template === undefined) throw badParameters('messageTemplateId or recallMessageId is required.');
        return recallTemplate(deps, callV1, scope, template);
      },
    }),
    defineRoute({
      ...ENDPOINTS.recallTemplate,
      audit: { action: 'message.recall', afterwards: true, refOf: () => undefined },
      handler: ({ params, ...scope }) => recallTemplate(deps, callV1, scope, templateIdOf(params.id)),
    }),
  ];
}
