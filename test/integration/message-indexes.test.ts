import type { Knex } from 'knex';
import { createDeliveryStore } from '../../db/stores/delivery-store';
import { createWaitingStore } from '../../db/stores/waiting-store';
import { createDispatchStore } from '../../db/stores/dispatch-store';
import { createMessageStore, type MessageFilter } from '../../db/stores/message-store';
import { createReceiptStore } from '../../db/stores/receipt-store';
import { createSuppressionStore } from '../../db/stores/suppression-store';
import { newId, type AccountId, type MessageId, type TemplateId } from '../../domain/ids';
import { planOf, type Plan } from '../support/explain';
import { fillMessages, type FilledMessages } from '../support/fill-messages';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const PAGE = 50;
/** In the fill, template 1 has 60 % of the messages and template 5 has 1 %; `failed` are 1.4 %, `bounced` none. */
const BIG = 1 as TemplateId;
const RARE = 5 as TemplateId;
const OFTEN = 'user7@example.com';

let db: TestDatabase;
let filled: FilledMessages;
beforeAll(async () => {
  db = await createTestDatabase();
  filled = await fillMessages(db.knex);
}, 60_000);
afterAll(() => db.drop());

const ofTable = (table: string) => (work: (trx: Knex) => Promise<unknown>) => planOf(db.knex, table, work);
const ofMessages = ofTable('messages');

describe('lists of messages, newest first', () => {
  type Ask = (fill: FilledMessages) => Omit<MessageFilter, 'appId' | 'limit'>;
  const middle = (fill: FilledMessages) => fill.idOf(100_000);
  const span = (fill: FilledMessages) => ({ from: fill.timeOf(100_000), until: fill.timeOf(110_000) });
  const lists: [string, string, Ask][] = [
    ['all', 'messages_app', () => ({})],
    ['a later page', 'messages_app', (fill) => ({ after: middle(fill) })],
    ['from', 'messages_app', (fill) => ({ from: fill.timeOf(100_000) })],
    ['until', 'messages_app', (fill) => ({ until: fill.timeOf(100_000) })],
    ['from and until', 'messages_app', span],
    ['to', 'messages_address', () => ({ address: OFTEN })],
    ['to, nobody', 'messages_address', () => ({ address: 'nobody@example.com' })],
    ['to, a later page', 'messages_address', (fill) => ({ address: OFTEN, after: middle(fill) })],
    ['to, from and until', 'messages_address', (fill) => ({ address: OFTEN, ...span(fill) })],
    ['to and status', 'messages_address', () => ({ address: OFTEN, status: 'sent' })],
    ['template', 'messages_template', () => ({ templateId: BIG })],
    ['rare template', 'messages_template', () => ({ templateId: RARE })],
    ['template, a later page', 'messages_template', (fill) => ({ templateId: BIG, after: middle(fill) })],
    ['template, from and until', 'messages_template', (fill) => ({ templateId: BIG, ...span(fill) })],
    ['status', 'messages_status', () => ({ status: 'sent' })],
    ['rare status', 'messages_status', () => ({ status: 'failed' })],
    ['status that nobody is in', 'messages_status', () => ({ status: 'bounced' })],
    ['status, a later page', 'messages_status', (fill) => ({ status: 'sent', after: middle(fill) })],
    ['template and status', 'messages_template_status', () => ({ templateId: BIG, status: 'sent' })],
    ['template and rare status', 'messages_template_status', () => ({ templateId: BIG, status: 'failed' })],
    ['rare template and status', 'messages_template_status', () => ({ templateId: RARE, status: 'sent' })],
    ['rare template and rare status', 'messages_template_status', () => ({ templateId: RARE, status: 'failed' })],
    [
      'template and status, a later page',
      'messages_template_status',
      (fill) => ({ templateId: BIG, status: 'sent', after: middle(fill) }),
    ],
    ['send', 'messages_send', (fill) => ({ sendId: fill.sendOf(50_000) })],
    ['send and status', 'messages_send', (fill) => ({ sendId: fill.sendOf(50_000), status: 'failed' })],
    ['send, a later page', 'messages_send', (fill) => ({ sendId: fill.sendOf(50_000), after: fill.idOf(50_050) })],
  ];
  const apps = ['big', 'middle', 'small'] as const;
  const cases = lists.flatMap(([what, key, ask]) => apps.map((app, i) => ({ what, app, i, key, ask })));

  test.each(cases)('$what, of a $app app, reads its page from $key and little more', async ({ i, key, ask }) => {
    const filter = { appId: filled.apps[i]!, limit: PAGE, ...ask(filled) };
    const plan = await ofMessages((trx) => createMessageStore(trx).list(filter));
    expect(plan.key).toBe(key);
    // Those of one send of all statuses are sorted; of a run, which may have millions, they are read by id instead.
    const sorts = filter.sendId && !filter.status;
    expect(plan.extra).not.toMatch(sorts ? /temporary|intersect/ : /filesort|temporary|intersect/);
    // The messages of one send are at most 500, here 100; those of an address and not of the status are a few.
    const most = filter.sendId ? 101 : PAGE + 20;
    expect(plan.read).toBeLessThanOrEqual(sorts ? most + PAGE : most);
  });

  test('to and a status that the address was never in reads the messages of the address and no other', async () => {
    const [appId] = filled.apps;
    const [{ n }] = (await db.knex('messages').where({ app_id: appId, address: OFTEN }).count({ n: '*' })) as [
      { n: number },
    ];
    const filter = { appId, address: OFTEN, status: 'bounced', limit: PAGE } as const;
    const plan = await ofMessages((trx) => createMessageStore(trx).list(filter));
    expect(plan.key).toBe('messages_address');
    expect(plan.extra).not.toMatch(/filesort|temporary/);
    expect(plan.read).toBeLessThanOrEqual(n + 1);
  });

  test('the messages of a send are read from its index, and no others', async () => {
    const plan = await ofMessages((trx) => createMessageStore(trx).ofSend(filled.sendOf(50_000)));
    expect(plan.key).toBe('messages_send');
    expect(plan.extra).not.toMatch(/temporary/);
    expect(plan.read).toBe(101);
  });
});

