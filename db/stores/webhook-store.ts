import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { newId, type AppId, type WebhookId } from '../../domain/ids';
import type { WebhookDisabledReason, WebhookEventType } from '../../domain/webhook';
import { readOptionalJson } from '../json';
import type { SecretBox } from '../secret-box';

/** Where an app wants to be told of events. */
export interface WebhookEndpoint {
  readonly id: WebhookId;
  readonly appId: AppId;
  readonly url: string;
  readonly description: string | null;
  /** What it is told of; `null`: everything. */
  readonly types: readonly WebhookEventType[] | null;
  readonly state: 'enabled' | 'disabled';
  /** Why it is disabled. */
  readonly reason: WebhookDisabledReason | null;
  /** Since when it has answered nothing but failures; `null` after a success. */
  readonly failingSince: Date | null;
  /** Until when the secret before the current one signs as well. */
  readonly previousUntil: Date | null;
  readonly createdAt: Date;
  /** Of what it is, not of how its deliveries go. */
  readonly updatedAt: Date;
}

export type WebhookSettings = Pick<WebhookEndpoint, 'url' | 'description' | 'types'>;

export interface WebhookFilter {
  readonly appId: AppId;
  /** The last id of the previous page. */
  readonly after?: WebhookId | undefined;
  readonly limit: number;
}

/** Endpoints. Secrets are sealed; they leave here at creation and rotation, and for signing. */
export interface WebhookStore {
  create(appId: AppId, settings: WebhookSettings): Promise<{ endpoint: WebhookEndpoint; secret: string }>;
  get(id: WebhookId): Promise<WebhookEndpoint | undefined>;
  /** Newest first. */
  list(filter: WebhookFilter): Promise<WebhookEndpoint[]>;
  count(appId: AppId): Promise<number>;
  /** Within a transaction: the endpoint, which nobody else changes before its end. */
  hold(id: WebhookId): Promise<WebhookEndpoint | undefined>;
  /** Another URL begins anew to count failures. */
  update(id: WebhookId, change: Partial<WebhookSettings>): Promise<void>;
  /** The endpoint gets what happens from now on; begins anew to count failures. */
  enable(id: WebhookId): Promise<void>;
  /** It gets nothing more, and what waits for it is discarded; false when it was disabled already, or has not that `url` any more. */
  disable(id: WebhookId, reason: WebhookDisabledReason, url?: string): Promise<boolean>;
  /** Makes a new secret; the one before it signs as well until then. */
  rotate(id: WebhookId, previousUntil: Date): Promise<string>;
  /** With what signs now: the current secret, and the one before while it is valid. */
  withSecrets(id: WebhookId, now: Date): Promise<{ endpoint: WebhookEndpoint; secrets: string[] } | undefined>;
  /** Keeps since when its `url` fails, and tells it; `undefined`: it has another one by now. */
  failed(id: WebhookId, url: string, now: Date): Promise<Date | undefined>;
  succeeded(id: WebhookId): Promise<void>;
  /** Ends it for good; what waits for it is discarded. */
  remove(id: WebhookId): Promise<void>;
}

interface WebhookRow {
  id: WebhookId;
  app_id: AppId;
  url: string;
  description: string | null;
  types: unknown;
  secret: string;
  previous_secret: string | null;
  previous_until: Date | null;
  state: 'enabled' | 'disabled';
  reason: WebhookDisabledReason | null;
  failing_since: Date | null;
  created_at: Date;
  updated_at: Date;
}

