import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLuminateClient, type LuminateClient } from '../../client/index';
import { parseCsv } from '../../domain/csv';
import { messageOfRow, type RunId } from '../../domain/ids';
import { startServer } from '../../api/start-server';
import { createSystemApi } from '../support/system-api';
import type { Client, TestApi } from '../support/test-api';
import { createTestSystem, type TestSystem } from '../support/test-system';

interface Body {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly imported: number;
  readonly toImport: number;
  readonly firedAt: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly detail: unknown;
}

describe('runs over the API', () => {
  let system: TestSystem;
  let api: TestApi;
  let shop: Client;
  let luminate: LuminateClient;
  let url: string;
  let closeServer: () => Promise<void>;
  let template: number;

  beforeAll(async () => {
    system = await createTestSystem();
    api = await createSystemApi(system);
    shop = await api.client(system.app, 'app');
    ({ url, close: closeServer } = await startServer(api.app, '127.0.0.1', 0));
    luminate = createLuminateClient({ url, key: shop.key });
    template = (await system.template({ lane: 'email.marketing' })).id;
  }, 90_000);
  afterAll(async () => {
    await closeServer();
    await api.close();
    await system.close();
  });
  afterEach(() => {
    system.sink.onMail = () => undefined;
  });

  async function upload(csv: string): Promise<string> {
    return (await luminate.upload('/v1/audiences', { query: { channel: 'email' }, content: csv })).data.id;
  }
  const csvOf = (name: string, n: number): string =>
    ['userId,order', ...Array.from({ length: n }, (_, i) => `${name}${i}@example.com,${i}`)].join('\n');
  async function begin(csv: string, more: object = {}): Promise<RunId> {
    const body = { name: 'news', template, audience: await upload(csv), schedule: { kind: 'now' }, ...more };
    const answer = await shop.post('/v1/campaigns', body);
    expect(answer.status).toBe(201);
    return answer.body.run.id;
  }
  const read = async (id: string): Promise<Body> => (await shop.get(`/v1/runs/${id}`)).body;
  async function until(id: string, states: readonly string[]): Promise<Body> {
    for (const deadline = Date.now() + 60_000; ;) {
      const run = await read(id);
      expect(run.total).toBe(run.imported + run.toImport);
      expect(run.imported).toBe(Object.values(run.counts).reduce((a, b) => a + b, 0));
      if (states.includes(run.state)) return run;
      if (Date.now() > deadline) throw new Error(JSON.stringify(run));
      await sleep(100);
    }
  }
  const result = async (id: string): Promise<string[][]> => {
    const { body, headers } = await luminate.file('/v1/runs/{id}/result', { path: { id } });
    expect(headers.get('content-type')).toContain('text/csv');
    return parseCsv(await text(body)).map(({ cells }) => [...(cells ?? [])]);
  };
  const refuse = (prefix: string) => {
    system.sink.onMail = ({ to }) => {
      if (to.startsWith(prefix)) throw Object.assign(new Error('5.7.1 not this one'), { responseCode: 554 });
    };
  };

  it('tells one line for every row of the file, also for those that got no message', async () => {
    const csv = [
      'userId,order',
      'row1@example.com,1',
      'no address,2',
      'row3@example.com,3',
      'ROW1@example.com,4',
      ',5',
      '"=cmd|\' /C calc\'!A0",6',
      'row7@example.com,7',
    ].join('\n');
    const id = await begin(csv);
    expect(await until(id, ['finished'])).toMatchObject({ total: 3, counts: { sent: 3 }, ended: 3, etaSeconds: null });
    const [head, ...rows] = await result(id);
    expect(head).toEqual(expect.arrayContaining(['row', 'to', 'status', 'reason', 'messageId']));
    expect(rows.map(([row, , status]) => [row, status])).toEqual([
      ['1', 'sent'],
      ['2', 'invalid'],
      ['3', 'sent'],
      ['4', 'duplicate'],
      ['5', 'invalid'],
      ['6', 'invalid'],
      ['7', 'sent'],
    ]);
    expect(rows[5]![1]).toBe("'=cmd|' /C calc'!A0");
    expect(rows[0]![5]).toBe(messageOfRow(id, 1));
    expect(rows.map((cells) => cells.length)).toEqual(rows.map(() => head!.length));
  });

  it('sends again to those that failed, once', async () => {
    refuse('fail');
    const csv = [csvOf('fail', 3), ...Array.from({ length: 5 }, (_, i) => `fine${i}@example.com,${i}`)].join('\n');
    const id = await begin(csv, { pauseOn: null });
    expect(await until(id, ['finished'])).toMatchObject({ counts: { failed: 3, sent: 5 } });
    system.sink.onMail = () => undefined;
    const retries = await Promise.all([1, 2].map(() => shop.post(`/v1/runs/${id}/retry-failed`, {})));
    expect(retries.map(({ status }) => status).sort()).toEqual([201, 409]);
    const retry = retries.find(({ status }) => status === 201)!.body;
    expect(retries.find(({ status }) => status === 409)!.body).toMatchObject({ code: 'already_retried' });
    expect(await until(retry.id, ['finished'])).toMatchObject({ retryOf: id, total: 3, counts: { sent: 3 } });
    const sent = system.sink.mails.flatMap(({ to }) => (/^(fail|fine)\d/.test(to) ? [to] : []));
    expect(sent).toHaveLength(8);
    expect(new Set(sent).size).toBe(8);
    expect((await result(retry.id)).slice(1).map(([row, to]) => [row, to])).toEqual([
      ['1', 'fail0@example.com'],
      ['2', 'fail1@example.com'],
      ['3', 'fail2@example.com'],
    ]);
    const answer = await shop.post(`/v1/runs/${retry.id}/retry-failed`, {});
    expect(answer.body).toMatchObject({ status: 409, code: 'nothing_to_retry' });
  });

  it('pauses, resumes, changes the rate and cancels, each as often as it is asked', async () => {
    const id = await begin(csvOf('asked', 3_000), { rate: { messages: 200, perSeconds: 1 } });
    const ask = (what: string, body: object = {}) => shop.post(`/v1/runs/${id}/${what}`, body);
    expect((await shop.post(`/v1/runs/${id}/retry-failed`, {})).body).toMatchObject({ code: 'run_not_ended' });
    for (const what of ['pause', 'pause'] as const) {
      expect((await ask(what, { note: 'a look' })).body).toMatchObject({ state: 'paused', reason: 'requested' });
    }
    expect((await read(id)).detail).toMatchObject({ note: 'a look' });
    for (const what of ['resume', 'resume'] as const) expect((await ask(what)).body.state).toBe('running');
    const faster = { messages: 400, perSeconds: 1 };
    expect((await ask('rate', { rate: faster })).body.settings.rate).toEqual(faster);
    expect((await ask('rate', { rate: { messages: 0, perSeconds: 1 } })).status).toBe(422);
    while (system.sink.mails.filter(({ to }) => to.startsWith('asked')).length < 100) await sleep(20);
    const cancelled = (await ask('cancel')).body;
    expect(['cancelling', 'cancelled']).toContain(cancelled.state);
    const end = await until(id, ['cancelled']);
    expect(end.counts).toEqual({ sent: cancelled.tooLate, recalled: cancelled.recalled });
    for (const what of ['cancel', 'pause', 'resume']) {
      expect((await ask(what)).body).toMatchObject({ status: 409, code: 'run_ended' });
    }
    const rows = (await result(id)).slice(1);
    expect(rows.map(([row]) => Number(row))).toEqual(Array.from({ length: 3_000 }, (_, i) => i + 1));
    expect(new Set(rows.map(([, , status]) => status))).toEqual(new Set(['sent', 'recalled']));
  }, 120_000);

  it('streams its progress until its end', async () => {
    const id = await begin(csvOf('stream', 600), { rate: { messages: 200, perSeconds: 1 } });
    const headers = { authorization: `Bearer ${shop.key}` };
    const answer = await fetch(`${url}/v1/runs/${id}/events`, { headers });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const events = (await answer.text())
      .trim()
      .split('\n\n')
      .map((text) => /^event: (\w+)\ndata: (.*)$/s.exec(text)!)
      .map(([, event, data]) => ({ event, run: JSON.parse(data!) as Body }));
    expect(events.length).toBeGreaterThan(2);
    expect(events.at(-1)).toMatchObject({ event: 'end', run: { state: 'finished', counts: { sent: 600 } } });
    expect(events.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
    for (const { run } of events) expect(run.total).toBe(run.imported + run.toImport);
  }, 60_000);

  it('lists its messages, and keeps its send from whoever asks for a small one', async () => {
    const id = await begin(csvOf('listed', 501));
    await until(id, ['finished']);
    const first = (await shop.get(`/v1/messages?run=${id}&limit=2`)).body;
    expect(first.items.map((message: Body) => message.id)).toEqual([messageOfRow(id, 501), messageOfRow(id, 500)]);
    expect(first.items[0]).toMatchObject({ runId: id, status: 'sent' });
    const last = (await shop.get(`/v1/messages?run=${id}&status=sent&after=${messageOfRow(id, 2)}`)).body;
    expect(last.items.map((message: Body) => message.id)).toEqual([messageOfRow(id, 1)]);
    expect((await shop.get(`/v1/messages?run=${id}&status=failed`)).body.items).toEqual([]);
    const { sendId } = first.items[0];
    expect((await shop.get(`/v1/sends/${sendId}`)).body).toMatchObject({ status: 409, code: 'send_of_run' });
    expect((await shop.post(`/v1/sends/${sendId}/recall`)).body).toMatchObject({ status: 409, code: 'send_of_run' });
  });

  it('is seen by its app and by administrators only', async () => {
    const id = await begin(csvOf('seen', 1));
    await until(id, ['finished']);
    const other = await api.client(await system.db.database.stores.apps.create('other'), 'app');
    for (const path of [`/v1/runs/${id}`, `/v1/runs/${id}/events`, `/v1/runs/${id}/result`]) {
      const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${other.key}` } });
      expect(answer.status).toBe(404);
    }
    expect((await other.post(`/v1/runs/${id}/cancel`, {})).status).toBe(404);
    expect((await api.admin.get(`/v1/runs/${id}`)).body).toMatchObject({ id });
    const list = (await shop.get('/v1/runs?state=finished&limit=2')).body;
    expect(list.items[0]).toMatchObject({ id });
    expect(list.pageInfo.hasMore).toBe(true);
    expect((await api.admin.get(`/v1/runs?app=${shop.appId}&limit=1`)).body.items[0]).toMatchObject({ id });
  });

  it('fires by the Schedule of its campaign, and leaves a firing out while a run is going', async () => {
    const at = new Date(Date.now() + 6_000).toISOString();
    const slow = { rate: { messages: 1, perSeconds: 1 } };
    const audience = await upload(csvOf('scheduled', 2));
    const once = { kind: 'once', at, timezone: 'UTC' };
    const campaign = await shop.post('/v1/campaigns', { name: 'later', template, audience, schedule: once });
    expect(campaign.status).toBe(201);
    const busy = await shop.post('/v1/campaigns', {
      ...{ name: 'busy', template, audience: await upload(csvOf('busy', 60)), schedule: once },
      ...slow,
    });
    const byHand = (await shop.post(`/v1/campaigns/${busy.body.id}/trigger`)).body.run.id;
    const runsOf = async (id: string): Promise<Body[]> => (await shop.get(`/v1/runs?campaign=${id}`)).body.items;
    const deadline = Date.now() + 40_000;
    while ((await runsOf(campaign.body.id)).length === 0) {
      if (Date.now() > deadline) throw new Error('it did not fire');
      await sleep(200);
    }
    const [fired] = await runsOf(campaign.body.id);
    expect(fired).toMatchObject({ trigger: 'schedule' });
    expect(Math.abs(Date.parse(fired!.firedAt) - Date.parse(at))).toBeLessThan(1_000);
    await until(fired!.id, ['finished']);
    while ((await runsOf(busy.body.id)).length < 2) await sleep(200);
    const [skipped] = await runsOf(busy.body.id);
    expect(skipped).toMatchObject({
      trigger: 'schedule',
      state: 'skipped',
      reason: 'overlap',
      detail: { runId: byHand },
    });
    expect((await shop.post(`/v1/runs/${byHand}/cancel`, {})).status).toBe(200);
    await until(byHand, ['cancelled']);
  }, 120_000);
});