test.each([undefined, 'sent'] as const)(
  'a page of a run, of status %s, is read by id without sorting',
  async (status) => {
    const [appId] = filled.apps;
    const runId = newId('run');
    const plan = await ofMessages((trx) => createMessageStore(trx).list({ appId, runId, status, limit: PAGE }));
    expect(plan.key).toBe(status === undefined ? 'PRIMARY' : 'messages_send');
    expect(plan.extra).not.toMatch(/filesort|temporary/);
  },
);

describe('what the relay asks', () => {
  const dispatches = (work: (store: ReturnType<typeof createDispatchStore>) => Promise<unknown>): Promise<Plan> =>
    ofMessages((trx) => work(createDispatchStore(trx)));

  test('which lanes and apps have messages without a dispatch: jumps from one group to the next', async () => {
    const plan = await dispatches((store) => store.waitingGroups());
    expect(plan.key).toBe('messages_dispatch');
    expect(plan.extra).toContain('Using index for group-by');
    expect(plan.read).toBeLessThan(20);
  });

  test('the oldest messages of such a group come from the index without sorting', async () => {
    const plan = await dispatches((store) => store.gather(filled.apps[0], 'email.notice', PAGE));
    expect(plan.key).toBe('messages_dispatch');
    expect(plan.extra).not.toMatch(/filesort|temporary/);
    expect(plan.read).toBeLessThan(3 * PAGE);
  });

  test('which dispatches make no progress: reads open messages alone', async () => {
    const open = ['accepted', 'deferred', 'sending'];
    const [{ n }] = (await db.knex('messages').whereIn('status', open).count({ n: '*' })) as [{ n: number }];
    const plan = await dispatches((store) => store.stalled(filled.apps, new Date('2030-01-01'), 1_000));
    expect(plan.key).toBe('messages_status');
    expect(plan.read).toBeLessThan(5 * n);
  });

  test('whose waits become shorter: the deferred ones of an app, a slice at a time', async () => {
    const [appId] = filled.apps;
    const sooner = { appId, limit: 'email', factor: 0.5, now: new Date() };
    const plan = await ofMessages((trx) => createWaitingStore(trx).shorten(sooner, filled.idOf(50_000), PAGE));
    expect(plan.key).toBe('messages_status');
    expect(plan.extra).not.toMatch(/filesort|temporary/i);
    expect(plan.read).toBeLessThan(70);
  });

  test('releasing a dispatch reads its messages', async () => {
    const plan = await dispatches((store) => store.release(filled.dispatchOf(3_000)));
    expect(plan.key).toBe('messages_dispatch');
    expect(plan.read).toBeLessThan(1_100);
  });

  test('what waits for an account reads the deferred messages of the app alone, on from the page before', async () => {
    const [appId] = filled.apps;
    const deferred = (await db
      .knex('messages')
      .where({ app_id: appId, status: 'deferred' })
      .orderBy('id')
      .pluck('id')) as MessageId[];
    const of = { appId, lane: 'email.notice', reason: 'provider_down' } as const;
    const middle = deferred[Math.floor(deferred.length / 2)];
    for (const after of [undefined, middle]) {
      const plan = await ofMessages((trx) => createWaitingStore(trx).list(of, after, PAGE));
      expect(plan.key).toBe('messages_status');
      expect(plan.extra).not.toMatch(/filesort|temporary/);
      expect(plan.read).toBeLessThanOrEqual((after ? Math.ceil(deferred.length / 2) : deferred.length) + 1);
    }
  });

  test('bringing waiting messages forward looks each up by its id', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({ id: filled.idOf(7_000 + i), dueAt: new Date() }));
    const plan = await ofMessages((trx) => createWaitingStore(trx).hasten('provider_down', rows));
    expect(plan).toMatchObject({ key: 'PRIMARY', type: 'eq_ref' });
    expect(plan.read).toBeLessThan(500);
  });

  test('which dispatches were never confirmed: the oldest first, from the index', async () => {
    const plan = await ofTable('dispatches')((trx) => createDispatchStore(trx).unconfirmed(new Date(), PAGE));
    expect(plan.key).toBe('dispatches_unconfirmed');
    expect(plan.extra).not.toMatch(/filesort|temporary/);
  });
});

