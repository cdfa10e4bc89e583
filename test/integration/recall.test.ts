import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import type { MessageId } from '../../domain/ids';
import { createSystemApi } from '../support/system-api';
import { createTestSystem, type TestSystem } from '../support/test-system';
import type { TestApi } from '../support/test-api';

const HOUR_MS = 3_600_000;

describe('recall', () => {
  let system: TestSystem;
  let api: TestApi;
  let client: Client;

  beforeAll(async () => {
    system = await createTestSystem();
    api = await createSystemApi(system);
    const { connection, namespace } = system.temporal;
    client = new Client({ connection, namespace });
  });
  afterAll(async () => {
    await api.close();
    await system.close();
  });
  beforeEach(() => {
    system.sink.onMail = () => undefined;
  });

  const recallMessage = async (id: string) => (await api.shop.post(`/v1/messages/${id}/recall`)).body;
  const mailsTo = (address: string) => system.sink.mails.filter(({ to }) => to === address);
  const inAnHour = () => new Date(Date.now() + HOUR_MS);

  it('of a send that waits for its time stops every message and ends its workflow at once; repeated it says the same', async () => {
    const template = await system.template();
    const body = {
      template: template.key,
      variables: { order: 1 },
      sendAt: inAnHour().toISOString(),
      recipients: [{ to: 'a@example.com' }, { to: 'b@example.com' }, { to: 'A@example.com' }],
    };
    const accepted = (await api.shop.post('/v1/sends', body)).body;
    expect(accepted.messages).toMatchObject([
      { status: 'deferred', reason: 'scheduled' },
      { status: 'deferred', reason: 'scheduled' },
      { status: 'deduplicated', reason: 'duplicate_recipient' },
    ]);
    const recall = (await api.shop.post(`/v1/sends/${accepted.id}/recall`)).body;
    expect(recall).toMatchObject({ id: accepted.id, recalled: 2, tooLate: 1 });
    expect(recall.messages).toMatchObject([
      { index: 0, result: 'recalled', status: 'recalled', handedOverAt: null },
      { index: 1, result: 'recalled', status: 'recalled', handedOverAt: null },
      { index: 2, result: 'too_late', status: 'deduplicated', handedOverAt: null },
    ]);
    expect(await client.workflow.getHandle(`send/${accepted.id}`).result()).toEqual({ recalled: 2, deduplicated: 1 });
    expect((await api.shop.post(`/v1/sends/${accepted.id}/recall`)).body).toEqual(recall);
    const { steps } = (await api.shop.get(`/v1/messages/${accepted.messages[0].id}/timeline`)).body;
    expect(steps.map(({ text }: { text: string }) => text)).toEqual([
      'accepted: written to MySQL',
      expect.stringMatching(/^deferred: scheduled until .*: the caller wants it then$/),
      'recalled in time',
    ]);
  });

  it('of what was sent is too late, and says since when', async () => {
    const { messages } = await system.send(await system.template(), ['sent@example.com']);
    const [message] = await system.final(messages);
    const answer = await recallMessage(messages[0]!);
    expect(answer).toMatchObject({ result: 'too_late', status: 'sent' });
    expect(Date.parse(answer.handedOverAt)).toBe(message!.attempts[0]!.endedAt);
  });

  it('of what is just being handed over waits for the answer', async () => {
    let answer = (): void => undefined;
    system.sink.onMail = () => new Promise((resolve) => (answer = resolve));
    const { messages } = await system.send(await system.template(), ['during@example.com']);
    while ((await system.message(messages[0]!)).status !== 'sending') await sleep(20);
    const recall = recallMessage(messages[0]!);
    await sleep(300);
    answer();
    expect(await recall).toMatchObject({ result: 'too_late', status: 'sent', handedOverAt: expect.any(String) });
    expect(mailsTo('during@example.com')).toHaveLength(1);
  });

  it('of what the provider has put off meanwhile still succeeds', async () => {
    let refuse = (): void => undefined;
    system.sink.onMail = () =>
      new Promise((_resolve, reject) => {
        refuse = () => {
          reject(Object.assign(new Error('4.3.0 try again later'), { responseCode: 451 }));
        };
      });
    const { messages } = await system.send(await system.template(), ['later@example.com']);
    while ((await system.message(messages[0]!)).status !== 'sending') await sleep(20);
    const recall = recallMessage(messages[0]!);
    await sleep(200);
    refuse();
    expect(await recall).toMatchObject({ result: 'recalled', status: 'recalled' });
    await sleep(2_000);
    expect(mailsTo('later@example.com')).toEqual([]);
  });

  it('frees the places that the message had in its window and its day', async () => {
    const { accounts } = system.db.database.stores;
    await accounts.update(system.accountId, { rate: { messages: 1, perSeconds: 600 } });
    await sleep(1_100);
    const template = await system.template();
    await system.final((await system.send(template, ['first@example.com'])).messages);
    const waiting = await system.send(template, ['places@example.com'], { variables: { order: 7 } });
    while ((await system.message(waiting.messages[0]!)).reason !== 'rate_limited') await sleep(50);
    expect(await recallMessage(waiting.messages[0]!)).toMatchObject({ result: 'recalled' });
    await accounts.update(system.accountId, { rate: null });
    await sleep(1_100);
    const again = await system.send(template, ['places@example.com'], { variables: { order: 7 } });
    expect(await system.final(again.messages)).toMatchObject([{ status: 'sent' }]);
  });

  it('is for the app of the message only', async () => {
    const { messages } = await system.send(await system.template(), ['mine@example.com']);
    const other = await api.client(await system.db.database.stores.apps.create('other'), 'app');
    expect((await other.post(`/v1/messages/${messages[0]!}/recall`)).status).toBe(404);
    expect((await api.admin.post(`/v1/messages/${messages[0]!}/recall`)).status).toBe(200);
  });

  it('racing 100 deliveries: every answer agrees with what the provider saw', async () => {
    system.sink.onMail = () => sleep(Math.random() * 40);
    const template = await system.template();
    const ids: MessageId[] = [];
    const answers = new Map<string, { result: string; status: string }>();
    await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        await sleep(Math.random() * 1_500);
        const send = await system.send(template, [`race${n}@example.com`], { variables: { order: n } });
        const [id] = send.messages as [MessageId];
        ids.push(id);
        await sleep(Math.random() * 400);
        answers.set(id, await recallMessage(id));
      }),
    );
    const messages = await system.final(ids, 60_000);
    for (const { id, address, status } of messages) {
      const seen = mailsTo(address).length;
      expect({ id, status, seen, result: answers.get(id)?.result }).toEqual(
        status === 'recalled'
          ? { id, status, seen: 0, result: 'recalled' }
          : { id, status: 'sent', seen: 1, result: 'too_late' },
      );
    }
    // A race that one side always wins proves nothing.
    expect(new Set([...answers.values()].map(({ result }) => result)).size).toBe(2);
  }, 120_000);
});

