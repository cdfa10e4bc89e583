import request from 'supertest';
import { createLuminateClient, SMS_TEMPLATE, type LuminateClient } from '../support/luminate-client';
import { createTestApi, type TestApi } from '../support/test-api';

const GOOD = '13800138000';
const INEXACT = '12345678901234567890';
const AS_TEXT = /beyond 9007199254740991.*write it as text/;

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

/** JSON as a caller writes it: reading it here would lose digits. */
async function posted(path: string, json: string, key = api.admin.key) {
  const sent = request(api.app)
    .post(path)
    .set({ Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' });
  const { status, body } = await sent.send(json);
  return { status, ...(body as { code: string; msg: string; errors: unknown; data: { bizId: string }[] }) };
}

const param = `"messageParam":{"receiver":"${GOOD}","variables":{"code":1}}`;

describe('numbers as the ancestor’s JSON reader took them', () => {
  test.each([
    ['{"templateType":"20"}', { templateType: 20 }],
    ['{"deduplicationTime":"3","isNightShield":"0"}', { deduplicationTime: 3, isNightShield: 0 }],
    ['{"idType":" 30 ","sendChannel":"30","msgType":"+10"}', { idType: 30, sendChannel: 30, msgType: 10 }],
    ['{"deduplicationTime":"","isNightShield":" "}', { deduplicationTime: null, isNightShield: null }],
    ['{"id":""}', { name: 'Code' }],
    ['{"sendAccount":"7","deduplicationTime":-1}', { sendAccount: '7', deduplicationTime: -1 }],
  ])('save takes %s', async (json, saved) => {
    const body = JSON.stringify({ ...SMS_TEMPLATE, ...JSON.parse(json) });
    const { code, msg } = await posted('/luminate/save', body);
    expect([code, msg]).toEqual(['00000', expect.stringMatching(/id \d+$/)]);
    const [, id = ''] = /id (\d+)$/.exec(msg) ?? [];
    expect((await shop.get(`/query/${id}`)).data).toMatchObject({ id: Number(id), ...saved });
  });

  const NUMBER = 'must be a whole number, also as text: 17 or "17"';
  test.each([
    ['save', '{"templateType":"30"}', '/templateType must be 10 (by schedule) or 20 (by call)'],
    ['save', '{"templateType":"x"}', `/templateType ${NUMBER}`],
    ['save', '{"sendChannel":0.5}', `/sendChannel ${NUMBER}`],
    ['save', '{"sendChannel":true}', `/sendChannel ${NUMBER}`],
    [
      'save',
      '{"deduplicationTime":9223372036854775807}',
      '/deduplicationTime must be between -2147483647 and 2147483647',
    ],
    ['save', '{"sendAccount":{}}', '/sendAccount must be a number, or a text of 100 characters at most'],
    ['save', `{"sendAccount":"${'x'.repeat(101)}"}`, '/sendAccount must have at most 100 characters'],
    ['test', '{}', '/id is required'],
    ['test', '{"id":""}', '/id is required'],
    ['send', `{"messageTemplateId":[1],${param}}`, `/messageTemplateId ${NUMBER}`],
    ['send', `{"messageTemplateId":"",${param}}`, 'messageTemplateId is required.'],
    [
      'send',
      `{"messageTemplateId":1,"messageParam":{"receiver":["${GOOD}"]}}`,
      '/messageParam/receiver must be a text; a number',
    ],
    [
      'send',
      `{"messageTemplateId":1,"messageParam":{"receiver":"1","bizId":${INEXACT}}}`,
      '/messageParam/bizId must be',
    ],
    ['recall', '{"recallMessageId":[1]}', '/recallMessageId must be the id of a message, or a list of 500 at most'],
    ['trace/sms', '{"dateTime":"today"}', `/dateTime ${NUMBER}`],
  ])('%s refuses %s with A0001 in words', async (path, json, words) => {
    expect(await posted(`/luminate/${path}`, json)).toMatchObject({
      status: 200,
      code: 'A0001',
      msg: expect.stringContaining(words),
      data: null,
    });
  });

  test('recall refuses 501 ids with A0001 in words', async () => {
    const { code, msg } = await posted('/luminate/recall', JSON.stringify({ recallMessageId: Array(501).fill('x') }));
    expect([code, msg]).toEqual(['A0001', '/recallMessageId must be the id of a message, or a list of 500 at most']);
  });

  test.each([
    '-1',
    '"-1"',
    '0',
    '8888888',
    '"99999999999999999"',
    '9223372036854775807',
    '1e300',
    `"${'9'.repeat(30)}"`,
  ])('a template %s that there is not is A0002, wherever it is named', async (id) => {
    for (const [path, json] of [
      ['send', `{"messageTemplateId":${id},${param}}`],
      ['recall', `{"messageTemplateId":${id}}`],
      ['test', `{"id":${id},"receiver":"${GOOD}"}`],
      ['save', `{"id":${id},"name":"x"}`],
    ]) {
      expect([path, await posted(`/luminate/${path}`, json!)]).toMatchObject([path, { status: 200, code: 'A0002' }]);
    }
  });

  test('texts may be numbers: bizId, and receivers of sends and traces', async () => {
    const sent = await posted(
      '/luminate/send',
      `{"messageTemplateId":"${sms}","messageParam":{"receiver":${GOOD},"bizId":7,"variables":{"code":1}}}`,
    );
    expect(sent).toMatchObject({ code: '00000', data: [{ bizId: '7', receiver: GOOD }] });
    const traced = await posted('/luminate/trace/user', `{"receiver":${GOOD}}`);
    expect(traced.data).toMatchObject({ items: [{ title: 'Code' }] });
  });
});

describe('values that cannot be kept as they are: whole numbers that JSON cannot hold exactly, and depth', () => {
  test.each([
    ['/luminate/send', `{"messageTemplateId":1,"messageParam":{"receiver":"${GOOD}","variables":{"code":${INEXACT}}}}`],
    [
      '/luminate/batchSend',
      `{"messageTemplateId":1,"messageParamList":[null,{"receiver":"${GOOD}","variables":{"code":{"a":[-${INEXACT}]}}}]}`,
    ],
    ['/luminate/test', JSON.stringify({ id: 1, receiver: GOOD, msgContent: `{"code":${INEXACT}}` })],
  ])('as the value of a variable are A0001, which names it: %s', async (path, json) => {
    const before = await countMessages();
    const { code, msg } = await posted(path, json.replace(/"(messageTemplateId|id)":1,/, `"$1":${sms},`));
    expect([code, msg]).toEqual(['A0001', expect.stringMatching(AS_TEXT)]);
    expect(msg).toContain('variables/code');
    expect(await countMessages()).toBe(before);
  });

  test('in /v1/sends are 422 with the place, in variables of one and of all, and in metadata; as text they are kept', async () => {
    const send = (json: string) => posted('/v1/sends', `{"template":${sms},"recipients":[{"to":"${GOOD}"}],${json}}`);
    const fault = (pointer: string) => ({
      status: 422,
      errors: [{ pointer, code: 'inexact_number', detail: expect.stringMatching(AS_TEXT) }],
    });
    expect(await send(`"variables":{"code":{"deep":[1,${INEXACT}]}}`)).toMatchObject(fault('/variables/code/deep/1'));
    expect(await send(`"variables":{"code":1},"metadata":{"a/b":${INEXACT}}`)).toMatchObject(fault('/metadata/a~1b'));
    const row = `[{"to":"${GOOD}","variables":{"code":9007199254740992}}]`;
    expect(await posted('/v1/sends', `{"template":${sms},"recipients":${row}}`)).toMatchObject(
      fault('/recipients/0/variables/code'),
    );
    expect(await send(`"variables":{"code":"${INEXACT}","n":9007199254740991,"x":0.1}`)).toMatchObject({
      status: 'accepted',
    });
  });

  test.each([21, 31, 100_000])('%i levels of lists and objects are too many, 20 are kept', async (levels) => {
    const deep = (n: number) => `{"code":${'['.repeat(n - 1)}${']'.repeat(n - 1)}}`;
    const row = (n: number) => `"recipients":[{"to":"${GOOD}","variables":${deep(n)}}]`;
    const given = (n: number) => `{"template":${sms},${row(n)},"variables":${deep(n)},"metadata":${deep(n)}}`;
    expect(await posted('/v1/sends', given(levels))).toMatchObject({
      status: 422,
      errors: [{ code: 'too_deep' }, { code: 'too_deep' }],
    });
    expect(await posted('/v1/sends', given(20))).toMatchObject({ status: 'accepted' });
    const luminate = `{"messageTemplateId":${sms},"messageParam":{"receiver":"${GOOD}","variables":${deep(levels)}}}`;
    expect(await posted('/luminate/send', luminate)).toMatchObject({ code: 'A0001' });
  });
});

const countMessages = async () => Number((await api.db.knex('messages').count({ n: '*' }))[0]!['n']);
