import { createApplyReceipts } from '../../workers/apply-receipts';
import type { Attempt } from '../../domain/hand-over';
import { newId } from '../../domain/ids';
import { newDispatchId, seedMessages } from '../support/seed-messages';
import { attemptOf, createWebhookApi, type WebhookApi } from '../support/webhook-api';

let hooks: WebhookApi;
beforeAll(async () => {
  hooks = await createWebhookApi();
});
afterAll(() => hooks.api.close());
beforeEach(() => {
  hooks.traced.length = 0;
  hooks.entered.length = 0;
});

const messageIn: WebhookApi['messageIn'] = (...given) => hooks.messageIn(...given);
const message: WebhookApi['message'] = (id) => hooks.message(id);
const receiptsOf: WebhookApi['receiptsOf'] = (id) => hooks.receiptsOf(id);
const suppressionsOf: WebhookApi['suppressionsOf'] = (id) => hooks.suppressionsOf(id);
const post: WebhookApi['post'] = (...given) => hooks.post(...given);
const applyAll = () => hooks.applyAll();
async function unmatched(): Promise<number> {
  const { values } = await hooks.metrics.receipts.get();
  return values.filter(({ labels }) => labels.outcome === 'unmatched').reduce((sum, { value }) => sum + value, 0);
}

describe('a receipt', () => {
  test.each([
    ['delivered', 'sent', 'delivered', null],
    ['undelivered', 'sent', 'undelivered', null],
    ['complained', 'delivered', 'complained', null],
    ['delivered', 'unknown', 'delivered', null],
  ] as const)('%s leads a message that is %s to %s', async (type, from, to, reason) => {
    const id = await messageIn(from);
    expect((await post({ type, messageId: id })).status).toBe(204);
    expect((await message(id)).status).toBe(from);
    await applyAll();
    const [receipt] = await receiptsOf(id);
    expect(receipt).toMatchObject({ outcome: 'applied', dueAt: null, messageId: id });
    expect(await message(id)).toMatchObject({
      status: to,
      reason,
      detail: { source: 'generic', receipt: receipt?.id },
    });
    expect(hooks.traced).toMatchObject([{ messageId: id, step: `receipt:${receipt?.id}`, status: to }]);
    expect(hooks.entered).toEqual([['email.notice', to]]);
  });

  test('of a hard bounce suppresses the address for all apps, of a soft one does not', async () => {
    const [hard, soft] = [await messageIn('sent'), await messageIn('sent')];
    await post({ type: 'bounced', messageId: hard, bounce: { class: 'hard', code: '5.1.1', detail: 'no such user' } });
    await post({ type: 'bounced', messageId: soft, bounce: { class: 'soft', code: '4.2.2', detail: 'mailbox full' } });
    await applyAll();
    expect(await message(hard)).toMatchObject({ status: 'bounced', reason: 'hard_bounce', detail: { code: '5.1.1' } });
    expect(await message(soft)).toMatchObject({
      status: 'bounced',
      reason: 'soft_bounce',
      detail: { words: 'mailbox full' },
    });
    expect(await suppressionsOf(hard)).toMatchObject([
      { reason: 'hard_bounce', appId: null, appliesTo: 'all', source: 'receipt:generic', messageId: hard },
    ]);
    expect(await suppressionsOf(soft)).toEqual([]);
  });

  test('of a complaint suppresses for all apps, of an unsubscription for marketing of the app', async () => {
    const [spam, bored] = [await messageIn('delivered'), await messageIn('delivered')];
    await post({ type: 'complained', messageId: spam });
    await post({ type: 'unsubscribed', messageId: bored });
    await applyAll();
    expect(await suppressionsOf(spam)).toMatchObject([{ reason: 'complaint', appId: null, appliesTo: 'all' }]);
    expect(await suppressionsOf(bored)).toMatchObject([
      { reason: 'unsubscribe', appId: hooks.appId, appliesTo: 'marketing' },
    ]);
    expect(await message(bored)).toMatchObject({ status: 'delivered' });
  });

  test('that comes twice is kept once and changes nothing twice', async () => {
    const id = await messageIn('sent');
    const answers = await Promise.all([1, 2, 3].map(() => post({ type: 'delivered', messageId: id }, 'evt_same')));
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
    await applyAll();
    expect((await post({ type: 'delivered', messageId: id }, 'evt_same')).status).toBe(204);
    await applyAll();
    expect(await receiptsOf(id)).toHaveLength(1);
    expect(hooks.entered).toHaveLength(1);
  });

  test('that is early waits for the end of the attempt and is applied then', async () => {
    const id = await messageIn('sending');
    await post({ type: 'delivered', messageId: id });
    await applyAll();
    expect(await message(id)).toMatchObject({ status: 'sending' });
    const outcome = { id, event: 'accept', reason: null, attempt: attemptOf(hooks.mailAccount) } as const;
    expect(await hooks.api.db.database.stores.delivery.record([outcome])).toEqual(new Set([id]));
    await applyAll();
    expect(await message(id)).toMatchObject({ status: 'delivered', attempts: [{ class: 'accepted' }] });
  });

  test('after a doubt ends the wait for the next attempt: what arrived is not sent again', async () => {
    const attempts = (kind: Attempt['class']) => JSON.stringify([attemptOf(hooks.mailAccount, { class: kind })]);
    const waiting = { due_at: new Date(Date.now() + 60_000), dispatch_id: newDispatchId(), reason: 'retry' };
    const doubt = await messageIn('deferred', { ...waiting, attempts: attempts('ambiguous') });
    const refused = await messageIn('deferred', { ...waiting, attempts: attempts('throttled') });
    for (const messageId of [doubt, refused]) await post({ type: 'delivered', messageId });
    await applyAll();
    expect(await message(doubt)).toMatchObject({ status: 'delivered', dueAt: null, reason: null });
    expect(await message(refused)).toMatchObject({ status: 'deferred', reason: 'retry' });
    const claims = [doubt, refused].map((id) => ({ id, attempt: 2, accountId: hooks.mailAccount }));
    const { delivery } = hooks.api.db.database.stores;
    expect(await delivery.claim(waiting.dispatch_id, 't', claims, new Date())).toEqual(new Set([refused]));
  });

  test('that names the id of the provider before we know it waits for our record', async () => {
    const id = await messageIn('sending');
    await post({ type: 'delivered', providerMessageId: 'queue-77' });
    await applyAll();
    const attempt = attemptOf(hooks.mailAccount, { providerMessageId: 'queue-77' });
    await hooks.api.db.database.stores.delivery.record([{ id, event: 'accept', reason: null, attempt }]);
    await applyAll();
    expect(await message(id)).toMatchObject({ status: 'delivered' });
    expect(await receiptsOf(id)).toMatchObject([{ providerMessageId: 'queue-77', outcome: 'applied' }]);
  });

  test('out of order: what happened first is applied first, and good news after a bounce changes nothing', async () => {
    const [early, late] = [await messageIn('sent'), await messageIn('sent')];
    await post({ type: 'complained', messageId: early, at: '2026-11-24T10:00:00Z' });
    await post({ type: 'delivered', messageId: early, at: '2026-11-24T09:00:00Z' });
    await post({ type: 'bounced', messageId: late, bounce: { class: 'soft' } });
    await applyAll();
    await post({ type: 'delivered', messageId: late, at: '2026-11-24T09:00:00Z' });
    await applyAll();
    expect(await message(early)).toMatchObject({ status: 'complained' });
    expect(hooks.traced.filter(({ messageId }) => messageId === early).map(({ status }) => status)).toEqual([
      'delivered',
      'complained',
    ]);
    expect(await message(late)).toMatchObject({ status: 'bounced' });
    expect((await receiptsOf(late)).map(({ outcome }) => outcome)).toEqual(['applied', 'no_effect']);
  });

  test('about no message, or one that never went to this account, is kept as unmatched and answered 2xx', async () => {
    const foreign = await messageIn('sent', {
      account_id: hooks.textAccount,
      attempts: JSON.stringify([attemptOf(hooks.textAccount)]),
    });
    const before = await unmatched();
    expect((await post({ type: 'delivered', messageId: newId('msg') })).status).toBe(204);
    expect((await post({ type: 'bounced', messageId: foreign, bounce: { class: 'hard' } })).status).toBe(204);
    await applyAll();
    expect(await message(foreign)).toMatchObject({ status: 'sent' });
    expect(await suppressionsOf(foreign)).toEqual([]);
    expect(await unmatched()).toBe(before + 2);
  });

  test('many at once, by several workers: each is applied once', async () => {
    const ids = await seedMessages(hooks.api.db, 300, {
      appId: hooks.appId,
      columns: { status: 'sent', account_id: hooks.mailAccount, attempt: 1 },
    });
    for (const id of ids) await post({ type: 'delivered', messageId: id });
    await Promise.all(
      [1, 2, 3].map(async () => {
        while ((await hooks.apply()) > 0);
      }),
    );
    const counts = await hooks.api.db
      .knex('messages')
      .whereIn('id', ids)
      .groupBy('status')
      .select('status')
      .count({ n: '*' });
    expect(counts).toEqual([{ status: 'delivered', n: 300 }]);
    expect(hooks.entered).toHaveLength(300);
  });

  test('leaves nothing behind when its transaction fails half-way', async () => {
    const id = await messageIn('sent');
    await post({ type: 'bounced', messageId: id, bounce: { class: 'hard' } });
    const failing = createApplyReceipts({
      database: {
        transaction: (work) =>
          hooks.api.db.database.transaction(async (stores) => {
            await work(stores);
            throw new Error('power cut');
          }),
      },
      trace: { emit: async () => undefined },
      metrics: hooks.metrics,
      onStatus: () => undefined,
      log: hooks.api.deps.logger,
    });
    await expect(failing()).rejects.toThrow('power cut');
    expect(await message(id)).toMatchObject({ status: 'sent' });
    expect(await suppressionsOf(id)).toEqual([]);
    await applyAll();
    expect(await message(id)).toMatchObject({ status: 'bounced' });
  });
});
