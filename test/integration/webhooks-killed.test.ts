import { createWebhookShop, SHORT_RETRIES, told, verify } from '../support/webhook-shop';
import { createWorkerProcess, settingsOf } from '../support/worker-process';

test('a worker that is killed between the change and the delivery, and during it, loses nothing', async () => {
  const given = await createWebhookShop({ withoutWorker: true });
  const { system, receiver } = given;
  const env = { ...settingsOf(system.config), ...SHORT_RETRIES, LOG_LEVEL: 'info', WORKER_PORT: '0' };
  const worker = createWorkerProcess(env);
  try {
    const { secret } = await given.listen();
    const template = await system.template();
    const to = Array.from({ length: 20 }, (_, i) => `user${i}@example.com`);
    const { messages } = await system.send(template, to, { unclaimed: true });
    // The change is committed by a process that ends before it can tell anybody.
    const { delivery } = system.deps.database.stores;
    await delivery.apply(messages.map((id) => ({ id, event: 'recall', reason: 'recalled' })));
    receiver.answer(({ data }) => (data['messageId'] === messages[3] ? () => undefined : 204));
    await worker.start();
    await receiver.until(() => told(receiver.requests, messages[3]).length > 0 && receiver.taken.length >= 9);
    await worker.kill();
    receiver.answer(() => 204);
    await worker.start();
    await receiver.until(() => messages.every((id) => told(receiver.taken, id).length > 0));
    const ofOne = receiver.requests.filter(({ data }) => data['messageId'] === messages[3]);
    expect(new Set(ofOne.map(({ id }) => id)).size).toBe(1);
    for (const event of receiver.taken) verify(secret, event);
  } finally {
    await worker.stop();
    await given.close();
  }
}, 120_000);
