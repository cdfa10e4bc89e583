import { parseArgs } from 'node:util';
import { createKnex } from '../db/create-knex';
import { createAppStore, type App, type AppStore, type KeyLimits } from '../db/stores/app-store';
import { isId } from '../domain/ids';
import { isPermission, permissionsOfKey, type KeyRole } from '../domain/permissions';
import { databaseUrl, tellFailure } from './database-url';

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

async function ensureApp(apps: AppStore, name: string): Promise<App> {
  return (await apps.findByName(name)) ?? (await apps.create(name));
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

async function create(apps: AppStore, options: Options): Promise<void> {
  const role = options.admin ? 'admin' : 'app';
  const limits = limitsOf(role, options);
  const app = await ensureApp(apps, appName(options));
  const created = await apps.createKey(app.id, role, options.name ?? 'made by npm run keys', limits);
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

async function list(apps: AppStore, options: Options): Promise<void> {
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

async function revoke(apps: AppStore, id: string | undefined): Promise<void> {
  const known = id !== undefined && isId('key', id) && (await apps.revokeKey(id));
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
  const commands: Record<string, (apps: AppStore) => Promise<void>> = {
    create: (apps) => create(apps, values),
    list: (apps) => list(apps, values),
    revoke: (apps) => revoke(apps, id),
  };
  const run = commands[command ?? ''];
  if (!run) throw new Error(USAGE);
  const knex = createKnex(databaseUrl(process.env), 1);
  try {
    await run(createAppStore(knex));
  } finally {
    await knex.destroy();
  }
}

main().catch(tellFailure);
