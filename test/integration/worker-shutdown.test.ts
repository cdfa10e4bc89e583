import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../db/stores/message-store';
import type { StatusCounts } from '../../domain/message-status';
import { freePort } from '../../scripts/services/ports';
import { startTemporal } from '../../scripts/services/temporal';
import { LANE_WORKER_OPTIONS } from '../../workers/create-lane-workers';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { createWorkerProcess, settingsOf, type WorkerProcess } from '../support/worker-process';

const RECIPIENTS = 150;

/** Deployments end worker processes by SIGTERM all the time. */
describe('a worker process', () => {
  let system: TestSystem;
  const workers: WorkerProcess[] = [];

  beforeAll(async () => {
    system = await createTestSystem({ withoutWorker: true });
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.kill();
  });
  afterAll(() => system.close());

  async function createWorker(more: Record<string, string> = {}): Promise<WorkerProcess> {
    const port = String(await freePort());
    const worker = createWorkerProcess({ ...settingsOf(system.config), WORKER_PORT: port, LOG_LEVEL: 'info', ...more });
    workers.push(worker);
    return worker;
  }
  const received = async (mails: number): Promise<void> => {
    while (system.sink.mails.length < mails) await sleep(10);
  };

  it('told to stop in the middle of a dispatch, ends what it has begun and exits 0; the next one does the rest', async () => {
    // Slow enough that the dispatch outlasts the grace time of a worker that stops.
    system.sink.onMail = () => sleep(100);
    const template = await system.template();
    const to = Array.from({ length: RECIPIENTS }, (_, n) => `user${n}@example.com`);
    const worker = await createWorker();
    await worker.start();
    const { messages } = await system.send(template, to);
    await received(20);
    const told = Date.now();
    expect(await worker.stop()).toBe(0);
    expect(Date.now() - told).toBeLessThan(SHUTDOWN_MS);

    const { sent, accepted = 0, deferred = 0, ...inDoubt } = countBy(await Promise.all(messages.map(system.message)));
    expect(inDoubt).toEqual({});
    expect(sent).toBe(system.sink.mails.length);
    expect(accepted + deferred).toBeGreaterThan(0);

    await (await createWorker()).start();
    const ended = await system.final(messages, 60_000);
    expect(countBy(ended)).toEqual({ sent: RECIPIENTS });
    expect(system.sink.mails.map((mail) => mail.to).sort()).toEqual([...to].sort());
  }, 120_000);

  it('started while Temporal is away, says that it is not ready, waits for it and then works', async () => {
    system.sink.onMail = () => undefined;
    const dir = mkdtempSync(join(tmpdir(), 'luminate-shutdown-'));
    const [port, health] = [await freePort(), await freePort()];
    const worker = await createWorker({
      TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
      TEMPORAL_NAMESPACE: 'default',
      WORKER_PORT: String(health),
    });
    const { messages } = await system.send(await system.template(), ['ada@example.com'], { unclaimed: true });
    const started = worker.start();
    const readiness = () => fetch(`http://127.0.0.1:${health}/readyz`).then(({ status }) => status);
    while ((await readiness().catch(() => 0)) !== 503) await sleep(50);
    const temporal = await startTemporal({ dir, port, log: join(dir, 'temporal.log') });
    try {
      await started;
      expect(await readiness()).toBe(200);
      expect(await system.final(messages)).toMatchObject([{ status: 'sent', attempt: 1 }]);
      expect(await worker.stop()).toBe(0);
    } finally {
      await temporal.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

/** How long a stop may take: the time after which the SDK ends it by force, and some to close connections. */
const SHUTDOWN_MS = Number.parseInt(LANE_WORKER_OPTIONS.shutdownForceTime) * 1000 + 5_000;

function countBy(messages: readonly Message[]): StatusCounts {
  const counts: StatusCounts = {};
  for (const { status } of messages) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
