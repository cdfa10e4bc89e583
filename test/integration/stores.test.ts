import { randomBytes } from 'node:crypto';
import { createDatabase } from '../../db/database';
import { isDatabaseAway, isDuplicateKey } from '../../db/errors';
import { newId, type AccountId, type AppId, type TemplateId } from '../../domain/ids';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const stores = () => db.database.stores;
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
let made = 0;
const unique = (what: string) => `${what}-${++made}`;

describe('apps and keys', () => {
  test('an app is found by id and by name, and its name is taken', async () => {
    const name = unique('app');
    const app = await stores().apps.create(name);
    expect(await stores().apps.get(app.id)).toEqual(app);
    expect(await stores().apps.findByName(name)).toEqual(app);
    expect(await stores().apps.list()).toContainEqual(app);
    expect(isDuplicateKey(await failureOf(stores().apps.create(name)))).toBe(true);
    expect(await stores().apps.get(newId('app'))).toBeUndefined();
  });

  test('a key is found by its text, which is nowhere in the database', async () => {
    const app = await stores().apps.create(unique('app'));
    const { key, ...kept } = await stores().apps.createKey(app.id, 'admin', 'ci');
    expect(await stores().apps.findKey(key)).toEqual(kept);
    expect(kept).toMatchObject({ appId: app.id, role: 'admin', name: 'ci', hint: key.slice(0, 10), revokedAt: null });
    expect(JSON.stringify(await db.knex('api_keys').where({ id: kept.id }))).not.toContain(key);
    expect(await stores().apps.findKey(`${key}x`)).toBeUndefined();
  });

  test('a revoked key is found no more; revoking twice keeps the first time', async () => {
    const app = await stores().apps.create(unique('app'));
    const { key, id } = await stores().apps.createKey(app.id, 'app', 'old');
    expect(await stores().apps.revokeKey(id)).toBe(true);
    const [first] = await stores().apps.listKeys(app.id);
    expect(await stores().apps.revokeKey(id)).toBe(true);
    expect(await stores().apps.findKey(key)).toBeUndefined();
    expect(await stores().apps.listKeys(app.id)).toEqual([first]);
    expect(first?.revokedAt).toBeInstanceOf(Date);
    expect(await stores().apps.revokeKey(newId('key'))).toBe(false);
  });
});

describe('templates and versions', () => {
  const version = (text: string) => ({
    content: { text },
    variables: [{ name: 'code', required: true }],
    createdBy: 'key_1',
  });
  const template = (key: string, name = key) => ({
    key,
    name,
    channel: 'sms' as const,
    messageType: 'verification' as const,
    policy: { dailyCap: 3 },
  });

  test('a template is found by number and by key, with version 1', async () => {
    const key = unique('welcome');
    const id = await stores().templates.create(template(key), version('Code {{ code }}'));
    const found = await stores().templates.find(String(id));
    expect(found).toMatchObject({ id, key, state: 'running', currentVersion: 1, policy: { dailyCap: 3 } });
    expect(await stores().templates.find(key)).toEqual(found);
    expect(await stores().versions.get(id, 1)).toMatchObject(version('Code {{ code }}'));
    expect(await stores().versions.get(id, 2)).toBeUndefined();
    expect(await stores().templates.find('999999999')).toBeUndefined();
  });

  test('versions added at once get a number each, and the last is the current one', async () => {
    const id = await stores().templates.create(template(unique('v')), version('1'));
    const numbers = await Promise.all([2, 3, 4, 5].map((n) => stores().versions.add(id, version(`text ${n}`))));
    expect(numbers.sort()).toEqual([2, 3, 4, 5]);
    expect((await stores().versions.list(id)).map((entry) => entry.version)).toEqual([5, 4, 3, 2, 1]);
    expect(await stores().templates.find(String(id))).toMatchObject({ currentVersion: 5 });
    expect(await stores().versions.get(id, 1)).toMatchObject(version('1'));
  });

  test('a deleted template is found by nobody but the worker, and its key is free', async () => {
    const key = unique('gone');
    const id = await stores().templates.create(template(key), version('1'));
    expect(isDuplicateKey(await failureOf(stores().templates.create(template(key), version('2'))))).toBe(true);
    await stores().templates.softDelete(id);
    expect(await stores().templates.find(key)).toBeUndefined();
    expect(await stores().templates.find(String(id))).toBeUndefined();
    const [deleted] = await stores().templates.getMany([id]);
    expect(deleted).toMatchObject({ id, state: 'stopped' });
    expect(deleted?.deletedAt).toBeInstanceOf(Date);
    const next = await stores().templates.create(template(key), version('2'));
    expect((await stores().templates.find(key))?.id).toBe(next);
    await stores().templates.softDelete(next);
    await stores().templates.create(template(key), version('3'));
  });

  test('the list is searched, filtered and paged, newest first', async () => {
    const mark = unique('list');
    const ids: TemplateId[] = [];
    for (const name of ['50% off', '50 percent', 'under_score', 'underscore']) {
      ids.push(await stores().templates.create(template(unique(mark), `${mark} ${name}`), version('x')));
    }
    const list = async (more: object) =>
      (await stores().templates.list({ search: mark, limit: 10, ...more })).map(({ id }) => id);
    expect(await list({})).toEqual([...ids].reverse());
    expect(await list({ limit: 2, before: ids[3] })).toEqual([ids[2], ids[1]]);
    expect(await list({ search: '50%' })).toEqual([ids[0]]);
    expect(await list({ search: 'under_' })).toEqual([ids[2]]);
    expect(await list({ search: mark.toUpperCase(), channel: 'email' })).toEqual([]);
    await stores().templates.update(ids[1]!, { state: 'stopped' });
    expect(await list({ state: 'stopped' })).toEqual([ids[1]]);
  });

  test('a change leaves what it does not name', async () => {
    const id = await stores().templates.create(template(unique('change')), version('1'));
    await stores().templates.update(id, { name: 'New name' });
    const found = await stores().templates.find(String(id));
    expect(found).toMatchObject({ name: 'New name', policy: { dailyCap: 3 }, state: 'running' });
  });
});

