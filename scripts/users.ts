import { parseArgs } from 'node:util';
import type { Knex } from 'knex';
import { createKnex } from '../db/create-knex';
import { createUserStore, type User, type UserStore } from '../db/stores/user-store';
import { normalEmail } from '../domain/password';
import { USER_ROLES, type UserRole } from '../domain/permissions';
import { databaseUrl, tellFailure } from './database-url';
import { recordCommand } from './record-command';

const USAGE = `Usage:
  npm run users -- create --email ADDRESS --role ${USER_ROLES.join('|')} [--name TEXT] [--if-missing] [--json]
  npm run users -- token --email ADDRESS [--json]     a new token to set the password, e.g. when it was forgotten
  npm run users -- list [--json]`;

interface Options {
  readonly email?: string;
  readonly role?: string;
  readonly name?: string;
  readonly 'if-missing'?: boolean;
  readonly json?: boolean;
}

function emailOf({ email = '' }: Options): string {
  if (!/^[^@\s]+@[^@\s]+$/.test(email.trim())) throw new Error(`--email ADDRESS is missing or wrong.\n${USAGE}`);
  return normalEmail(email);
}

function roleOf({ role }: Options): UserRole {
  const found = USER_ROLES.find((name) => name === role);
  if (!found) throw new Error(`--role must be one of ${USER_ROLES.join(', ')}.\n${USAGE}`);
  return found;
}

type Token = Awaited<ReturnType<UserStore['createSetPasswordToken']>>;

/** A new token, put down in the audit log. */
async function makeToken(trx: Knex.Transaction, { id, name }: User): Promise<Token> {
  await recordCommand(trx, 'user.token', { subject: { id, name } });
  return createUserStore(trx).createSetPasswordToken(id);
}

function tellToken({ token, until }: Token, user: User, created: boolean, json = false): void {
  if (json) {
    const { id, email, role } = user;
    console.log(JSON.stringify({ id, email, role, created, setPasswordToken: token, setPasswordUntil: until }));
    return;
  }
  console.log(
    `${token}\n\nWith this token ${user.email} (${user.role}) sets a password, once, until ${until.toISOString()}:`,
  );
  console.log('POST /v1/session/set-password {"token": "…", "password": "…"}. It is shown here and never again.');
}

async function create(knex: Knex, options: Options): Promise<void> {
  const [email, role] = [emailOf(options), roleOf(options)];
  const known = await createUserStore(knex).findByEmail(email);
  if (known && !options['if-missing'])
    throw new Error(`There is already a user ${email}: see "npm run users -- token".`);
  if (known && (known.passwordHash !== null || known.oidc)) {
    console.log(options.json ? JSON.stringify({ id: known.id, email, role: known.role, created: false }) : known.id);
    return;
  }
  const made = await knex.transaction(async (trx) => {
    if (known) return { user: known, token: await makeToken(trx, known) };
    const users = createUserStore(trx);
    const user = await users.create({ email, role, name: options.name ?? email });
    const after = { email, name: user.name, role, state: user.state };
    await recordCommand(trx, 'user.invite', { subject: { id: user.id, name: user.name }, after });
    return { user, token: await users.createSetPasswordToken(user.id) };
  });
  tellToken(made.token, made.user, !known, options.json);
}

async function token(knex: Knex, options: Options): Promise<void> {
  const email = emailOf(options);
  const user = await createUserStore(knex).findByEmail(email);
  if (!user) throw new Error(`There is no user ${email}.`);
  tellToken(await knex.transaction((trx) => makeToken(trx, user)), user, false, options.json);
}

async function list(knex: Knex, { json }: Options): Promise<void> {
  const all = await createUserStore(knex).list();
  if (json)
    console.log(JSON.stringify(all.map(({ id, email, name, role, state }) => ({ id, email, name, role, state }))));
  else
    for (const { id, role, state, email } of all) console.log([id, role.padEnd(8), state.padEnd(8), email].join('  '));
}

/** `npm run users`: people without the API, e.g. the first administrator. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      email: { type: 'string' },
      role: { type: 'string' },
      name: { type: 'string' },
      'if-missing': { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const commands: Record<string, (knex: Knex, options: Options) => Promise<void>> = { create, token, list };
  const run = commands[positionals[0] ?? ''];
  if (!run) throw new Error(USAGE);
  const knex = createKnex(databaseUrl(process.env), 2);
  try {
    await run(knex, values);
  } finally {
    await knex.destroy();
  }
}

main().catch(tellFailure);
