import { createKnex } from '../../db/create-knex';
import { createAuditStore } from '../../db/stores/audit-store';
import { NO_ORIGIN, type NewAuditEntry } from '../../domain/audit';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  await rows().delete();
  await db.knex('audit_head').update({ id: 0, hash: '0'.repeat(64), at: new Date('2000-01-01T00:00:00Z') });
});

const audit = () => db.database.stores.audit;
const entry = (n: number): NewAuditEntry => ({
  action: 'template.change',
  actor: { kind: 'user', id: 'usr_1', name: `Ada ${n} 🦉` },
  origin: NO_ORIGIN,
  appId: null,
  subject: { id: '7', name: `half a pair \ud83d` },
  before: { name: `old ${n}` },
  after: { name: `new ${n}`, at: new Date(n) },
  refusedAs: null,
});
async function fill(count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await audit().add(entry(n));
}
const rows = () => db.knex('audit_log');

describe('the chain', () => {
  test('is whole as it is written, whatever is written, also when ten write at once', async () => {
    expect(await audit().verify()).toMatchObject({ ok: true, head: { id: 0 } });
    await fill(3);
    await Promise.all(Array.from({ length: 10 }, (_, n) => audit().add(entry(n))));
    expect(await audit().verify()).toMatchObject({ ok: true, head: { id: 13 } });
    const entries = await audit().list({ limit: 100 });
    expect(entries.map(({ id }) => id)).toEqual(Array.from({ length: 13 }, (_, i) => 13 - i));
    const times = entries.map(({ at }) => at.getTime());
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  test('a clock that was put back does not put an entry before another one', async () => {
    await fill(1);
    const later = new Date(Date.now() + 3_600_000);
    await db.knex('audit_head').update({ at: later });
    await fill(1);
    expect((await audit().list({ limit: 1 }))[0]?.at).toEqual(later);
    expect(await audit().verify()).toMatchObject({ ok: true });
  });

  const columns = ['at', 'actor_id', 'actor_name', 'action', 'area', 'subject_kind', 'subject_id', 'subject_name'];
  test.each([...columns, 'app_id', 'before_json', 'after_json', 'ip', 'request_id', 'user_agent', 'outcome', 'code'])(
    'a changed %s shows',
    async (column) => {
      await fill(3);
      const value = column === 'at' ? new Date(0) : column === 'outcome' ? 'refused' : 'x';
      await rows()
        .where({ id: 2 })
        .update({ [column]: value });
      expect(await audit().verify()).toEqual({ ok: false, id: 2, broken: 'changed' });
    },
  );

  test.each<[string, number, () => Promise<unknown>, string]>([
    ['an entry that was removed', 2, () => rows().where({ id: 2 }).delete(), 'missing'],
    ['the last one that was removed', 4, () => rows().where({ id: 4 }).delete(), 'missing'],
    ['everything that was removed', 1, () => rows().delete(), 'missing'],
    ['two that changed places', 2, () => swap(2, 3), 'changed'],
    ['one that was put in, the others moved up', 2, () => putIn(2), 'changed'],
    ['one that was put in behind the end', 5, () => copyTo(5), 'added'],
    ['another head', 4, () => db.knex('audit_head').update({ hash: 'f'.repeat(64) }), 'changed'],
  ])('%s shows', async (_what, id, tamper, broken) => {
    await fill(4);
    await tamper();
    expect(await audit().verify()).toEqual({ ok: false, id, broken });
  });

  async function swap(one: number, other: number): Promise<void> {
    await rows().where({ id: one }).update({ id: 99 });
    await rows().where({ id: other }).update({ id: one });
    await rows().where({ id: 99 }).update({ id: other });
  }
  async function copyTo(id: number): Promise<void> {
    await rows().insert({ ...(await rows().where({ id: 1 }).first()), id });
  }
  async function putIn(id: number): Promise<void> {
    for (let n = 4; n >= id; n--)
      await rows()
        .where({ id: n })
        .update({ id: n + 1 });
    await copyTo(id);
    await db.knex('audit_head').update({ id: 5 });
  }

  test('a log that was written anew, or cut off with its head, does not fit what was noted', async () => {
    await fill(4);
    const before = await audit().verify();
    if (!before.ok) throw new Error('the chain is broken');
    expect(await audit().verify([before.head])).toMatchObject({ ok: true });
    await fill(2);
    expect(await audit().verify([before.head])).toMatchObject({ ok: true, head: { id: 6 } });
    await rows().delete();
    await db.knex('audit_head').update({ id: 0, hash: '0'.repeat(64) });
    expect(await audit().verify([before.head])).toEqual({ ok: false, id: 1, broken: 'missing' });
    await fill(5);
    expect(await audit().verify()).toMatchObject({ ok: true });
    expect(await audit().verify([before.head])).toEqual({ ok: false, id: 4, broken: 'not_as_noted' });
  });

  test('the user of the application needs no right to change or remove an entry', async () => {
    const [{ name }] = (await db.knex.raw('SELECT DATABASE() AS name'))[0] as [{ name: string }];
    const user = `u${name.slice(-12)}`;
    await db.knex.raw(`CREATE USER '${user}'@'%' IDENTIFIED BY 'app-only-1'`);
    try {
      for (const grant of [`SELECT, INSERT ON ${name}.audit_log`, `SELECT, UPDATE ON ${name}.audit_head`]) {
        await db.knex.raw(`GRANT ${grant} TO '${user}'@'%'`);
      }
      const url = new URL(db.url);
      [url.username, url.password] = [user, 'app-only-1'];
      const narrow = createKnex(url.href, 1);
      try {
        await createAuditStore(narrow).add(entry(1));
        expect(await createAuditStore(narrow).verify()).toMatchObject({ ok: true, head: { id: 1 } });
        await expect(narrow('audit_log').update({ ip: 'x' })).rejects.toThrow(/denied/);
        await expect(narrow('audit_log').delete()).rejects.toThrow(/denied/);
      } finally {
        await narrow.destroy();
      }
    } finally {
      await db.knex.raw(`DROP USER '${user}'@'%'`);
    }
  });
});
