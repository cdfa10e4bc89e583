import { setTimeout as sleep } from 'node:timers/promises';
import { settleAccounts, type Account } from './accounting';
import { createCaller } from './caller';
import { makeFaults, planFaults, type FaultCounts } from './chaos';
import { afterTheDust, gatherEvidence } from './evidence';
import { runLoad } from './load';
import type { Outage } from './parts';
import { planSends } from './plan-sends';
import { createRandom, type Random } from './random';
import { CONNECTIONS, makeTrouble, scriptSms, setUp, startOperator } from './set-up';
import { startFaultSystem, type FaultSystem } from './system';

export interface FaultOptions {
  /** Gets data and logs; the caller removes it. */
  readonly dir: string;
  /** The same seed plans the same sends and faults; what they meet is chance. */
  readonly seed: number;
  readonly messages: number;
  readonly loadMs: number;
  readonly faults: FaultCounts;
  /** How long to wait afterwards for messages to come to their ends. */
  readonly patienceMs: number;
  readonly say: (line: string) => void;
}

/** What a run came to. `ok`: nothing lost, duplicated, unexplained or otherwise wrong. */
export interface FaultReport {
  readonly ok: boolean;
  readonly seed: number;
  readonly accepted: number;
  readonly kills: number;
  readonly restarts: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly unknown: number;
  readonly unexplained: number;
  /** Attempts whose outcome was not known at first, by what explains them; see explain.ts. */
  readonly doubts: Readonly<Record<'script' | 'stopped' | 'notes', number>>;
  /** Other contradictions: between us and a provider, a recall or a sum; refused requests; answers 500. */
  readonly wrong: number;
  readonly waiting: number;
  readonly byStatus: Account['byStatus'];
}

/** A report with what it counted, in sentences. */
export interface FaultRun {
  readonly report: FaultReport;
  readonly findings: readonly string[];
  readonly outages: readonly Outage[];
}

/** The most messages that can be on connections when a worker ends, or loses its task. */
const AT_ONCE = 2 * CONNECTIONS.email + 2 * CONNECTIONS.sms;

/** A provider that turns us away at the greeting, and one that knows our password no more. */
async function annoy(system: FaultSystem, random: Random, ms: number): Promise<void> {
  for (const trouble of [{ greeting: 3 }, { mail: 1 }, { auth: 1, greeting: 2 }]) {
    await sleep(Math.round(random.next() * (ms / 3)));
    await makeTrouble(system, trouble);
  }
}

/** More doubts than connections that were cut is a doubt too many. */
function tooManyDoubts({ doubts }: Account, outages: readonly Outage[]): string[] {
  const stopped = doubts.filter(({ because }) => because === 'stopped').length;
  const cuts = outages.filter(({ kind }) => kind === 'worker' || kind === 'temporal' || kind === 'mysql').length;
  const most = cuts * AT_ONCE;
  return stopped > most
    ? [`${stopped} messages were in doubt after ${cuts} cuts of at most ${AT_ONCE} connections`]
    : [];
}

/** Breaks a whole system under load, waits until the dust has settled, and compares our account with the providers'. */
export async function runFaults(options: FaultOptions): Promise<FaultRun> {
  const { dir, seed, messages, loadMs, patienceMs, say } = options;
  const random = createRandom(seed);
  const redisForgets = random.branch('redis').chance(0.5);
  const system = await startFaultSystem(dir, redisForgets);
  const caller = createCaller(system);
  try {
    const leave = startOperator(caller, await setUp(caller, system));
    const sends = planSends({ messages, overMs: loadMs, random: random.branch('sends'), run: `s${seed}` });
    await scriptSms(system, sends);
    const faults = planFaults(random.branch('faults'), system.parts, options.faults, loadMs);
    say(
      `seed ${seed}: ${messages} messages in ${sends.length} sends and ${faults.length} faults over ${loadMs / 1000} s`,
    );
    say(`Redis ${redisForgets ? 'forgets everything' : 'keeps its data'} when it is restarted`);
    const [load] = await Promise.all([
      runLoad(caller, sends),
      makeFaults(faults, system.parts),
      annoy(system, random.branch('trouble'), loadMs),
    ]);
    say(`${load.accepted.length} messages accepted; waiting for their ends`);
    const existing = await afterTheDust(system.databaseUrl, patienceMs);
    await leave();
    const { sums, ...evidence } = await gatherEvidence(caller, system, load.accepted);
    const account = settleAccounts(evidence);
    const miscounted =
      existing === load.accepted.length ? [] : [`${existing} messages exist, ${load.accepted.length} were accepted`];
    const wrong = [
      ...account.wrong,
      ...sums,
      ...miscounted,
      ...load.refused,
      ...caller.defects,
      ...tooManyDoubts(account, system.outages),
    ];
    return reportOf(options, load.accepted.length, { ...account, wrong }, system.outages);
  } finally {
    caller.close();
    await system.stop();
  }
}

function reportOf({ seed }: FaultOptions, accepted: number, account: Account, outages: readonly Outage[]): FaultRun {
  const { lost, duplicated, unexplained, wrong, waiting, doubts, byStatus } = account;
  const doubtsOf = (cause: string): number => doubts.filter(({ because }) => because === cause).length;
  const findings = Object.entries({ lost, duplicated, unexplained, wrong }).flatMap(([kind, lines]) =>
    lines.map((line) => `${kind}: ${line}`),
  );
  return {
    findings,
    outages: [...outages],
    report: {
      ok: findings.length === 0,
      seed,
      accepted,
      kills: outages.filter(({ how }) => how === 'kill').length,
      restarts: outages.length,
      lost: lost.length,
      duplicated: duplicated.length,
      unknown: byStatus.unknown ?? 0,
      unexplained: unexplained.length,
      doubts: { script: doubtsOf('script'), stopped: doubtsOf('stopped'), notes: doubtsOf('notes') },
      wrong: wrong.length,
      waiting: waiting.length,
      byStatus,
    },
  };
}
