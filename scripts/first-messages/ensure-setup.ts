import { awaitsApproval, LuminateProblem, type BodyOf, type LuminateClient, type Schemas } from '../../client/index';
import { LANES, partsOfLane, type Channel, type Lane } from '../../domain/lane';
import type { Endpoints } from '../services/provide-services';
import { SANDBOX_CREDENTIALS } from '../services/sms-sandbox';

/** The templates the quickstart sends, by key. */
export const TEMPLATES = { email: 'quickstart-welcome', sms: 'quickstart-code' } as const;

const OURS = 'quickstart-';

type Account = Schemas['Account'];
type NewTemplate = BodyOf<'post', '/v1/templates'>;

/**
 * Makes sure that the accounts of inbox and sandbox, a route for every lane and the two templates exist; what exists stays.
 * Throws when a lane already leads to an account that the quickstart did not make: it would send to real people.
 */
export async function ensureSetup(api: LuminateClient, endpoints: Endpoints): Promise<void> {
  const items: Account[] = [];
  for await (const account of api.items('/v1/accounts')) items.push(account);
  const accounts: Record<Channel, Account> = {
    email: await ensureAccount(api, items, inboxAccount(endpoints)),
    sms: await ensureAccount(api, items, sandboxAccount(endpoints)),
  };
  const ours = [...items, ...Object.values(accounts)].filter(({ name }) => name.startsWith(OURS)).map(({ id }) => id);
  for (const lane of LANES) await ensureRoute(api, lane, accounts[partsOfLane(lane).channel].id, ours);
  for (const template of [emailTemplate, smsTemplate]) {
    const existing = await unlessMissing(api.get('/v1/templates/{template}', { path: { template: template.key } }));
    if (existing === undefined) await api.post('/v1/templates', { body: template });
  }
}

/** The port is part of the name, so that a start on other ports gets an account that leads there. */
function inboxAccount({ smtpPort }: Endpoints) {
  const config = { host: '127.0.0.1', port: smtpPort, secure: false, from: 'Luminate <no-reply@luminate.example>' };
  return { name: `${OURS}inbox-${smtpPort}`, provider: 'smtp' as const, config, secrets: {} };
}

function sandboxAccount({ smsUrl }: Endpoints) {
  const { accountSid, authToken } = SANDBOX_CREDENTIALS;
  const config = { accountSid, from: '+15005550006', baseUrl: smsUrl };
  return {
    name: `${OURS}sandbox-${new URL(smsUrl).port}`,
    provider: 'twilio' as const,
    config,
    secrets: { authToken },
  };
}

async function ensureAccount(
  api: LuminateClient,
  existing: readonly Account[],
  wanted: ReturnType<typeof inboxAccount | typeof sandboxAccount>,
): Promise<Account> {
  const account =
    existing.find(({ name }) => name === wanted.name) ?? (await api.post('/v1/accounts', { body: wanted })).data;
  if (awaitsApproval(account)) {
    throw new Error(
      `The account ${wanted.name} waits for approval, as the rule "approval" wants it. Approve ${account.id}, then run this again.`,
    );
  }
  const { data: verdict } = await api.post('/v1/accounts/{id}/verify', { path: { id: account.id } });
  if (!verdict.ok) throw new Error(`The account ${wanted.name} does not connect: ${verdict.detail}.`);
  return account;
}

async function ensureRoute(api: LuminateClient, lane: Lane, accountId: string, ours: readonly string[]): Promise<void> {
  const route = await unlessMissing(api.get('/v1/routes/{lane}', { path: { lane } }));
  const used = route?.data.accounts.map((account) => account.accountId) ?? [];
  if (used.some((id) => !ours.includes(id))) {
    throw new Error(
      `The lane ${lane} of this database leads to an account that the quickstart did not make, so its messages might reach real ` +
        'people. Unset DATABASE_URL, or point it to an empty database.',
    );
  }
  if (used.length !== 1 || used[0] !== accountId) {
    await api.put('/v1/routes/{lane}', { path: { lane }, body: { accounts: [{ accountId, weight: 1 }] } });
  }
}

/** `undefined` when the API answers 404. */
async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (error instanceof LuminateProblem && error.status === 404) return undefined;
    throw error;
  });
}

const emailTemplate: NewTemplate = {
  key: TEMPLATES.email,
  name: 'Quickstart: welcome',
  channel: 'email',
  messageType: 'notice',
  content: {
    subject: 'Welcome, {{ name }}',
    html: '<h1>Hello {{ name }}</h1><p>This mail was accepted, rendered, checked against the rules and delivered by Luminate.</p>',
  },
};

const smsTemplate: NewTemplate = {
  key: TEMPLATES.sms,
  name: 'Quickstart: code',
  channel: 'sms',
  messageType: 'verification',
  content: { text: '{{ code }} is your Luminate code.' },
};
