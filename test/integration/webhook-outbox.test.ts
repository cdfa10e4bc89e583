import { readJson } from '../../db/json';
import { createDeliveryStore } from '../../db/stores/delivery-store';
import { createWebhookOutbox } from '../../db/stores/webhook-outbox';
import type { WebhookSettings } from '../../db/stores/webhook-store';
import { newId, type AppId, type RunId } from '../../domain/ids';
import { oldRun } from '../support/old-rows';
import { seedMessages } from '../support/seed-messages';
import { changesOf, eventsIn, forgetWebhooks, listen, outcomeOf } from '../support/webhook-events';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
}, 60_000);
afterAll(() => db.drop());
afterEach(() => forgetWebhooks(db));

const stores = () => db.database.stores;
const listener = (appId: AppId, types?: WebhookSettings['types']) => listen(db, appId, types);
const events = () => eventsIn(db);
const typesOf = async () => (await events()).map(({ type }) => type);

describe('an event', () => {
  test('is written with the change that it tells of, once, and without personal data', async () => {
    const appId = newId('app');
    await listener(appId);
    const [one, two] = await seedMessages(db, 2, { appId, variables: { name: 'Ada' } });
    const changes = changesOf([one!, two!], 'fail', { detail: { code: '550', words: 'no such user' } });
    await stores().delivery.apply(changes);
    await stores().delivery.apply(changes);
    const written = await events();
    expect(written.map(({ type, subject }) => [type, subject])).toEqual([
      ['message.failed', one],
      ['message.failed', two],
    ]);
    expect(readJson(written[0]!.data)).toEqual({
      messageId: one,
      sendId: expect.stringMatching(/^snd_/),
      runId: null,
      recipientId: null,
      template: { id: 1, version: 1 },
      lane: 'email.notice',
      status: 'failed',
      reason: 'test',
      code: '550',
      attempt: 0,
    });
  });

  test('is rolled back with its change', async () => {
    const appId = newId('app');
    await listener(appId);
    const [id] = await seedMessages(db, 1, { appId });
    const work = db.database.transaction(async ({ delivery }) => {
      await delivery.apply(changesOf([id!], 'recall'));
      throw new Error('the process ends');
    });
    await expect(work).rejects.toThrow('the process ends');
    expect(await events()).toEqual([]);
    expect((await stores().messages.get(id!))?.status).toBe('accepted');
  });

  test('is not written for a wait, for an app without endpoint, or while the endpoint is disabled', async () => {
    const [appId, other, silent] = [newId('app'), newId('app'), newId('app')];
    await listener(appId);
    await stores().webhooks.disable(await listener(silent), 'by_owner');
    const ids = await Promise.all([appId, other, silent].map((app) => seedMessages(db, 1, { appId: app })));
    await stores().delivery.apply(changesOf(ids.flat(), 'defer', { dueAt: new Date() }));
    expect(await events()).toEqual([]);
    await stores().delivery.apply(changesOf(ids.flat(), 'shield'));
    expect((await events()).map(({ type, subject }) => [type, subject])).toEqual([['message.stopped', ids[0]![0]]]);
  });

  test('comes from every place where a status is written', async () => {
    const appId = newId('app');
    await listener(appId);
    const { delivery, receipts, reconcile } = stores();
    const sending = { columns: { status: 'sending', attempt: 1 } };
    const [id] = await seedMessages(db, 1, { appId, ...sending });
    await delivery.record([outcomeOf(id!, 'accept', appId)]);
    const rest = { reason: null, detail: { code: '2' } };
    await receipts.change([{ id: id!, from: 'sent', to: 'delivered', ...rest }]);
    await receipts.change([{ id: id!, from: 'delivered', to: 'complained', ...rest }]);
    // A change that comes too late is none.
    await receipts.change([{ id: id!, from: 'sent', to: 'bounced', ...rest }]);
    expect(await typesOf()).toEqual(['message.sent', 'message.delivered', 'message.complained']);
    const [doubt] = await seedMessages(db, 1, { appId, columns: { status: 'unknown' } });
    await reconcile.settleSent([{ id: doubt!, providerMessageId: 'x', detail: {} }]);
    expect((await events()).at(-1)).toMatchObject({ type: 'message.sent', subject: doubt });
  });

  test('is told of a recipient that stood twice in a send', async () => {
    const appId = newId('app');
    await listener(appId);
    const id = newId('snd');
    const message = {
      position: 0,
      recipientId: 'u1',
      address: 'a@example.com',
      timezone: undefined,
      variables: undefined,
    };
    await stores().sends.accept({
      send: {
        ...{
          id,
          appId,
          templateId: 1 as never,
          templateVersion: 1,
          lane: 'email.notice',
          total: 2,
          variables: undefined,
        },
        ...{ metadata: undefined, rejected: undefined, sendAt: null, expiresAt: null, createdAt: new Date() },
      },
      messages: [
        { ...message, id: newId('msg'), status: 'accepted' },
        { ...message, id: newId('msg'), position: 1, status: 'deduplicated' },
      ],
      dispatch: undefined,
    });
    const [event, ...more] = await events();
    expect(more).toEqual([]);
    expect(readJson(event!.data)).toMatchObject({
      status: 'deduplicated',
      reason: 'duplicate_recipient',
      recipientId: 'u1',
    });
  });

  test('tells of each pause of a run, and of its end', async () => {
    const appId = newId('app');
    await listener(appId);
    const { id } = (await oldRun(db, appId, 0, 'running', 0)) as { id: RunId };
    const { runs } = stores();
    for (const event of ['pause', 'resume', 'pause', 'resume', 'finish'] as const) {
      expect(await runs.apply(id, event)).toBe(true);
      // Each pause has a moment of its own.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await runs.apply(id, 'finish')).toBe(true);
    expect(await typesOf()).toEqual(['run.paused', 'run.paused', 'run.finished']);
    expect(readJson((await events())[2]!.data)).toMatchObject({ runId: id, state: 'finished' });
  });
});

test('an app without endpoints pays nothing for it, while another one has some', async () => {
  const [appId, other] = [newId('app'), newId('app')];
  await listener(other);
  const ids = await seedMessages(db, 3, { appId, columns: { status: 'sending', attempt: 1 } });
  const store = createDeliveryStore(db.knex, createWebhookOutbox());
  const statements: string[] = [];
  const note = ({ sql }: { sql: string }): void => void statements.push(sql.trim().split(' ')[0]!.toLowerCase());
  db.knex.on('query', note);
  try {
    await store.record([outcomeOf(ids[0]!, 'accept', appId)]);
    // Once a second it is asked who listens.
    expect(statements.splice(0)).toEqual(['select', 'update']);
    await store.record([outcomeOf(ids[1]!, 'accept', appId)]);
    await store.record([outcomeOf(ids[2]!, 'accept', appId)]);
    expect(statements).toEqual(['update', 'update']);
  } finally {
    db.knex.off('query', note);
  }
});
