import fc from 'fast-check';
import request from 'supertest';
import { createStatisticsSteps } from '../../activities/maintenance/compute-statistics';
import { parseCsv } from '../../domain/csv';
import { firstIdAt, messageOfRow, newId, type AppId, type MessageId, type RunId } from '../../domain/ids';
import { LANES } from '../../domain/lane';
import { MESSAGE_STATUS_NAMES } from '../../domain/message-status';
import { DIMENSIONS, HOUR_MS, type Dimension } from '../../domain/statistics';
import { countPlainly, hourOfMessage, writeMessages, type PlainMessage } from '../support/random-messages';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
const [account, other] = [newId('acc'), newId('acc')];
const [campaign, second] = [newId('cmp'), newId('cmp')];
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

const TABLES = ['messages', 'runs', 'stat_hours', 'stat_gone', 'stat_states', 'stat_runs', 'stat_looks', 'accounts'];
async function clear(): Promise<void> {
  for (const table of TABLES) await api.db.knex(table).delete();
}
beforeEach(clear);

async function compute(batchRows?: number): Promise<number> {
  const { statistics } = api.db.database.stores;
  const step = createStatisticsSteps({ store: statistics, since: new Date(0), batchRows });
  let messages = 0;
  for (;;) {
    const { done, messages: counted } = await step();
    messages += counted;
    if (done) return messages;
  }
}

let made = 0;
/** An id of its own with this time. */
const idAt = (at: number): MessageId =>
  `${firstIdAt('msg', at).slice(0, 14)}${String(made++).padStart(16, '0')}` as MessageId;

/** Times around the nights in which clocks change in New York and Lord Howe, some at the edges of hours. */
const BEGIN = Date.parse('2026-10-30T00:00:00Z');
const SPAN_MS = 4 * 24 * HOUR_MS;
const END = BEGIN + SPAN_MS;
const query = (more: string): string =>
  `from=${new Date(BEGIN).toISOString()}&until=${new Date(END).toISOString()}${more}`;

const anyTime = fc.oneof(
  fc.nat(SPAN_MS - 1),
  fc.tuple(fc.nat(95), fc.constantFrom(0, 1, HOUR_MS - 1)).map(([hour, ms]) => hour * HOUR_MS + ms),
);
const anyLatency = fc.oneof(fc.nat(2_000), fc.nat(200_000_000));

/** The run of each campaign has all its messages in the hour of its beginning, as their ids say. */
const RUNS: readonly RunId[] = [firstIdAt('run', BEGIN + 5 * HOUR_MS), firstIdAt('run', BEGIN + 5 * HOUR_MS + 7)];

const anyMessage = (apps: readonly AppId[]): fc.Arbitrary<PlainMessage> =>
  fc
    .record({
      offset: anyTime,
      appId: fc.constantFrom(...apps),
      templateId: fc.integer({ min: 1, max: 3 }),
      lane: fc.constantFrom(...LANES),
      accountId: fc.constantFrom(account, other, null),
      run: fc.constantFrom(0, 1, undefined, undefined),
      status: fc.constantFrom(...MESSAGE_STATUS_NAMES),
      handedAfterMs: fc.option(anyLatency),
      changedAfterMs: anyLatency,
      segments: fc.option(fc.integer({ min: 1, max: 9 })),
    })
    .map(({ offset, run, ...message }) => {
      const runId = run === undefined ? null : RUNS[run]!;
      const at = runId === null ? BEGIN + offset : BEGIN + 5 * HOUR_MS;
      return { ...message, at, runId, id: runId === null ? idAt(at) : messageOfRow(runId, ++made) };
    });

async function writeRuns(appId: AppId): Promise<void> {
  const time = new Date(BEGIN);
  await api.db.knex('runs').insert(
    RUNS.map((id, i) => ({
      ...{ id, campaign_id: i === 0 ? campaign : second, app_id: appId, template_id: 1, template_version: 1 },
      ...{ lane: 'email.notice', audience_id: 'aud_1', fired_by: 'api', workflow_id: `run/${id}`, fired_at: time },
      ...{ settings: '{}', state: 'finished', total: 1, created_at: time, updated_at: time },
    })),
  );
}

const ZONES = ['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Asia/Shanghai'];
const dayIn = (timezone: string, at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    at,
  );

/** What a message is told apart by, as the answer has it. */
function keyOfMessage(message: PlainMessage, by: readonly Dimension[], timezone: string): string {
  const hour = hourOfMessage(message);
  const campaigns = [campaign, second];
  const values: Record<Dimension, unknown> = {
    hour: new Date(hour).toISOString(),
    day: dayIn(timezone, hour),
    template: message.templateId,
    lane: message.lane,
    account: message.accountId,
    campaign: message.runId === null ? null : campaigns[RUNS.indexOf(message.runId)],
    app: message.appId,
  };
  return JSON.stringify(by.map((dimension) => values[dimension]));
}
interface Named {
  id: string | number;
}
interface Item {
  hour?: string;
  day?: { date: string; from: string; until: string };
  template?: Named;
  lane?: string;
  account?: Named | null;
  campaign?: Named | null;
  app?: Named;
  messages: number;
}
function keyOfItem(item: Item, by: readonly Dimension[]): string {
  const values: Record<Dimension, unknown> = {
    ...{ hour: item.hour, day: item.day?.date, template: item.template?.id, lane: item.lane },
    ...{ account: item.account?.id ?? null, campaign: item.campaign?.id ?? null, app: item.app?.id },
  };
  return JSON.stringify(by.map((dimension) => values[dimension]));
}