describe('settling what is unknown', () => {
  let system: TestSystem;
  let api: TestApi;
  const UNKNOWN = { status: 'unknown', reason: 'answer_lost' };

  beforeAll(async () => {
    system = await createTestSystem();
    api = await createSystemApi(system);
    // Hangs after the final dot, for longer than the account waits.
    system.sink.onMail = ({ to }) => (to.startsWith('lost') ? sleep(1_500) : undefined);
    const { accounts } = system.db.database.stores;
    const account = await accounts.get(system.accountId);
    await accounts.update(system.accountId, { config: { ...(account?.config as object), socketTimeoutMs: 400 } });
    await sleep(1_100);
  });
  afterAll(async () => {
    await api.close();
    await system.close();
  });

  const unknown = async (address: string, order: number): Promise<MessageId> => {
    const { messages } = await system.send(await system.template(), [address], { variables: { order } });
    expect(await system.final(messages)).toMatchObject([UNKNOWN]);
    return messages[0]!;
  };
  const resolve = (id: string, body: object) => api.shop.post(`/v1/messages/${id}/resolve`, body);

  it('as sent makes it so, with who said it and how; again is harmless, otherwise is refused', async () => {
    const id = await unknown('lost1@example.com', 1);
    const note = 'found in the log of the mail server';
    const { body } = await resolve(id, { outcome: 'sent', note });
    expect(body).toMatchObject({
      status: 'sent',
      reason: 'resolved',
      detail: { note, by: expect.stringMatching(/^key_/) },
    });
    expect((await resolve(id, { outcome: 'sent', note })).status).toBe(200);
    const refused = await resolve(id, { outcome: 'not_sent' });
    expect(refused.body).toMatchObject({ status: 409, code: 'message_not_unknown' });
    const { steps } = (await api.shop.get(`/v1/messages/${id}/timeline`)).body;
    expect(steps.at(-1).text).toBe(`resolved: somebody has found out that it was sent: ${note}`);
  });

  it('as not sent ends it failed', async () => {
    const id = await unknown('lost2@example.com', 2);
    expect((await resolve(id, { outcome: 'not_sent' })).body).toMatchObject({ status: 'failed', reason: 'resolved' });
  });

  it('changes nothing that is known, and wants one of two answers', async () => {
    const { messages } = await system.send(await system.template(), ['known@example.com']);
    await system.final(messages);
    expect((await resolve(messages[0]!, { outcome: 'not_sent' })).status).toBe(409);
    expect((await resolve(messages[0]!, { outcome: 'perhaps' })).body.errors).toMatchObject([{ pointer: '/outcome' }]);
    expect(await system.message(messages[0]!)).toMatchObject({ status: 'sent' });
  });
});
