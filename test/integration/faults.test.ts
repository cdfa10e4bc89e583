import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFaults, type FaultRun } from '../../bench/faults/run-faults';

const SEED = Number(process.env['TEST_FAULTS_SEED'] ?? Math.floor(Math.random() * 1_000_000));
const dir = mkdtempSync(join(tmpdir(), 'luminate-faults-'));

/** Promises 1 to 5 on the real thing; `npm run bench -- faults` is the same, larger. A failure names the seed and each message. */
describe('400 messages while processes are killed and services restarted', () => {
  let run: FaultRun;

  beforeAll(async () => {
    run = await runFaults({
      dir,
      seed: SEED,
      messages: 400,
      loadMs: 40_000,
      faults: { worker: 2, api: 1, redis: 1, temporal: 1, mysql: 1 },
      patienceMs: 150_000,
      say: (line) => {
        process.stderr.write(`${line}\n`);
      },
    });
  }, 360_000);

  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('accounts for every message: none lost, none sent twice, every doubt explained, every recall true', () => {
    expect({ seed: SEED, findings: run.findings }).toEqual({ seed: SEED, findings: [] });
    expect(run.report).toMatchObject({ ok: true, lost: 0, duplicated: 0, unexplained: 0, wrong: 0, waiting: 0 });
  });

  it('really broke everything, under load', () => {
    const broken = run.outages.map(({ kind }) => kind);
    expect(broken).toEqual(expect.arrayContaining(['worker', 'worker', 'api', 'redis', 'temporal', 'mysql']));
    expect(run.report.kills).toBeGreaterThanOrEqual(3);
    expect(run.report.accepted).toBeGreaterThan(350);
    const { sent = 0, delivered = 0, failed = 0, unknown = 0, recalled = 0 } = run.report.byStatus;
    expect(sent + delivered).toBeGreaterThan(200);
    for (const some of [failed, unknown, recalled]) expect(some).toBeGreaterThan(0);
  });
});
