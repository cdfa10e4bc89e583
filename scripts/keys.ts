import { parseArgs } from 'node:util';
import type { Knex } from 'knex';
import { createKnex } from '../db/create-knex';
import { createAppStore, type App, type KeyLimits } from '../db/stores/app-store';
import { isId } from '../domain/ids';
import { isPermission, permissionsOfKey, type KeyRole } from '../domain/permissions';
import { databaseUrl, tellFailure } from './database-url';
import { recordCommand } from './record-command';

const USAGE = `Usage:
  npm run keys -- create --app NAME [--admin] [--name TEXT] [--scopes A,B] [--expires TIME] [--json]
                                                   make a key; the app is made when it is new
  npm run keys -- list --app NAME [--json]
  npm run keys -- revoke KEY_ID`;

interface Options {
  readonly app?: string;
  readonly admin?: boolean;
  readonly name?: string;
  readonly scopes?: string;
  readonly expires?: string;
  readonly json?: boolean;
}

function appName({ app }: Options): string {
  if (!app) throw new Error(`--app NAME is missing.\n${USAGE}`);
  return app;
}

async function ensureApp(trx: Knex.Transaction, name: string): Promise<App> {
  const apps = createAppStore(trx);
  const known = await apps.findByName(name);
  if (known) return known;
  const app = await apps.create(name);
  await recordCommand(trx, 'app.create', { subject: app, appId: app.id, after: { name } });
  return app;
}

/** What `--scopes` and `--expires` say. Throws a sentence for people. */
function limitsOf(role: KeyRole, { scopes, expires }: Options): KeyLimits {
  const may = permissionsOfKey(role, null);
  const names = scopes?.split(',').map((name) => name.trim());
  const wrong = names?.find((name) => !isPermission(name) || !may.includes(name));
  if (wrong !== undefined)
    throw new Error(`--scopes: "${wrong}" is not for ${role} keys. These are: ${may.join(', ')}`);
  const expiresAt = expires === undefined ? null : new Date(expires);
  if (expiresAt && !(expiresAt.getTime() > Date.now())) {
    throw new Error(`--expires must be a time in the future, e.g. 2027-01-01T00:00:00Z, and is "${expires ?? ''}".`);
  }
  return { scopes: names?.filter(isPermission) ?? null, expiresAt };
}

async function create(knex: Knex, options: Options): Promise<void> {
  const role = options.admin ? 'admin' : 'app';
  const limits = limitsOf(role, options);
  const { app, created } = await knex.transaction(async (trx) => {
    const app = await ensureApp(trx, appName(options));
    const created = await createAppStore(trx).createKey(app.id, role, options.name ?? 'made by npm run keys', limits);
    const { id, name, scopes, expiresAt } = created;
    await recordCommand(trx, 'key.create', {
      subject: { id, name },
      appId: app.id,
      after: { name, role, scopes, expiresAt },
    });
    return { app, created };
  });
  if (options.json) {
    console.log(JSON.stringify({ app: app.name, appId: app.id, id: created.id, role: created.role, key: created.key }));
    return;
  }
  console.log(`${created.key}\n\nThis is the ${created.role} key ${created.id} of the app "${app.name}".`);
  console.log('It is shown here and never again: only its hash is kept.');
}

function stateOf(revokedAt: Date | null, expiresAt: Date | null): string {
  if (revokedAt) return `revoked ${revokedAt.toISOString()}`;
  if (!expiresAt) return 'live';
  return `${expiresAt.getTime() > Date.now() ? 'live until' : 'expired'} ${expiresAt.toISOString()}`;
}

async function list(knex: Knex, options: Options): Promise<void> {
  const apps = createAppStore(knex);
  const name = appName(options);
  const app = await apps.findByName(name);
  if (!app) throw new Error(`There is no app "${name}".`);
  const keys = await apps.listKeys(app.id);
  if (options.json) {
    console.log(JSON.stringify(keys));
    return;
  }
  for (const { id, role, hint, name: title, revokedAt, expiresAt } of keys) {
    const state = stateOf(revokedAt, expiresAt);
    console.log([id, role.padEnd(5), `${hint}…`, state, title].join('  '));
  }
}

async function revoke(knex: Knex, id: string | undefined): Promise<void> {
  const known = await knex.transaction(async (trx) => {
    const apps = createAppStore(trx);
    const key = id !== undefined && isId('key', id) ? await apps.getKey(id) : undefined;
    if (!key || !(await apps.revokeKey(key.id))) return false;
    await recordCommand(trx, 'key.revoke', { subject: { id: key.id, name: key.name }, appId: key.appId });
    return true;
  });
  if (!known) throw new Error(`There is no key ${id ?? ''}. "npm run keys -- list --app NAME" shows the ids.`);
  console.log(`${id} is revoked; it stops working within a second.`);
}

/** `npm run keys`: API keys without the API, e.g. the first admin key. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      app: { type: 'string' },
      admin: { type: 'boolean' },
      name: { type: 'string' },
      scopes: { type: 'string' },
      expires: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const [command, id] = positionals;
  const commands: Record<string, (knex: Knex) => Promise<void>> = {
    create: (knex) => create(knex, values),
    list: (knex) => list(knex, values),
    revoke: (knex) => revoke(knex, id),
  };
  const run = commands[command ?? ''];
  if (!run) throw new Error(USAGE);
  const knex = createKnex(databaseUrl(process.env), 1);
  try {
    await run(knex);
  } finally {
    await knex.destroy();
  }
}

main().catch(tellFailure);
