import { setTimeout as sleep } from 'node:timers/promises';
import { partsOfLane, type Lane } from '../../domain/lane';
import { SANDBOX_CREDENTIALS } from '../../scripts/services/sms-sandbox';
import type { Caller } from './caller';
import {
  PLANNED_LANES,
  RESEND_LANES,
  patientTemplate,
  shortTemplate,
  SHORT_PATIENCE_SECONDS,
  type PlannedSend,
} from './plan-sends';
import { rulesOf } from './sms-acts';
import type { FaultSystem } from './system';

/** Connections of one worker to each account: what a kill can leave in doubt. */
export const CONNECTIONS = { email: 5, sms: 5 } as const;
/** Providers that hang are given up after this, in milliseconds. */
const TIMEOUT_MS = 6_000;

type Accounts = Readonly<Record<'open' | 'signedIn' | 'sms' | 'otherSms', string>>;

async function created(caller: Caller, path: string, body: unknown): Promise<string> {
  const answer = await caller.call('POST', path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return String(answer.body['id']);
}

async function createAccounts(caller: Caller, { smtp, smsUrl }: FaultSystem): Promise<Accounts> {
  const mail = (port: number) => ({
    host: '127.0.0.1',
    port,
    from: 'Faults <faults@luminate.example>',
    maxConnections: CONNECTIONS.email,
    connectTimeoutMs: TIMEOUT_MS,
    greetingTimeoutMs: TIMEOUT_MS,
    socketTimeoutMs: TIMEOUT_MS,
  });
  const { accountSid, authToken } = SANDBOX_CREDENTIALS;
  const text = (from: string) => ({
    accountSid,
    from,
    baseUrl: smsUrl,
    timeoutMs: TIMEOUT_MS,
    concurrency: CONNECTIONS.sms,
  });
  const account = (name: string, provider: string, config: unknown, secrets: unknown) =>
    created(caller, '/v1/accounts', { name, provider, config, secrets });
  return {
    open: await account('open', 'smtp', mail(smtp.port), {}),
    signedIn: await account('signed-in', 'smtp', mail(smtp.secondPort), { user: 'faults', pass: 'faults' }),
    sms: await account('sms', 'twilio', text('+15005550006'), { authToken }),
    otherSms: await account('other-sms', 'twilio', text('+15005550016'), { authToken }),
  };
}

async function createTemplates(caller: Caller, lane: Lane): Promise<void> {
  const { channel, messageType } = partsOfLane(lane);
  const content =
    channel === 'email'
      ? { subject: 'Order {{ mark }}', html: '<p>Your order {{ mark }} is on its way.</p>' }
      : { text: 'Order {{ mark }}' };
  // Verification codes are sent again by default.
  const policy = messageType !== 'verification' && RESEND_LANES.has(lane) ? { onUnknown: 'resend' } : {};
  const short = { ...policy, deliverWithinSeconds: SHORT_PATIENCE_SECONDS };
  for (const [key, itsPolicy] of [
    [patientTemplate(lane), policy],
    [shortTemplate(lane), short],
  ] as const) {
    await created(caller, '/v1/templates', { key, name: key, channel, messageType, content, policy: itsPolicy });
  }
}

/** Accounts, routes and templates for the run. */
export async function setUp(caller: Caller, system: FaultSystem): Promise<Accounts> {
  const accounts = await createAccounts(caller, system);
  const route = (main: string, other: string) => [
    { accountId: main, weight: 3 },
    { accountId: other, weight: 1 },
  ];
  const routes = {
    email: route(accounts.open, accounts.signedIn),
    sms: route(accounts.sms, accounts.otherSms),
  };
  for (const lane of PLANNED_LANES) {
    const answer = await caller.call('PUT', `/v1/routes/${lane}`, { accounts: routes[partsOfLane(lane).channel] });
    if (answer.status !== 200) throw new Error(`PUT the route of ${lane}: ${answer.status}`);
    await createTemplates(caller, lane);
  }
  return accounts;
}

/** Tells the SMS sandbox what is to become of each text. */
export async function scriptSms({ smsUrl }: FaultSystem, sends: readonly PlannedSend[]): Promise<void> {
  const faulty = sends
    .filter(({ lane }) => partsOfLane(lane).channel === 'sms')
    .flatMap(({ recipients }) => recipients.filter(({ story }) => story.name !== 'ok'));
  const rules = faulty.flatMap(({ to, story }) => rulesOf(to, story));
  const answer = await fetch(`${smsUrl}/sandbox/script`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules }),
  });
  if (!answer.ok) throw new Error(`the SMS sandbox refuses the script: ${await answer.text()}`);
}

/** Asks the witness for trouble on connections to come: `greeting` 421, `auth` 535, `mail` 535. */
export async function makeTrouble({ smtp }: FaultSystem, trouble: Readonly<Record<string, number>>): Promise<void> {
  const query = Object.entries(trouble).map(([kind, times]) => `${kind}=${times}`);
  await fetch(`${smtp.witnessUrl}/trouble?${query.join('&')}`, { method: 'POST' });
}

const OPERATOR_LOOKS_EVERY_MS = 5_000;

/**
 * Somebody who verifies every account now and then, which puts a parked one back into use once its provider knows it again. Returns
 * how to let them go.
 */
export function startOperator(caller: Caller, accounts: Accounts): () => Promise<void> {
  const stop = new AbortController();
  const work = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await sleep(OPERATOR_LOOKS_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
      for (const id of Object.values(accounts)) await caller.call('POST', `/v1/accounts/${id}/verify`);
    }
  };
  // A closed caller ends the work of an operator whom nobody lets go.
  const done = work().catch(() => undefined);
  return () => {
    stop.abort();
    return done;
  };
}
