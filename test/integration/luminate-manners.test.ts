import fc from 'fast-check';
import request from 'supertest';
import { createLuminateClient, type LuminateClient } from '../support/luminate-client';
import { createTestApi, type TestApi } from '../support/test-api';

const GOOD = '13800138000';

let api: TestApi;
let shop: LuminateClient;
let admin: LuminateClient;
let sms: number;

beforeAll(async () => {
  api = await createTestApi();
  shop = createLuminateClient(api, api.shop);
  admin = createLuminateClient(api, api.admin);
  sms = await admin.save();
});
afterAll(() => api.close());

const send = (receiver: unknown, variables: unknown = { code: '1234' }, messageTemplateId: unknown = sms) =>
  shop.post('/send', { code: 'send', messageTemplateId, messageParam: { receiver, variables } });
const entry = (receiver: unknown, variables: unknown = { code: '1' }) => ({ receiver, variables });
const stored = async (messageId: string) => (await api.shop.get(`/v1/messages/${messageId}`)).body;

describe('a test send', () => {
  test('takes its variables as text, and really sends', async () => {
    const { code, data } = await admin.post('/test', { id: sms, receiver: GOOD, msgContent: '{"code":"9"}' });
    expect(code).toBe('00000');
    expect((await api.admin.get(`/v1/messages/${data[0].messageId}`)).body).toMatchObject({ appId: api.admin.appId });
  });

  test.each(['{', '[]', '7', 'null'])('variables %s are A0001', async (msgContent) => {
    expect(await admin.post('/test', { id: sms, receiver: GOOD, msgContent })).toMatchObject({ code: 'A0001' });
  });

  test('needs an admin key', async () => {
    expect(await shop.post('/test', { id: sms, receiver: GOOD })).toMatchObject({ status: 403, code: '00001' });
  });
});

test('a template that is stopped sends nothing: 00001', async () => {
  const id = await admin.save();
  expect(await admin.post(`/stop/${id}`)).toMatchObject({ code: '00000' });
  expect(await send(GOOD, { code: 'x' }, id)).toMatchObject({
    status: 200,
    code: '00001',
    msg: expect.stringContaining('stopped'),
  });
  expect(await admin.post(`/start/${id}`)).toMatchObject({ code: '00000' });
  expect(await send(GOOD, { code: 'x' }, id)).toMatchObject({ code: '00000' });
});

describe('signing in', () => {
  const body = () => ({ messageTemplateId: sms, messageParam: entry(GOOD) });
  const post = (headers: Record<string, string>) => request(api.app).post('/luminate/send').set(headers).send(body());

  test.each([
    ['no key', { 'X-Other': 'x' }],
    ['an unknown key', { Authorization: `Bearer lum_${'x'.repeat(43)}` }],
    ['a wrong password', { Authorization: `Basic ${Buffer.from('a:b').toString('base64')}` }],
  ])('%s is 401, in the envelope', async (_what, headers: Record<string, string>) => {
    const { status, body: answer } = await post(headers);
    expect([status, answer]).toEqual([401, { code: '00001', msg: expect.any(String), data: null }]);
  });

  test('the key may be the password in the address', async () => {
    const basic = Buffer.from(`any:${api.shop.key}`).toString('base64');
    expect((await post({ Authorization: `Basic ${basic}` })).body).toMatchObject({ code: '00000' });
  });

  test('with LUMINATE_COMPAT_KEY, requests from the private network need none, if no proxy brings them and it is no admin key', async () => {
    const withKey = async (key: string, headers: Record<string, string>) => {
      const other = await createTestApi({
        db: api.db,
        deps: { config: { ...api.deps.config, LUMINATE_COMPAT_KEY: key } },
      });
      const answer = await request(other.app).post('/luminate/send').set(headers).send(body());
      const elsewhere = await request(other.app).get('/v1/templates');
      await other.close();
      expect(elsewhere.status).toBe(401);
      return answer;
    };
    const sent = (await withKey(api.shop.key, {})).body;
    expect(sent.code).toBe('00000');
    expect(await stored(sent.data[0].messageId)).toMatchObject({ appId: api.shop.appId });
    expect((await withKey(api.shop.key, { 'X-Forwarded-For': '8.8.8.8' })).status).toBe(401);
    expect((await withKey(api.shop.key, { Origin: 'http://page.example' })).status).toBe(401);
    expect((await withKey(api.shop.key, { Authorization: 'Bearer lum_wrong' })).status).toBe(401);
    expect(await withKey(api.admin.key, {})).toMatchObject({ status: 403, body: { code: '00001' } });
  });

  test('no key and no address is in the log', () => {
    const logs = api.logs.join('');
    expect(logs).toContain('/luminate/send');
    for (const secret of [api.shop.key, api.admin.key, GOOD]) expect(logs).not.toContain(secret);
  });
});

