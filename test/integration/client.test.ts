import { text } from 'node:stream/consumers';
import { awaitsApproval, createLuminateClient, LuminateProblem, type LuminateClient } from '../../client/index';
import type { Template } from '../../db/stores/template-store';
import { parseCsv } from '../../domain/csv';
import { listen } from '../support/sandbox';
import { createSystemApi } from '../support/system-api';
import type { TestApi } from '../support/test-api';
import { addressesOf, csvOf } from '../support/test-runs';
import { createTestSystem, type TestSystem } from '../support/test-system';

/** The client against the API with everything behind it. */
let system: TestSystem;
let api: TestApi;
let server: Awaited<ReturnType<typeof listen>>;
let template: Template;
let shop: LuminateClient;
let admin: LuminateClient;
beforeAll(async () => {
  system = await createTestSystem();
  api = await createSystemApi(system);
  server = await listen(api.app);
  template = await system.template({ lane: 'email.notice' });
  shop = createLuminateClient({ url: server.url, key: (await api.client(system.app, 'app')).key });
  admin = createLuminateClient({ url: server.url, key: api.admin.key });
}, 90_000);
afterAll(async () => {
  await server.close();
  await api.close();
  await system.close();
});

const sendTo = (to: readonly string[]) => ({
  template: template.key,
  recipients: to.map((address, order) => ({ to: address, variables: { order } })),
});

test('a send is accepted once under its key, waited for, listed page by page and explained', async () => {
  const to = addressesOf('listed', 5);
  const headers = { 'Idempotency-Key': 'client-listed' };
  const first = await shop.post('/v1/sends', { body: sendTo(to), headers });
  const again = await shop.post('/v1/sends', { body: sendTo(to), headers });
  expect([first.status, first.replayed, again.replayed, again.data]).toEqual([202, false, true, first.data]);
  const seen = new Set<number>();
  const send = await shop.waitForSend(first.data.id, { everyMs: 100, onRead: ({ total }) => seen.add(total) });
  expect([send.counts, [...seen]]).toEqual([{ sent: 5 }, [5]]);
  const ids: string[] = [];
  for await (const { id } of shop.items('/v1/messages', { query: { send: send.id, limit: 2 } })) ids.push(id);
  expect(ids.sort()).toEqual(first.data.messages.map(({ id }) => id).sort());
  const [id = ''] = ids;
  expect(await shop.waitForMessage(id)).toMatchObject({ id, status: 'sent' });
  const { data: timeline } = await shop.get('/v1/messages/{id}/timeline', { path: { id } });
  expect(timeline.steps[0]).toMatchObject({ step: 'accepted' });
});

test('a refusal is a problem with every place, and the id under which it is logged', async () => {
  const failed = shop.post('/v1/sends', { body: sendTo(['nobody', 'ada@example.com', 'nothing']) });
  const problem = await failed.catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(LuminateProblem);
  expect(problem).toMatchObject({ status: 422, code: 'invalid_request', requestId: expect.stringMatching(/./) });
  const { errors, message } = problem as LuminateProblem;
  expect(errors.map(({ pointer }) => pointer)).toEqual(['/recipients/0/to', '/recipients/2/to']);
  for (const { pointer, detail } of errors) expect(message).toContain(`  ${pointer} ${detail}`);
  const stranger = createLuminateClient({ url: server.url, key: 'lum_nobody' });
  await expect(stranger.get('/v1/messages')).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
  expect((await createLuminateClient({ url: server.url }).get('/healthz')).status).toBe(200);
});

test('an edit is made with the ETag that was read, refused with an older one, and tells the next', async () => {
  const path = { template: template.key };
  const { etag = '' } = await admin.get('/v1/templates/{template}', { path });
  expect(await admin.getIfChanged('/v1/templates/{template}', etag, { path })).toBeUndefined();
  const edit = (name: string, tag = '') =>
    admin.patch('/v1/templates/{template}', { path, body: { name }, headers: { 'If-Match': tag } });
  const edited = await edit('First', etag);
  await expect(edit('Second', etag)).rejects.toMatchObject({ status: 412, code: 'precondition_failed' });
  const { data: third } = await edit('Third', edited.etag);
  if (awaitsApproval(third)) throw new Error('nothing waits for approval here');
  expect(third.name).toBe('Third');
  const newer = await admin.getIfChanged('/v1/templates/{template}', etag, { path });
  expect(newer?.data.name).toBe('Third');
});

test('a file is uploaded, sent to, watched until its end, and told of row by row', async () => {
  const to = addressesOf('run', 300);
  const { data: audience } = await shop.upload('/v1/audiences', {
    query: { channel: 'email', name: 'people' },
    content: `${csvOf(to)}\nnobody,1\n`,
  });
  expect(audience).toMatchObject({ accepted: 300, invalid: 1 });
  const rejects = await shop.file('/v1/audiences/{id}/rejects', { path: { id: audience.id } });
  expect(await text(rejects.body)).toContain('301,nobody');
  const { data: campaign } = await shop.post('/v1/campaigns', {
    body: {
      ...{ name: 'News', template: template.key, audience: audience.id, schedule: { kind: 'now' } },
      rate: { messages: 150, perSeconds: 1 },
    },
  });
  const id = campaign.run?.id ?? '';
  const seen: string[] = [];
  let ended = 0;
  for await (const run of shop.watchRun(id)) {
    seen.push(run.state);
    ended = run.ended;
  }
  expect([seen.at(-1), ended]).toEqual(['finished', 300]);
  expect(seen.length).toBeGreaterThan(1);
  const result = await shop.file('/v1/runs/{id}/result', { path: { id } });
  expect(result.headers.get('content-type')).toContain('text/csv');
  const [, ...rows] = parseCsv(await text(result.body)).map(({ cells }) => [...(cells ?? [])]);
  expect(rows.map(([, , status]) => status)).toEqual([...to.map(() => 'sent'), 'invalid']);
  await expect(shop.file('/v1/runs/{id}/result', { path: { id: 'run_1' } })).rejects.toMatchObject({ status: 404 });
}, 60_000);
