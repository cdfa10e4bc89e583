import { parseArgs } from 'node:util';
import { createKnex } from '../db/create-knex';
import { createAppStore, type App, type AppStore } from '../db/stores/app-store';
import { isId } from '../domain/ids';
import { databaseUrl, tellFailure } from './database-url';

const USAGE = `Usage:
  npm run keys -- create --app NAME [--admin] [--name TEXT] [--json]   make a key; the app is made when it is new
  npm run keys -- list --app NAME [--json]
  npm run keys -- revoke KEY_ID`;

interface Options {
  readonly app?: string;
  readonly admin?: boolean;
  readonly name?: string;
  readonly json?: boolean;
}

function appName({ app }: Options): string {
  if (!app) throw new Error(`--app NAME is missing.\n${USAGE}`);
  return app;
}

async function ensureApp(apps: AppStore, name: string): Promise<App> {
  return (await apps.findByName(name)) ?? (await apps.create(name));
}

async function create(apps: AppStore, options: Options): Promise<void> {
  const app = await ensureApp(apps, appName(options));
  const created = await apps.createKey(app.id, options.admin ? 'admin' : 'app', options.name ?? 'made by npm run keys');
  if (options.json) {
    console.log(JSON.stringify({ app: app.name, appId: app.id, id: created.id, role: created.role, key: created.key }));
    return;
  }
  console.log(`${created.key}\n\nThis is the ${created.role} key ${created.id} of the app "${app.name}".`);
  console.log('It is shown here and never again: only its hash is kept.');
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
  for (const { id, role, hint, name: title, revokedAt } of keys) {
    const state = revokedAt ? `revoked ${revokedAt.toISOString()}` : 'live';
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
