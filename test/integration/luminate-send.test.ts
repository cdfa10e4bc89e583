import { localDay } from '../../domain/day';
import { createLuminateClient, EMAIL_TEMPLATE, type LuminateClient } from '../support/luminate-client';
import { createTestApi, type TestApi } from '../support/test-api';

const GOOD = '13800138000';

let api: TestApi;
let shop: LuminateClient;
let admin: LuminateClient;
let sms: number;
let email: number;

beforeAll(async () => {
  api = await createTestApi();
  shop = createLuminateClient(api, api.shop);
  admin = createLuminateClient(api, api.admin);
  sms = await admin.save();
  email = await admin.save(EMAIL_TEMPLATE);
});
afterAll(() => api.close());

const send = (receiver: unknown, variables: unknown = { code: '1234' }, messageTemplateId: unknown = sms) =>
  shop.post('/send', { code: 'send', messageTemplateId, messageParam: { receiver, variables } });
const batch = (messageParamList: unknown, messageTemplateId: unknown = sms) =>
  shop.post('/batchSend', { code: 'send', messageTemplateId, messageParamList });
const entry = (receiver: unknown, variables: unknown = { code: '1' }) => ({ receiver, variables });
const many = (n: number) => Array.from({ length: n }, (_, i) => `1380013${String(8000 + i)}`).join(',');
const countMessages = async () => Number((await api.db.knex('messages').count({ n: '*' }))[0]!['n']);
const today = () => localDay(Date.now(), 'Asia/Shanghai').replaceAll('-', '');
const stored = async (messageId: string) => (await api.shop.get(`/v1/messages/${messageId}`)).body;

describe('the answer of a send', () => {
  test('has an id for each receiver in the order of the request, and the business id of template and day', async () => {
    const { status, code, msg, data } = await send(` ${GOOD},13800138001`);
    expect([status, code, msg]).toEqual([200, '00000', '操作成功']);
    const businessId = `2${String(sms).padStart(7, '0')}${today()}`;
    expect(data).toEqual([
      { messageId: expect.stringMatching(/^msg_/), businessId, bizId: data[0].messageId, receiver: GOOD },
      { messageId: expect.stringMatching(/^msg_/), businessId, bizId: data[1].messageId, receiver: '13800138001' },
    ]);
    expect(await stored(data[0].messageId)).toMatchObject({
      appId: api.shop.appId,
      template: { id: sms },
      lane: 'sms.notice',
    });
  });

  test('of a batch keeps the order over entries; the same address with other variables is a message of its own', async () => {
    const { code, data } = await batch([
      entry(`${GOOD},13800138001`, { code: 'a' }),
      { ...entry(GOOD, { code: 'b' }), bizId: 'row-2' },
      entry('+8613800138000', { code: 'c' }),
    ]);
    expect(code).toBe('00000');
    expect(data.map(({ receiver }: { receiver: string }) => receiver)).toEqual([
      GOOD,
      '13800138001',
      GOOD,
      '+8613800138000',
    ]);
    expect(data[2].bizId).toBe('row-2');
    for (const { messageId } of data) expect(await stored(messageId)).toMatchObject({ status: 'accepted' });
  });

  test('of a batch that is larger than one send has all of its messages, or none', async () => {
    const entries = Array.from({ length: 12 }, (_, i) => entry(many(100).replaceAll('1380013', `13${i + 10}013`)));
    const before = await countMessages();
    const { code, data } = await batch(entries.slice(0, 6));
    expect([code, data.length]).toEqual(['00000', 600]);
    expect(await countMessages()).toBe(before + 600);
    const refused = await batch([...entries.slice(6), entry(GOOD, {})]);
    expect(refused).toMatchObject({ code: 'A0001', msg: expect.stringContaining('"code"') });
    expect(await countMessages()).toBe(before + 600);
  });

  test('is the same again for the same Idempotency-Key', async () => {
    const body = { code: 'send', messageTemplateId: sms, messageParam: entry(GOOD) };
    const before = await countMessages();
    const first = await shop.call('post', '/send', body, { 'Idempotency-Key': 'twice' });
    expect(await shop.call('post', '/send', body, { 'Idempotency-Key': 'twice' })).toEqual(first);
    expect(await countMessages()).toBe(before + 1);
  });
});

