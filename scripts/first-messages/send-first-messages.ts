import { randomInt } from 'node:crypto';
import type { LuminateClient, Schemas } from '../../client/index';
import { inboxHolds } from '../services/mail-inbox';
import type { Endpoints } from '../services/provide-services';
import { sandboxHolds } from '../services/sms-sandbox';
import { TEMPLATES } from './ensure-setup';

type Timeline = Schemas['Timeline'];

/** What became of one message. */
export interface Outcome {
  readonly id: string;
  readonly status: Schemas['Message']['status'];
  readonly timeline: Timeline['steps'];
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

const PHONE = '+8613800138000';
/** A slow machine may still be starting the worker. */
const PATIENCE_MS = 90_000;

/** Sends one email and one SMS through the REST API, waits for their final status, and looks for them at the receiving end. */
export async function sendFirstMessages(api: LuminateClient, endpoints: Endpoints): Promise<FirstMessages> {
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
    workflowUrl: email.timeline.links.temporal,
  };
}

async function send(
  api: LuminateClient,
  template: string,
  to: string,
  variables: Record<string, string>,
): Promise<string> {
  const { data: accepted } = await api.post('/v1/sends', { body: { template, recipients: [{ to, variables }] } });
  const [message] = accepted.messages;
  if (message === undefined) throw new Error('POST /v1/sends was answered without a message id.');
  return message.id;
}

async function follow(api: LuminateClient, id: string): Promise<Pick<Outcome, 'status'> & { timeline: Timeline }> {
  const { status } = await api.waitForMessage(id, { everyMs: 100, patienceMs: PATIENCE_MS });
  const { data: timeline } = await api.get('/v1/messages/{id}/timeline', { path: { id } });
  return { status, timeline };
}

function wentOut({ status }: Pick<Outcome, 'status'>): boolean {
  return status === 'sent' || status === 'delivered';
}
