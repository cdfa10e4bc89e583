import request from 'supertest';
import { createApp } from '../../api/create-app';
import { createDatabase } from '../../db/database';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  await createTemplate(api.admin, 'hello');
});
afterAll(() => api.close());

const raw = (body: string, headers: Record<string, string> = {}) =>
  request(api.app)
    .post('/v1/sends')
    .set({ Authorization: `Bearer ${api.shop.key}`, 'Content-Type': 'application/json', ...headers })
    .send(body);

describe('problems', () => {
  test('every error is a problem document with the id of its request', async () => {
    const response = await raw('{}', { 'X-Request-Id': 'my-request.1' });
    expect(response.type).toBe('application/problem+json');
    expect(response.get('X-Request-Id')).toBe('my-request.1');
    expect(response.body).toEqual({
      type: '/problems/invalid_request',
      title: 'Invalid request',
      status: 422,
      detail: '/template is required (and 1 more: see errors)',
      instance: '/v1/sends',
      code: 'invalid_request',
      errors: [
        { pointer: '/template', code: 'required', detail: 'is required' },
        { pointer: '/recipients', code: 'required', detail: 'is required' },
      ],
      requestId: 'my-request.1',
    });
    expect((await request(api.app).get(response.body.type)).body).toMatchObject({
      code: 'invalid_request',
      status: 422,
    });
  });

  test('a request id that is not sane is replaced', async () => {
    const response = await raw('{}', { 'X-Request-Id': 'a b"c' });
    expect(response.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('invalid JSON is refused', async () => {
    const { status, body } = await raw('{"template": ');
    expect([status, body.code]).toEqual([400, 'invalid_json']);
    expect((await raw('"text"')).status).toBe(422);
  });

  test('a body of 2 MB is refused', async () => {
    const { status, body } = await raw(JSON.stringify({ template: 'x'.repeat(2 * 1024 * 1024) }));
    expect([status, body.code]).toEqual([413, 'body_too_large']);
  });

  test('another content type is refused', async () => {
    const { status, body } = await raw('template=hello', { 'Content-Type': 'application/x-www-form-urlencoded' });
    expect([status, body.code]).toEqual([415, 'unsupported_media_type']);
  });

  test('an unknown address is not found, and one that cannot be decoded is a bad request', async () => {
    const unknown = await request(api.app).get('/v2/nothing');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'not_found']);
    const broken = await api.shop.get('/v1/sends/%E0%A4%A');
    expect([broken.status, broken.body.code]).toEqual([400, 'bad_request']);
  });

  test('odd characters in a search, an upload id or a base address are no defect', async () => {
    await api.admin.call('patch', '/v1/templates/hello', { name: '问候 💐' });
    const found = await api.shop.get(`/v1/templates?search=${encodeURIComponent('候 💐')}`);
    expect(found.body.items.map(({ key }: { key: string }) => key)).toEqual(['hello']);
    expect((await api.shop.get('/v1/audiences/uploads/%C2%84')).status).toBe(404);
    const config = { baseUrl: '' };
    const secrets = { accessKeyId: 'x', accessKeySecret: 'x' };
    const { status, body } = await api.admin.post('/v1/accounts', { name: 'x', provider: 'aliyun', config, secrets });
    expect([status, body.errors?.[0].pointer]).toEqual([422, '/config/baseUrl']);
  });

  test('a database that is away is 503 with Retry-After', async () => {
    const url = 'mysql://nobody@127.0.0.1:1/nothing';
    const database = createDatabase({ url, poolSize: 1, secretKey: api.db.secretKey });
    const app = createApp({ ...api.deps, database });
    const response = await request(app).get('/v1/templates').set('Authorization', 'Bearer lum_x');
    expect([response.status, response.body.code]).toEqual([503, 'service_unavailable']);
    expect(Number(response.get('Retry-After'))).toBeGreaterThan(0);
    await database.close();
  });

  test('a defect is 500 without a word of its cause, which is logged under the request id', async () => {
    const timeline = () => Promise.reject(new Error('secret cause'));
    const app = createApp({ ...api.deps, timeline });
    const sent = await api.shop.post('/v1/sends', {
      template: 'hello',
      recipients: [{ to: '+8613800138000', variables: { name: 'x' } }],
    });
    const response = await request(app)
      .get(`/v1/messages/${sent.body.messages[0].id}/timeline`)
      .set('Authorization', `Bearer ${api.shop.key}`);
    expect([response.status, response.body.code]).toEqual([500, 'internal_error']);
    expect(response.text).not.toContain('secret cause');
    const line = api.logs.find((text) => text.includes('secret cause'));
    expect(JSON.parse(line ?? '')).toMatchObject({ level: 'error', requestId: response.body.requestId });
  });
});

test('no cache keeps an answer; what has an ETag may be kept by its reader, who asks each time', async () => {
  const one = await api.admin.get('/v1/templates/hello');
  const known = await api.admin.get('/v1/templates/hello', { 'If-None-Match': one.get('ETag') ?? '' });
  expect(known.status).toBe(304);
  for (const answer of [one, known]) expect(answer.get('Cache-Control')).toBe('private, no-cache');
  const recipients = [{ to: '+8613800138000', variables: { name: 'x' } }];
  const others = [
    await api.shop.get('/v1/messages'),
    await api.shop.post('/v1/sends', { template: 'hello', recipients }),
    await api.shop.get('/v1/messages/msg_1'),
    await request(api.app).get('/v1/suppressions/export').set('Authorization', `Bearer ${api.admin.key}`),
    await request(api.app).get('/luminate/list').set('Authorization', `Bearer ${api.admin.key}`),
  ];
  expect(others.map(({ status }) => status)).toEqual([200, 202, 404, 200, 200]);
  for (const answer of others) expect(answer.get('Cache-Control')).toBe('no-store');
  expect((await request(api.app).get('/docs/assets/swagger-ui.css')).get('Cache-Control')).toContain('max-age=86400');
});

describe('logs and metrics', () => {
  test('they tell route, status and app, and no address, value, key or query', async () => {
    api.logs.length = 0;
    await raw(
      JSON.stringify({ template: 'hello', recipients: [{ to: '+8613811112222', variables: { name: 'Grace' } }] }),
    );
    await raw(JSON.stringify({ template: 'hello', recipients: [{ to: 'wrong-address-1234' }] }));
    await api.shop.get('/v1/messages?to=hidden@example.com');
    const logs = api.logs.join('');
    for (const hidden of ['13811112222', 'Grace', 'wrong-address', 'hidden@example.com', api.shop.key, '127.0.0.1']) {
      expect(logs).not.toContain(hidden);
    }
    expect(JSON.parse(api.logs.at(-1) ?? '')).toMatchObject({
      msg: 'request',
      method: 'GET',
      route: '/v1/messages',
      status: 200,
      ms: expect.any(Number),
      requestId: expect.any(String),
      app: api.shop.appId,
    });
  });

  test('metrics count requests by pattern, and sends by lane', async () => {
    await request(api.app).get('/some/random/path');
    const { text, status } = await request(api.app).get('/metrics');
    expect(status).toBe(200);
    expect(text).toMatch(/luminate_http_request_seconds_count\{method="POST",route="\/v1\/sends",status="202"\} \d/);
    expect(text).toMatch(/luminate_sends_accepted_total\{lane="sms.notice"\} \d/);
    expect(text).toMatch(/luminate_recipients_rejected_total\{code="invalid_address"\} \d/);
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).not.toContain('/some/random');
  });
});