describe('what is checked before the template', () => {
  test.each([
    ['no template id', { code: 'send', messageParam: { receiver: GOOD } }],
    ['no entry', { code: 'send', messageTemplateId: 1 }],
    ['an entry that is null', { code: 'send', messageTemplateId: 1, messageParam: null }],
    ['an entry without receiver', { code: 'send', messageTemplateId: 1, messageParam: {} }],
    ['a receiver that is null', { code: 'send', messageTemplateId: 1, messageParam: { receiver: null } }],
    ['an empty receiver', { code: 'send', messageTemplateId: 1, messageParam: { receiver: '' } }],
    ['a blank receiver', { code: 'send', messageTemplateId: 1, messageParam: { receiver: '  ' } }],
    ['a receiver that is a number', { code: 'send', messageTemplateId: 1, messageParam: { receiver: 1 } }],
    ['the code of a recall', { code: 'recall', messageTemplateId: 1, messageParam: { receiver: GOOD } }],
    ['an unknown code', { code: 'x', messageTemplateId: 1, messageParam: { receiver: GOOD } }],
    ['a list as body', []],
  ])('%s is A0001', async (_what, body) => {
    expect(await shop.post('/send', body)).toMatchObject({ status: 200, code: 'A0001' });
  });

  test.each([[null], [[]], [[null]], [[{ receiver: '' }, { receiver: ' ' }]], ['x']])(
    'a batch of %j is A0001',
    async (list) => {
      expect(await batch(list)).toMatchObject({ status: 200, code: 'A0001' });
    },
  );

  test('one blank and one good entry: the good one goes on', async () => {
    const { code, data } = await batch([entry(' '), null, entry(GOOD)]);
    expect([code, data.length]).toEqual(['00000', 1]);
  });

  test('101 pieces in one of two entries refuse both with A0003; 100 do not, and commas at the end do not count', async () => {
    const before = await countMessages();
    expect(await batch([entry(GOOD), entry(many(101))])).toMatchObject({ status: 200, code: 'A0003' });
    expect(await send(`${GOOD},`.repeat(101))).toMatchObject({ code: 'A0003' });
    expect(await countMessages()).toBe(before);
    expect((await send(`${many(100)},,`)).data).toHaveLength(100);
  });

  test.each(['sms', 'email'] as const)('"," has no receiver: A0001 (%s)', async (channel) => {
    expect(await send(',', { code: 'x', name: 'x' }, channel === 'sms' ? sms : email)).toMatchObject({ code: 'A0001' });
  });

  test('spaces around an address are not part of it', async () => {
    const { data } = await send('a@x.cn, b@x.cn', { name: 'x' }, email);
    expect(data.map(({ receiver }: { receiver: string }) => receiver)).toEqual(['a@x.cn', 'b@x.cn']);
  });
});

test('errors come in the order of the ancestor: parameters, too many, template, variables, receivers', async () => {
  const unknown = 8_888_888;
  const tooMany = entry(many(101), {});
  expect(await batch([entry('')], unknown)).toMatchObject({ code: 'A0001' });
  expect(await batch([tooMany], unknown)).toMatchObject({ code: 'A0003' });
  expect(await batch([entry('bad', {})], unknown)).toMatchObject({
    code: 'A0002',
    msg: expect.stringContaining('8888888'),
  });
  expect(await batch([entry(',', {})], unknown)).toMatchObject({ code: 'A0002' });
  expect(await batch([entry('bad', {})])).toMatchObject({
    code: 'A0001',
    msg: expect.stringContaining('needs "code"'),
  });
  expect(await batch([entry('bad')])).toMatchObject({
    code: 'A0001',
    msg: expect.stringContaining('not a valid phone number'),
  });
});

