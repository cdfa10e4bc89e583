import { setTimeout as sleep } from 'node:timers/promises';
import { startServer } from '../../api/start-server';
import { laneOf } from '../../domain/lane';
import { localDay } from '../../domain/day';
import type { MessageId } from '../../domain/ids';
import { createLuminateClient, EMAIL_TEMPLATE, type LuminateClient } from '../support/luminate-client';
import { SANDBOX_ACCOUNT, startSandbox, type RunningSandbox } from '../support/sandbox';
import { createSystemApi } from '../support/system-api';
import type { TestApi } from '../support/test-api';
import { createTestSystem, type TestSystem } from '../support/test-system';

const RECEIVED = '消息接收成功';
const SENT = '消息下发成功';
const PHONE = '13800138000';

describe('what becomes of messages, by the ancestor’s endpoints', () => {
  let system: TestSystem;
  let sandbox: RunningSandbox;
  let api: TestApi;
  let shop: LuminateClient;
  let admin: LuminateClient;

  beforeAll(async () => {
    [system, sandbox] = await Promise.all([createTestSystem(), startSandbox()]);
    api = await createSystemApi(system);
    shop = createLuminateClient(api, api.shop);
    admin = createLuminateClient(api, api.admin);
    const { accounts, routes } = system.db.database.stores;
    const { accountSid, authToken } = SANDBOX_ACCOUNT;
    const accountId = await accounts.create({
      ...{ name: 'texts', channel: 'sms', provider: 'twilio', rate: null, secrets: { authToken } },
      config: { accountSid, from: '+15005550006', baseUrl: sandbox.url, timeoutMs: 5_000 },
    });
    await routes.set(laneOf('sms', 'notice'), [{ accountId, weight: 1 }]);
  });
  afterAll(async () => {
    await api.close();
    await system.close();
    await sandbox.close();
  });

  const ended = async (ids: readonly string[]) =>
    (await system.final(ids as MessageId[])).map(({ status, reason }) => [status, reason]);
  const traced = async (messageId: string) => (await shop.post('/trace/message', { messageId })).data.items;
  const wordsOf = ({ detail }: { detail: string }) =>
    detail.split('==>').flatMap((step) => (step === '' ? [] : [step.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:/, '')]));
  async function barsOf(businessId: unknown) {
    const { xAxis, series } = (await shop.post('/trace/messageTemplate', { businessId })).data;
    return Object.fromEntries(xAxis.data.map((text: string, i: number) => [text, series[0].data[i]]));
  }

  it('content window: the second equal one is stopped, other content is not, and it is free again when the window has passed', async () => {
    const id = await admin.save(EMAIL_TEMPLATE);
    const rule = { ...system.deps.rules.current().dedup, notice: { max: 1, windowSeconds: 3 } };
    await system.db.database.stores.rules.add({ name: 'dedup', author: 'system' }, () => rule);
    while (system.deps.rules.current().dedup.notice?.windowSeconds !== 3) await sleep(20);
    const send = (name: string) => shop.send(id, 'window@x.cn', { name });
    const [first] = await send('a');
    expect(await ended([first!])).toEqual([['sent', null]]);
    expect(await ended([...(await send('a')), ...(await send('b'))])).toEqual([
      ['deduplicated', 'same_content'],
      ['sent', null],
    ]);
    await sleep(3_100);
    expect(await ended(await send('a'))).toEqual([['sent', null]]);
    expect(await barsOf(id)).toEqual({ [RECEIVED]: 4, [SENT]: 3, 消息被内容去重: 1 });
  });

  it('frequency: five pass, the sixth is stopped for that receiver only; what it stops is recorded in no window', async () => {
    const id = await admin.save(EMAIL_TEMPLATE);
    for (let n = 1; n <= 5; n++) await ended(await shop.send(id, 'often@x.cn', { name: `n${n}` }));
    const sixth = await shop.send(id, 'often@x.cn,other@x.cn', { name: 'n6' });
    expect(await ended(sixth)).toEqual([
      ['capped', 'daily_cap'],
      ['sent', null],
    ]);
    expect(await ended(await shop.send(id, 'often@x.cn', { name: 'n6' }))).toEqual([['capped', 'daily_cap']]);
    expect(wordsOf((await traced(sixth[0]!))[0])).toEqual([RECEIVED, '消息被频次限制']);
    expect(await barsOf(String(id))).toEqual({ [RECEIVED]: 8, 消息被频次限制: 2, [SENT]: 6 });
  });

  it('a trace by message and by receiver tells it with the business id, and nothing to another app', async () => {
    const id = await admin.save({ ...EMAIL_TEMPLATE, name: 'Hello' });
    const { data } = await shop.post('/send', {
      messageTemplateId: id,
      messageParam: { receiver: 'Trace@x.cn', variables: { name: 'T' } },
    });
    const [{ messageId, businessId }] = data;
    await ended([messageId]);
    const [item, ...others] = await traced(messageId);
    expect(others).toEqual([]);
    expect(item).toMatchObject({ businessId, title: 'Hello', sendType: 'email(邮件)', creator: 'Ada' });
    expect(item.detail).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:消息接收成功==>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:消息下发成功==>$/,
    );
    expect((await shop.post('/trace/user', { receiver: 'trace@x.cn' })).data.items).toEqual([item]);
    expect(await barsOf(businessId)).toEqual({ [RECEIVED]: 1, [SENT]: 1 });
    const stranger = createLuminateClient(
      api,
      await api.client(await system.db.database.stores.apps.create('stranger'), 'app'),
    );
    const asked = [
      ['/trace/message', { messageId }],
      ['/trace/user', { receiver: 'trace@x.cn' }],
      ['/trace/sms', { receiver: PHONE, dateTime: Math.floor(Date.now() / 1000) }],
    ] as const;
    for (const [path, body] of asked) expect((await stranger.post(path, body)).data).toEqual({ items: [] });
    expect((await stranger.post('/trace/messageTemplate', { businessId })).data.xAxis.data).toEqual([]);
    expect(await stranger.post('/recall', { code: 'recall', recallMessageId: [messageId] })).toMatchObject({
      code: 'B0404',
    });
  });

  it('what there is no trace of is an empty list, no chart, or null', async () => {
    for (const path of ['/trace/message', '/trace/user', '/trace/sms']) {
      for (const body of [{}, { messageId: 'x', receiver: 'x', dateTime: 1 }, { receiver: PHONE, dateTime: -1 }]) {
        expect(await shop.post(path, body)).toMatchObject({ code: '00000', data: { items: [] } });
      }
    }
    expect((await shop.post('/trace/messageTemplate', {})).data).toEqual({});
    expect((await shop.post('/trace/messageTemplate', { businessId: '7777777' })).data).toBeNull();
    expect((await shop.post('/trace/messageTemplate', { businessId: '2000001720231399' })).data).toBeNull();
  });

  it('a phone number has its texts of a day, with what they said and the receipt', async () => {
    const id = await admin.save({ msgContent: '{"content":"code {$code}","url":"https://a.b"}' });
    const [messageId] = await shop.send(id, PHONE, { code: '77' });
    await ended([messageId!]);
    const ask = async (dateTime: number) => (await shop.post('/trace/sms', { receiver: PHONE, dateTime })).data.items;
    const now = Math.floor(Date.now() / 1000);
    expect(await ask(now)).toMatchObject([
      {
        businessId: String(id),
        content: 'code 77 https://a.b',
        sendType: '发送成功',
        sendTime: expect.stringMatching(/^\d{4}-/),
      },
    ]);
    expect(await ask(now - 86_400)).toEqual([]);
    await system.db.knex('messages').where({ id: messageId }).update({ status: 'delivered', reason: 'receipt' });
    expect(await ask(now)).toMatchObject([{ receiveType: '回执成功', receiveTime: expect.stringMatching(/^\d{4}-/) }]);
  });

  it('recall by message and by template stops what waits, twice says the same, and names what was too late', async () => {
    const id = await admin.save({ ...EMAIL_TEMPLATE, name: 'Recall' });
    const sent = await shop.send(id, 'gone@x.cn', { name: 'x' });
    await ended(sent);
    const later = { sendAt: new Date(Date.now() + 3_600_000).toISOString(), template: id, variables: { name: 'y' } };
    const waiting: string[] = [];
    for (const to of ['w1@x.cn', 'w2@x.cn', 'w3@x.cn']) {
      const { body } = await api.shop.post('/v1/sends', { ...later, recipients: [{ to }] });
      waiting.push(body.messages[0].id);
    }
    const recall = (body: object) => shop.post('/recall', { code: 'recall', ...body });
    const one = { recalled: 1, tooLate: 1, runs: [] };
    for (let twice = 0; twice < 2; twice++) {
      const { data } = await recall({ recallMessageId: [waiting[0], sent[0]] });
      expect(data).toMatchObject(one);
      expect(data.messages).toContainEqual({ messageId: waiting[0], result: 'recalled', status: 'recalled' });
      expect(data.messages).toContainEqual({ messageId: sent[0], result: 'too_late', status: 'sent' });
    }
    expect(await recall({ recallMessageId: [waiting[1], 'msg_01ARZ3NDEKTSV4RRFFQ69G5FAV'] })).toMatchObject({
      code: 'B0404',
    });
    const another = await admin.save(EMAIL_TEMPLATE);
    expect(await recall({ recallMessageId: waiting[1], messageTemplateId: another })).toMatchObject({ code: 'B0404' });
    expect(await recall({})).toMatchObject({ code: 'A0001' });
    expect(await shop.post('/recall', { code: 'send', messageTemplateId: id })).toMatchObject({ code: 'A0001' });
    expect((await system.message(waiting[1] as MessageId)).status).toBe('deferred');
    expect((await recall({ messageTemplateId: id })).data).toMatchObject({ recalled: 2, tooLate: 0 });
    expect((await shop.post(`/recall/${id}`)).data).toMatchObject({ recalled: 0, tooLate: 0 });
    expect(await ended(waiting)).toEqual(waiting.map(() => ['recalled', 'recalled']));
    expect(wordsOf((await traced(waiting[2]!))[0])).toEqual([RECEIVED, '消息已撤回']);
    const bars = await barsOf(
      `2${String(id).padStart(7, '0')}${localDay(Date.now(), 'Asia/Shanghai').replaceAll('-', '')}`,
    );
    expect(bars).toEqual({ [RECEIVED]: 4, 消息被丢弃: 3, [SENT]: 1 });
  });

  it('a template of type 10 goes out to the rows of its file', async () => {
    const form = new FormData();
    form.set('file', new Blob(['userId,name\nrow1@x.cn,A\nrow2@x.cn,B\nbad,C\n']), 'people.csv');
    const audience = await upload(api, form);
    expect(audience).toMatchObject({ code: '00000' });
    const id = await admin.save({ ...EMAIL_TEMPLATE, templateType: 10, cronCrowdPath: audience.data });
    expect(await admin.post(`/start/${id}`)).toMatchObject({ code: '00000' });
    const mails = () => system.sink.mails.filter(({ to }) => /^row\d@x\.cn$/.test(to));
    for (let tries = 0; tries < 300 && mails().length < 2; tries++) await sleep(100);
    expect(
      mails()
        .map(({ parsed }) => parsed.subject)
        .sort(),
    ).toEqual(['For A', 'For B']);
  });

  it('recall by template cancels the run of its campaign, and nobody gets what had not gone out', async () => {
    system.sink.onMail = () => sleep(200);
    const form = new FormData();
    const rows = Array.from({ length: 400 }, (_, i) => `run${i}@x.cn,N`).join('\n');
    form.set('file', new Blob([`userId,name\n${rows}`]), 'people.csv');
    const { data: audience } = await upload(api, form);
    const id = await admin.save({ ...EMAIL_TEMPLATE, templateType: 10, cronCrowdPath: audience });
    expect(await admin.post(`/start/${id}`)).toMatchObject({ code: '00000' });
    const mails = () => system.sink.mails.filter(({ to }) => /^run\d+@x\.cn$/.test(to)).length;
    while (mails() < 5) await sleep(20);
    const { code, data } = await admin.post(`/recall/${id}`);
    expect([code, data.runs]).toEqual(['00000', [expect.stringMatching(/^run_/)]]);
    const counts = async (): Promise<Record<string, number>> => {
      const ofTemplate = system.db.knex('messages').where({ template_id: id });
      const rows: unknown = await ofTemplate.groupBy('status').select('status').count({ n: '*' });
      return Object.fromEntries(
        (rows as { status: string; n: number | string }[]).map(({ status, n }) => [status, Number(n)]),
      );
    };
    while ('sending' in (await counts())) await sleep(50);
    const { recalled, sent } = await counts();
    expect([Number(recalled) + Number(sent), mails()]).toEqual([400, sent]);
    expect(recalled).toBeGreaterThan(0);
    system.sink.onMail = () => undefined;
  });
});

async function upload(api: TestApi, form: FormData) {
  const server = await startServer(api.app, '127.0.0.1', 0);
  const response = await fetch(`${server.url}/luminate/upload`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${api.admin.key}` },
    body: form,
  });
  const body = (await response.json()) as { code: string; data: string };
  await server.close();
  return body;
}
