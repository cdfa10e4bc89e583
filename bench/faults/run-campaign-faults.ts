import { setTimeout as sleep } from 'node:timers/promises';
import { createCaller, type Caller } from './caller';
import type { Part } from './parts';
import type { Taken } from './story';
import { startFaultSystem, type FaultSystem } from './system';

export interface CampaignFaultOptions {
  /** Gets data and logs; the caller removes it. */
  readonly dir: string;
  readonly recipients: number;
  /** Connections of each worker to the mail server, and how long that takes for a mail, in milliseconds. */
  readonly connections: number;
  readonly mailMs: number;
  /** A worker is killed so often, in milliseconds. */
  readonly killEveryMs: number;
  readonly patienceMs: number;
  readonly say: (line: string) => void;
}

/** What a run came to under faults. `ok`: every row has one final status, and it is true. */
export interface CampaignFaultReport {
  readonly ok: boolean;
  readonly recipients: number;
  readonly seconds: number;
  readonly kills: number;
  readonly restarts: number;
  readonly pauses: number;
  /** Mails taken by the server while the run was paused. */
  readonly takenWhilePaused: number;
  /** `sent`, and the server never had it. */
  readonly lost: number;
  /** The server had it more than once. */
  readonly duplicated: number;
  /** On a connection at the instant of a kill; at most kills × connections. */
  readonly unknown: number;
  /** Rows without a final status, or with more than one; sent mails that are called something else; answers 500. */
  readonly wrong: number;
  readonly byStatus: Readonly<Record<string, number>>;
}

interface RunView {
  readonly id: string;
  readonly state: string;
  readonly ended: number;
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** When each fault comes, as a share of the recipients that have ended. */
const PAUSE_AT = [0.15, 0.4, 0.7];
const RESTART_AT = { redis: 0.25, temporal: 0.5 };
const PAUSED_MS = 3_000;
const DOWN_MS = 2_000;
const LOOK_EVERY_MS = 200;

/**
 * A campaign while a worker is killed every few seconds, Redis and Temporal are restarted once, and the run is paused and resumed
 * three times; then the result file against what the mail server has.
 */
export async function runCampaignFaults(options: CampaignFaultOptions): Promise<CampaignFaultReport> {
  const { dir, recipients, connections, say } = options;
  const system = await startFaultSystem(dir, false, options.mailMs);
  const caller = createCaller(system);
  try {
    const runId = await begin(caller, system, recipients, connections);
    const startedAt = Date.now();
    say(`${runId} goes to ${recipients} recipients`);
    const killing = startKilling(system.parts, options.killEveryMs);
    const pauses = await disturb(caller, system, runId, options);
    await killing.stop();
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    return await settle(caller, system, { runId, recipients, seconds, pauses, kills: killing.count(), connections });
  } finally {
    caller.close();
    await system.stop();
  }
}

async function must(caller: Caller, method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, key?: string) {
  const answer = await caller.call(method, path, body, key);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function begin(caller: Caller, system: FaultSystem, count: number, connections: number): Promise<string> {
  const config = { host: '127.0.0.1', port: system.smtp.port, from: 'faults@luminate.example' };
  const account = await must(caller, 'POST', '/v1/accounts', {
    ...{ name: 'open', provider: 'smtp', secrets: {}, config: { ...config, maxConnections: connections } },
  });
  await must(caller, 'PUT', '/v1/routes/email.marketing', { accounts: [{ accountId: account['id'], weight: 1 }] });
  await must(caller, 'POST', '/v1/templates', {
    ...{ key: 'news', name: 'news', channel: 'email', messageType: 'marketing' },
    ...{ content: { subject: 'News for {{ name }}', html: '<p>{{ name }}, here they are.</p>' } },
  });
  const rows = Array.from({ length: count }, (_, i) => `u${i}@example.com,Name ${i}`);
  const answer = await fetch(`${system.apiUrls[0] ?? ''}/v1/audiences?channel=email&name=faults.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.key}`, 'content-type': 'text/csv' },
    body: ['userId,name', ...rows].join('\n'),
  });
  const audience = (await answer.json()) as { id: string };
  const campaign = await must(
    caller,
    'POST',
    '/v1/campaigns',
    { name: 'faults', template: 'news', audience: audience.id, schedule: { kind: 'now' }, pauseOn: null },
    'campaign-faults',
  );
  return (campaign['run'] as { id: string }).id;
}

/** Kills the workers in turn, each away for a second. */
function startKilling(parts: readonly Part[], everyMs: number): { stop(): Promise<void>; count(): number } {
  const workers = parts.filter(({ kind }) => kind === 'worker');
  const stop = new AbortController();
  let kills = 0;
  const done = (async () => {
    for (;;) {
      await sleep(everyMs, undefined, { signal: stop.signal });
      await workers[kills++ % workers.length]?.fail('kill', 1_000);
    }
  })().catch(() => undefined);
  return {
    async stop() {
      stop.abort();
      await done;
    },
    count: () => kills,
  };
}