describe('phone numbers of the ancestor', () => {
  test.each([
    ...['13800138000', '14512345678', '14712345678', '15312345678', '15512345678', '16612345678', '17012345678'],
    ...['18912345678', '19112345678', '19812345678', '19912345678'],
  ])('%s is accepted', async (phone) => {
    expect((await send(phone)).data).toMatchObject([{ receiver: phone }]);
  });

  test.each(['15412345678', '12812345678', '1380013800', '138001380001', 'a@x.cn', '１３８x'])(
    '%s is left out',
    async (phone) => {
      expect(await send(phone)).toMatchObject({ status: 200, code: 'A0001' });
      const { code, msg, data } = await send(`${phone},${GOOD}`);
      expect([code, data.length]).toEqual(['00000', 1]);
      expect(msg).toContain(`1 of 2 receivers were left out: "${phone}"`);
    },
  );

  test.each(['16512345678', '19212345678', '+8613800138000'])(
    '%s is accepted, although not there: it is a number of today',
    async (phone) => {
      expect((await send(phone)).data).toMatchObject([{ receiver: phone }]);
    },
  );

  test.each(['14912345678', '14612345678'])(
    '%s, a number of devices, is left out, as texts do not reach it',
    async (phone) => {
      expect(await send(phone)).toMatchObject({ code: 'A0001' });
    },
  );
});

describe('placeholders of the ancestor', () => {
  const textOf = async (content: string, variables: unknown) => {
    const id = await admin.save({ msgContent: JSON.stringify({ content }) });
    const sent = await send(GOOD, variables, id);
    if (sent.code !== '00000') return sent.code;
    return (await api.shop.post(`/v1/templates/${id}/preview`, { variables: variables ?? {} })).body.text;
  };
  test.each<[string, unknown, string]>([
    ['code {$code}', { code: '1234' }, 'code 1234'],
    ['code {$code}', {}, 'A0001'],
    ['code {$code}', null, 'A0001'],
    ['code {$code}', { code: null }, 'A0001'],
    ['[{$code}]', { code: '' }, '[]'],
    ['{$a}{$a}', { a: 'x' }, 'xx'],
    ['${code}', {}, '${code}'],
    ['{code}', {}, '{code}'],
    ['unclosed {$code', {}, 'unclosed {$code'],
    ['{$a}', { a: '{$b}', b: 'x' }, '{$b}'],
    ['plain', { unused: 'x' }, 'plain'],
  ])('%s with %j gives %s', async (content, variables, expected) => {
    expect(await textOf(content, variables)).toBe(expected);
  });

  test('one entry without its variable refuses all, and names receiver and variable', async () => {
    const before = await countMessages();
    const { code, msg } = await batch([entry(GOOD), entry('13800138001', { other: 1 })]);
    expect([code, msg]).toEqual(['A0001', expect.stringMatching(/"13800138001".*needs "code"/)]);
    expect(await countMessages()).toBe(before);
  });
});

/** Last: the next template gets the number after the highest. */
describe('business ids', () => {
  /** Makes a template of that number. */
  async function templateOf(id: number, templateType: number): Promise<void> {
    const { knex } = api.db;
    const row = await knex('templates').where({ id: sms }).first();
    const version = await knex('template_versions').where({ template_id: sms }).first();
    const text = (json: unknown) => (typeof json === 'string' ? json : JSON.stringify(json));
    await knex('templates').insert({ ...row, id, template_key: `t-${id}`, policy: text(row.policy) });
    const json = { content: text(version.content), variables: text(version.variables) };
    await knex('template_versions').insert({ ...version, ...json, template_id: id });
    const expectPushTime = templateType === 10 ? '0' : null;
    expect(await admin.post('/save', { id, templateType, expectPushTime })).toMatchObject({ code: '00000' });
  }

  test.each([
    [1, 10],
    [17, 20],
    [9_999_999, 10],
  ])('of template %i, type %i: type, seven digits of the id, the day', async (id, type) => {
    if (id === sms) expect(await admin.post('/save', { id, templateType: type })).toMatchObject({ code: '00000' });
    else if (id === email) throw new Error('the number is taken');
    else {
      await api.db.knex('template_versions').where({ template_id: id }).delete();
      await api.db.knex('templates').where({ id }).delete();
      await templateOf(id, type);
    }
    const { data } = await send(GOOD, { code: 'x' }, id);
    expect(data[0].businessId).toBe(`${type / 10}${String(id).padStart(7, '0')}${today()}`);
  });

  test('10,000,000 does not exist here: its business id would be that of (20, 0)', async () => {
    expect(await admin.save()).toBe(10_000_000);
    expect(await send(GOOD, { code: 'x' }, 10_000_000)).toMatchObject({
      status: 200,
      code: 'A0002',
      msg: expect.stringContaining('9999999'),
    });
  });
});
