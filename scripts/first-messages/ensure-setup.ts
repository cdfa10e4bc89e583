import { LANES, partsOfLane, type Channel, type Lane } from '../../domain/lane';
import type { Endpoints } from '../services/provide-services';
import { SANDBOX_CREDENTIALS } from '../services/sms-sandbox';
import type { RestClient } from './rest-client';

/** The templates the quickstart sends, by key. */
export const TEMPLATES = { email: 'quickstart-welcome', sms: 'quickstart-code' } as const;

const OURS = 'quickstart-';

interface Account {
  readonly id: string;
  readonly name: string;
}

interface Route {
  readonly accounts: readonly { readonly accountId: string }[];
}

/**
 * Makes sure that the accounts of inbox and sandbox, a route for every lane and the two templates exist; what exists stays.
 * Throws when a lane already leads to an account that the quickstart did not make: it would send to real people.
 */
export async function ensureSetup(api: RestClient, endpoints: Endpoints): Promise<void> {
  const { items } = await api.get<{ items: Account[] }>('/v1/accounts?limit=100');
  const accounts: Record<Channel, Account> = {
    email: await ensureAccount(api, items, inboxAccount(endpoints)),
    sms: await ensureAccount(api, items, sandboxAccount(endpoints)),
  };
  const ours = [...items, ...Object.values(accounts)].filter(({ name }) => name.startsWith(OURS)).map(({ id }) => id);
  for (const lane of LANES) await ensureRoute(api, lane, accounts[partsOfLane(lane).channel].id, ours);
  for (const template of [emailTemplate, smsTemplate]) {
    const existing = await api.find(`/v1/templates/${template.key}`);
    if (existing === undefined) await api.post('/v1/templates', template);
  }
}

/** The port is part of the name, so that a start on other ports gets an account that leads there. */
function inboxAccount({ smtpPort }: Endpoints) {
  const config = { host: '127.0.0.1', port: smtpPort, secure: false, from: 'Luminate <no-reply@luminate.example>' };
  return { name: `${OURS}inbox-${smtpPort}`, provider: 'smtp', config, secrets: {} };
}

function sandboxAccount({ smsUrl }: Endpoints) {
  const { accountSid, authToken } = SANDBOX_CREDENTIALS;
  const config = { accountSid, from: '+15005550006', baseUrl: smsUrl };
  return { name: `${OURS}sandbox-${new URL(smsUrl).port}`, provider: 'twilio', config, secrets: { authToken } };
}

async function ensureAccount(
  api: RestClient,
  existing: readonly Account[],
  wanted: { name: string },
): Promise<Account> {
  const account =
    existing.find(({ name }) => name === wanted.name) ?? (await api.post<Account>('/v1/accounts', wanted));
  const verdict = await api.post<{ ok: boolean; detail?: string }>(`/v1/accounts/${account.id}/verify`, {});
  if (!verdict.ok)
    throw new Error(`The account ${wanted.name} does not connect: ${verdict.detail ?? 'no reason given'}.`);
  return account;
}

async function ensureRoute(api: RestClient, lane: Lane, accountId: string, ours: readonly string[]): Promise<void> {
  const route = await api.find<Route>(`/v1/routes/${lane}`);
  const used = route?.accounts.map((account) => account.accountId) ?? [];
  if (used.some((id) => !ours.includes(id))) {
    throw new Error(
      `The lane ${lane} of this database leads to an account that the quickstart did not make, so its messages might reach real ` +
        'people. Unset DATABASE_URL, or point it to an empty database.',
    );
  }
  if (used.length !== 1 || used[0] !== accountId) {
    await api.put(`/v1/routes/${lane}`, { accounts: [{ accountId, weight: 1 }] });
  }
}

const emailTemplate = {
  key: TEMPLATES.email,
  name: 'Quickstart: welcome',
  channel: 'email',
  messageType: 'notice',
  content: {
    subject: 'Welcome, {{ name }}',
    html: '<h1>Hello {{ name }}</h1><p>This mail was accepted, rendered, checked against the rules and delivered by Luminate.</p>',
  },
};

const smsTemplate = {
  key: TEMPLATES.sms,
  name: 'Quickstart: code',
  channel: 'sms',
  messageType: 'verification',
  content: { text: '{{ code }} is your Luminate code.' },
};
