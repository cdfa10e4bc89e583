import { Client } from '@temporalio/client';
import { dispatchOfSend } from '../../domain/ids';
import { textsOf } from '../support/send-worker';
import { createTestSystem, type TestSystem } from '../support/test-system';

let system: TestSystem;
beforeAll(async () => {
  system = await createTestSystem({ withoutRelay: true });
}, 90_000);
afterAll(() => system.close());

async function historyOf(to: readonly string[], order: string) {
  const template = await system.template();
  const send = await system.send(template, to, { variables: { order } });
  const messages = await system.final(send.messages);
  const { connection, namespace } = system.temporal;
  const handle = new Client({ connection, namespace }).workflow.getHandle(dispatchOfSend(send.id));
  await handle.result();
  return { send, messages, history: await handle.fetchHistory() };
}

test('a real send needs 14 events, and not one of them holds an address, a value or the content', async () => {
  const { send, messages, history } = await historyOf(['ada.lovelace@example.com'], 'A-4711');
  expect(messages.map(({ status }) => status)).toEqual(['sent']);
  expect(history.events).toHaveLength(14);
  const texts = textsOf(history);
  // The payloads are searched as well: the one argument is found.
  expect(texts).toContain(JSON.stringify({ dispatchId: dispatchOfSend(send.id) }));
  expect(texts.filter((text) => /lovelace|example\.com|A-4711|Order/i.test(text))).toEqual([]);
});

test('so does a send to many, and one whose recipients are refused', async () => {
  system.sink.onMail = (mail) => {
    if (mail.to.startsWith('grace'))
      throw Object.assign(new Error('550 5.1.1 grace.hopper@example.com unknown'), { responseCode: 550 });
  };
  const { messages, history } = await historyOf(
    ['grace.hopper@example.com', ...Array.from({ length: 120 }, (_, i) => `user${i}@example.com`)],
    'A-4712',
  );
  expect(new Set(messages.map(({ status }) => status))).toEqual(new Set(['sent', 'failed']));
  expect(history.events).toHaveLength(14);
  expect(textsOf(history).filter((text) => /hopper|user1|example\.com|A-4712|Order/i.test(text))).toEqual([]);
});
