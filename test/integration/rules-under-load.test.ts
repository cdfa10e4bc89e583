import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../db/stores/message-store';
import type { Template } from '../../db/stores/template-store';
import type { MessageId } from '../../domain/ids';
import { defaultRules, type RuleName, type Rules } from '../../domain/rules';
import { freePort } from '../../scripts/services/ports';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { createWorkerProcess, settingsOf, type WorkerProcess } from '../support/worker-process';

const defaults = defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' });
/** The promise: a change holds in every process within this time after its answer. */
const PROMISED_MS = 1_000;

/** An API and two workers, each a process of its own, while messages flow through both workers all the time. */
describe('rules changed under load', () => {
  let system: TestSystem;
  let key: string;
  let apiPort: number;
  let workerPorts: [number, number];
  const processes: WorkerProcess[] = [];

  beforeAll(async () => {
    system = await createTestSystem({ withoutWorker: true });
    ({ key } = await system.db.database.stores.apps.createKey(system.app.id, 'admin', 'operator'));
    const settings = { ...settingsOf(system.config), LOG_LEVEL: 'info' };
    apiPort = await freePort();
    workerPorts = [await freePort(), await freePort()];
    processes.push(createWorkerProcess({ ...settings, PORT: String(apiPort) }, 'api'));
    for (const port of workerPorts) processes.push(createWorkerProcess({ ...settings, WORKER_PORT: String(port) }));
    await Promise.all(processes.map((process) => process.start()));
  }, 180_000);
  afterAll(async () => {
    for (const process of processes) await process.kill();
    await system.close();
  });

  async function put(name: RuleName, value: unknown): Promise<number> {
    const { status } = await fetch(`http://127.0.0.1:${apiPort}/v1/rules/${name}`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ value }),
    });
    return status;
  }
  const change = async <N extends RuleName>(name: N, value: Rules[N]): Promise<void> => {
    expect(await put(name, value)).toBe(200);
  };
  /** A figure of a process, summed over its labels where `labels` leaves some open. */
  async function figure(port: number, name: string, labels = ''): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(labels));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }
  const versionsOf = (rule: RuleName): Promise<number[]> =>
    Promise.all([apiPort, ...workerPorts].map((port) => figure(port, 'luminate_rule_version', `rule="${rule}"`)));

  let sent = 0;
  interface Flow {
    /** The first ten messages that were accepted after `time` (epoch milliseconds), once they have ended. */
    endedSince(time: number): Promise<Message[]>;
    /** All messages, once they have ended. */
    stop(): Promise<Message[]>;
  }
  /** Messages to new addresses, one after the other: with 50 ms between them, for the relays of both workers. */
  function flow(template: Template): Flow {
    const sends: { id: MessageId; at: number }[] = [];
    const flowing = new AbortController();
    const running = (async () => {
      while (!flowing.signal.aborted) {
        const n = ++sent;
        const options = { variables: { order: n }, unclaimed: true };
        const { messages } = await system.send(template, [`user${n}@example.com`], options);
        sends.push(
          ...(await Promise.all(messages.map(system.message))).map(({ id, createdAt }) => ({ id, at: +createdAt })),
        );
        await sleep(50);
      }
    })();
    return {
      async endedSince(time) {
        const later = () => sends.filter(({ at }) => at > time).slice(0, 10);
        while (later().length < 10) await sleep(50);
        return system.final(
          later().map(({ id }) => id),
          60_000,
        );
      },
      async stop() {
        flowing.abort();
        await running;
        return system.final(
          sends.map(({ id }) => id),
          60_000,
        );
      },
    };
  }
  const endings = (messages: readonly Message[]): string[] => [
    ...new Set(messages.map(({ status, reason }) => `${status} ${reason ?? ''}`.trim())),
  ];

  it('the kill switch and its end hold for every message accepted a second later, in both workers', async () => {
    const template = await system.template();
    const other = await system.template();
    const [stream, bystander] = [flow(template), flow(other)];
    expect(endings(await stream.endedSince(0))).toEqual(['sent']);
    await change('discard', { templates: [template.key], apps: [] });
    const stopped = await stream.endedSince(Date.now() + PROMISED_MS);
    expect(endings(stopped)).toEqual(['discarded discard_rule']);
    expect(stopped[0]?.detail).toEqual({ template: template.key });
    await change('discard', { templates: [], apps: [] });
    expect(endings(await stream.endedSince(Date.now() + PROMISED_MS))).toEqual(['sent']);
    expect(endings(await stream.stop()).sort()).toEqual(['discarded discard_rule', 'sent']);
    expect(endings(await bystander.stop())).toEqual(['sent']);
    expect(await versionsOf('discard')).toEqual([2, 2, 2]);
    for (const port of workerPorts) expect(await figure(port, 'luminate_messages_total')).toBeGreaterThan(0);
  }, 180_000);

  it('a malformed rule is refused, and nothing changes anywhere while messages flow', async () => {
    const stream = flow(await system.template());
    const before = await versionsOf('caps');
    expect(await put('caps', { ...defaults.caps, notice: 0 })).toBe(422);
    expect(await put('discard', { templates: ['nobody-has-this-key'], apps: [] })).toBe(422);
    expect(await put('quiet-hours', { ...defaults['quiet-hours'], from: '25:00' })).toBe(422);
    expect(endings(await stream.endedSince(Date.now() + PROMISED_MS))).toEqual(['sent']);
    expect(endings(await stream.stop())).toEqual(['sent']);
    expect(await versionsOf('caps')).toEqual(before);
    expect(await system.db.knex('rule_versions').whereNotIn('name', ['discard', 'routes'])).toEqual([]);
  });

  it('a lower cap and a window that is switched off hold a second later, in both workers', async () => {
    const template = await system.template();
    const stream = flow(await system.template());
    const to = (n: number): string => `cap${n}@example.com`;
    /** Three messages to each of ten addresses, one after the other; what became of each address's. */
    const three = async (mark: string, order: (round: number) => string): Promise<string[][]> => {
      const rounds: Message[][] = [];
      for (const round of [1, 2, 3]) {
        const ids: MessageId[] = [];
        for (let n = 0; n < 10; n++) {
          const options = { variables: { order: order(round) }, unclaimed: true };
          ids.push(...(await system.send(template, [`${mark}${to(n)}`], options)).messages);
        }
        rounds.push(await system.final(ids, 60_000));
      }
      return rounds.map(endings);
    };
    const fresh = (round: number): string => `order ${round}`;
    const same = (): string => 'the same';

    expect(await three('a', fresh)).toEqual([['sent'], ['sent'], ['sent']]);
    await change('caps', { ...defaults.caps, notice: 1 });
    await sleep(PROMISED_MS);
    expect(await three('b', fresh)).toEqual([['sent'], ['capped daily_cap'], ['capped daily_cap']]);
    await change('caps', { ...defaults.caps, exempt: [String(template.id)] });
    await sleep(PROMISED_MS);
    expect(await three('c', same)).toEqual([['sent'], ['deduplicated same_content'], ['deduplicated same_content']]);
    await change('dedup', { ...defaults.dedup, notice: null });
    await sleep(PROMISED_MS);
    expect(await three('d', same)).toEqual([['sent'], ['sent'], ['sent']]);
    expect(endings(await stream.stop())).toEqual(['sent']);
    expect(await versionsOf('caps')).toEqual([2, 2, 2]);
  }, 240_000);
});
