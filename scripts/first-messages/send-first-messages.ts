import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, type MessageStatus } from '../../domain/message-status';
import { inboxHolds } from '../services/mail-inbox';
import type { Endpoints } from '../services/provide-services';
import { sandboxHolds } from '../services/sms-sandbox';
import { TEMPLATES } from './ensure-setup';
import type { RestClient } from './rest-client';

export interface TimelineStep {
  readonly at: string;
  readonly step: string;
  readonly text?: string;
}

/** What became of one message. */
export interface Outcome {
  readonly id: string;
  readonly status: MessageStatus;
  readonly timeline: readonly TimelineStep[];
}

/** What the first two messages came to; `ok` when both went out and were found where they were sent. */
export interface FirstMessages {
  readonly ok: boolean;
  readonly email: Outcome;
  readonly sms: Outcome;
  readonly inbox: { readonly url: string; readonly found: boolean };
  readonly sandbox: { readonly url: string; readonly found: boolean };
  /** Temporal Web UI page of the workflow that sent the email. */
  readonly workflowUrl: string | undefined;
}

interface Timeline {
  readonly steps: readonly TimelineStep[];
  readonly links?: { readonly temporal?: string | null };
}

const PHONE = '+8613800138000';
/** A slow machine may still be starting the worker. */
const PATIENCE_MS = 90_000;

/** Sends one email and one SMS through the REST API, waits for their final status, and looks for them at the receiving end. */
export async function sendFirstMessages(api: RestClient, endpoints: Endpoints): Promise<FirstMessages> {
  const { inboxUrl, smsUrl } = endpoints;
  // Fresh address and code each time: neither the content window nor the daily cap may stop a second start.
  const address = `ada+${Date.now().toString(36)}@luminate.example`;
  const code = String(randomInt(100_000, 1_000_000));
  const emailId = await send(api, TEMPLATES.email, address, { name: 'Ada' });
  const smsId = await send(api, TEMPLATES.sms, PHONE, { code });
  const [email, sms] = await Promise.all([follow(api, emailId), follow(api, smsId)]);
  const found = { inbox: await inboxHolds(inboxUrl, address), sandbox: await sandboxHolds(smsUrl, PHONE, code) };
  return {
    ok: wentOut(email) && wentOut(sms) && found.inbox && found.sandbox,
    email: { id: emailId, status: email.status, timeline: email.timeline.steps },
    sms: { id: smsId, status: sms.status, timeline: sms.timeline.steps },
    inbox: { url: inboxUrl, found: found.inbox },
    sandbox: { url: smsUrl, found: found.sandbox },
    workflowUrl: email.timeline.links?.temporal ?? undefined,
  };
}

async function send(api: RestClient, template: string, to: string, variables: Record<string, string>): Promise<string> {
  const accepted = await api.post<{ messages: { id: string }[] }>('/v1/sends', {
    template,
    recipients: [{ to, variables }],
  });
  const [message] = accepted.messages;
  if (message === undefined) throw new Error('POST /v1/sends was answered without a message id.');
  return message.id;
}

async function follow(api: RestClient, id: string): Promise<{ status: MessageStatus; timeline: Timeline }> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { status } = await api.get<{ status: MessageStatus }>(`/v1/messages/${id}`);
    if (isFinal(status)) return { status, timeline: await api.get<Timeline>(`/v1/messages/${id}/timeline`) };
    if (Date.now() > deadline) {
      throw new Error(
        `Message ${id} is still "${status}" after ${PATIENCE_MS / 1000} s. GET /v1/messages/${id}/timeline says why.`,
      );
    }
    await sleep(100);
  }
}

function wentOut({ status }: { status: MessageStatus }): boolean {
  return status === 'sent' || status === 'delivered';
}