interface Answer {
  asOf: string;
  acceptedUntil: string;
  items: Item[];
  totals: Item & { cost: unknown; unpriced: number };
}
async function statistics(of: TestApi['admin'], more: string): Promise<Answer> {
  const { body, status } = await of.get(`/v1/statistics?${query(more)}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as Answer;
}

test('statistics of random messages are those of a plain count, by whatever, in whatever zone and part', async () => {
  const apps = [api.shop.appId as AppId, api.admin.appId as AppId];
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyMessage(apps), { minLength: 1, maxLength: 60 }),
      fc.subarray([...DIMENSIONS]).filter((by) => !(by.includes('hour') && by.includes('day'))),
      fc.constantFrom(...ZONES),
      fc.integer({ min: 1, max: 40 }),
      async (messages, by, timezone, batchRows) => {
        await clear();
        await writeRuns(apps[0]!);
        await writeMessages(api.db, messages);
        await compute(batchRows);
        const { items, totals } = await statistics(api.admin, `&by=${by.join(',')}&timezone=${timezone}`);
        const groups = new Map<string, PlainMessage[]>();
        for (const message of messages) {
          const key = keyOfMessage(message, by, timezone);
          groups.set(key, [...(groups.get(key) ?? []), message]);
        }
        expect(items.map((item) => keyOfItem(item, by)).sort()).toEqual([...groups.keys()].sort());
        for (const item of items) expect(item).toMatchObject(countPlainly(groups.get(keyOfItem(item, by)) ?? []));
        expect(totals).toMatchObject(countPlainly(messages));
      },
    ),
    { numRuns: 15 },
  );
}, 240_000);

const plain = (at: number, more: Partial<PlainMessage> = {}): PlainMessage => ({
  ...{ id: idAt(at), at, appId: api.shop.appId as AppId, templateId: 1, lane: 'email.notice', accountId: account },
  ...{ runId: null, status: 'sent', handedAfterMs: 100, changedAfterMs: 0, segments: null },
  ...more,
});

test('the day of a clock change has 25 hours; a zone off the hour tells where its days begin', async () => {
  // New York: 2026-11-01 has 25 hours, from 04:00 UTC.
  const begin = Date.parse('2026-11-01T04:00:00Z');
  await writeMessages(api.db, [
    plain(begin - 1),
    plain(begin),
    plain(begin + 25 * HOUR_MS - 1),
    plain(begin + 25 * HOUR_MS),
  ]);
  await compute();
  const { items } = await statistics(api.shop, '&by=day&timezone=America/New_York');
  expect(items.map(({ day, messages }) => [day?.date, messages])).toEqual([
    ['2026-10-31', 1],
    ['2026-11-01', 2],
    ['2026-11-02', 1],
  ]);
  expect(items[1]?.day).toMatchObject({ from: '2026-11-01T04:00:00.000Z', until: '2026-11-02T05:00:00.000Z' });
  const india = await statistics(api.shop, '&by=day&timezone=Asia/Kolkata');
  expect(india.items[0]?.day).toMatchObject({ date: '2026-11-01', from: '2026-10-31T19:00:00.000Z' });
});

test('an app sees its own alone, and another app nothing of it; an admin sees all', async () => {
  await writeMessages(api.db, [plain(BEGIN), plain(BEGIN, { appId: api.admin.appId as AppId })]);
  await compute();
  const stranger = await api.client(await api.db.database.stores.apps.create('stranger'), 'app');
  expect(await statistics(stranger, '&by=template')).toMatchObject({ items: [], totals: { messages: 0, unpriced: 0 } });
  expect((await statistics(api.shop, '&by=app')).items).toMatchObject([
    { messages: 1, app: { id: api.shop.appId, name: 'shop' } },
  ]);
  expect((await statistics(api.admin, '')).totals.messages).toBe(2);
  expect((await statistics(api.admin, `&app=${api.shop.appId}`)).totals.messages).toBe(1);
  const refused = await stranger.get(`/v1/statistics?app=${api.shop.appId}`);
  expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
  const file = await request(api.app)
    .get(`/v1/statistics.csv?app=${api.shop.appId}`)
    .set('Authorization', `Bearer ${stranger.key}`);
  expect(file.body).toMatchObject({ status: 403, code: 'forbidden' });
});

test('filters by template, lane, account and campaign; what names nothing is refused', async () => {
  const id = await createTemplate(api.admin, 'counted', 'email');
  await writeRuns(api.shop.appId as AppId);
  await writeMessages(api.db, [
    plain(BEGIN, { templateId: id }),
    plain(BEGIN, { templateId: 99, lane: 'sms.notice', segments: 2 }),
    plain(BEGIN, { templateId: 99, accountId: other }),
    plain(BEGIN + 5 * HOUR_MS, { templateId: 99, id: messageOfRow(RUNS[0]!, 1), runId: RUNS[0]! }),
  ]);
  await compute();
  const total = async (more: string): Promise<number> => (await statistics(api.shop, more)).totals.messages;
  expect(await total('')).toBe(4);
  expect(await total('&template=counted')).toBe(1);
  expect(await total(`&template=${id}`)).toBe(1);
  expect(await total('&lane=sms.notice')).toBe(1);
  expect(await total(`&account=${other}`)).toBe(1);
  expect(await total(`&campaign=${campaign}`)).toBe(1);
  expect(await total(`&campaign=${second}`)).toBe(0);
  const problemOf = async (more: string): Promise<unknown> =>
    ((await api.shop.get(`/v1/statistics?${more}`)).body as { errors: unknown }).errors;
  expect(await problemOf('template=nothing')).toMatchObject([{ parameter: 'template', code: 'unknown_template' }]);
  expect(await problemOf('account=1')).toMatchObject([{ parameter: 'account', code: 'invalid_format' }]);
  expect(await problemOf('by=colour')).toMatchObject([{ parameter: 'by' }]);
  expect(await problemOf('by=hour,day')).toMatchObject([{ parameter: 'by' }]);
  expect(await problemOf('timezone=Nowhere/City')).toMatchObject([{ parameter: 'timezone' }]);
  for (const [from, until, code] of [
    ['2026-11-02T00:00:00Z', '2026-11-02T00:00:00Z', 'invalid_span'],
    ['2020-11-02T00:00:00Z', '2026-11-02T00:00:00Z', 'span_too_long'],
    // Times that MySQL does not know.
    ['9999-12-31T01:00:00Z', '9999-12-31T23:30:00Z', 'invalid_span'],
    ['0000-01-01T00:00:00Z', '0000-01-02T00:00:00Z', 'invalid_span'],
  ]) {
    expect(await problemOf(`from=${from}&until=${until}`)).toMatchObject([{ code }]);
  }
});

const download = (more: string) =>
  request(api.app)
    .get(`/v1/statistics.csv?${query(more)}`)
    .set('Authorization', `Bearer ${api.shop.key}`);

test('the file has a line for each item, and no cell that is a formula', async () => {
  const accounts = api.db.database.stores.accounts;
  const common = { channel: 'email', provider: 'smtp', config: {}, secrets: {}, rate: null } as const;
  const evil = await accounts.create({ ...common, name: '=HYPERLINK("x")' });
  await writeMessages(api.db, [
    ...[BEGIN, BEGIN + 1, BEGIN + 30 * HOUR_MS].map((at) => plain(at, { accountId: evil })),
    plain(BEGIN, { status: 'capped', accountId: null, handedAfterMs: null }),
  ]);
  await compute();
  const { text, status } = await download('&by=day,account&timezone=UTC');
  expect(status).toBe(200);
  const [head, ...lines] = parseCsv(text).map(({ cells }) => cells!);
  const cell = (line: number, name: string): string | undefined => lines[line]?.[head!.indexOf(name)];
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toHaveLength(head!.length);
  expect(lines.map((_, i) => [cell(i, 'day'), cell(i, 'account'), cell(i, 'messages')])).toEqual([
    ['2026-10-30', '', '1'],
    ['2026-10-30', `'=HYPERLINK("x")`, '2'],
    ['2026-10-31', `'=HYPERLINK("x")`, '1'],
  ]);
  expect([cell(0, 'capped'), cell(1, 'sent'), cell(1, 'acceptToProviderMeanMs')]).toEqual(['1', '2', '100']);
});

test('the file has all lines of a day, however many, in order; an answer with too many is refused with what to do', async () => {
  const common = { app_id: api.shop.appId, lane: 'email.notice', account_id: '', run_id: '', n_sent: 1 };
  const ids = Array.from({ length: 50_001 }, (_, i) => 1_000 + i);
  const rows = ids.map((id) => ({ ...common, hour: new Date(BEGIN + 24 * HOUR_MS), template_id: id }));
  await api.db.knex('stat_hours').insert({ ...common, hour: new Date(BEGIN), template_id: 7 });
  await api.db.knex.batchInsert('stat_hours', rows, 5_000);
  const { text } = await download('&by=template,day,campaign&timezone=UTC');
  const places = text.split('\r\n').map((one) => one.split(',').slice(0, 3).join());
  expect(places.slice(1, -1)).toEqual(['7,,2026-10-30', ...ids.map((id) => `${id},,2026-10-31`)]);
  const { body } = await api.shop.get(`/v1/statistics?${query('&by=template')}`);
  expect(body).toMatchObject({ status: 422, errors: [{ parameter: 'by', code: 'too_many_rows' }] });
  expect((await statistics(api.shop, '&by=lane')).totals.messages).toBe(1 + ids.length);
});
