import { newId, type AccountId } from '../../domain/ids';
import { defaultRules } from '../../domain/rules';
import { createTemplate, createTestApi, type TestApi } from '../support/test-api';
import { peopleCsv, uploadAudience } from '../support/test-audience';

let api: TestApi;
let template: number;
let audience: string;
beforeAll(async () => {
  api = await createTestApi();
  template = await createTemplate(api.admin, 'news', 'sms', { text: 'Hello {{ name }} in {{ city }}' });
  audience = await uploadAudience(api, api.shop, 'sms', peopleCsv(120));
});
afterAll(() => api.close());

const body = (change: object = {}) => ({ name: 'News', template, audience, schedule: { kind: 'now' }, ...change });
/** Both ways: the check tells it, creating refuses it and leaves nothing behind. */
async function refused(change: object): Promise<[string, string][]> {
  const { status, body: answer } = await api.shop.post('/v1/campaigns', body(change));
  expect([404, 409, 422]).toContain(status);
  expect((await api.db.knex('campaigns').count({ n: '*' }))[0]).toEqual({ n: 0 });
  return (answer.errors ?? []).map((fault: { pointer: string; code: string }) => [fault.pointer, fault.code]);
}
async function check(change: object = {}) {
  const { status, body: answer } = await api.shop.post('/v1/campaigns/check', body(change));
  expect(status).toBe(200);
  expect(answer.ok).toBe(answer.errors.length === 0);
  return answer;
}
const codes = (list: { code: string }[]): string[] => list.map(({ code }) => code);
const once = (at: string, more: object = {}) => ({
  schedule: { kind: 'once', at, timezone: 'Europe/Berlin', ...more },
});
const cron = (line: string, more: object = {}) => ({
  schedule: { kind: 'cron', cron: line, timezone: 'Europe/Berlin', ...more },
});
const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 16);

describe('schedules that are refused', () => {
  test.each([
    ['a past time', once('2026-01-01T09:00'), '/schedule/at', 'in_the_past'],
    ['a past time with an offset', once('2026-01-01T09:00+01:00'), '/schedule/at', 'in_the_past'],
    ['no time', once('tomorrow'), '/schedule/at', 'invalid_time'],
    ['a day that is none', once('2031-02-29T09:00'), '/schedule/at', 'invalid_time'],
    ['02:30 on the day that lacks it', once('2031-03-30T02:30'), '/schedule/at', 'local_gap'],
    [
      'an unknown zone',
      once('2031-01-01T09:00', { timezone: 'Mars/Olympus' }),
      '/schedule/timezone',
      'invalid_timezone',
    ],
    [
      'an offset with recipientTime',
      once('2031-01-01T09:00Z', { recipientTime: true }),
      '/schedule/at',
      'offset_not_allowed',
    ],
    ['a cron of four fields', cron('0 9 * *'), '/schedule/cron', 'invalid_cron'],
    ['a cron with seconds', cron('0 0 9 * * *'), '/schedule/cron', 'invalid_cron'],
    ['a minute 61', cron('61 * * * *'), '/schedule/cron', 'invalid_cron'],
    ['30 February', cron('0 9 30 2 *'), '/schedule/cron', 'invalid_cron'],
    ['an unknown zone of a cron', cron('0 9 * * *', { timezone: 'CEST+1' }), '/schedule/timezone', 'invalid_timezone'],
    [
      'an end before the start',
      cron('0 9 * * *', { startAt: day(9), endAt: day(8) }),
      '/schedule/endAt',
      'end_before_start',
    ],
    ['an end in the past', cron('0 9 * * *', { endAt: '2026-01-01T00:00' }), '/schedule/endAt', 'in_the_past'],
    [
      'a start that lacks its hour',
      cron('0 9 * * *', { startAt: '2031-03-30T02:30' }),
      '/schedule/startAt',
      'local_gap',
    ],
    [
      'a time that never comes before the end',
      cron('0 9 29 2 *', { startAt: '2029-03-01T00:00', endAt: '2029-06-01T00:00' }),
      '/schedule/cron',
      'never_fires',
    ],
  ])('%s', async (_what, change, pointer, code) => {
    expect(await refused(change)).toContainEqual([pointer, code]);
  });

  test('the check tells those that only the time makes wrong together with all else', async () => {
    const { errors } = await check({ ...once('2031-03-30T02:30'), audience: 'aud_nonsense' });
    expect(codes(errors)).toEqual(['local_gap', 'unknown_audience']);
    expect(errors[0].detail).toContain('put forward over it (Europe/Berlin)');
  });

  test('02:30 every day is allowed: the day without it is left out', async () => {
    expect((await check(cron('30 2 * * *'))).ok).toBe(true);
  });
});

