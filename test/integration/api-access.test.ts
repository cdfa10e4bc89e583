import request from 'supertest';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

const send = { template: 'hello', recipients: [{ to: '+8613800138000', variables: { name: 'Ada' } }] };

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  await createTemplate(api.admin, 'hello');
});
afterAll(() => api.close());

describe('API keys', () => {
  test.each([
    ['no key', undefined],
    ['another scheme', 'Basic bHVtOg=='],
    ['an unknown key', `Bearer lum_${'x'.repeat(43)}`],
    ['an empty key', 'Bearer '],
  ])('%s is refused with 401', async (_what, header) => {
    const call = request(api.app).get('/v1/templates');
    const response = await (header === undefined ? call : call.set('Authorization', header));
    expect(response.status).toBe(401);
    expect(response.get('WWW-Authenticate')).toMatch(/^Bearer/);
    expect(response.body).toMatchObject({ code: 'unauthorized' });
  });

  test('a revoked key is refused at once, and revoking twice is harmless', async () => {
    const { body } = await api.admin.post(`/v1/apps/${api.shop.appId}/keys`, { name: 'to revoke' });
    const use = () => request(api.app).get('/v1/templates').set('Authorization', `Bearer ${body.key}`);
    expect((await use()).status).toBe(200);
    expect((await api.admin.call('delete', `/v1/keys/${body.id}`)).status).toBe(204);
    expect((await use()).status).toBe(401);
    expect((await api.admin.call('delete', `/v1/keys/${body.id}`)).status).toBe(204);
    const { items } = (await api.admin.get(`/v1/apps/${api.shop.appId}/keys`)).body;
    expect(items.find(({ id }: { id: string }) => id === body.id).revokedAt).not.toBeNull();
  });

  test('the list of keys tells no key', async () => {
    const { text } = await api.admin.get(`/v1/apps/${api.shop.appId}/keys`);
    expect(text).not.toContain(api.shop.key);
  });

  test('unknown apps and keys are not found', async () => {
    const unknown = 'app_01ARZ3NDEKTSV4RRFFQ69G5FAV';
    for (const id of [unknown, 'nonsense']) {
      expect((await api.admin.get(`/v1/apps/${id}/keys`)).status).toBe(404);
      expect((await api.admin.post(`/v1/apps/${id}/keys`, { name: 'n' })).status).toBe(404);
      expect((await api.admin.call('delete', `/v1/keys/${id}`)).status).toBe(404);
    }
  });

  test('an app needs a name of its own', async () => {
    expect((await api.admin.post('/v1/apps', { name: 'shop' })).body.code).toBe('name_taken');
    expect((await api.admin.post('/v1/apps', { name: '  ' })).status).toBe(422);
    const { items } = (await api.admin.get('/v1/apps')).body;
    expect(items.map(({ name }: { name: string }) => name)).toContain('shop');
  });
});

describe('roles', () => {
  test.each([
    ['get', '/v1/apps'],
    ['post', '/v1/apps'],
    ['get', '/v1/accounts'],
    ['get', '/v1/routes'],
    ['put', '/v1/routes/sms.notice'],
    ['post', '/v1/templates'],
    ['post', '/v1/templates/hello/stop'],
    ['delete', '/v1/templates/hello'],
    ['post', '/v1/templates/hello/test'],
  ] as const)('an app key may not %s %s', async (method, path) => {
    const { status, body } = await api.shop.call(method, path, method === 'get' ? undefined : {});
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  test('an app key may read and preview templates', async () => {
    expect((await api.shop.get('/v1/templates')).status).toBe(200);
    expect((await api.shop.post('/v1/templates/hello/preview', { variables: { name: 'x' } })).status).toBe(200);
  });

  test("another app's send and messages do not exist, save for an admin key", async () => {
    const stranger = await api.client(await api.db.database.stores.apps.create('stranger'), 'app');
    const { body } = await api.shop.post('/v1/sends', send);
    const paths = [`/v1/sends/${body.id}`, `/v1/messages/${body.messages[0].id}`];
    paths.push(`${paths[1]}/timeline`);
    for (const path of paths) {
      expect((await stranger.get(path)).status).toBe(404);
      expect((await api.shop.get(path)).status).toBe(200);
      expect((await api.admin.get(path)).status).toBe(200);
    }
    expect((await stranger.get('/v1/messages')).body.items).toEqual([]);
    expect((await stranger.get(`/v1/messages?send=${body.id}`)).body.items).toEqual([]);
    expect((await stranger.get(`/v1/messages?app=${api.shop.appId}`)).status).toBe(403);
    const { items } = (await api.admin.get(`/v1/messages?app=${api.shop.appId}`)).body;
    expect(items.map(({ sendId }: { sendId: string }) => sendId)).toContain(body.id);
  });
});
