import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
let mailSend: string;
let smsSend: string;
beforeAll(async () => {
  api = await createTestApi();
  await createTemplate(api.admin, 'mail', 'email', { subject: 'S', html: '<p>Hi</p>' });
  await createTemplate(api.admin, 'text', 'sms', { text: 'Hi' });
  const send = async (template: string, ...to: string[]) =>
    (await api.shop.post('/v1/sends', { template, recipients: to.map((address) => ({ to: address })) })).body.id;
  mailSend = await send('mail', 'ada@example.com', 'bob@example.com', 'ADA@example.com');
  smsSend = await send('text', '+8613800138000');
});
afterAll(() => api.close());

const list = async (query = '') => (await api.shop.get(`/v1/messages?${query}`)).body;
const sendsIn = async (query: string): Promise<string[]> =>
  (await list(query)).items.map(({ sendId }: { sendId: string }) => sendId);

describe('GET /v1/messages', () => {
  test('the newest come first, with masked addresses', async () => {
    const { items } = await list();
    expect(items.map(({ to }: { to: string }) => to)).toEqual([
      '+86138****8000',
      'a***@example.com',
      'b***@example.com',
      'a***@example.com',
    ]);
    expect(items[0].lane).toBe('sms.notice');
  });

  test('an address is found however it is typed', async () => {
    expect(await sendsIn('to=Ada@Example.COM')).toEqual([mailSend, mailSend]);
    expect(await sendsIn('to=138%200013%208000')).toEqual([smsSend]);
    expect(await sendsIn('to=%2B8613800138000')).toEqual([smsSend]);
    expect(await sendsIn('to=nobody@example.com')).toEqual([]);
  });

  test('filters add up', async () => {
    expect(await sendsIn('template=text')).toEqual([smsSend]);
    expect(await sendsIn('template=1&status=deduplicated')).toEqual([mailSend]);
    expect(await sendsIn(`send=${smsSend}&template=mail`)).toEqual([]);
    expect(await sendsIn('from=2040-01-01T00:00:00Z')).toEqual([]);
    expect(await sendsIn('until=2020-01-01T00:00:00%2B02:00')).toEqual([]);
    expect(await sendsIn('from=2020-01-01T00:00:00Z&until=2040-01-01T00:00:00Z')).toHaveLength(4);
  });

  test('messages of a deleted template are found by its number', async () => {
    const id = await createTemplate(api.admin, 'short-lived', 'sms', { text: 'Hi' });
    await api.shop.post('/v1/sends', { template: id, recipients: [{ to: '+8613900139000' }] });
    await api.admin.call('delete', `/v1/templates/${id}`);
    expect(await sendsIn(`template=${id}`)).toHaveLength(1);
    expect((await api.shop.get('/v1/messages?template=short-lived')).status).toBe(422);
  });

  test('pages follow one another without gap or overlap', async () => {
    const all = (await list('limit=200')).items.map(({ id }: { id: string }) => id);
    const paged: string[] = [];
    for (let after = ''; ;) {
      const { items, pageInfo } = await list(`limit=2${after}`);
      paged.push(...items.map(({ id }: { id: string }) => id));
      if (!pageInfo.hasMore) break;
      after = `&after=${pageInfo.after}`;
    }
    expect(paged).toEqual(all);
    expect(await list('to=nobody@example.com')).toEqual({ items: [], pageInfo: { after: null, hasMore: false } });
  });

  test.each([
    ['to=nonsense', 'to'],
    ['status=happy', 'status'],
    ['send=1', 'send'],
    ['after=1', 'after'],
    ['from=yesterday', 'from'],
    ['template=no-such', 'template'],
    ['limit=1000', 'limit'],
    ['two=many&limit=1', 'two'],
  ])('?%s is refused', async (query, parameter) => {
    const { status, body } = await api.shop.get(`/v1/messages?${query}`);
    expect([status, body.errors[0].parameter]).toEqual([422, parameter]);
  });
});

describe('GET /v1/messages/:id', () => {
  test('tells a message, without its address', async () => {
    const [{ id }] = (await list('template=text')).items;
    const { body, text } = await api.shop.get(`/v1/messages/${id}`);
    expect(body).toMatchObject({
      sendId: smsSend,
      channel: 'sms',
      to: '+86138****8000',
      status: 'accepted',
      attempts: [],
      links: { timeline: `/v1/messages/${id}/timeline`, send: `/v1/sends/${smsSend}` },
    });
    expect(text).not.toContain('13800138000');
    expect((await api.shop.get(`/v1/messages/${id}/timeline`)).body.steps[0].step).toBe('accepted');
  });

  test('unknown messages and sends are not found', async () => {
    for (const id of ['msg_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'nonsense', '%20']) {
      expect((await api.shop.get(`/v1/messages/${id}`)).status).toBe(404);
      expect((await api.shop.get(`/v1/messages/${id}/timeline`)).status).toBe(404);
      expect((await api.shop.get(`/v1/sends/${id}`)).status).toBe(404);
    }
  });
});
