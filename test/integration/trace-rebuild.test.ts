import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { localDay } from '../../domain/day';
import { newId, type MessageId } from '../../domain/ids';
import { createRedisKeys } from '../../redis/keys';
import { PROJECT_ROOT } from '../../scripts/services/project-root';
import { createRebuild, type Rebuild } from '../../trace/rebuild';
import { createTraceStore, type TraceStore } from '../../trace/trace-store';
import type { Template } from '../../db/stores/template-store';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { settingsOf } from '../support/worker-process';

/** Name of a template's place in the outcomes that it is to bring about, and the steps of such a message. */
const LIVES = {
  sent: ['accepted', 'rendered', 'passed', 'claimed:1', 'attempted:1'],
  retried: ['accepted', 'rendered', 'passed', 'claimed:1', 'attempted:1', 'claimed:2', 'attempted:2'],
  refused: ['accepted', 'rendered', 'passed', 'claimed:1', 'attempted:1'],
  deduplicated: ['accepted', 'rendered', 'deduplicated'],
  capped: ['accepted', 'rendered', 'capped'],
  unrendered: ['accepted', 'failed'],
};
type Life = keyof typeof LIVES;

describe('rebuilding the projection', () => {
  let system: TestSystem;
  let redis: Redis;
  let trace: TraceStore;
  let rebuild: Rebuild;
  let template: Template;
  let day: string;
  const ids = {} as Record<Life, MessageId>;
  const all: MessageId[] = [];

  beforeAll(async () => {
    system = await createTestSystem();
    const { config, deps, db } = system;
    const timezone = config.DEFAULT_TIMEZONE;
    redis = new Redis(config.REDIS_URL);
    trace = createTraceStore({ redis, keys: createRedisKeys({ prefix: config.REDIS_PREFIX }), timezone });
    const { messages, receipts } = db.database.stores;
    rebuild = createRebuild({
      messages,
      history: deps.gateway.history,
      receipts: receipts.ofMessages,
      trace,
      timezone,
    });
    day = localDay(Date.now(), timezone);
    await makeMessages();
    while ((await countsInRedis()) !== (await countsInMySql())) await sleep(50);
  });
  afterAll(async () => {
    redis.disconnect();
    await system.close();
  });
  afterEach(async () => {
    await rebuild.day(day);
  });

  async function makeMessages(): Promise<void> {
    const html = '{% if order == "bad" %}{{ missing }}{% endif %}<p>{{ order }}</p>';
    template = await system.template({ content: { subject: 's', html }, policy: { dailyCap: 2 } });
    let tries = 0;
    system.sink.onMail = ({ to }) => {
      if (to === 'ret@example.com' && ++tries === 1) throw Object.assign(new Error('later'), { responseCode: 451 });
      if (to === 'ref@example.com') throw Object.assign(new Error('5.1.1 nobody'), { responseCode: 550 });
    };
    const one = async (to: string, order: string): Promise<MessageId> => {
      const { messages } = await system.send(template, [to], { variables: { order } });
      await system.final(messages);
      all.push(...messages);
      return messages[0] as MessageId;
    };
    ids.sent = await one('ada@example.com', 'A');
    ids.deduplicated = await one('ada@example.com', 'A');
    await one('ada@example.com', 'B');
    ids.capped = await one('ada@example.com', 'C');
    ids.retried = await one('ret@example.com', 'A');
    ids.refused = await one('ref@example.com', 'A');
    ids.unrendered = await one('bad@example.com', 'bad');
  }

  const sorted = (counts: object): string => JSON.stringify(Object.entries(counts).sort());
  const countsInRedis = async () => sorted(await trace.readTemplateDay(template.id, day));
  async function countsInMySql(): Promise<string> {
    const { stores } = system.db.database;
    const [from, until] = [Date.now() - 86_400_000, Date.now() + 86_400_000].map((at) => new Date(at)) as [Date, Date];
    return sorted(await stores.messages.templateCounts(template.id, from, until));
  }
  const stepsOf = async (id: MessageId) => trace.readMessage(id, (await system.message(id)).address);
  /** `allowed` says nothing that `claimed` does not say, and is not restored. */
  const namesOf = async (id: MessageId): Promise<string[]> =>
    (await stepsOf(id)).map(({ step }) => step).filter((step) => !step.startsWith('allowed:'));

  /** Everything that can be asked of the projection. */
  async function projection() {
    return {
      counts: await countsInRedis(),
      days: await Promise.all(
        ['ada', 'ret', 'ref', 'bad'].map((name) => trace.readAddressDay(`${name}@example.com`, day)),
      ),
      steps: await Promise.all(all.map(stepsOf)),
    };
  }

  /** Empties the projection of this system alone: others use this Redis too. */
  async function flush(): Promise<void> {
    for await (const keys of redis.scanStream({ match: `${system.config.REDIS_PREFIX}:*`, count: 1000 })) {
      if ((keys as string[]).length > 0) await redis.del(...(keys as string[]));
    }
    for (const id of all) expect(await stepsOf(id)).toEqual([]);
  }

  const command = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const env = { PATH: process.env['PATH'], ...settingsOf(system.config) };
      const program = join(PROJECT_ROOT, 'dist/scripts/trace-rebuild.js');
      execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    });

  it('changes nothing in a projection that is whole', async () => {
    const before = await projection();
    for (const id of all) expect(await rebuild.message(id)).toEqual({ messages: 1, templates: 1 });
    expect(await rebuild.day(day)).toEqual({ messages: 7, templates: 1 });
    expect(await projection()).toEqual(before);
  });

  it('restores a lost day: steps, lists of the addresses, and the counts that MySQL has', async () => {
    const before = await projection();
    await flush();
    expect(await rebuild.day(day)).toEqual({ messages: 7, templates: 1 });
    const restored = await projection();
    expect({ counts: restored.counts, days: restored.days }).toEqual({ counts: before.counts, days: before.days });
    expect(restored.counts).toBe(await countsInMySql());
    for (const [life, steps] of Object.entries(LIVES)) expect(await namesOf(ids[life as Life])).toEqual(steps);
    await rebuild.day(day);
    expect(await projection()).toEqual(restored);
  });

  it.each(Object.keys(LIVES) as Life[])('restores one message alone: %s', async (life) => {
    await flush();
    expect(await rebuild.message(ids[life])).toEqual({ messages: 1, templates: 1 });
    const steps = await stepsOf(ids[life]);
    const { address, status } = await system.message(ids[life]);
    expect(steps.map(({ step }) => step)).toEqual(LIVES[life]);
    expect(steps.filter((step) => step.status).at(-1)?.status).toBe(status);
    expect(await trace.readAddressDay(address, day)).toMatchObject([{ messageId: ids[life] }]);
    expect(await countsInRedis()).toBe(await countsInMySql());
    await rebuild.message(ids[life]);
    expect(await stepsOf(ids[life])).toEqual(steps);
    for (const other of all.filter((id) => id !== ids[life])) expect(await stepsOf(other)).toEqual([]);
  });

  it('counts an earlier recipient of the same send with the same address, too', async () => {
    const { stores } = system.db.database;
    const send = await system.send(template, ['fay@example.com'], { variables: { order: 'D' } });
    await system.final(send.messages);
    const accepted = await stores.sends.get(send.id);
    const twin = { id: newId('msg'), position: 1, address: 'fay@example.com', status: 'deduplicated' } as const;
    const copy = { ...accepted!, id: newId('snd') };
    const message = { ...twin, recipientId: undefined, timezone: undefined, variables: undefined };
    await stores.sends.accept({ send: copy, messages: [message], dispatch: undefined });
    await rebuild.message(twin.id);
    expect(await namesOf(twin.id)).toEqual(['accepted', 'deduplicated']);
    expect(await countsInRedis()).toBe(await countsInMySql());
  });

  it('refuses a message that does not exist, and what is no day', async () => {
    const nobody = newId('msg');
    await expect(rebuild.message(nobody)).rejects.toThrow(`There is no message ${nobody}.`);
    for (const bad of ['2026-02-30', '2026-13-01', 'today', '']) {
      await expect(rebuild.day(bad)).rejects.toThrow(/is not a day in Asia\/Shanghai; write it like 2026-11-23/);
    }
  });

  it('is a command: says what it did, or what was wrong, and exits 1', async () => {
    await flush();
    expect(await command('--message', ids.sent)).toEqual({
      code: 0,
      stdout: 'Rebuilt the projection of 1 messages and recounted 1 templates.\n',
      stderr: '',
    });
    expect(await namesOf(ids.sent)).toEqual(LIVES.sent);
    expect(await command('--message', 'msg_1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"msg_1" is not a message id'),
    });
    expect(await command('--day', '2026-02-30')).toMatchObject({ code: 1, stdout: '' });
    expect(await command()).toMatchObject({ code: 1, stderr: expect.stringContaining('Usage: npm run trace:rebuild') });
  });
});
