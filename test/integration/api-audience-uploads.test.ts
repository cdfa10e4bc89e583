import { request } from 'node:http';
import { createAudienceTester, rowsOf, type AudienceTester } from '../support/audience-files';
import { createTestApi } from '../support/test-api';

let tester: AudienceTester;
beforeAll(async () => {
  tester = await createAudienceTester();
});
afterAll(() => tester.close());

/** Begins an upload and leaves it open. */
function beginUpload(query: string, headers: Record<string, string | number> = {}) {
  const req = request(`${tester.url}/v1/audiences?channel=email${query}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${tester.api.shop.key}`, 'Content-Type': 'text/csv', ...headers },
  });
  const failure = new Promise<Error>((resolve) => req.on('error', resolve));
  const answer = new Promise<number | undefined>((resolve) =>
    req.on('response', (res) => {
      res.resume();
      resolve(res.statusCode);
    }),
  );
  return { req, failure, answer };
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not happen`);
}

const progressOf = (uploadId: string) => tester.api.shop.get(`/v1/audiences/uploads/${uploadId}`);

describe('an upload on its way', () => {
  test('tells its progress; one that breaks off leaves nothing, and its id can be used again', async () => {
    const before = await tester.remains();
    const { req, failure } = beginUpload('&uploadId=broken', { 'Content-Length': 1_000_000 });
    req.write(`${rowsOf(100)}\n`);
    await until('the upload', async () => (await progressOf('broken')).status === 200);
    const drip = setInterval(() => req.write('x@example.com,y\n'), 100);
    await until('progress', async () => (await progressOf('broken')).body.bytes > 0);
    clearInterval(drip);
    const during = await progressOf('broken');
    expect(during.body).toMatchObject({ status: 'uploading', uploadId: 'broken', accepted: null, checksum: null });
    expect((await tester.api.shop.get(`/v1/audiences/${during.body.id}/rejects`)).body).toMatchObject({
      code: 'upload_in_progress',
    });
    expect((await tester.upload(rowsOf(1), '&uploadId=broken')).body).toMatchObject({ code: 'upload_in_progress' });
    req.destroy();
    await failure;
    await until('its end', async () => (await progressOf('broken')).status === 404);
    await until('its files to go', async () => (await tester.remains()).files.length === before.files.length);
    expect(await tester.remains()).toEqual(before);
    expect(await tester.upload(rowsOf(1), '&uploadId=broken')).toMatchObject({ status: 201 });
    expect(tester.api.logs.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('a third one at the same time is told to come again', async () => {
    const open = [beginUpload(''), beginUpload('')];
    for (const { req } of open) req.write('userId\n');
    await until('both', async () => (await tester.upload(rowsOf(1))).status === 429);
    const { status, headers, body } = await tester.upload(rowsOf(1));
    expect([status, headers['retry-after'], body['code']]).toEqual([429, '10', 'too_many_uploads']);
    for (const { req } of open) req.end('a@example.com\n');
    expect(await Promise.all(open.map(({ answer }) => answer))).toEqual([201, 201]);
    expect(await tester.upload(rowsOf(1))).toMatchObject({ status: 201 });
  });

  test('deleted meanwhile, it is cancelled and leaves nothing', async () => {
    const before = await tester.remains();
    const { req, answer } = beginUpload('&uploadId=cancelled');
    req.write('userId\n');
    await until('the upload', async () => (await progressOf('cancelled')).status === 200);
    const { id } = (await progressOf('cancelled')).body as { id: string };
    expect((await tester.api.shop.call('delete', `/v1/audiences/${id}`)).status).toBe(204);
    req.end('a@example.com\n');
    expect(await answer).toBe(409);
    expect((await tester.remains()).files).toEqual(before.files);
    expect((await tester.api.shop.get(`/v1/audiences/${id}`)).status).toBe(404);
  });

  test('repeated with its id it is the same audience; with another file it is refused', async () => {
    const first = await tester.upload(rowsOf(3), '&uploadId=twice');
    const again = await tester.upload(rowsOf(3), '', { 'Idempotency-Key': 'twice' });
    expect([again.status, again.body, again.headers['idempotent-replayed']]).toEqual([201, first.body, 'true']);
    expect(await tester.upload(rowsOf(4), '&uploadId=twice')).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(await tester.upload(rowsOf(3), '&uploadId=a', { 'Idempotency-Key': 'b' })).toMatchObject({ status: 422 });
    expect((await progressOf('twice')).body).toEqual(first.body);
  });

  test('one whose process died is taken over by its repeat after a minute of silence', async () => {
    const { audiences } = tester.api.db.database.stores;
    const dead = await audiences.begin({
      appId: (await audiences.list(tester.api.shop.appId as never, undefined, 1))[0]!.appId,
      uploadId: 'dead',
      name: 'x',
      channel: 'email',
      addressColumn: 'userId',
    });
    expect(await tester.upload(rowsOf(1), '&uploadId=dead')).toMatchObject({ status: 409 });
    await tester.api.db
      .knex('audiences')
      .where({ id: dead.id })
      .update({ updated_at: new Date(Date.now() - 61_000) });
    const { status, body } = await tester.upload(rowsOf(1), '&uploadId=dead');
    expect([status, body['status'], body['id'] === dead.id]).toEqual([201, 'ready', false]);
    expect(await audiences.setProgress(dead.id, { bytes: 1, rows: 1 })).toBe(false);
  });
});

describe('audiences that are there', () => {
  test('are listed newest first, in pages, and belong to their app; admin keys see addresses', async () => {
    const own = await tester.api.client(await tester.api.db.database.stores.apps.create('lists'), 'app');
    const ids: string[] = [];
    for (let i = 1; i <= 3; i++) ids.unshift((await tester.upload(rowsOf(i), '', {}, own)).body['id']);
    const first = await own.get('/v1/audiences?limit=2');
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const second = await own.get(`/v1/audiences?limit=2&after=${first.body.pageInfo.after}`);
    expect(second.body).toMatchObject({ items: [{ id: ids[2] }], pageInfo: { hasMore: false } });
    expect((await tester.api.shop.get(`/v1/audiences/${ids[0]}`)).status).toBe(404);
    expect((await tester.api.shop.get(`/v1/audiences/${ids[0]}/rejects`)).status).toBe(404);
    expect((await tester.api.shop.get(`/v1/audiences?app=${own.appId}`)).status).toBe(403);
    expect((await tester.api.admin.get(`/v1/audiences?app=${own.appId}`)).body.items).toHaveLength(3);
    expect((await tester.api.admin.get(`/v1/audiences/${ids[0]}`)).body.sample[0].to).toBe('u1@example.com');
    expect((await own.get(`/v1/audiences/${ids[0]}`)).body.sample[0].to).toBe('u***@example.com');
  });

  test('go with their files when deleted, unless something needs them', async () => {
    const before = await tester.remains();
    const { body } = await tester.upload(rowsOf(2), '&uploadId=gone');
    expect((await tester.remains()).files).toHaveLength(before.files.length + 3);
    const path = `/v1/audiences/${body['id']}`;
    const inUse = await createTestApi({ db: tester.api.db, deps: { audienceInUse: async () => true } });
    expect((await inUse.admin.call('delete', path)).body).toMatchObject({ status: 409, code: 'audience_in_use' });
    await inUse.close();
    expect((await tester.api.shop.call('delete', path)).status).toBe(204);
    expect((await tester.remains()).files).toEqual(before.files);
    expect((await tester.api.shop.get(path)).status).toBe(404);
    expect((await tester.api.shop.call('delete', path)).status).toBe(404);
    const [row] = (await tester.api.db.knex('audiences').where({ id: body['id'] })) as { status: string }[];
    expect(row).toMatchObject({ status: 'removed', upload_id: null });
  });

  test('whose files may still be there are found for retention, oldest first', async () => {
    const { audiences } = tester.api.db.database.stores;
    const old = await audiences.olderThan(new Date(Date.now() + 1_000), 1_000);
    expect(old.length).toBeGreaterThan(3);
    expect(old.map(({ id }) => id)).toEqual(old.map(({ id }) => id).sort());
    expect(old.every(({ status }) => status !== 'removed')).toBe(true);
    expect(await audiences.olderThan(new Date(Date.now() - 3_600_000), 10)).toEqual([]);
  });
});