describe('accounts and their secrets', () => {
  const SECRET = 'hunter2-and-more';
  const account = (name = unique('account')) => ({
    name,
    channel: 'email' as const,
    provider: 'smtp',
    config: { host: 'mail.example.com' },
    secrets: { password: SECRET },
    rate: { messages: 10, perSeconds: 1 },
  });

  test('secrets are ciphertext in the table and come back only when asked for', async () => {
    const id = await stores().accounts.create(account());
    const [row] = (await db.knex('accounts').where({ id })) as [{ secrets: string }];
    expect(row.secrets).toMatch(/^v1\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
    expect(JSON.stringify(row)).not.toContain(SECRET);
    expect(JSON.stringify([await stores().accounts.get(id), await stores().accounts.list()])).not.toContain(SECRET);
    expect(await stores().accounts.secretsOf(id)).toEqual({ password: SECRET });
  });

  test('another key, another row or changed text opens nothing, and the error names the setting', async () => {
    const [id, other] = [await stores().accounts.create(account()), await stores().accounts.create(account())];
    const message = /secrets cannot be opened: LUMINATE_SECRET_KEY/;
    const wrong = createDatabase({ url: db.url, poolSize: 1, secretKey: randomBytes(32).toString('base64') });
    await expect(wrong.stores.accounts.secretsOf(id)).rejects.toThrow(message);
    await wrong.close();
    const [{ secrets }] = (await db.knex('accounts').where({ id })) as [{ secrets: string }];
    const set = (text: string) => db.knex('accounts').where({ id: other }).update({ secrets: text });
    await set(secrets);
    await expect(stores().accounts.secretsOf(other)).rejects.toThrow(message);
    await set(`v2${secrets.slice(2)}`);
    await expect(stores().accounts.secretsOf(other)).rejects.toThrow('a form this version does not know');
    await expect(stores().accounts.secretsOf(newId('acc'))).rejects.toThrow('There is no account acc_');
  });

  test('a change raises the revision, keeps what it does not name and ends the parking', async () => {
    const id = await stores().accounts.create(account());
    expect(await stores().accounts.park(id, '535 wrong password')).toBe(true);
    expect(await stores().accounts.park(id, '535 wrong password')).toBe(false);
    expect((await stores().accounts.get(id))?.parked?.reason).toBe('535 wrong password');
    await stores().accounts.update(id, { secrets: { password: 'new' }, rate: null });
    const changed = await stores().accounts.get(id);
    expect(changed).toMatchObject({ revision: 2, parked: null, rate: null, config: { host: 'mail.example.com' } });
    expect(await stores().accounts.secretsOf(id)).toEqual({ password: 'new' });
  });

  test('a name is taken while its account lives; an account of a route is not deleted', async () => {
    const name = unique('account');
    const id = await stores().accounts.create(account(name));
    expect(isDuplicateKey(await failureOf(stores().accounts.create(account(name))))).toBe(true);
    await stores().routes.set('email.marketing', [{ accountId: id, weight: 1 }]);
    expect(await stores().accounts.softDelete(id)).toEqual(['email.marketing']);
    await stores().routes.set('email.marketing', []);
    expect(await stores().accounts.softDelete(id)).toEqual([]);
    expect(await stores().accounts.get(id)).toBeUndefined();
    expect(await db.knex('accounts').where({ id }).pluck('secrets')).toEqual(['']);
    await stores().accounts.create(account(name));
  });

  test('a route keeps its order, is replaced as a whole, and names known accounts once', async () => {
    const ids: AccountId[] = [];
    for (let i = 0; i < 3; i++) ids.push(await stores().accounts.create(account()));
    const entries = [2, 0, 1].map((i, weight) => ({ accountId: ids[i]!, weight }));
    await stores().routes.set('email.notice', entries);
    expect(await stores().routes.get('email.notice')).toEqual(entries);
    expect((await stores().routes.all()).get('email.notice')).toEqual(entries);
    const twice = [entries[0]!, entries[0]!];
    await expect(stores().routes.set('email.notice', twice)).rejects.toThrow(/each once/);
    const stranger = newId('acc');
    await expect(stores().routes.set('email.notice', [{ accountId: stranger, weight: 1 }])).rejects.toThrow(stranger);
    expect(await stores().routes.get('email.notice')).toEqual(entries);
  });
});

describe('sends', () => {
  const newMessage = (position: number, status: 'accepted' | 'deduplicated' = 'accepted') => ({
    id: newId('msg'),
    position,
    recipientId: `r${position}`,
    address: 'ada@example.com',
    timezone: 'Europe/Paris',
    variables: { name: 'Ada ✨' },
    status,
  });
  const send = () => ({
    id: newId('snd'),
    appId: newId('app') as AppId,
    templateId: 1 as TemplateId,
    templateVersion: 2,
    lane: 'email.notice' as const,
    total: 2,
    variables: { order: 'A-1' },
    metadata: { source: 'shop' },
    rejected: [{ index: 2, code: 'invalid_address', detail: 'is empty' }],
    sendAt: null,
    expiresAt: new Date(Date.UTC(2030, 0, 1, 0, 0, 0, 123)),
    createdAt: new Date(Date.UTC(2026, 10, 23, 9, 0, 0, 7)),
  });

  test('a send and its messages come back as they were written', async () => {
    const written = send();
    const messages = [newMessage(0), newMessage(1, 'deduplicated')];
    await stores().sends.accept({ send: written, messages, dispatch: undefined });
    expect(await stores().sends.get(written.id)).toEqual(written);
    expect(await stores().sends.counts(written.id)).toEqual({ accepted: 1, deduplicated: 1 });
    const [first, second] = await Promise.all(messages.map(({ id }) => stores().messages.get(id)));
    expect(first).toMatchObject({
      recipientId: 'r0',
      timezone: 'Europe/Paris',
      variables: { name: 'Ada ✨' },
      status: 'accepted',
      dispatchId: null,
      attempts: [],
      createdAt: written.createdAt,
      sendAt: null,
      expiresAt: written.expiresAt,
    });
    // The relay must not take a message that is finished already.
    expect(second).toMatchObject({ reason: 'duplicate_recipient', dispatchId: `send/${written.id}` });
    const listed = await stores().messages.ofSend(written.id);
    expect(listed.map(({ position, status }) => [position, status])).toEqual([
      [0, 'accepted'],
      [1, 'deduplicated'],
    ]);
  });

  test('a transaction that fails leaves nothing', async () => {
    const written = send();
    const work = db.database.transaction(async (inside) => {
      await inside.sends.accept({ send: written, messages: [newMessage(0)], dispatch: undefined });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await stores().sends.get(written.id)).toBeUndefined();
  });
});

describe('the database as a whole', () => {
  test('is ready when migrated, and says what to do when not', async () => {
    await expect(db.database.check()).resolves.toBeUndefined();
    await db.knex('migrations').where('name', 'like', '%idempotency%').delete();
    await expect(db.database.check()).rejects.toThrow('1 migrations have not run: npm run migrate');
  });

  test('a connection that ends within a transaction is known as away', async () => {
    const cut = db.knex.transaction(async (trx) => {
      const [[{ id }]] = await trx.raw('SELECT CONNECTION_ID() AS id');
      await db.knex.raw(`KILL ${id}`);
      await trx.raw('SELECT 1');
    });
    expect(isDatabaseAway(await failureOf(cut))).toBe(true);
  });

  test('a database that does not answer is known as away', async () => {
    const away = createDatabase({ url: 'mysql://nobody@127.0.0.1:1/none', poolSize: 1, secretKey: db.secretKey });
    expect(isDatabaseAway(await failureOf(away.stores.apps.list()))).toBe(true);
    await away.close();
  });
});
