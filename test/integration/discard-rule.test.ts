import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageId } from '../../domain/ids';
import type { DiscardRule } from '../../domain/rules';
import { createTestSystem, type TestSystem } from '../support/test-system';

describe('the rule discard', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await createTestSystem();
  });
  afterAll(() => system.close());
  beforeEach(() => {
    system.sink.onMail = () => undefined;
  });

  /** Sets the rule, and waits until the worker goes by it. */
  async function discard(rule: DiscardRule): Promise<void> {
    await system.db.database.stores.rules.add({ name: 'discard', author: 'system' }, () => rule);
    while (JSON.stringify(system.deps.rules.current().discard) !== JSON.stringify(rule)) await sleep(20);
  }
  const statuses = async (ids: readonly MessageId[]): Promise<string[]> =>
    (await Promise.all(ids.map(system.message))).map(({ status }) => status);

  it('ends messages of templates that it names by number or key, and of apps, and leaves all others', async () => {
    const [byNumber, byKey, other] = [await system.template(), await system.template(), await system.template()];
    await discard({ templates: [String(byNumber.id), byKey.key], apps: [] });
    const sends = [];
    for (const template of [byNumber, byKey, other]) sends.push(await system.send(template, ['ada@example.com']));
    expect(await system.final(sends.flatMap(({ messages }) => messages))).toMatchObject([
      { status: 'discarded', reason: 'discard_rule', attempt: 0, detail: { template: byNumber.key } },
      { status: 'discarded', reason: 'discard_rule', attempt: 0, detail: { template: byKey.key } },
      { status: 'sent' },
    ]);
    await discard({ templates: [], apps: [system.app.id] });
    const send = await system.send(other, ['bob@example.com']);
    expect(await system.final(send.messages)).toMatchObject([
      { status: 'discarded', reason: 'discard_rule', detail: { app: system.app.id } },
    ]);
    await discard({ templates: [], apps: [] });
    expect(await system.final((await system.send(other, ['cleo@example.com'])).messages)).toMatchObject([
      { status: 'sent' },
    ]);
  });

  it('stops a dispatch between two batches, and what it stops frees its places in window and cap', async () => {
    const template = await system.template();
    const to = Array.from({ length: 300 }, (_, n) => `many${n}@example.com`);
    const before = system.sink.mails.length;
    system.sink.onMail = () => sleep(60);
    const { messages } = await system.send(template, to, { variables: { order: 'A' } });
    while (system.sink.mails.length < before + 10) await sleep(10);
    await discard({ templates: [template.key], apps: [] });
    const ended = await system.final(messages);
    const stopped = ended.filter(({ status }) => status === 'discarded');
    expect(stopped.length).toBeGreaterThanOrEqual(100);
    expect(new Set(stopped.map(({ reason }) => reason))).toEqual(new Set(['discard_rule']));
    expect(ended.filter(({ status }) => status === 'sent')).toHaveLength(300 - stopped.length);
    expect(system.sink.mails).toHaveLength(before + 300 - stopped.length);

    system.sink.onMail = () => undefined;
    await discard({ templates: [], apps: [] });
    const some = stopped.slice(0, 20).map(({ address }) => address);
    const again = await system.send(template, some, { variables: { order: 'A' } });
    await system.final(again.messages);
    expect(new Set(await statuses(again.messages))).toEqual(new Set(['sent']));
  });
});
