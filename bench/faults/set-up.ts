import { setTimeout as sleep } from 'node:timers/promises';
import { partsOfLane, type Lane } from '../../domain/lane';
import { SANDBOX_CREDENTIALS } from '../../scripts/services/sms-sandbox';
import type { Caller } from './caller';
import { PLANNED_LANES, RESEND_LANES, patientTemplate, shortTemplate, SHORT_PATIENCE_SECONDS } from './plan-sends';
import type { FaultSystem } from './system';

/** Connections of one worker to each account: what a kill can leave in doubt. */
export const CONNECTIONS = { email: 5, sms: 5 } as const;
/** Providers that hang are given up after this, in milliseconds. */
const TIMEOUT_MS = 6_000;

type Accounts = Readonly<Record<'open' | 'signedIn' | 'sms', string>>;

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
  const text = {
    accountSid,
    from: '+15005550006',
    baseUrl: smsUrl,
    timeoutMs: TIMEOUT_MS,
    concurrency: CONNECTIONS.sms,
  };
  const account = (name: string, provider: string, config: unknown, secrets: unknown) =>
    created(caller, '/v1/accounts', { name, provider, config, secrets });
  return {
    open: await account('open', 'smtp', mail(smtp.port), {}),
    signedIn: await account('signed-in', 'smtp', mail(smtp.secondPort), { user: 'faults', pass: 'faults' }),
    sms: await account('sandbox', 'twilio', text, { authToken }),
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
  const email = [
    { accountId: accounts.open, weight: 3 },
    { accountId: accounts.signedIn, weight: 1 },
  ];
  for (const lane of PLANNED_LANES) {
    const entries = lane.startsWith('email') ? email : [{ accountId: accounts.sms, weight: 1 }];
    const answer = await caller.call('PUT', `/v1/routes/${lane}`, { accounts: entries });
    if (answer.status !== 200) throw new Error(`PUT the route of ${lane}: ${answer.status}`);
    await createTemplates(caller, lane);
  }
  return accounts;
}

/** Asks the witness for trouble on connections to come: `greeting` 421, `auth` 535, `mail` 535. */
export async function makeTrouble({ smtp }: FaultSystem, trouble: Readonly<Record<string, number>>): Promise<void> {
  const query = Object.entries(trouble).map(([kind, times]) => `${kind}=${times}`);
  await fetch(`${smtp.witnessUrl}/trouble?${query.join('&')}`, { method: 'POST' });
}

/** What an operator does about a parked account. */
export async function verifyAccount(caller: Caller, id: string): Promise<void> {
  for (let n = 0; n < 60; n++) {
    const { body } = await caller.call('POST', `/v1/accounts/${id}/verify`);
    if (body['ok'] === true) return;
    await sleep(500);
  }
  throw new Error(`account ${id} cannot be verified`);
}
