import { localDay } from '../../domain/day';
import { timeOfId, type TemplateId } from '../../domain/ids';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { fullTemplateSchema } from '../schemas/templates';
import { MAX_RECIPIENTS } from '../schemas/sends';
import { acceptRows, type Accepted, type Dropped } from './accept-rows';
import { businessIdOf, MAX_TEMPLATE_ID } from './business-id';
import type { CallV1, Scope } from './call-v1';
import { ENDPOINTS } from './endpoints';
import { badParameters, CODES, LuminateError, succeeded } from './envelope';
import { readReceivers, type Row } from './read-receivers';
import type { MessageParam, Sent } from './schemas';
import { luminateOf } from './template-view';

type Deps = Pick<ApiDeps, 'rules'>;
type Params = readonly (MessageParam | null | undefined)[];

/** So many bad receivers are named in an answer. */
const NAMED = 10;

function noteOf(dropped: readonly Dropped[], total: number): string | undefined {
  if (dropped.length === 0) return undefined;
  const named = dropped.slice(0, NAMED).map(({ row, reason }) => `"${row.to}" ${reason}`);
  const more = dropped.length > NAMED ? ` and ${dropped.length - NAMED} more` : '';
  return `${dropped.length} of ${total} receivers were left out: ${named.join('; ')}${more}`;
}

function checkedId(id: number | null | undefined): TemplateId {
  if (id === null || id === undefined) throw badParameters('messageTemplateId is required.');
  return id as TemplateId;
}

/** Throws A0002 for a template that is not there, or that has no business id. */
async function requireTemplate(callV1: CallV1, scope: Scope, id: TemplateId): Promise<void> {
  if (id < 1 || id > MAX_TEMPLATE_ID) {
    const detail = `There is no such template for these endpoints: their numbers are 1 to ${MAX_TEMPLATE_ID}; others send by /v1/sends.`;
    throw new LuminateError(CODES.templateNotFound, detail);
  }
  const path = { params: { template: String(id) } };
  await callV1(scope, 'get /v1/templates/:template', fullTemplateSchema, path);
}

/** The sends that the rows become: of rows with the same address only the first can be in the first send, and so on. */
function sendsOf(rows: readonly Row[]): Row[][] {
  const rounds: Row[][] = [];
  for (const row of rows) (rounds[row.round] ??= []).push(row);
  return rounds.flatMap((round) =>
    Array.from({ length: Math.ceil(round.length / MAX_RECIPIENTS) }, (_, n) =>
      round.slice(n * MAX_RECIPIENTS, (n + 1) * MAX_RECIPIENTS),
    ),
  );
}

/** Order of refusals: A0001 (parameters), A0003, A0002, A0001 (variables), A0001 (receivers). */
async function send(deps: Deps, callV1: CallV1, scope: Scope, given: number | null | undefined, params: Params) {
  const id = checkedId(given);
  const { timezone, region } = deps.rules.current().defaults;
  const rows = await readReceivers(params, region);
  if (rows.length === 0 || id < 1 || id > MAX_TEMPLATE_ID) await requireTemplate(callV1, scope, id);
  // Before anything is durable: whoever is told that it failed sends again.
  const { templateType } = await luminateOf(scope.stores, id);
  const results: { accepted: readonly Accepted[]; dropped: readonly Dropped[] }[] = [];
  for (const part of sendsOf(rows)) results.push(await acceptRows(callV1, scope, id, part));
  const dropped = results.flatMap((result) => result.dropped);
  const accepted = results.flatMap((result) => result.accepted).sort((a, b) => a.row.place - b.row.place);
  const note = noteOf(dropped, rows.length);
  if (accepted.length === 0) throw badParameters(note ?? 'There is no receiver.');
  const data = accepted.map(({ row, messageId }): Sent => {
    const businessId = businessIdOf(templateType, id, localDay(timeOfId(messageId), timezone));
    return { messageId, businessId, bizId: row.bizId ?? messageId, receiver: row.to };
  });
  return succeeded(data, note);
}

function variablesOf(msgContent: string | null | undefined): Record<string, unknown> {
  if (!msgContent?.trim()) return {};
  try {
    const json: unknown = JSON.parse(msgContent);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw badParameters('msgContent must be the variables as JSON text, e.g. {"code":"1234"}.');
}

const DATA = { none: 'data traffic: the send is its own record' };

/** Sending by the ancestor's requests. */
export function sendRoutes(deps: Deps, callV1: CallV1): Route[] {
  return [
    defineRoute({
      ...ENDPOINTS.send,
      audit: DATA,
      handler: ({ body, ...scope }) => send(deps, callV1, scope, body.messageTemplateId, [body.messageParam]),
    }),
    defineRoute({
      ...ENDPOINTS.batchSend,
      audit: DATA,
      handler: ({ body, ...scope }) => send(deps, callV1, scope, body.messageTemplateId, body.messageParamList ?? []),
    }),
    defineRoute({
      ...ENDPOINTS.test,
      audit: { action: 'template.test', refOf: ({ body }) => String((body as { id?: unknown }).id) },
      handler: ({ body: { id, receiver, msgContent }, ...scope }) =>
        send(deps, callV1, scope, id, [{ receiver, variables: variablesOf(msgContent) }]),
    }),
  ];
}
