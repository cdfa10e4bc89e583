import { requireApproval } from '../support/approvals';
import { createUser, signInAs } from '../support/people';
import { createLuminateSystem, type LuminateSystem } from '../support/luminate-system';

const CSV = 'userId,code\n13800138000,1\n13800138001,2\n13800138000,3\nbad,4\n';

let system: LuminateSystem;
let api: LuminateSystem['api'];
let admin: LuminateSystem['admin'];
let shop: LuminateSystem['shop'];

beforeAll(async () => {
  system = await createLuminateSystem();
  ({ api, admin, shop } = system);
});
afterAll(() => system.close());

const query: LuminateSystem['query'] = (id) => system.query(id);
const upload: LuminateSystem['upload'] = (...args) => system.upload(...args);
const uploaded: LuminateSystem['uploaded'] = (csv) => system.uploaded(csv);

describe('templates that are sent by schedule', () => {
  const clocking = async (expectPushTime: string, change: object = {}) =>
    admin.save({ templateType: 10, expectPushTime, cronCrowdPath: await uploaded(CSV), ...change });
  const campaigns = async (id: number) => {
    const { items } = (await api.admin.get('/v1/campaigns?limit=200')).body;
    return items.filter(({ name }: { name: string }) => name === `luminate template ${id}`);
  };
  const done = { code: '00000', data: true };

  test('start makes a campaign of the cron line, once; stop pauses it; both may be repeated', async () => {
    const id = await clocking('0 30 9 ? * 2-6');
    expect(await query(id)).toMatchObject({ msgStatus: 10 });
    for (let twice = 0; twice < 2; twice++) expect(await admin.post(`/start/${id}`)).toMatchObject(done);
    const [campaign, ...others] = await campaigns(id);
    expect(others).toEqual([]);
    expect(campaign).toMatchObject({
      ...{ appId: api.admin.appId, template: { id }, paused: false },
      schedule: { kind: 'cron', cron: '30 9 * * 1-5', timezone: 'Asia/Shanghai', inForce: true },
    });
    expect(await api.schedules.read(`campaign/${campaign.id}`)).toMatchObject({ paused: false });
    expect(await query(id)).toMatchObject({ msgStatus: 30 });
    for (let twice = 0; twice < 2; twice++) expect(await admin.post(`/stop/${id}`)).toMatchObject(done);
    expect(await api.schedules.read(`campaign/${campaign.id}`)).toMatchObject({ paused: true });
    expect(await query(id)).toMatchObject({ msgStatus: 20 });
    expect(await shop.send(id, '13800138000', { code: 1 })).toHaveLength(1);
  });

  test('a change rests it; the next start brings it up to date', async () => {
    const id = await clocking('0 30 9 * * ?');
    await admin.post(`/start/${id}`);
    const other = await uploaded('userId,code\n13800138009,1\n');
    await admin.post('/save', { id, expectPushTime: '0 0 7 1 1 ?', cronCrowdPath: other });
    expect(await campaigns(id)).toMatchObject([{ paused: true, schedule: { cron: '30 9 * * *' } }]);
    expect(await query(id)).toMatchObject({ msgStatus: 10, cronCrowdPath: other });
    await admin.post(`/start/${id}`);
    expect(await campaigns(id)).toMatchObject([
      { paused: false, audience: other, schedule: { cron: '0 7 1 1 *', inForce: true } },
    ]);
  });

  test('"0" runs at each start, to all of its recipients, and not twice while it runs', async () => {
    const id = await clocking('0');
    const before = api.runs.length;
    expect(await admin.post(`/start/${id}`)).toMatchObject(done);
    expect(api.runs.slice(before)).toMatchObject([{ templateId: id, total: 2, trigger: 'api', lane: 'sms.notice' }]);
    expect(await admin.post(`/start/${id}`)).toMatchObject({
      status: 200,
      code: '00001',
      msg: expect.stringContaining('is going'),
    });
    await api.db
      .knex('runs')
      .where({ id: api.runs.at(-1)!.id })
      .update({ state: 'completed' });
    expect(await admin.post(`/start/${id}`)).toMatchObject(done);
    expect(api.runs).toHaveLength(before + 2);
    expect(await campaigns(id)).toHaveLength(1);
  });

  test('started five times at once, "0" runs once', async () => {
    const id = await clocking('0');
    const before = api.runs.length;
    const answers = await Promise.all(Array.from({ length: 5 }, () => admin.post(`/start/${id}`)));
    expect(answers.filter(({ code }) => code === '00000').length).toBeGreaterThanOrEqual(1);
    expect(new Set(answers.map(({ code }) => code))).toEqual(new Set(['00000', '00001']));
    expect(api.runs).toHaveLength(before + 1);
    expect(await campaigns(id)).toHaveLength(1);
  });

  test('from a cron line to "0" it becomes another campaign, and the old one fires no more', async () => {
    const id = await clocking('0 30 9 * * ?');
    await admin.post(`/start/${id}`);
    const [old] = await campaigns(id);
    await admin.post('/save', { id, expectPushTime: '0' });
    expect(await admin.post(`/start/${id}`)).toMatchObject(done);
    expect(await campaigns(id)).toMatchObject([{ schedule: { kind: 'now' } }]);
    expect(await api.schedules.read(`campaign/${old.id}`)).toBeUndefined();
  });

  test('what cannot run is refused in words: no file, another channel, a missing column, that of another app', async () => {
    const refused = async (change: object, words: string) => {
      const id = await clocking('0 30 9 * * ?', change);
      expect(await admin.post(`/start/${id}`)).toMatchObject({
        status: 200,
        code: 'A0001',
        msg: expect.stringContaining(words),
      });
      expect(await campaigns(id)).toEqual([]);
    };
    await refused({ cronCrowdPath: '' }, 'cronCrowdPath is missing');
    await refused({ cronCrowdPath: await uploaded('userId,code\na@x.cn,1\n') }, 'is for email');
    await refused({ cronCrowdPath: await uploaded('userId\n13800138000\n') }, 'no column "code"');
    await refused({ cronCrowdPath: (await upload(CSV, { key: api.shop.key })).data }, 'names no audience of this app');
  });

  test('a start that cannot be leaves everything as it was: a template that was stopped elsewhere, and a campaign', async () => {
    const good = { cronCrowdPath: await uploaded(CSV) };
    const bad = [
      { cronCrowdPath: '' },
      { cronCrowdPath: await uploaded('userId,code\na@x.cn,1\n') },
      { cronCrowdPath: await uploaded('userId\n13800138000\n') },
    ];
    const id = await clocking('0 30 9 * * ?');
    await api.admin.post(`/v1/templates/${id}/stop`);
    const isStopped = async () => (await api.admin.get(`/v1/templates/${id}`)).body.state === 'stopped';
    for (const change of bad) {
      await admin.post('/save', { id, ...change });
      expect([(await admin.post(`/start/${id}`)).code, await isStopped()]).toEqual(['A0001', true]);
      expect(await campaigns(id)).toEqual([]);
    }
    await admin.post('/save', { id, ...good });
    expect([(await admin.post(`/start/${id}`)).code, await isStopped()]).toEqual(['00000', false]);
    const [campaign] = await campaigns(id);
    for (const change of bad.slice(1)) {
      await admin.post('/save', { id, expectPushTime: '0', ...change });
      expect(await admin.post(`/start/${id}`)).toMatchObject({ code: 'A0001' });
      expect(await campaigns(id)).toMatchObject([{ id: campaign.id, audience: good.cronCrowdPath, paused: true }]);
    }
  });

  test('with more recipients than go without approval it starts only once somebody has approved it', async () => {
    await requireApproval(api, { campaignsOver: 1 });
    const approver = await signInAs(api, await createUser(api, 'approver'));
    const before = api.runs.length;
    for (const [expectPushTime, runs] of [
      ['0', 1],
      ['0 30 9 * * ?', 0],
    ] as const) {
      const id = await clocking(expectPushTime);
      for (let twice = 0; twice < 2; twice++) {
        expect(await admin.post(`/start/${id}`)).toMatchObject({
          code: '00001',
          msg: expect.stringContaining('approve'),
        });
      }
      const [campaign, ...others] = await campaigns(id);
      expect([others, campaign]).toMatchObject([[], { paused: true, approval: { status: 'waiting', code: 10 } }]);
      expect(await query(id)).toMatchObject({ msgStatus: 10 });
      const { status } = await approver.call('post', `/v1/approvals/${campaign.approval.id}/approve`, {});
      expect([status, api.runs.slice(before).filter(({ templateId }) => templateId === id)]).toEqual([200, []]);
      expect(await admin.post(`/start/${id}`)).toMatchObject(done);
      expect(await campaigns(id)).toMatchObject([{ paused: false, approval: { status: 'approved' } }]);
      expect(api.runs.slice(before).filter(({ templateId }) => templateId === id)).toHaveLength(runs);
    }
    const changed = await clocking('0 30 9 * * ?', { cronCrowdPath: await uploaded('userId,code\n13800138000,1\n') });
    expect(await admin.post(`/start/${changed}`)).toMatchObject(done);
    await admin.post('/save', { id: changed, cronCrowdPath: await uploaded(CSV) });
    expect(await admin.post(`/start/${changed}`)).toMatchObject({ code: '00001' });
    expect(await campaigns(changed)).toMatchObject([{ waitingChange: expect.stringMatching(/^apv_/), paused: true }]);
    await requireApproval(api, {});
  });

  test('deleted, it takes its campaign along', async () => {
    const id = await clocking('0 30 9 * * ?');
    await admin.post(`/start/${id}`);
    const [{ id: campaign }] = await campaigns(id);
    await admin.call('delete', `/delete/${id}`);
    expect(await campaigns(id)).toEqual([]);
    expect(await api.schedules.read(`campaign/${campaign}`)).toBeUndefined();
  });
});

