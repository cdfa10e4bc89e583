import request from 'supertest';
import { createApp } from '../../api/create-app';
import { createTemplate, createTestApi, type Client, type TestApi } from '../support/test-api';

const send = { template: 'hello', recipients: [{ to: '+8613800138000', variables: { name: 'Ada' } }] };

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
  await createTemplate(api.admin, 'hello');
});
afterAll(() => api.close());

const sendWith = (key: string, body: object = send, client: Client = api.shop) =>
  client.post('/v1/sends', body, { 'Idempotency-Key': key });
const sends = async (): Promise<number> => Number((await api.db.knex('sends').count({ n: '*' }))[0]?.['n']);

describe('Idempotency-Key', () => {
  test('the same request again gets the first answer and sends nothing', async () => {
    const first = await sendWith('order-1');
    const before = await sends();
    const again = await sendWith('order-1');
    expect(again.status).toBe(202);
    expect(again.text).toBe(first.text);
    expect(again.get('Location')).toBe(first.get('Location'));
    expect([first.get('Idempotent-Replayed'), again.get('Idempotent-Replayed')]).toEqual([undefined, 'true']);
    expect(await sends()).toBe(before);
  });

  test('without a key every request is a new one', async () => {
    const [one, two] = [await api.shop.post('/v1/sends', send), await api.shop.post('/v1/sends', send)];
    expect(one.body.id).not.toBe(two.body.id);
  });

  test('the same key with another body is refused', async () => {
    await sendWith('order-2');
    const other = await sendWith('order-2', { ...send, variables: { more: 1 } });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('the same key at another endpoint is refused', async () => {
    const headers = { 'Idempotency-Key': 'order-3' };
    await api.admin.post('/v1/apps', { name: 'order-3' }, headers);
    const other = await api.admin.post('/v1/sends', send, headers);
    expect(other.body.code).toBe('idempotency_key_reused');
  });

  test('the same key of another app is another key', async () => {
    const [ours, theirs] = [await sendWith('order-4'), await sendWith('order-4', send, api.admin)];
    expect(ours.body.id).not.toBe(theirs.body.id);
  });

  test('ten equal requests at once end as one send and nine repeats', async () => {
    const before = await sends();
    const started = api.starts.length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => sendWith('order-5')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter((answer) => answer.get('Idempotent-Replayed') === 'true')).toHaveLength(9);
    expect([await sends(), api.starts.length]).toEqual([before + 1, started + 1]);
  });

  test('ten equal bad requests at once are all refused for what is wrong with them', async () => {
    const bad = { ...send, template: 'unknown' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => sendWith('order-6', bad)));
    expect(answers.map(({ body }) => body.code)).toEqual(Array(10).fill('template_not_found'));
  });

  test('equal requests at once to several processes end as one send', async () => {
    const before = await sends();
    const processes = Array.from({ length: 4 }, () => createApp(api.deps));
    const answers = await Promise.all(
      [...processes, ...processes].map((app) =>
        request(app)
          .post('/v1/sends')
          .set({ Authorization: `Bearer ${api.shop.key}`, 'Idempotency-Key': 'order-8' })
          .send(send),
      ),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await sends()).toBe(before + 1);
  });

  test('a refused request leaves the key free', async () => {
    const refused = await sendWith('order-7', { ...send, recipients: [] });
    expect(refused.status).toBe(422);
    expect((await sendWith('order-7')).status).toBe(202);
  });

  test.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['with a space', 'a b'],
  ])('a key that is %s is refused', async (_what, key) => {
    const { status, body } = await sendWith(key);
    expect([status, body.code]).toEqual([422, 'invalid_idempotency_key']);
  });

  test('a repeated creation of an API key does not tell the key again', async () => {
    const { appId } = api.shop;
    const create = () => api.admin.post(`/v1/apps/${appId}/keys`, { name: 'n' }, { 'Idempotency-Key': 'key-1' });
    const [first, again] = [await create(), await create()];
    expect(first.body.key).toMatch(/^lum_/);
    expect(again.body).toEqual({ ...first.body, key: null });
    const stored = await api.db.knex('idempotency_keys').where({ idempotency_key: 'key-1' }).first();
    expect(JSON.stringify(stored)).not.toContain(first.body.key);
  });
});
