import request, { type Response } from 'supertest';
import type { AppId } from '../../domain/ids';
import { createTestApi, type Client, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const add = (client: Client, body: Record<string, unknown>) => client.post('/v1/suppressions', body);
const list = async (client: Client, query = ''): Promise<Record<string, unknown>[]> =>
  ((await client.get(`/v1/suppressions${query}`)).body as { items: Record<string, unknown>[] }).items;

describe('one suppression', () => {
  test('is for the own app with an app key, for all apps with an admin key; addresses are masked', async () => {
    const own = await add(api.shop, { to: 'Ada@Example.com', note: 'asked by phone' });
    expect(own.body).toMatchObject({
      channel: 'email',
      to: 'a***@example.com',
      app: api.shop.appId,
      reason: 'manual',
      appliesTo: 'all',
      detail: { note: 'asked by phone' },
      lifted: null,
    });
    expect(own.get('Location')).toBe(`/v1/suppressions/${own.body.id}`);
    expect((await add(api.admin, { to: '13800138000' })).body).toMatchObject({ channel: 'sms', app: null });
    expect(JSON.stringify(await list(api.admin))).not.toMatch(/ada@example|13800138000/i);
  });

  test('an unsubscription is for marketing, unless it is said otherwise', async () => {
    const { body } = await add(api.shop, { to: 'u1@example.com', reason: 'unsubscribe' });
    expect(body).toMatchObject({ reason: 'unsubscribe', appliesTo: 'marketing' });
    const all = await add(api.shop, { to: 'u2@example.com', reason: 'unsubscribe', appliesTo: 'all' });
    expect(all.body).toMatchObject({ appliesTo: 'all' });
  });

  test('added again is the same entry; lifted, and added again, a new one, and the old one is history', async () => {
    const first = await add(api.shop, { to: 'again@example.com' });
    expect((await add(api.shop, { to: 'AGAIN@example.com' })).body).toEqual(first.body);
    expect((await api.shop.call('delete', `/v1/suppressions/${first.body.id}`)).status).toBe(204);
    expect((await api.shop.call('delete', `/v1/suppressions/${first.body.id}`)).status).toBe(204);
    expect(await list(api.shop, '?to=again@example.com')).toEqual([]);
    const second = await add(api.shop, { to: 'again@example.com' });
    expect(second.body.id).not.toBe(first.body.id);
    expect(await list(api.shop, '?to=again@example.com&lifted=true')).toMatchObject([
      { id: second.body.id, lifted: null },
      { id: first.body.id, lifted: { by: expect.stringMatching(/^api:key_/) } },
    ]);
  });

  test.each([
    [{ to: 'nobody' }, '/to', 'invalid_address'],
    [{ to: 'a@example.com', channel: 'sms' }, '/to', 'invalid_address'],
    [{ to: 'a@example.com', reason: 'boredom' }, '/reason', 'invalid_value'],
    [{ to: 'a@example.com', colour: 'red' }, '/colour', 'unknown_field'],
    [{}, '/to', 'required'],
  ])('%j is refused at %s', async (body, pointer, code) => {
    const response = await add(api.shop, body);
    expect([response.status, response.body.errors]).toEqual([422, [expect.objectContaining({ pointer, code })]]);
  });

  test('an app that does not exist is refused', async () => {
    const response = await add(api.admin, { to: 'a@example.com', app: 'app_01M84BZW808SY1J1GKT7KH6WJQ' });
    expect(response.body.errors).toMatchObject([{ pointer: '/app', code: 'unknown_app' }]);
  });

  test('of another app, or for all apps, does not exist for an app key, which cannot make one either', async () => {
    const global = await add(api.admin, { to: 'global@example.com' });
    expect((await api.shop.get(`/v1/suppressions/${global.body.id}`)).status).toBe(404);
    expect((await api.shop.call('delete', `/v1/suppressions/${global.body.id}`)).status).toBe(404);
    expect((await add(api.shop, { to: 'x@example.com', app: null })).status).toBe(403);
    expect((await api.shop.get(`/v1/suppressions?app=${api.admin.appId}`)).status).toBe(403);
    expect((await list(api.shop)).every(({ app }) => app === api.shop.appId)).toBe(true);
    expect((await api.admin.get(`/v1/suppressions/${global.body.id}`)).body).toEqual(global.body);
  });
});

test('the list comes newest first, in pages, by channel, reason and app', async () => {
  for (const n of [1, 2, 3]) await add(api.shop, { to: `page${n}@example.com`, reason: 'complaint' });
  await add(api.admin, { to: 'page4@example.com', reason: 'complaint' });
  const first = await api.admin.get('/v1/suppressions?reason=complaint&channel=email&limit=3');
  expect(first.body.items).toHaveLength(3);
  expect(first.body.pageInfo.hasMore).toBe(true);
  const second = await api.admin.get(`/v1/suppressions?reason=complaint&limit=3&after=${first.body.pageInfo.after}`);
  expect(second.body).toMatchObject({ items: [{ reason: 'complaint' }], pageInfo: { hasMore: false } });
  expect(await list(api.admin, '?reason=complaint&app=global')).toHaveLength(1);
  expect(await list(api.admin, `?reason=complaint&app=${api.shop.appId}`)).toHaveLength(3);
  expect((await api.admin.get('/v1/suppressions?to=nobody')).status).toBe(422);
});

describe('files', () => {
  const send = (client: Client, type: string, text: string, query = ''): Promise<Response> =>
    request(api.app)
      .post(`/v1/suppressions/import${query}`)
      .set({ Authorization: `Bearer ${client.key}`, 'Content-Type': type })
      .send(text)
      .then((response) => response);

  test('an import takes what is good of a CSV and names the line of what is not', async () => {
    const text =
      '\uFEFFto,reason,channel,remark\r\n' +
      'csv1@example.com,hard_bounce,,"a, ""quoted"" remark"\r\n' +
      '\r\n' +
      'nobody,,,\r\n' +
      '"+86 138 0013 8001",stop,sms,x\r\n' +
      'csv2@example.com,boredom,,\r\n' +
      '"csv3@example.com\r\n' +
      'CSV1@example.com,hard_bounce,,twice\r\n' +
      'csv4@example.com\r\n';
    const { status, body } = await send(api.shop, 'text/csv; charset=utf-8', text);
    expect(status).toBe(200);
    expect(body).toEqual({
      total: 7,
      added: 3,
      already: 1,
      failed: 3,
      errors: [
        { line: 4, code: 'invalid_address', detail: expect.stringMatching(/^to is not a valid phone number/) },
        { line: 6, code: 'invalid_value', detail: expect.stringMatching(/^reason must be one of/) },
        { line: 7, code: 'quotes', detail: expect.any(String) },
      ],
    });
    const entries = await api.db.database.stores.suppressions.list({ appId: api.shop.appId as AppId, limit: 100 });
    expect(
      entries
        .filter(({ source }) => source.startsWith('import:'))
        .map(({ address, reason }) => [address, reason])
        .sort(),
    ).toEqual([
      ['+8613800138001', 'stop'],
      ['csv1@example.com', 'hard_bounce'],
      ['csv4@example.com', 'manual'],
    ]);
    expect((await send(api.shop, 'text/csv', text)).body).toMatchObject({ added: 0, already: 4, failed: 3 });
  });

  test('JSON lines are taken as well', async () => {
    const text =
      '{"to":"line1@example.com","reason":"complaint"}\n\n{"to":\n{"to":"line2@example.com","x":1}\n{"to":"+8613800138002"}';
    expect((await send(api.admin, 'application/x-ndjson', text)).body).toEqual({
      total: 4,
      added: 2,
      already: 0,
      failed: 2,
      errors: [
        { line: 3, code: 'invalid_json', detail: 'is not JSON' },
        { line: 4, code: 'unknown_field', detail: 'x is not a known field' },
      ],
    });
  });

  test('thousands go in, and nobody else may', async () => {
    const text = `to\n${Array.from({ length: 5_000 }, (_, i) => `many${i}@example.com`).join('\n')}`;
    expect((await send(api.admin, 'text/csv', text, `?app=${api.shop.appId}`)).body).toMatchObject({ added: 5_000 });
    expect((await send(api.shop, 'text/csv', 'to\na@example.com', '?app=global')).status).toBe(403);
    expect((await request(api.app).post('/v1/suppressions/import').type('text/csv').send('to\n')).status).toBe(401);
  });

  test('another type, a file without names of columns and one that is too large are refused', async () => {
    expect((await send(api.shop, 'application/json', '{}')).status).toBe(415);
    expect((await send(api.shop, 'text/csv', 'a@example.com\n')).status).toBe(422);
    expect((await send(api.shop, 'text/csv', `to\n${'x'.repeat(1_100_000)}`)).status).toBe(413);
  });

  test('the export has everything in clear, can be imported again, and is for admins', async () => {
    await add(api.admin, { to: '=1+1@example.com', reason: 'manual' });
    const get = (client: Client, query = '') =>
      request(api.app).get(`/v1/suppressions/export${query}`).set('Authorization', `Bearer ${client.key}`);
    const response = await get(api.admin);
    expect(response.type).toBe('text/csv');
    const lines = response.text.trimEnd().split('\r\n');
    // With the mark by which spreadsheets know UTF-8.
    expect(lines[0]).toBe('\uFEFFid,channel,to,app,reason,appliesTo,source,messageId,createdAt,liftedAt,liftedBy');
    const { length } = await api.db.knex('suppressions').where({ lifted_id: '' });
    expect(lines).toHaveLength(length + 1);
    expect(response.text).toContain(',many4999@example.com,');
    expect(response.text).toContain(",'=1+1@example.com,");
    const again = await send(api.admin, 'text/csv', (await get(api.admin, '?app=global')).text);
    expect(again.body).toMatchObject({ added: 0, failed: 0 });
    const history = (await get(api.admin, '?to=again@example.com&lifted=true')).text;
    expect((await send(api.admin, 'text/csv', history)).body).toMatchObject({
      failed: 1,
      errors: [{ code: 'lifted' }],
    });
    expect((await get(api.shop)).status).toBe(403);
  });
});
