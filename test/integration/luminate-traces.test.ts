import type { MessageStore } from '../../db/stores/message-store';
import type { SendStore } from '../../db/stores/send-store';
import { localDay, nextLocalMidnight } from '../../domain/day';
import type { HandOverClass } from '../../domain/hand-over';
import type { MessageStatus } from '../../domain/message-status';
import { createLuminateClient, type LuminateClient } from '../support/luminate-client';
import { createTestApi, type TestApi } from '../support/test-api';

const ZONE = 'Asia/Shanghai';

let api: TestApi;
let shop: LuminateClient;
let admin: LuminateClient;

beforeAll(async () => {
  api = await createTestApi();
  shop = createLuminateClient(api, api.shop);
  admin = createLuminateClient(api, api.admin);
});
afterAll(() => api.close());

/** The same database through other stores. */
async function withStores(change: object): Promise<{ shop: LuminateClient; close(): Promise<void> }> {
  const { database } = api.db;
  const other = await createTestApi({
    db: api.db,
    deps: { database: { ...database, stores: { ...database.stores, ...change } } },
  });
  return { shop: createLuminateClient(other, other.shop), close: () => other.close() };
}

const set = (id: string, columns: object) => api.db.knex('messages').where({ id }).update(columns);
const statusOf = async (id: string) => (await api.db.knex('messages').where({ id }).first()).status as MessageStatus;
/** As if these attempts had been made. */
const attempted = (id: string, status: MessageStatus, ...classes: HandOverClass[]) => {
  const attempt = {
    accountId: 'acc_x',
    account: 'a',
    why: '',
    startedAt: 1,
    endedAt: Date.now(),
    code: '',
    detail: '',
  };
  return set(id, {
    status,
    attempts: JSON.stringify(classes.map((kind, i) => ({ ...attempt, n: i + 1, class: kind }))),
  });
};

test('the chart of a day that cannot be is null, also of a template that there is', async () => {
  const id = await admin.save();
  const chart = async (day: string) =>
    (await shop.post('/trace/messageTemplate', { businessId: `2${String(id).padStart(7, '0')}${day}` })).data;
  for (const day of ['00000101', '00990101', '09991231', '19691231', '99990101', '99991231', '20230230']) {
    expect([day, await chart(day)]).toEqual([day, null]);
  }
  for (const day of ['19700101', '20230815', '99981231']) expect(await chart(day)).toMatchObject({ yAxis: {} });
});

describe('the texts of a phone number', () => {
  const tracedOf = async (receiver: string) => {
    const { data } = await shop.post('/trace/sms', { receiver, dateTime: Math.floor(Date.now() / 1000) });
    return data.items as { content: string; sendType: string }[];
  };

  test('are the newest 50 that were handed over, however many newer ones were not', async () => {
    const [id, receiver] = [await admin.save(), '13800138001'];
    const messageParamList = Array.from({ length: 260 }, (_, code) => ({ receiver, variables: { code } }));
    const { data } = await shop.post('/batchSend', { messageTemplateId: id, messageParamList });
    for (const [i, { messageId }] of data.entries()) if (i < 52) await attempted(messageId, 'sent', 'accepted');
    const texts = (await tracedOf(receiver)).map(({ content }) => content);
    expect(texts).toEqual(Array.from({ length: 50 }, (_, i) => `code ${51 - i}`));
  }, 30_000);

  test.each<[number, MessageStatus, HandOverClass[], string]>([
    [10, 'deferred', ['unavailable'], '等待重新发送'],
    [11, 'accepted', ['throttled'], '等待重新发送'],
    [16, 'recalled', ['accepted'], '已撤回'],
    [12, 'failed', ['unavailable', 'refused'], '发送失败'],
    [13, 'expired', ['unavailable'], '发送失败'],
    [14, 'sent', ['unavailable', 'accepted'], '发送成功'],
    [15, 'unknown', ['ambiguous'], '下发结果未知'],
  ])('to 138001390%i that is %s after %j is told as %s', async (end, status, classes, words) => {
    const receiver = `138001390${end}`;
    const [messageId] = await shop.send(await admin.save(), receiver, { code: 1 });
    await attempted(messageId!, status, ...classes);
    expect(await tracedOf(receiver)).toMatchObject([{ sendType: words }]);
  });
});

describe('recall', () => {
  test('of a template stops what came back to wait while it was looked for, and names what is just being handed over', async () => {
    const id = await admin.save();
    const [waits, comesBack, goes] = await shop.send(id, '13800138000,13800138001,13800138002', { code: 1 });
    for (const going of [comesBack, goes]) await set(going!, { status: 'sending' });
    const { messages } = api.db.database.stores;
    let looks = 0;
    const list: MessageStore['list'] = async (filter) => {
      const page = await messages.list(filter);
      if (filter.status === 'deferred' && looks++ === 0) await set(comesBack!, { status: 'deferred', reason: 'retry' });
      return page;
    };
    const other = await withStores({ messages: { ...messages, list } });
    const { code, msg, data } = await other.shop.post(`/recall/${id}`);
    await other.close();
    expect([code, data]).toMatchObject(['00000', { recalled: 2, tooLate: 1 }]);
    expect(msg).toContain('1 are just being handed over');
    expect(await Promise.all([waits, comesBack, goes].map((one) => statusOf(one!)))).toEqual([
      'recalled',
      'recalled',
      'sending',
    ]);
  }, 20_000);

  test('of a template that there is not is A0002, also with ids that there are not', async () => {
    const recallMessageId = ['msg_01ARZ3NDEKTSV4RRFFQ69G5FAV'];
    for (const body of [{}, { recallMessageId }]) {
      expect(await shop.post('/recall', { ...body, messageTemplateId: 777_777 })).toMatchObject({ code: 'A0002' });
    }
    const messageTemplateId = await admin.save();
    expect(await shop.post('/recall', { messageTemplateId, recallMessageId })).toMatchObject({ code: 'B0404' });
  });
});

/** Last: ids never go back, so those that come after are of tomorrow. */
test('a message that is accepted just before midnight has one business id, in the answer that comes later and in traces', async () => {
  const id = await admin.save();
  const midnight = nextLocalMidnight(Date.now(), ZONE);
  const day = localDay(midnight - 1, ZONE).replaceAll('-', '');
  const { sends } = api.db.database.stores;
  let now = midnight - 5;
  const accept: SendStore['accept'] = async (accepted) => {
    await sends.accept(accepted);
    now = midnight + 5;
  };
  const other = await withStores({ sends: { ...sends, accept } });
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
  const messageParam = { receiver: '13800138000', variables: { code: 1 } };
  const { data } = await other.shop.post('/send', { messageTemplateId: id, messageParam });
  clock.mockRestore();
  await other.close();
  const [{ messageId, businessId }] = data;
  expect(businessId).toBe(`2${String(id).padStart(7, '0')}${day}`);
  // As of a run that goes on over midnight: its messages are counted on the day of the run.
  await set(messageId, { created_at: new Date(midnight + 5) });
  expect((await shop.post('/trace/message', { messageId })).data.items).toMatchObject([{ businessId }]);
  expect((await shop.post('/trace/messageTemplate', { businessId })).data.series[0].data).toEqual([1]);
});
