import type { DueMessage } from '../db/stores/delivery-store';
import type { Template } from '../db/stores/template-store';
import { createBoundedCache } from '../domain/bounded-cache';
import type { Rendered } from '../domain/content';
import type { DispatchId, TemplateId } from '../domain/ids';
import { startOf } from '../domain/message-times';
import { policyOf, type EffectivePolicy } from '../domain/policy';
import type { Rules } from '../domain/rules';
import { traceOf, type TraceEvent } from '../domain/trace-event';
import type { CompiledTemplate } from '../templates/compile';
import type { ActivityDeps } from './deps';
import { recordChanges, type MessageChange } from './record-changes';
import type { Prepared, Round, Underway } from './round';

/** Versions are immutable, so a compiled one stays right for as long as it is kept. */
const MAX_COMPILED = 500;

type RenderRound = (dispatchId: DispatchId) => Promise<Round>;
/** The content of one message; throws what the template throws. */
export type RenderContent = (message: DueMessage, template: Template) => Promise<Rendered>;

/** First step: loads the due messages of a dispatch and renders their content; bad ones end `failed: render_error`. */
export function createRenderer(deps: ActivityDeps): { round: RenderRound; content: RenderContent } {
  const compiled = createBoundedCache<CompiledTemplate>({ max: MAX_COMPILED });

  async function compiledOf(template: Template, version: number): Promise<CompiledTemplate> {
    const key = `${template.id}/${version}`;
    const known = compiled.get(key);
    if (known) return known;
    const stored = await deps.stores.versions.get(template.id, version);
    if (!stored) throw new Error(`Template ${template.id} has no version ${version}.`);
    const fresh = deps.compile(template.channel, stored.content);
    compiled.set(key, fresh);
    return fresh;
  }

  const renderContent: RenderContent = async (message, template) =>
    renderWith(await compiledOf(template, message.templateVersion), message);

  async function prepare(
    message: Underway,
    template: Template | undefined,
    rules: Rules,
  ): Promise<Prepared | MessageChange> {
    if (!template) return { message, event: 'discard', reason: 'template_deleted' };
    const policy = policyOf(template, rules);
    const ended = endOf(message, policy);
    if (ended) return ended;
    // Outside of the catch: a database that is away is no fault of the template.
    const content = await compiledOf(template, message.templateVersion);
    try {
      const rendered = renderWith(content, message);
      message.untold.push(renderedOf(message));
      return { message, template, policy, rendered };
    } catch (error) {
      const detail = { error: error instanceof Error ? error.message.slice(0, 300) : 'unknown' };
      return { message, event: 'fail', reason: 'render_error', detail };
    }
  }

  const round: RenderRound = async (dispatchId) => {
    const rules = deps.rules.current();
    const due = await deps.stores.delivery.due(dispatchId, new Date());
    const inDoubt = due.filter((message) => message.status === 'sending');
    const waiting = due.filter((message) => message.status !== 'sending').map(underway);
    const templates = await templatesOf(deps, waiting);
    const results = [];
    for (const message of waiting) results.push(await prepare(message, templates.get(message.templateId), rules));
    const go = results.filter((result): result is Prepared => 'rendered' in result);
    await recordChanges(
      deps,
      results.filter((result): result is MessageChange => 'event' in result),
    );
    return { dispatchId, go, inDoubt };
  };
  return { round, content: renderContent };
}

function renderWith(content: CompiledTemplate, message: DueMessage): Rendered {
  return content.render({ ...message.sharedVariables, ...message.variables }, message.createdAt.getTime());
}

async function templatesOf(deps: ActivityDeps, messages: readonly DueMessage[]): Promise<Map<TemplateId, Template>> {
  if (messages.length === 0) return new Map();
  const ids = [...new Set(messages.map((message) => message.templateId))];
  return new Map((await deps.stores.templates.getMany(ids)).map((template) => [template.id, template]));
}

/** Why a message needs no rendering any more: it is too old, by its own word or by its template's. */
function endOf(message: DueMessage, { deliverWithinSeconds }: EffectivePolicy): MessageChange | undefined {
  const now = Date.now();
  if (message.expiresAt && message.expiresAt.getTime() <= now) {
    return { message, event: 'expire', reason: 'expired', detail: { expiresAt: message.expiresAt.toISOString() } };
  }
  if (now < startOf(message) + deliverWithinSeconds * 1000) return undefined;
  const detail = { deliverWithinSeconds, attempts: message.attempt };
  return message.attempt > 0
    ? { message, event: 'fail', reason: 'retries_exhausted', detail }
    : { message, event: 'expire', reason: 'not_delivered_in_time', detail };
}

function acceptedOf(message: DueMessage): TraceEvent {
  const data = { send: message.sendId, position: message.position };
  return traceOf(message, 'accepted', message.createdAt.getTime(), { status: 'accepted', data });
}

const underway = (message: DueMessage): Underway => Object.assign(message, { untold: [acceptedOf(message)] });

function renderedOf(message: DueMessage): TraceEvent {
  return traceOf(message, 'rendered', Date.now(), { data: { version: message.templateVersion } });
}