describe('odd requests', () => {
  const raw = (text: string, type: string) =>
    request(api.app)
      .post('/luminate/send')
      .set({ Authorization: `Bearer ${api.shop.key}`, 'Content-Type': type })
      .send(text);

  test.each([
    ['no JSON', '{', 'application/json'],
    ['another type', '{}', 'text/plain'],
    ['nothing', '', 'application/json'],
    ['more than 1 MB', JSON.stringify({ x: 'y'.repeat(1_100_000) }), 'application/json'],
  ])('%s is A0001', async (_what, text, type) => {
    const { status, body } = await raw(text, type);
    expect([status, body]).toEqual([200, { code: 'A0001', msg: expect.any(String), data: null }]);
  });

  test('what does not exist is B0404', async () => {
    expect(await shop.post('/nothing')).toMatchObject({ status: 404, code: 'B0404' });
    expect(await shop.get('/send')).toMatchObject({ status: 404, code: 'B0404' });
  });

  test('a database that is away is B0001, with HTTP 503', async () => {
    const away = async () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    const stores = {
      ...api.db.database.stores,
      luminateTemplates: { ...api.db.database.stores.luminateTemplates, list: away },
    };
    const other = await createTestApi({ db: api.db, deps: { database: { ...api.db.database, stores } } });
    const { status, body } = await request(other.app)
      .get('/luminate/list')
      .set('Authorization', `Bearer ${api.shop.key}`);
    await other.close();
    expect([status, body.code]).toEqual([503, 'B0001']);
  });

  test('a database that goes away before anything is durable is told, and nothing is kept', async () => {
    const { stores } = api.db.database;
    const getMany = async () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }));
    const once = { ...stores, luminateTemplates: { ...stores.luminateTemplates, getMany } };
    const other = await createTestApi({ db: api.db, deps: { database: { ...api.db.database, stores: once } } });
    const count = async () => Number((await api.db.knex('messages').count({ n: '*' }))[0]!['n']);
    const before = await count();
    const { status, body } = await request(other.app)
      .post('/luminate/send')
      .set('Authorization', `Bearer ${api.shop.key}`)
      .send({ messageTemplateId: sms, messageParam: entry(GOOD) });
    await other.close();
    expect([status, body.code, await count()]).toEqual([503, 'B0001', before]);
  });

  const PATHS = [
    '/send',
    '/batchSend',
    '/save',
    '/test',
    '/recall',
    '/trace/message',
    '/trace/user',
    '/trace/messageTemplate',
    '/trace/sms',
  ];
  const FIELDS = [
    ...['code', 'messageTemplateId', 'messageParam', 'messageParamList', 'receiver', 'variables', 'id', 'msgContent'],
    ...['recallMessageId', 'messageId', 'businessId', 'dateTime', 'sendChannel', 'msgType', 'templateType', 'name'],
    ...['expectPushTime', 'cronCrowdPath', 'idType'],
  ];
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(
      'send',
      'recall',
      '',
      ' ',
      ',',
      '0',
      '0 0 9 * * ?',
      '* * * * *',
      GOOD,
      'a@x.cn',
      'msg_x',
      '2000001799999999',
    ),
    fc.constantFrom<unknown>(0, -1, 10, 20, 30, 40, 1e15, 1e300, 0.5, null, true),
    fc.string({ unit: 'binary' }),
    fc.integer(),
  );
  const value = fc.oneof(
    leaf,
    fc.array(leaf, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS), leaf, { maxKeys: 4 }),
  );
  const odd = fc.oneof(
    { weight: 9, arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), value) },
    { weight: 1, arbitrary: value },
  );

  test('nothing answers 5xx, or out of the envelope', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), odd, async (path, body) => {
        const answer = await admin.post(path, wrap(body));
        expect(answer.status).toBe(200);
        expect(['00000', '00001', 'A0001', 'A0002', 'A0003', 'B0404']).toContain(answer.code);
      }),
      { numRuns: 120 },
    );
    for (const path of [
      '/query/x',
      '/query/99999999999999999',
      '/list?page=0',
      '/list?perPage=x',
      '/list?page=1&page=2',
    ]) {
      expect(await shop.get(path)).toMatchObject({ status: 200, code: 'A0001' });
    }
    for (const path of ['/start/x', '/stop/1.5', '/copy/-1', '/recall/x']) {
      expect(await admin.post(path)).toMatchObject({ status: 200, code: 'A0001' });
    }
  }, 60_000);
});

/** supertest sends objects only. */
function wrap(body: unknown): unknown {
  return typeof body === 'object' && body !== null ? body : { id: body, code: body };
}