const toEndpoint = (row: WebhookRow): WebhookEndpoint => ({
  id: row.id,
  appId: row.app_id,
  url: row.url,
  description: row.description,
  types: readOptionalJson<WebhookEventType[]>(row.types) ?? null,
  state: row.state,
  reason: row.reason,
  failingSince: row.failing_since,
  previousUntil: row.previous_until,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

/** As Standard Webhooks has it: `whsec_` and base64 of 32 random bytes. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const typesText = (types: WebhookSettings['types']): string | null => types && JSON.stringify(types);

export function createWebhookStore(knex: Knex, box: SecretBox): WebhookStore {
  const table = () => knex<WebhookRow>('webhook_endpoints');
  const find = async (id: WebhookId, hold = false): Promise<WebhookEndpoint | undefined> => {
    const query = table().where({ id });
    const row = await (hold ? query.forUpdate() : query).first();
    return row && toEndpoint(row);
  };
  return {
    async create(appId, { url, description, types }) {
      const [id, secret, now] = [newId('whe'), newSecret(), new Date()];
      const row: WebhookRow = {
        ...{ id, app_id: appId, url, description, types: typesText(types), state: 'enabled', reason: null },
        ...{ secret: box.seal(secret, id), previous_secret: null, previous_until: null, failing_since: null },
        ...{ created_at: now, updated_at: now },
      };
      await knex('webhook_endpoints').insert(row);
      return { endpoint: toEndpoint(row), secret };
    },
    get: (id) => find(id),
    hold: (id) => find(id, true),
    async list({ appId, after, limit }) {
      const query = knex('webhook_endpoints').where({ app_id: appId }).orderBy('id', 'desc').limit(limit);
      if (after !== undefined) void query.where('id', '<', after);
      return ((await query) as WebhookRow[]).map(toEndpoint);
    },
    async count(appId) {
      const ofApp = knex('webhook_endpoints').where({ app_id: appId });
      const [row] = await ofApp.count<{ n: number | string }[]>({ n: '*' });
      return Number(row?.n ?? 0);
    },
    async update(id, { url, description, types }) {
      const other = url === undefined ? undefined : table().where({ id }).whereNot({ url });
      await other?.update({ failing_since: null });
      await knex('webhook_endpoints')
        .where({ id })
        .update({
          ...(url === undefined ? {} : { url }),
          ...(description === undefined ? {} : { description }),
          ...(types === undefined ? {} : { types: typesText(types) }),
          updated_at: new Date(),
        });
    },
    async enable(id) {
      const open = { state: 'enabled', reason: null, failing_since: null, updated_at: new Date() };
      await knex('webhook_endpoints').where({ id, state: 'disabled' }).update(open);
    },
    disable: (id, reason, url) => disable(knex, id, reason, url),
    ...secretWrites(knex, box),
    ...healthWrites(knex),
    remove: (id) =>
      knex.transaction(async (trx) => {
        await trx('webhook_endpoints').where({ id }).delete();
        await discardWaiting(trx, id);
      }),
  };
}

function secretWrites(knex: Knex, box: SecretBox): Pick<WebhookStore, 'rotate' | 'withSecrets'> {
  return {
    rotate: (id, previousUntil) =>
      knex.transaction(async (trx) => {
        const found = await trx<WebhookRow>('webhook_endpoints').where({ id }).forUpdate().first();
        if (!found) throw new Error(`There is no webhook ${id}.`);
        const { secret: previous } = found;
        const secret = newSecret();
        await trx('webhook_endpoints')
          .where({ id })
          .update({
            secret: box.seal(secret, id),
            previous_secret: previous,
            previous_until: previousUntil,
            updated_at: new Date(),
          });
        return secret;
      }),
    async withSecrets(id, now) {
      const row = await knex<WebhookRow>('webhook_endpoints').where({ id }).first();
      if (!row) return undefined;
      const { secret, previous_secret: previous, previous_until: until } = row;
      const sealed = previous !== null && until !== null && until > now ? [secret, previous] : [secret];
      return { endpoint: toEndpoint(row), secrets: sealed.map((text) => box.open(text, id) as string) };
    },
  };
}

function healthWrites(knex: Knex): Pick<WebhookStore, 'failed' | 'succeeded'> {
  const table = () => knex<WebhookRow>('webhook_endpoints');
  return {
    async failed(id, url, now) {
      await table().where({ id, url, failing_since: null }).update({ failing_since: now });
      const row = await table().where({ id, url }).first('failing_since');
      return row?.failing_since ?? undefined;
    },
    async succeeded(id) {
      await table().where({ id }).whereNotNull('failing_since').update({ failing_since: null });
    },
  };
}

function disable(knex: Knex, id: WebhookId, reason: WebhookDisabledReason, url?: string): Promise<boolean> {
  return knex.transaction(async (trx) => {
    const closed = { state: 'disabled', reason, updated_at: new Date() };
    const query = trx('webhook_endpoints').where({ id, state: 'enabled' });
    const changed = await (url === undefined ? query : query.where({ url })).update(closed);
    if (changed > 0) await discardWaiting(trx, id);
    return changed > 0;
  });
}

/** Publishing holds the row of the endpoint, so nothing is given to it meanwhile. */
async function discardWaiting(trx: Knex, id: WebhookId): Promise<void> {
  await trx('webhook_deliveries')
    .where({ state: 'pending', endpoint_id: id })
    .update({ state: 'discarded', due_at: null, updated_at: new Date() });
}
