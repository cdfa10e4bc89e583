import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageId } from '../../domain/ids';
import { freePort } from '../../scripts/services/ports';
import type { RunningService } from '../../scripts/services/running-service';
import { startRedis } from '../../scripts/services/redis';
import { startTemporal } from '../../scripts/services/temporal';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { createWorkerProcess, settingsOf, type WorkerProcess } from '../support/worker-process';

/** Promises 1 to 3 on the real thing: a worker that is killed, Redis stopped, Temporal stopped for 30 seconds, during 200 sends. */
describe('200 sends while things break', () => {
  const dir = mkdtempSync(join(tmpdir(), 'luminate-faults-'));
  let startRedisAgain: () => Promise<RunningService>;
  let startTemporalAgain: () => Promise<RunningService>;
  let redis: RunningService;
  let temporal: RunningService;
  let system: TestSystem;
  let worker: WorkerProcess;

  beforeAll(async () => {
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    startRedisAgain = () => startRedis({ dir: join(dir, 'redis'), port: ports[0], log: join(dir, 'redis.log') });
    startTemporalAgain = () =>
      startTemporal({ dir: join(dir, 'temporal'), port: ports[1], log: join(dir, 'temporal.log'), persistent: true });
    [redis, temporal] = [await startRedisAgain(), await startTemporalAgain()];
    process.env['TEST_TEMPORAL_ADDRESS'] = temporal.url;
    system = await createTestSystem({
      withoutWorker: true,
      env: { REDIS_URL: redis.url, TEMPORAL_ADDRESS: temporal.url },
    });
    worker = createWorkerProcess({
      ...settingsOf(system.config),
      WORKER_PORT: String(ports[2]),
      LOG_LEVEL: 'info',
    });
    await worker.start();
  });

  afterAll(async () => {
    await worker.kill();
    await system.close();
    await temporal.stop();
    await redis.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const received = async (mails: number): Promise<void> => {
    while (system.sink.mails.length < mails) await sleep(20);
  };

  /** Starts the worker again and waits until it has cleared up what was in flight at `killedAt`: Redis proves it only while it lives. */
  const cleared = async (ids: readonly MessageId[], killedAt: Date): Promise<void> => {
    await worker.start();
    const inDoubt = async () =>
      (await Promise.all(ids.map(system.message))).filter((m) => m.status === 'sending' && m.updatedAt < killedAt);
    while ((await inDoubt()).length > 0) await sleep(200);
  };

  it('accounts for every message and sends none twice', async () => {
    const template = await system.template({ content: { subject: 'n {{ order }}', html: '<p>{{ order }}</p>' } });
    // Slow enough that the kill finds hand-overs under way.
    system.sink.onMail = () => sleep(100);
    const ids: MessageId[] = [];
    const accept = async (from: number, count: number): Promise<void> => {
      for (let n = from; n < from + count; n++) {
        const send = await system.send(template, [`user${n}@example.com`], {
          variables: { order: n },
          unclaimed: n % 4 !== 0,
        });
        ids.push(...send.messages);
      }
    };
    await accept(0, 80);
    await received(15);
    await worker.kill();
    await cleared(ids, new Date());
    await redis.stop();
    await system.send(template, ['during-redis@example.com']).then(({ messages }) => ids.push(...messages));
    await sleep(3_000);
    redis = await startRedisAgain();
    await temporal.stop();
    // Nobody can start a workflow now: these are left to the relay.
    const unclaimed = { unclaimed: true } as const;
    for (let n = 0; n < 119; n++) {
      const send = await system.send(template, [`late${n}@example.com`], { variables: { order: n }, ...unclaimed });
      ids.push(...send.messages);
    }
    await sleep(30_000);
    temporal = await startTemporalAgain();
    const messages = await system.final(ids, 120_000);

    expect(messages).toHaveLength(200);
    const byStatus = (status: string) => messages.filter((message) => message.status === status);
    const unknown = byStatus('unknown');
    expect(byStatus('sent').length + unknown.length).toBe(200);
    const times = new Map<string, number>();
    for (const { to } of system.sink.mails) times.set(to, (times.get(to) ?? 0) + 1);
    expect([...times.values()].filter((n) => n > 1)).toEqual([]);
    for (const { address } of byStatus('sent')) expect(times.get(address)).toBe(1);
    // In doubt is only what was on one of the five connections at the instant of the kill, and each says so.
    expect(unknown.length).toBeLessThanOrEqual(5);
    for (const { reason, detail } of unknown) {
      expect({ reason, words: detail?.['words'] }).toEqual({
        reason: 'answer_lost',
        words: expect.stringContaining('the worker stopped'),
      });
    }
  }, 240_000);
});