describe('what else is refused', () => {
  test('unknown template, version and audience', async () => {
    expect(await refused({ template: 'nothing' })).toEqual([['/template', 'unknown_template']]);
    expect(await refused({ version: 9 })).toEqual([['/version', 'unknown_version']]);
    expect(await refused({ audience: newId('aud') })).toEqual([['/audience', 'unknown_audience']]);
  });

  test('an audience of another app, or of another channel', async () => {
    const other = await uploadAudience(api, api.admin, 'sms', peopleCsv(1));
    expect(await refused({ audience: other })).toEqual([['/audience', 'unknown_audience']]);
    const email = await uploadAudience(api, api.shop, 'email', peopleCsv(1, 'email'));
    const { errors } = await check({ audience: email });
    expect(errors).toMatchObject([{ code: 'other_channel', detail: 'is for email, and the template for sms' }]);
    expect(await refused({ audience: email })).toEqual([['/audience', 'other_channel']]);
  });

  test('a stopped template, with 409', async () => {
    const stopped = await createTemplate(api.admin, 'stopped', 'sms', { text: 'Hello' });
    await api.admin.post(`/v1/templates/${stopped}/stop`);
    const { status, body: answer } = await api.shop.post('/v1/campaigns', body({ template: stopped }));
    expect([status, answer.code]).toEqual([409, 'template_stopped']);
    expect(codes((await check({ template: stopped })).errors)).toEqual(['template_stopped']);
  });

  test('a missing column, by name; a value for all makes up for it', async () => {
    const needy = await createTemplate(api.admin, 'needy', 'sms', { text: '{{ name }} {{ voucher }} {{ shop.name }}' });
    const { errors } = await check({ template: needy });
    expect(errors.map(({ detail }: { detail: string }) => detail)).toEqual([
      expect.stringContaining('has no column "voucher"'),
      expect.stringContaining('has no column "shop"'),
    ]);
    expect(await refused({ template: needy })).toEqual(Array(2).fill(['/audience', 'missing_column']));
    expect((await check({ template: needy, variables: { voucher: 'X', shop: { name: 'S' } } })).errors).toEqual([]);
  });

  test('an audience without a recipient', async () => {
    const none = await uploadAudience(api, api.shop, 'sms', 'to,name,city\nnobody,A,B');
    expect(await refused({ audience: none })).toEqual([['/audience', 'no_recipients']]);
  });

  test('an audience of which no row fits, but not one of which some do not', async () => {
    const long = 'x'.repeat(1600);
    const rows = (bad: number) =>
      [
        'to,name,city',
        ...Array.from({ length: 20 }, (_, i) => `+86138001${String(10_000 + i)},${i < bad ? long : 'A'},V`),
      ].join('\n');
    const all = await uploadAudience(api, api.shop, 'sms', rows(20));
    expect(await refused({ audience: all })).toEqual([['/audience', 'all_rows_fail']]);
    const some = await check({ audience: await uploadAudience(api, api.shop, 'sms', rows(12)) });
    expect([some.ok, codes(some.warnings)]).toEqual([true, ['rows_fail', 'no_route']]);
    expect(some.sample).toMatchObject({ rows: 20, failed: 12 });
    expect(some.sample.failures.map(({ row }: { row: number }) => row)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(JSON.stringify(some)).not.toContain('xxxx');
  });

  test.each([
    [{ rate: { messages: 0, perSeconds: 1 } }, '/rate/messages'],
    [{ sendWindow: { from: '25:00', until: '09:00' } }, '/sendWindow/from'],
    [{ sendWindow: { from: '09:00', until: '09:00' } }, '/sendWindow/until'],
    [{ sendWindow: { from: '09:00', until: '10:00', timezone: 'Nowhere' } }, '/sendWindow/timezone'],
    [{ pauseOn: { atLeast: 10 } }, '/pauseOn'],
    [{ pauseOn: { share: 2 } }, '/pauseOn/share'],
    [{ catchupSeconds: 9 }, '/catchupSeconds'],
    [{ overlap: 'cancel_other' }, '/overlap'],
    [{ schedule: { kind: 'sometimes' } }, '/schedule/kind'],
    [{ schedule: { kind: 'once' } }, '/schedule/at'],
    [{ nme: 'x' }, '/nme'],
  ])('%j', async (change, pointer) => {
    expect((await refused(change)).map(([place]) => place)).toContain(pointer);
  });
});

describe('what the check tells', () => {
  const account = (name: string, rate: { messages: number; perSeconds: number } | null): Promise<AccountId> =>
    api.db.database.stores.accounts.create({ name, channel: 'sms', provider: 'twilio', config: {}, secrets: {}, rate });
  const rule = async (name: string, value: unknown) => {
    expect((await api.admin.call('put', `/v1/rules/${name}`, { value })).status).toBe(200);
  };
  const defaults = defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' });

  test('recipients, sample, segments, and that no account serves the lane', async () => {
    const told = await check();
    expect(told).toMatchObject({
      ok: true,
      recipients: 120,
      sample: { rows: 100, failed: 0, failures: [] },
      estimatedSeconds: null,
      sms: { min: 1, average: 1, max: 1, estimatedTotal: 120 },
    });
    expect(codes(told.warnings)).toEqual(['no_route']);
    expect((await api.db.knex('campaigns').count({ n: '*' }))[0]).toEqual({ n: 0 });
  });

  test('segments over the sample: the longest, the shortest, and what all come to', async () => {
    const text = '{{ name }}{% if name == "Person 1" %}' + 'ü'.repeat(161) + '{% endif %}';
    const uneven = await createTemplate(api.admin, 'uneven', 'sms', { text });
    const { sms } = await check({ template: uneven });
    expect(sms).toEqual({ min: 1, average: 1.01, max: 2, estimatedTotal: 122 });
  });

  test('columns and variables that nobody uses are a warning', async () => {
    const plain = await createTemplate(api.admin, 'plain', 'sms', { text: 'Hello {{ name }}' });
    const { warnings } = await check({ template: plain, variables: { greeting: 'Hi' } });
    expect(warnings).toMatchObject([
      { code: 'unused_columns', detail: 'The template does not use these columns: city.' },
      { code: 'unused_variables', detail: expect.stringContaining('greeting') },
      { code: 'no_route' },
    ]);
  });

  test('the duration at the tightest of all rates, and accounts that are out of use', async () => {
    const [a, b] = [
      await account('a', { messages: 1, perSeconds: 1 }),
      await account('b', { messages: 2, perSeconds: 2 }),
    ];
    await api.db.database.stores.routes.set(
      'sms.notice',
      [a, b].map((accountId) => ({ accountId, weight: 1 })),
    );
    expect(await check()).toMatchObject({ estimatedSeconds: 60, warnings: [] });
    expect(await check({ rate: { messages: 1, perSeconds: 10 } })).toMatchObject({ estimatedSeconds: 1200 });
    await rule('flow', {
      accounts: { [a]: null },
      channels: {},
      apps: { [api.shop.appId]: { messages: 60, perSeconds: 10 } },
    });
    expect(await check()).toMatchObject({ estimatedSeconds: 20 });
    await rule('flow', { accounts: {}, channels: { sms: { messages: 1, perSeconds: 2 } }, apps: {} });
    expect(await check()).toMatchObject({ estimatedSeconds: 240 });
    await rule('flow', { accounts: {}, channels: {}, apps: {} });
    const open = (id: AccountId) =>
      api.admin.call('put', `/v1/accounts/${id}/health`, { override: 'open', note: 'broken' });
    expect((await open(a)).status).toBe(200);
    expect((await check()).warnings).toMatchObject([
      { code: 'route_impaired', detail: expect.stringContaining('a is open') },
    ]);
    await open(b);
    expect(await check()).toMatchObject({ ok: true, warnings: [{ code: 'route_down' }] });
  });

  test('a firing in the quiet hours of the template is a warning, by the clock that counts', async () => {
    await rule('quiet-hours', { ...defaults['quiet-hours'], from: '22:00', notice: 'wait' });
    const quiet = async (change: object) =>
      (await check(change)).warnings.filter(({ code }: { code: string }) => code === 'quiet_hours');
    expect(await quiet(once('2031-05-01T03:00', { timezone: 'Asia/Shanghai' }))).toMatchObject([
      {
        detail:
          'It fires at 03:00 in Asia/Shanghai, in the quiet hours (22:00 to 08:00): its messages would wait until 09:00.',
      },
    ]);
    expect(await quiet(once('2031-05-01T10:00', { timezone: 'Asia/Shanghai' }))).toEqual([]);
    expect(await quiet(once('2031-05-01T20:00'))).toHaveLength(1);
    expect(await quiet(once('2031-05-01T23:00', { recipientTime: true }))).toMatchObject([
      { detail: expect.stringContaining('23:00 by the clocks of its recipients') },
    ]);
    expect(await quiet(cron('0 7 * * *', { timezone: 'Asia/Shanghai' }))).toHaveLength(1);
    expect(await quiet(cron('0 12 * * *', { timezone: 'Asia/Shanghai' }))).toEqual([]);
    await rule('quiet-hours', defaults['quiet-hours']);
    expect(await quiet(once('2031-05-01T03:00', { timezone: 'Asia/Shanghai' }))).toEqual([]);
  });
});
