import request from 'supertest';
import { createAuditStore, type AuditFilter } from '../../db/stores/audit-store';
import type { AuditAction, NewAuditEntry } from '../../domain/audit';
import { parseCsv } from '../../domain/csv';
import { newId } from '../../domain/ids';
import { planOf } from '../support/explain';
import { createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  for (let n = 1; n <= 30; n++) await api.db.database.stores.audit.add(entry(n));
});
afterAll(() => api.close());

const [ADA, BOB, SHOP] = [newId('usr'), newId('usr'), newId('app')];
const ACTIONS: readonly AuditAction[] = ['template.create', 'template.change', 'rule.change'];
const entry = (n: number): NewAuditEntry => ({
  action: ACTIONS[n % 3] ?? 'rule.change',
  actor: { kind: 'user', id: n % 2 === 0 ? ADA : BOB, name: n % 2 === 0 ? 'Ada' : '=HYPERLINK("http://evil.example")' },
  origin: { requestId: `r-${n}`, ip: '192.0.2.1', userAgent: 'tests' },
  appId: n > 20 ? SHOP : null,
  subject: { id: String(n % 5), name: `subject ${n % 5}` },
  before: null,
  after: { n },
  refusedAs: n % 10 === 0 ? 'forbidden' : null,
});

interface Item {
  readonly id: number;
  readonly at: string;
  readonly [name: string]: unknown;
}
/** Ours only: what the test itself does is put down as well. */
const list = async (query: string): Promise<Item[]> => {
  const { body } = await api.admin.get(`/v1/audit?limit=200${query}`);
  return (body.items as Item[]).filter(({ id }) => id <= 30);
};
const numbers = (items: readonly Item[]): number[] => items.map(({ id }) => id);
const upTo30 = (fits: (n: number) => boolean): number[] => Array.from({ length: 30 }, (_, i) => 30 - i).filter(fits);