describe('what receipts ask', () => {
  test('which messages have these ids of a provider: one look-up each', async () => {
    const [to, other] = [filled.idOf(60_000), filled.idOf(60_001)];
    await db.knex('messages').where({ id: to }).update({ provider_message_id: 'q1' });
    await db.knex('messages').where({ id: other }).update({ provider_message_id: 'q2' });
    const plan = await ofMessages((trx) => createReceiptStore(trx).messages([], ['q1', 'q2', 'q3']));
    expect(plan.key).toBe('messages_provider');
    expect(plan.read).toBeLessThan(10);
  });

  test('which receipts are due: the waiting ones alone, from the index', async () => {
    const at = new Date();
    const receipt = {
      source: 'generic',
      accountId: null,
      event: 'deliver',
      messageId: null,
      providerMessageId: null,
      code: '',
      detail: '',
      suppress: null,
      happenedAt: at,
      receivedAt: at,
      appliedAt: null,
      outcome: null,
    } as const;
    const many = Array.from({ length: 2_000 }, (_, i) => ({ ...receipt, eventId: `e${i}`, dueAt: i < 10 ? at : null }));
    await createReceiptStore(db.knex).add(many);
    await db.knex.raw('ANALYZE TABLE receipts');
    const plan = await ofTable('receipts')((trx) => createReceiptStore(trx).takeDue(new Date(), PAGE));
    expect(plan.key).toBe('receipts_due');
    expect(plan.extra).not.toMatch(/filesort|temporary/);
    expect(plan.read).toBeLessThan(30);
  });

  test('which addresses are suppressed: one look-up each', async () => {
    const suppressions = createSuppressionStore(db.knex);
    const of = (i: number) =>
      ({ channel: 'email', address: `user${i}@example.com`, appId: null, reason: 'manual' }) as const;
    const entries = Array.from({ length: 2_000 }, (_, i) => ({ ...of(i), appliesTo: 'all', source: 'test' }) as const);
    await suppressions.add(entries);
    await db.knex.raw('ANALYZE TABLE suppressions');
    const addresses = entries.slice(0, 100).map(({ address }) => address);
    const plan = await ofTable('suppressions')((trx) =>
      createSuppressionStore(trx).matching('email', addresses, [filled.apps[0]]),
    );
    expect(plan.key).toBe('suppressions_live');
    expect(plan.read).toBeLessThan(500);
  });
});

describe('what the delivery asks and writes', () => {
  const delivery = (work: (store: ReturnType<typeof createDeliveryStore>) => Promise<unknown>): Promise<Plan> =>
    ofMessages((trx) => work(createDeliveryStore(trx)));
  const batch = () => Array.from({ length: 100 }, (_, i) => filled.idOf(7_000 + i));
  const attempt = {
    n: 1,
    accountId: 'acc_1' as AccountId,
    account: 'main',
    why: 'weight 1 of 1',
    startedAt: 1,
    endedAt: 2,
    class: 'accepted',
    code: '250',
    detail: 'OK',
  } as const;
  const claimOf = (id: MessageId) => ({ id, attempt: 1, accountId: attempt.accountId });

  test('the due messages of a dispatch are found by the dispatch', async () => {
    const plan = await delivery((store) => store.due(filled.dispatchOf(5_000), new Date()));
    expect(plan.key).toBe('messages_dispatch');
    expect(plan.read).toBeLessThan(1_100);
  });

  test('the progress of a dispatch is counted over its own messages', async () => {
    const plan = await delivery((store) => store.progress(filled.dispatchOf(5_000)));
    expect(plan.key).toBe('messages_dispatch');
    expect(plan.read).toBeLessThan(3_100);
  });

  test.each<[string, (ids: MessageId[]) => Promise<Plan>]>([
    ['a claim', (ids) => delivery((store) => store.claim(filled.dispatchOf(7_000), 't', ids.map(claimOf), new Date()))],
    [
      'a record of outcomes',
      (ids) => delivery((store) => store.record(ids.map((id) => ({ id, event: 'accept', reason: null, attempt })))),
    ],
    ['a change', (ids) => delivery((store) => store.apply(ids.map((id) => ({ id, event: 'cap', reason: null }))))],
  ])('%s of a hundred messages looks each up by its id', async (_, run) => {
    const plan = await run(batch());
    expect(plan).toMatchObject({ key: 'PRIMARY', type: 'eq_ref' });
    expect(plan.read).toBeLessThan(500);
  });

  test('a change of one message looks it up by its id', async () => {
    const [id] = (await db.knex('messages').where({ status: 'accepted' }).limit(1).pluck('id')) as [MessageId];
    const plan = await delivery((store) => store.apply([{ id, event: 'cap', reason: null }]));
    expect(plan).toMatchObject({ key: 'PRIMARY', type: 'const' });
    expect(plan.read).toBeLessThan(10);
  });
});