describe('health', () => {
  const broken = () => Promise.reject(Object.assign(new Error('user root at 10.0.0.1'), { code: 'ECONNREFUSED' }));
  const ready = (checks: object) =>
    request(createApp({ ...api.deps, checks: { ...api.deps.checks, ...checks } })).get('/readyz');

  test('the process is healthy and ready', async () => {
    expect((await request(api.app).get('/healthz')).body).toEqual({ status: 'ok' });
    expect((await ready({})).body).toEqual({
      status: 'ok',
      checks: { mysql: { ok: true }, redis: { ok: true }, temporal: { ok: true } },
    });
  });

  test('without Redis or Temporal it is degraded and still serves', async () => {
    const { status, body } = await ready({ redis: broken });
    expect([status, body.status, body.checks.redis]).toEqual([200, 'degraded', { ok: false, detail: 'ECONNREFUSED' }]);
    expect((await ready({ temporal: broken })).body.status).toBe('degraded');
  });

  test('without MySQL it is unavailable', async () => {
    const { status, body } = await ready({ mysql: broken });
    expect([status, body.status]).toEqual([503, 'unavailable']);
  });
});

describe('documentation', () => {
  test('the page and all it needs come from here', async () => {
    const page = await request(api.app).get('/docs');
    expect(page.status).toBe(200);
    const places = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, place]) => place ?? '');
    expect(places).toHaveLength(4);
    for (const place of places) {
      expect(place).toMatch(/^\/docs\//);
      expect((await request(api.app).get(place)).status).toBe(200);
    }
    expect(page.get('Content-Security-Policy')).toContain("script-src 'self';");
    expect(page.text).not.toMatch(/<script>/);
  });

  test('the OpenAPI document is served', async () => {
    const { body } = await request(api.app).get('/openapi.json');
    expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'Luminate' } });
  });

  test('answers carry security headers and do not name the server', async () => {
    const { headers } = await request(api.app).get('/healthz');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
  });
});
