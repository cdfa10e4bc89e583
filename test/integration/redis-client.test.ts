import { newId, type TemplateId } from '../../domain/ids';
import { createDedupGate, type GateItem } from '../../limits/dedup-gate';
import { createFlowControl } from '../../limits/flow-control';
import { createRedis, type RedisClient } from '../../redis/create-redis';
import { createRedisKeys } from '../../redis/keys';
import { createHandOverNotes } from '../../trace/hand-over-notes';
import { createTraceStore } from '../../trace/trace-store';
import { createOwnRedis, type OwnRedis } from '../support/own-redis';
import { tickets } from '../support/flow-simulation';
import { connectTestRedis } from '../support/test-redis';

let server: OwnRedis;
afterEach(() => server.remove());

/** Unlike `once` of node:events it does not mind the errors of the tries before. */
const eventOf = (redis: RedisClient, name: 'ready' | 'close'): Promise<void> =>
  new Promise((resolve) => void redis.once(name, resolve));

const resetsAt = Date.now() + 1000;
const itemOf = (n: number): GateItem => ({
  messageId: newId('msg'),
  channel: 'email',
  address: `u${n}@example.com`,
  contentKey: `k${n}`,
  window: { max: 1, windowSeconds: 60 },
  cap: { max: 1, day: 'd', resetsAt },
});

test('a client made while Redis is away says so once, fails its commands, and works when Redis comes', async () => {
  server = await createOwnRedis();
  const told: string[] = [];
  const tell = (message: string): unknown => told.push(message);
  const redis = await createRedis({ url: server.url, commandTimeoutMs: 20_000, log: { warn: tell, info: tell } });
  const gate = createDedupGate(redis, createRedisKeys());
  for (let i = 0; i < 3; i++)
    await expect(gate.check([itemOf(i)], 1)).rejects.toThrow(/^Redis did not answer \(no connection\)/);
  const ready = eventOf(redis, 'ready');
  await server.start();
  await ready;
  expect(await gate.check([itemOf(1)], 1)).toEqual([{ verdict: 'pass', capUsed: 1 }]);
  expect(told).toEqual([
    expect.stringMatching(/^Redis at 127\.0\.0\.1:\d+ is away \(.*ECONNREFUSED/),
    expect.stringMatching(/is back/),
  ]);
  redis.disconnect();
});

test('commands fail while Redis is down and work again after it is back, with scripts that the new server does not know', async () => {
  server = await createOwnRedis();
  await server.start();
  const told: string[] = [];
  const tell = (message: string): unknown => told.push(message);
  const redis = await createRedis({ url: server.url, commandTimeoutMs: 20_000, log: { warn: tell, info: tell } });
  const gate = createDedupGate(redis, createRedisKeys());
  const items = Array.from({ length: 20 }, (_, i) => itemOf(i));
  const all = () => Promise.allSettled(items.map((item) => gate.check([item], 1)));
  const statuses = async () => new Set((await all()).map(({ status }) => status));
  expect(await statuses()).toEqual(new Set(['fulfilled']));
  const closed = eventOf(redis, 'close');
  await server.kill();
  await closed;
  expect(await statuses()).toEqual(new Set(['rejected']));
  const ready = eventOf(redis, 'ready');
  await server.start();
  await ready;
  expect(await statuses()).toEqual(new Set(['fulfilled']));
  expect(told.filter((line) => line.includes('is away')).length).toBeLessThanOrEqual(1);
  redis.disconnect();
});

test('the log never shows the password of the address', async () => {
  server = await createOwnRedis();
  const told: string[] = [];
  const url = server.url.replace('://', '://user:hunter2@');
  const redis = await createRedis({ url, log: { warn: (line) => told.push(line), info: () => undefined } });
  expect(told).toHaveLength(1);
  expect(told[0]).not.toMatch(/hunter2|user/);
  redis.disconnect();
});

test('on a Redis Cluster every script touches one slot only, and everything works', async () => {
  server = await createOwnRedis('--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1');
  await server.start();
  const plain = await connectTestRedis(server.url);
  await plain.redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  const isOk = async () => String(await plain.redis.call('CLUSTER', 'INFO')).includes('cluster_state:ok');
  for (let i = 0; i < 200 && !(await isOk()); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  plain.close();

  const { redis, newKeys, close } = await connectTestRedis(server.url, true);
  const keys = newKeys(64);
  const gate = createDedupGate(redis, keys);
  const items = Array.from({ length: 200 }, (_, i) => itemOf(i));
  expect(new Set((await gate.check(items, 1)).map((v) => v.verdict))).toEqual(new Set(['pass']));
  await gate.giveBack(items);
  const limit = { key: newId('acc'), rate: { messages: 1, perSeconds: 1 }, reserve: true };
  const flow = createFlowControl(redis, keys);
  const answers = await flow.ask(limit, tickets(2), 5);
  expect(answers).toMatchObject([{ go: true }, { go: false, at: 1005 }]);
  await flow.requeue(limit.key, [{ id: 'a', tag: 2, at: 7 }]);
  await flow.forget(limit.key, tickets(1));

  const templateId = 3 as TemplateId;
  const trace = createTraceStore({ redis, keys, timezone: 'UTC' });
  const events = items.map((item) => ({ ...item, templateId, step: 'accepted', at: 1, status: 'accepted' as const }));
  await trace.emit(events);
  const today = new Date().toISOString().slice(0, 10);
  expect(await trace.readTemplateDay(templateId, today)).toEqual({ accepted: 200 });
  expect(await trace.readAddressDay('u7@example.com', today)).toHaveLength(1);
  expect(await trace.readMessage(items[7]!.messageId, 'u7@example.com')).toHaveLength(1);
  await trace.replaceTemplateDay(templateId, today, { sent: 1 });
  expect(await trace.readTemplateDay(templateId, today)).toEqual({ sent: 1 });

  const notes = createHandOverNotes({ redis, keys });
  const refs = items.map(({ messageId, address }) => ({ messageId, address, attempt: 1 }));
  await notes.claimed(refs);
  expect(await Promise.all(refs.map((ref) => notes.handedOver(ref)))).toEqual(refs.map(() => true));
  expect(new Set((await notes.settle(refs)).map(({ state }) => state))).toEqual(new Set(['in_doubt']));
  close();
});
