import { OPEN_RUN_STATES } from '../../domain/run';
import type { MaintenanceResult } from '../../domain/maintenance';
import type { MaintenanceDeps } from './deps';
import { inBatches } from './in-batches';

/** Older than this: the relay, which looks all the time, does not do its work. In milliseconds. */
const LATE = { unclaimed: 60_000, unconfirmed: 60_000, stalled: 300_000, run: 600_000 } as const;
const LIMIT = 500;

interface Findings {
  readonly oldestUnclaimedSeconds: number;
  readonly unconfirmed: number;
  readonly stalled: number;
  readonly runsWithoutWorkflow: number;
}

async function look(deps: MaintenanceDeps): Promise<Findings> {
  const { apps, dispatches, runs } = deps.stores;
  const before = (ms: number): Date => new Date(Date.now() - ms);
  const appIds = (await apps.list()).map(({ id }) => id);
  const oldest = await dispatches.oldestUnclaimed();
  const age = oldest ? Date.now() - oldest.getTime() : 0;
  let gone = 0;
  for (const { workflowId } of await runs.untouched(OPEN_RUN_STATES, before(LATE.run), LIMIT)) {
    if (!(await deps.isRunning(workflowId))) gone++;
  }
  return {
    oldestUnclaimedSeconds: age >= LATE.unclaimed ? Math.round(age / 1000) : 0,
    unconfirmed: (await dispatches.unconfirmed(before(LATE.unconfirmed), LIMIT)).length,
    stalled: (await dispatches.stalled(appIds, before(LATE.stalled), LIMIT)).length,
    runsWithoutWorkflow: gone,
  };
}

const WORDS: Record<keyof Findings, (n: number) => string> = {
  oldestUnclaimedSeconds: (n) => `a message has waited ${n} s for a dispatch: the relays do not gather`,
  unconfirmed: (n) =>
    `${n} dispatches were not known to be started after a minute: starts do not get through to Temporal`,
  stalled: (n) => `${n} dispatches made no progress for five minutes: open their workflows`,
  runsWithoutWorkflow: (n) => `${n} runs had no workflow to drive them`,
};

/**
 * Proves that the relay does its work: what it finds undone it warns of, and lets the relay's own functions do once. Counts tell what
 * was found, and what is left afterwards.
 */
export async function checkRelay(deps: MaintenanceDeps): Promise<MaintenanceResult> {
  const start: MaintenanceResult = { counts: {}, warnings: [] };
  return inBatches(start, async () => {
    const found = await look(deps);
    const undone = Object.entries(found) as [keyof Findings, number][];
    const warnings = undone.filter(([, n]) => n > 0).map(([name, n]) => WORDS[name](n));
    if (warnings.length === 0) return { state: { counts: { ...found }, warnings }, done: true };
    await deps.relay.gather();
    await deps.relay.confirm();
    await deps.relay.heal();
    const left = await look(deps);
    const counts = {
      ...found,
      unconfirmedLeft: left.unconfirmed,
      stalledLeft: left.stalled,
      runsLeft: left.runsWithoutWorkflow,
    };
    return { state: { counts, warnings }, done: true };
  });
}