describe('upload', () => {
  test('makes an audience of the file, whose folder is not kept, and looks for its channel', async () => {
    const sms = (await api.admin.get(`/v1/audiences/${await uploaded(CSV)}`)).body;
    expect(sms).toMatchObject({ name: 'people.csv', channel: 'sms', rows: 4, accepted: 2, duplicates: 1, invalid: 1 });
    const rows = Array.from({ length: 50_000 }, (_, i) => `u${i}@x.cn,${i}`).join('\n');
    const email = (await api.admin.get(`/v1/audiences/${await uploaded(`userId,n\n${rows}`)}`)).body;
    expect(email).toMatchObject({ channel: 'email', accepted: 50_000 });
    const { data } = await upload('userId\n13800138000\n', { query: '?sendChannel=30', key: api.shop.key });
    expect((await api.shop.get(`/v1/audiences/${data}`)).body).toMatchObject({ channel: 'sms', app: api.shop.appId });
  });

  test.each<[string, string, { field?: string; query?: string }]>([
    ['another field', CSV, { field: 'crowd' }],
    ['an empty file', '', {}],
    ['a file without userId', 'mail\na@x.cn\n', {}],
    ['an unknown channel', CSV, { query: '?sendChannel=50' }],
  ])('%s is A0001', async (_what, content, more) => {
    expect(await upload(content, more)).toMatchObject({ status: 200, code: 'A0001', data: null });
  });

  test.each([
    ['no form', 'text/csv', CSV],
    ['a form without boundary', 'multipart/form-data', CSV],
    [
      'a form that breaks off',
      'multipart/form-data; boundary=b',
      `--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${CSV}`,
    ],
    ['a form that is none', 'multipart/form-data; boundary=b', 'xxxx'],
    ['an empty form', 'multipart/form-data; boundary=b', ''],
  ])('%s is A0001, and leaves nothing', async (_what, type, body) => {
    const count = async () => Number((await api.db.knex('audiences').count({ n: '*' }))[0]!['n']);
    const before = await count();
    const headers = { Authorization: `Bearer ${api.admin.key}`, 'Content-Type': type };
    const response = await fetch(`${system.url}/luminate/upload`, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toMatchObject([200, { code: 'A0001', data: null }]);
    expect(await count()).toBe(before);
  });

  test('without a key it is 401', async () => {
    expect(await upload(CSV, { key: 'lum_x' })).toMatchObject({ status: 401, code: '00001' });
  });
});