describe('GET /v1/audit', () => {
  test.each<[string, (n: number) => boolean]>([
    ['', () => true],
    [`&actor=${ADA}`, (n) => n % 2 === 0],
    ['&action=template', (n) => n % 3 !== 2],
    ['&action=template.change', (n) => n % 3 === 1],
    ['&subject=template', (n) => n % 3 !== 2],
    ['&subject=template&subjectId=4', (n) => n % 3 !== 2 && n % 5 === 4],
    [`&app=${SHOP}`, (n) => n > 20],
    ['&outcome=refused', (n) => n % 10 === 0],
    ['&outcome=done', (n) => n % 10 !== 0],
    ['&requestId=r-7', (n) => n === 7],
    [`&actor=${BOB}&action=rule&outcome=done`, (n) => n % 2 === 1 && n % 3 === 2],
  ])('filters exactly: %s', async (query, fits) => {
    expect(numbers(await list(query))).toEqual(upTo30(fits));
  });

  test('from and until are moments, the first one included', async () => {
    const all = await list('');
    const at = (n: number): string => all.find(({ id }) => id === n)?.at ?? '';
    const [from, until] = [at(10), at(20)];
    const within = await list(`&from=${from}&until=${until}`);
    expect(numbers(within)).toEqual(numbers(all.filter((item) => item.at >= from && item.at < until)));
    expect(within.length).toBeGreaterThan(0);
    expect(await list('&from=9999-12-31T23:59:59-14:00')).toEqual([]);
    expect(numbers(await list('&from=0000-01-01T00:00:00Z&until=9999-12-31T23:59:59Z'))).toEqual(upTo30(() => true));
  });

  test('is read in pages, newest first', async () => {
    const seen: number[] = [];
    for (let after = '31'; ;) {
      const { body } = await api.admin.get(`/v1/audit?limit=7&after=${after}`);
      seen.push(...numbers(body.items as Item[]));
      if (!body.pageInfo.hasMore) break;
      after = body.pageInfo.after;
    }
    expect(seen).toEqual(upTo30(() => true));
  });

  test('tells an entry whole', async () => {
    const [item] = await list('&requestId=r-10');
    expect(item).toMatchObject({
      ...{ id: 10, action: 'template.change', outcome: 'refused', code: 'forbidden', app: null },
      actor: { kind: 'user', id: ADA, name: 'Ada' },
      subject: { kind: 'template', id: '0', name: 'subject 0' },
      ...{ before: null, after: { n: 10 }, requestId: 'r-10', ip: '192.0.2.1', userAgent: 'tests' },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test.each(['action=temp', 'subject=nothing', 'subjectId=4', 'app=shop', 'requestId=%C3%A4', 'from=now', 'who=me'])(
    'refuses %s',
    async (query) => {
      expect((await api.admin.get(`/v1/audit?${query}`)).status).toBe(422);
    },
  );
});

const download = (query = '', key = api.admin.key) =>
  request(api.app).get(`/v1/audit.csv?${query}`).set('Authorization', `Bearer ${key}`);

describe('GET /v1/audit.csv', () => {
  test('has what the list has, with the same filters, and is put down itself', async () => {
    const { status, text, headers } = await download(`actor=${BOB}&action=template`);
    expect([status, headers['content-disposition']]).toEqual([200, 'attachment; filename="audit.csv"']);
    const [head, ...lines] = parseCsv(text).map(({ cells }) => cells ?? []);
    const column = (name: string) => lines.map((cells) => cells[head?.indexOf(name) ?? -1]);
    expect(column('id').map(Number)).toEqual(upTo30((n) => n % 2 === 1 && n % 3 !== 2));
    expect(new Set(column('actorName'))).toEqual(new Set(['\'=HYPERLINK("http://evil.example")']));
    expect(column('after')[0]).toBe('{"n":27}');
    const [own] = (await api.admin.get('/v1/audit?action=audit.export&limit=1')).body.items;
    expect(own).toMatchObject({ actor: { kind: 'key' }, after: { actor: BOB, action: 'template' } });
  });

  test('is for those who may read the log', async () => {
    expect((await download('', api.shop.key)).status).toBe(403);
    expect((await download('who=me')).status).toBe(422);
  });
});

describe('with many entries', () => {
  const CAROL = newId('usr');
  const OTHER = newId('app');
  const MANY = 20_000;
  /** Past the store: for the plans, not for the chain. One in 500 is rare in every way. */
  beforeAll(async () => {
    const template = await api.db.knex('audit_log').where({ id: 1 }).first();
    const rare = {
      ...{ actor_id: CAROL, app_id: OTHER, action: 'account.verify', area: 'account' },
      ...{ subject_kind: 'account', subject_id: 'rare', outcome: 'refused' },
    };
    const often = { ...{ actor_id: ADA, app_id: SHOP, action: 'rule.change', area: 'rule' }, subject_kind: 'rule' };
    const rows = Array.from({ length: MANY }, (_, i) => ({
      ...{ ...template, ...(i % 500 === 0 ? rare : often) },
      ...{ id: 1_000 + i, request_id: `many-${i}`, at: new Date(Date.now() + 1_000 * i) },
    }));
    await api.db.knex.batchInsert('audit_log', rows, 1_000);
    await api.db.knex.raw('ANALYZE TABLE audit_log');
    await api.db.knex('audit_head').update({ id: 1_000 + MANY });
  });

  test.each<[string, Omit<AuditFilter, 'limit'>, string]>([
    ['actor', { actor: CAROL }, 'audit_actor'],
    ['action', { action: 'account.verify' }, 'audit_action'],
    ['area', { area: 'account' }, 'audit_area'],
    ['subject', { subjectKind: 'account', subjectId: 'rare' }, 'audit_subject'],
    ['app', { appId: OTHER }, 'audit_app'],
    ['outcome', { outcome: 'refused' }, 'audit_outcome'],
    ['request', { requestId: 'many-7' }, 'audit_request'],
    ['nothing', {}, 'PRIMARY'],
  ])('a page by %s is read backwards from an index, and no more than that', async (_what, filter, key) => {
    const plan = await planOf(api.db.knex, 'audit_log', (trx) =>
      createAuditStore(trx).list({ ...filter, before: 20_000, limit: 51 }),
    );
    expect(plan).toMatchObject({ key, extra: expect.not.stringContaining('filesort') });
    expect(plan.read).toBeLessThan(300);
  });

  test('a moment is found by its index', async () => {
    const from = new Date(Date.now() + 10_000_000);
    const plan = await planOf(api.db.knex, 'audit_log', (trx) => createAuditStore(trx).list({ from, limit: 51 }));
    expect(plan.key).toBe('audit_at');
    expect(plan.read).toBeLessThan(300);
  });

  test('the export of more than a batch has each of them once', async () => {
    const ids = parseCsv((await download('action=rule')).text)
      .slice(1)
      .map(({ cells }) => Number(cells?.[0]));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    expect(ids).toHaveLength(MANY - MANY / 500 + 10);
  });
});
