import type { Dispatch } from '../db/stores/dispatch-store';
import type { NewMessage, Send } from '../db/stores/send-store';
import type { Template } from '../db/stores/template-store';
import type { Variables } from '../domain/content';
import { dispatchOfSend, newId } from '../domain/ids';
import { laneOf } from '../domain/lane';
import { refuseBadAttachments } from './check-attachments';
import { checkRecipients, type CheckedRecipients } from './check-recipients';
import type { ApiDeps } from './deps';
import { ApiError, invalidRequest, type Fault } from './problem';
import type { Call } from './route';
import { viewSendMessage, type AcceptedSend, type SendRequest } from './schemas/sends';
import { createSendWarnings } from './send-warnings';
import type { TemplateReader } from './template-reader';

type SendCall = Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'onEnd'>;
type Deps = Pick<ApiDeps, 'rules' | 'dispatcher' | 'metrics' | 'templates' | 'traceAccepted'>;

/** Accepts sends within the transaction of their request. */
export interface SendAcceptor {
  /**
   * After this, and the commit, the send is durable. Claims a dispatch when a start slot is free, and starts it once the
   * request has been answered. Throws 404, 409 or 422, and then nothing is kept. `isTest`: a version that waits for approval may be named.
   */
  accept(call: SendCall, request: SendRequest, isTest?: boolean): Promise<AcceptedSend>;
}

/** 422 for any bad row, or with `skip` when no row is good. */
function refuseBadRows(checked: CheckedRecipients, { onInvalid }: SendRequest, metrics: ApiDeps['metrics']): void {
  if (checked.rejected.length === 0) return;
  for (const { code } of checked.rejected) metrics.rejectedRecipients.inc({ code });
  if (onInvalid === 'reject' || checked.messages.length === 0) throw invalidRequest(checked.faults);
}

/** How far ahead `sendAt` may lie, in milliseconds: 90 days. */
const MAX_AHEAD_MS = 90 * 86_400_000;
/** How far in the past `sendAt` may lie, in milliseconds: a caller's clock need not be ours. It means: at once. */
const CLOCK_MARGIN_MS = 60_000;

/** 422 for times that cannot be kept. */
function refuseBadTimes({ sendAt, expiresAt }: SendRequest, now: number): void {
  const faults: Fault[] = [];
  const fault = (pointer: string, code: string, detail: string) => faults.push({ pointer, code, detail });
  if (expiresAt && expiresAt.getTime() <= now) fault('/expiresAt', 'in_the_past', 'must be in the future');
  if (sendAt && sendAt.getTime() < now - CLOCK_MARGIN_MS) fault('/sendAt', 'in_the_past', 'must not be in the past');
  if (sendAt && sendAt.getTime() > now + MAX_AHEAD_MS) {
    fault('/sendAt', 'too_far_ahead', 'must be at most 90 days ahead');
  }
  if (sendAt && expiresAt && expiresAt <= sendAt) {
    fault('/expiresAt', 'before_send_at', 'must be after sendAt: it would expire unsent');
  }
  if (faults.length > 0) throw invalidRequest(faults);
}

function sendOf(
  { caller }: SendCall,
  template: Template,
  templateVersion: number,
  request: SendRequest,
  checked: CheckedRecipients,
  now: number,
): Send {
  return {
    id: newId('snd', now),
    appId: caller.appId,
    templateId: template.id,
    templateVersion,
    lane: laneOf(template.channel, template.messageType),
    total: checked.messages.length,
    variables: Object.keys(request.variables).length > 0 ? request.variables : undefined,
    metadata: request.metadata,
    rejected: checked.rejected.length > 0 ? checked.rejected : undefined,
    attachments: request.attachments?.length ? request.attachments : undefined,
    sendAt: request.sendAt && request.sendAt.getTime() > now ? request.sendAt : null,
    expiresAt: request.expiresAt ?? null,
    createdAt: new Date(now),
  };
}

/** Whether its messages wait here for the time that the caller wants, and not at a provider. */
const waitsHere = ({ sendAt }: Send, { policy }: Template): boolean =>
  sendAt !== null && policy.holdAtProvider !== true;

const deferred = (message: NewMessage): NewMessage =>
  message.status === 'accepted' ? { ...message, status: 'deferred' } : message;

/** Send, messages and, with a free slot, the dispatch that takes them. */
async function write(call: SendCall, send: Send, messages: readonly NewMessage[], deps: Deps): Promise<void> {
  const slot = deps.dispatcher.reserve();
  const { id, appId, lane } = send;
  const dispatch: Dispatch = { id: dispatchOfSend(id), appId, lane, messages: messages.length };
  call.onEnd((kept) => {
    if (!kept) {
      slot?.free();
      return;
    }
    slot?.start(dispatch);
    deps.metrics.acceptedSends.inc({ lane });
    const duplicates = messages.filter(({ status }) => status === 'deduplicated');
    deps.metrics.acceptedMessages.inc({ lane }, messages.length - duplicates.length);
    // The worker tells the trace of those that it looks at; these it does not, or not for long.
    const untold = messages.filter(({ status }) => status !== 'accepted');
    if (untold.length > 0) deps.traceAccepted(send, untold);
  });
  await call.stores.sends.accept({ send, messages, dispatch: slot && dispatch });
}

const REASONS = { accepted: null, deferred: 'scheduled', deduplicated: 'duplicate_recipient' } as const;

function viewAccepted(send: Send, key: string, messages: readonly NewMessage[]): Omit<AcceptedSend, 'warnings'> {
  return {
    id: send.id,
    status: 'accepted',
    template: { id: send.templateId, key, version: send.templateVersion },
    messages: messages.map((message) =>
      viewSendMessage({ ...message, recipientId: message.recipientId ?? null, reason: REASONS[message.status] }),
    ),
    rejected: [...(send.rejected ?? [])],
  };
}

export function createSendAcceptor(deps: Deps, reader: TemplateReader): SendAcceptor {
  const warningsOf = createSendWarnings(deps.templates);
  return {
    async accept(call, request, isTest = false) {
      const now = Date.now();
      refuseBadTimes(request, now);
      const template = await reader.recent(call.stores, request.template);
      if (template.state === 'stopped') {
        throw new ApiError('template_stopped', `The template "${template.key}" is stopped: start it first.`);
      }
      const { attachments, defaults } = deps.rules.current();
      refuseBadAttachments(request.attachments ?? [], template.channel, attachments.hosts);
      const version = await reader[isTest ? 'testable' : 'sendable'](call.stores, template, request.version);
      const compiled = await reader.compiled(call.stores, template, version);
      const shared = request.variables;
      const checked = checkRecipients(request.recipients, {
        channel: template.channel,
        compiled,
        shared,
        defaultRegion: defaults.region,
        now,
      });
      refuseBadRows(checked, request, deps.metrics);
      const send = sendOf(call, template, version, request, checked, now);
      const messages = waitsHere(send, template) ? checked.messages.map(deferred) : checked.messages;
      const given = Object.assign({}, shared, ...messages.map(({ variables }) => variables)) as Variables;
      const warnings = await warningsOf(call.stores, send.lane, compiled, given);
      await write(call, send, messages, deps);
      return { ...viewAccepted(send, template.key, messages), warnings };
    },
  };
}