/** Pauses, resumes and restarts at their times until the run has ended; returns the spans in which it was paused. */
async function disturb(
  caller: Caller,
  system: FaultSystem,
  runId: string,
  { recipients, patienceMs, say }: CampaignFaultOptions,
): Promise<{ from: number; until: number }[]> {
  const deadline = Date.now() + patienceMs;
  const pauses: { from: number; until: number }[] = [];
  const toPause = [...PAUSE_AT];
  const toRestart = new Map(Object.entries(RESTART_AT));
  const restarts: Promise<void>[] = [];
  for (;;) {
    const run = (await must(caller, 'GET', `/v1/runs/${runId}`)) as unknown as RunView;
    if (run.state === 'finished') break;
    if (Date.now() > deadline) throw new Error(`the run has not ended: ${JSON.stringify(run)}`);
    const share = run.ended / recipients;
    for (const [kind, at] of toRestart) {
      if (share < at) continue;
      toRestart.delete(kind);
      say(`${kind} is restarted`);
      restarts.push(system.parts.find((part) => part.kind === kind)?.fail('stop', DOWN_MS) ?? Promise.resolve());
    }
    if (toPause[0] !== undefined && share >= toPause[0]) {
      toPause.shift();
      const answer = await must(caller, 'POST', `/v1/runs/${runId}/pause`, {});
      // It had come to its end meanwhile.
      if (answer['state'] === 'finished') continue;
      if (answer['state'] !== 'paused') throw new Error(`the run is not paused: ${JSON.stringify(answer)}`);
      const from = Date.now();
      await sleep(PAUSED_MS);
      const until = Date.now();
      await must(caller, 'POST', `/v1/runs/${runId}/resume`, {});
      pauses.push({ from, until });
      say(`paused and resumed at ${Math.round(share * 100)} %`);
    }
    await sleep(LOOK_EVERY_MS);
  }
  await Promise.all(restarts);
  return pauses;
}

interface Facts {
  readonly runId: string;
  readonly recipients: number;
  readonly seconds: number;
  readonly pauses: readonly { readonly from: number; readonly until: number }[];
  readonly kills: number;
  readonly connections: number;
}

/** The result file against the mail server. */
async function settle(caller: Caller, system: FaultSystem, facts: Facts): Promise<CampaignFaultReport> {
  const taken = (await (await fetch(`${system.smtp.witnessUrl}/taken`)).json()) as Taken[];
  const times = new Map<string, number>();
  for (const { mark } of taken) times.set(mark, (times.get(mark) ?? 0) + 1);
  const headers = { authorization: `Bearer ${system.key}` };
  const file = await fetch(`${system.apiUrls[0] ?? ''}/v1/runs/${facts.runId}/result`, { headers });
  const lines = (await file.text()).trim().split('\r\n').slice(1);
  const rows = lines.map((line) => line.split(','));
  const byStatus: Record<string, number> = {};
  for (const [, , status = ''] of rows) byStatus[status] = (byStatus[status] ?? 0) + 1;
  const takenOf = (row: readonly string[]): number => times.get(row[5] ?? '') ?? 0;
  const sent = rows.filter(([, , status]) => status === 'sent');
  const lost = sent.filter((row) => takenOf(row) === 0).length;
  const duplicated = [...times.values()].filter((n) => n > 1).length;
  const miscalled = rows.filter((row) => takenOf(row) > 0 && row[2] !== 'sent' && row[2] !== 'unknown').length;
  const missing = facts.recipients - new Set(rows.map(([row]) => row)).size;
  const twice = rows.length - new Set(rows.map(([row]) => row)).size;
  const unfinal = rows.filter(([, , status = '']) => status !== 'sent' && status !== 'unknown').length;
  const wrong = miscalled + missing + twice + unfinal + caller.defects.length;
  const unknown = byStatus['unknown'] ?? 0;
  const paused = taken.filter(({ at }) => facts.pauses.some(({ from, until }) => at > from && at < until)).length;
  const restarts = system.outages.filter(({ kind }) => kind === 'redis' || kind === 'temporal').length;
  const explained = unknown <= (facts.kills + restarts) * 2 * facts.connections;
  return {
    ok: lost === 0 && duplicated === 0 && wrong === 0 && paused === 0 && explained,
    ...{ recipients: facts.recipients, seconds: facts.seconds, kills: facts.kills, restarts },
    ...{ pauses: facts.pauses.length, takenWhilePaused: paused, lost, duplicated, unknown, wrong, byStatus },
  };
}
