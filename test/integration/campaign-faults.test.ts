import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCampaignFaults } from '../../bench/faults/run-campaign-faults';

/** `npm run bench -- campaign-faults` is the same with 20,000 recipients. */
describe('a campaign while workers are killed, Redis and Temporal restarted, and the run paused three times', () => {
  const dir = mkdtempSync(join(tmpdir(), 'luminate-campaign-faults-'));
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('gives every row one true final status, and sends to nobody twice', async () => {
    const report = await runCampaignFaults({
      dir,
      recipients: 3_000,
      connections: 20,
      mailMs: 60,
      killEveryMs: 6_000,
      patienceMs: 240_000,
      say: (line) => {
        process.stderr.write(`${line}\n`);
      },
    });
    expect(report).toMatchObject({ ok: true, lost: 0, duplicated: 0, wrong: 0, takenWhilePaused: 0 });
    // The last pause may be answered when the run has come to its end.
    expect(report.pauses).toBeGreaterThanOrEqual(2);
    expect(report.kills).toBeGreaterThanOrEqual(2);
    expect(report.restarts).toBeGreaterThanOrEqual(2);
    expect(report.byStatus['sent']).toBeGreaterThan(2_500);
  }, 420_000);
});
