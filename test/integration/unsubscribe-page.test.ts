import { randomBytes } from 'node:crypto';
import request from 'supertest';
import { createUnsubscribeTokens } from '../../channels/email/unsubscribe';
import { newId, type AppId } from '../../domain/ids';
import { seedMessages } from '../support/seed-messages';
import { createTestApi, type TestApi } from '../support/test-api';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});
afterAll(() => api.close());

async function sentMail() {
  const appId = api.shop.appId as AppId;
  const [id] = await seedMessages(api.db, 1, { appId, lane: 'email.marketing', columns: { status: 'sent' } });
  const { address } = (await api.db.database.stores.messages.get(id!))!;
  const link = `/u/${createUnsubscribeTokens(api.db.secretKey).make(id!)}`;
  const entries = () => api.db.database.stores.suppressions.list({ address, limit: 10 });
  return { id: id!, address, appId, link, entries };
}

test('GET asks, runs no script, and changes nothing, whoever follows the link', async () => {
  const { link, entries, address } = await sentMail();
  for (const ask of [request(api.app).get(link), request(api.app).head(link)]) {
    const response = await ask;
    expect([response.status, response.type]).toEqual([200, 'text/html']);
    expect(response.get('Content-Security-Policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(response.get('Cache-Control')).toBe('no-store');
  }
  const { text } = await request(api.app).get(link);
  expect(text).toContain('<form method="post">');
  expect(text).not.toContain('<script');
  expect(text).not.toContain(address);
  expect(await entries()).toEqual([]);
});

test.each([
  ['the one-click body of RFC 8058', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
  ['the form of the page', 'application/x-www-form-urlencoded', ''],
  [
    'a multipart body',
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
  ],
])('POST with %s suppresses marketing of the app, once', async (_what, type, body) => {
  const { id, link, entries, appId } = await sentMail();
  for (let i = 0; i < 2; i++) {
    const response = await request(api.app).post(link).set('Content-Type', type).send(body);
    expect([response.status, response.type]).toEqual([200, 'text/html']);
  }
  expect(await entries()).toMatchObject([
    { channel: 'email', appId, reason: 'unsubscribe', appliesTo: 'marketing', source: 'unsubscribe', messageId: id },
  ]);
  const receipts = (await api.db.database.stores.receipts.ofMessages([id])).get(id);
  expect(receipts).toMatchObject([{ source: 'unsubscribe', event: 'unsubscribe', outcome: 'applied' }]);
});

test('who was put back on the list can unsubscribe again by the same mail', async () => {
  const { link, entries } = await sentMail();
  await request(api.app).post(link);
  await api.db.database.stores.suppressions.lift((await entries())[0]!.id, 'test');
  await request(api.app).post(link);
  expect(await entries()).toMatchObject([{ liftedAt: null }]);
});

test.each(['get', 'post'] as const)('%s with a link that we did not make is a 404 page', async (method) => {
  const { id, link } = await sentMail();
  const foreign = createUnsubscribeTokens(randomBytes(32).toString('base64')).make(id);
  const count = () => api.db.knex('suppressions').count({ n: '*' });
  const before = await count();
  for (const path of [`/u/${foreign}`, `${link}x`, '/u/%00', `/u/${newId('msg')}`]) {
    const response = await request(api.app)[method](path);
    expect([path, response.status, response.type]).toEqual([path, 404, 'text/html']);
  }
  expect(await count()).toEqual(before);
});
