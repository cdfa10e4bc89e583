import { createKnex } from '../../db/create-knex';
import { migrate } from '../../db/migrate';
import { up as createRouteEntries } from '../../db/migrations/20261123_1205_create_route_entries';
import { createRouteStore } from '../../db/stores/route-store';
import type { RuleVersion } from '../../db/stores/rule-store';
import { newId, type AccountId } from '../../domain/ids';
import { LANES } from '../../domain/lane';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(() => db.knex('rule_versions').delete());

const rules = () => db.database.stores.rules;
const routes = () => db.database.stores.routes;
const write = (value: unknown, more: object = {}) =>
  rules().add({ name: 'caps', author: 'system', ...more }, () => value);
let made = 0;
const account = (): Promise<AccountId> =>
  db.database.stores.accounts.create({
    name: `account ${++made}`,
    channel: 'email',
    provider: 'smtp',
    config: {},
    secrets: {},
    rate: null,
  });

describe('versions of a rule', () => {
  test('each is numbered, kept with author and note, and the highest is the current one', async () => {
    expect(await rules().newest('caps')).toBeUndefined();
    const key = newId('key');
    const first = await write({ notice: 1 }, { author: key, note: 'as it was – ✓' });
    const second = await write({ notice: 2 });
    expect(first).toEqual({
      name: 'caps',
      version: 1,
      value: { notice: 1 },
      author: key,
      note: 'as it was – ✓',
      createdAt: expect.any(Date),
    });
    expect(second).toMatchObject({ version: 2, author: 'system', note: null });
    expect(await rules().newest('caps')).toEqual(second);
    expect(await rules().newest('caps', 2)).toEqual(first);
    expect(await rules().get('caps', 1)).toEqual(first);
    expect(await rules().get('caps', 3)).toBeUndefined();
    expect(await rules().history('caps', 5)).toEqual([second, first]);
    expect(await rules().history('caps', 1)).toEqual([second]);
    await rules().add({ name: 'discard', author: 'system' }, () => ({ templates: [], apps: [] }));
    expect(await rules().numbers()).toEqual(
      new Map([
        ['caps', 2],
        ['discard', 1],
      ]),
    );
    expect((await rules().all()).map(({ name, version }) => `${name} ${version}`).sort()).toEqual([
      'caps 2',
      'discard 1',
    ]);
  });

  test('a write that expects another version changes nothing and tells the current one', async () => {
    expect(await write(1, { expectedVersion: 1 })).toBe(0);
    expect(await write(1, { expectedVersion: 0 })).toMatchObject({ version: 1 });
    expect(await write(2, { expectedVersion: 0 })).toBe(1);
    expect(await write(2, { expectedVersion: 1 })).toMatchObject({ version: 2 });
    expect((await rules().history('caps', 9)).map(({ value }) => value)).toEqual([2, 1]);
  });

  test('of ten writers at once that expect the same version one wins', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => write({ n }, { expectedVersion: 0 })));
    const winners = answers.filter((answer): answer is RuleVersion => typeof answer !== 'number');
    expect(winners).toHaveLength(1);
    expect(await rules().history('caps', 20)).toEqual(winners);
  });

  test('ten writers at once that add to the value each get a version, in transactions or not, and lose nothing', async () => {
    const add = (n: number, store = rules()) =>
      store.add({ name: 'caps', author: 'system' }, (current) => [
        ...((current?.value as number[] | undefined) ?? []),
        n,
      ]);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        n % 2 ? add(n) : db.database.transaction((stores) => add(n, stores.rules)),
      ),
    );
    expect(answers.map((answer) => (answer as RuleVersion).version).sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    const last = (await rules().newest('caps'))?.value as number[];
    expect([...last].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('routes as a rule', () => {
  test('lanes written at once keep one another, and each is a version', async () => {
    const accountId = await account();
    const lanes = LANES.filter((lane) => lane.startsWith('email'));
    await Promise.all(lanes.map((lane, weight) => routes().set(lane, [{ accountId, weight: weight + 1 }])));
    const all = await routes().all();
    expect([...all.keys()].sort()).toEqual([...lanes].sort());
    expect(await rules().newest('routes')).toMatchObject({ version: 3, author: 'system' });
    await routes().set('email.notice', [], 'key_1');
    expect(await routes().get('email.notice')).toEqual([]);
    expect((await routes().all()).size).toBe(2);
    expect(await rules().newest('routes')).toMatchObject({ version: 4, author: 'key_1' });
  });

  test('routes that somebody spoilt by hand stop nothing: the newest good ones count, and are what is changed', async () => {
    const accountId = await account();
    const route = [{ accountId, weight: 1 }];
    await routes().set('email.notice', route);
    for (const value of [{ 'email.notice': 'x' }, [], 7]) {
      await rules().add({ name: 'routes', author: 'system' }, () => value);
      expect(await routes().get('email.notice')).toEqual(route);
    }
    expect(await db.database.stores.accounts.softDelete(accountId)).toEqual(['email.notice']);
    await routes().set('email.marketing', route);
    expect((await rules().newest('routes'))?.value).toEqual({ 'email.notice': route, 'email.marketing': route });
  });

  test('an account is deleted or gets into a route, never both', async () => {
    for (let n = 0; n < 15; n++) {
      const accountId = await account();
      const [deletion, route] = await Promise.allSettled([
        db.database.stores.accounts.softDelete(accountId),
        routes().set('email.notice', [{ accountId, weight: 1 }]),
      ]);
      const deleted = deletion.status === 'fulfilled' && deletion.value.length === 0;
      expect(deletion.status).toBe('fulfilled');
      expect(route.status).toBe(deleted ? 'rejected' : 'fulfilled');
      expect((await db.database.stores.accounts.get(accountId)) === undefined).toBe(deleted);
      const named = (await routes().get('email.notice')).some((entry) => entry.accountId === accountId);
      expect(named).toBe(!deleted);
    }
  });

  test('deleting waits for a change of routes that has checked the account, and then sees it', async () => {
    const accountId = await account();
    let deletion: Promise<unknown> = Promise.resolve();
    await db.database.transaction(async (stores) => {
      await stores.rules.holdAccounts([accountId]);
      deletion = db.database.stores.accounts.softDelete(accountId);
      await stores.rules.add({ name: 'routes', author: 'system' }, () => ({
        'email.notice': [{ accountId, weight: 1 }],
      }));
    });
    expect(await deletion).toEqual(['email.notice']);
  });
});

test('an older database keeps its routes: they become version 1 of the rule, in their order', async () => {
  const name = `${new URL(db.url).pathname.slice(1)}_old`;
  await db.knex.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const url = new URL(db.url);
  url.pathname = `/${name}`;
  const old = createKnex(url.href, 2);
  try {
    await migrate(old);
    // Back to how it was before, with routes in the table they had.
    await old('migrations').whereBetween('name', ['20261125_1300', '20261125_1399']).delete();
    await old.raw('DROP TABLE rule_versions');
    await createRouteEntries(old);
    const ids = [newId('acc'), newId('acc')] as const;
    const row = { provider: 'smtp', config: '{}', secrets: '', created_at: new Date(), updated_at: new Date() };
    await old('accounts').insert(ids.map((id) => ({ ...row, id, name: id, channel: 'email' })));
    await old('route_entries').insert([
      { lane: 'email.notice', position: 1, account_id: ids[0], weight: 0 },
      { lane: 'email.notice', position: 0, account_id: ids[1], weight: 5 },
      { lane: 'email.marketing', position: 0, account_id: ids[0], weight: 1 },
    ]);
    await migrate(old);
    expect(await createRouteStore(old).all()).toEqual(
      new Map([
        ['email.marketing', [{ accountId: ids[0], weight: 1 }]],
        [
          'email.notice',
          [
            { accountId: ids[1], weight: 5 },
            { accountId: ids[0], weight: 0 },
          ],
        ],
      ]),
    );
    expect(await old('rule_versions').select('name', 'version', 'author')).toEqual([
      { name: 'routes', version: 1, author: 'system' },
    ]);
    expect(await old.schema.hasTable('route_entries')).toBe(false);
  } finally {
    await old.destroy();
    await db.knex.raw(`DROP DATABASE ${name}`);
  }
});
