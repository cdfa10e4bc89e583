import { setTimeout as sleep } from 'node:timers/promises';
import { createAudienceFiles } from '../../audiences/audience-files';
import { AUDIENCE_LIMITS } from '../../audiences/limits';
import type { Audience } from '../../db/stores/audience-store';
import type { Template } from '../../db/stores/template-store';
import type { RunSettings } from '../../domain/campaign';
import { newId, type RunId } from '../../domain/ids';
import { laneOf } from '../../domain/lane';
import type { StatusCounts } from '../../domain/message-status';
import { hasEnded, runOf, type Run } from '../../domain/run';
import { openFiles } from '../../storage/open-files';
import type { TestSystem } from './test-system';

export interface RunOptions {
  readonly settings?: Partial<RunSettings>;
  readonly recipientTime?: string;
  /** Do not tell Temporal; the relay has to find it. */
  readonly unstarted?: boolean;
}

/** Runs over files as they are uploaded, without the API. */
export interface TestRuns {
  audience(csv: string): Promise<Audience>;
  /** Makes and starts a run over the audience. */
  start(template: Template, audience: Audience, options?: RunOptions): Promise<Run>;
  read(id: RunId): Promise<Run>;
  counts(id: RunId): Promise<StatusCounts>;
  /** Waits until it has ended; default 60 s. */
  ended(id: RunId, timeoutMs?: number): Promise<Run>;
  /** Addresses at the sink that begin so, sorted. */
  received(name: string): string[];
}

export const SETTINGS: RunSettings = { rate: null, sendWindow: null, pauseOn: null };

/** Addresses `name0@example.com` and so on. */
export const addressesOf = (name: string, n: number): string[] =>
  Array.from({ length: n }, (_, i) => `${name}${i}@example.com`);

/** A file with these addresses, each with an order of its own. */
export const csvOf = (addresses: readonly string[]): string =>
  ['userId,order', ...addresses.map((address, i) => `${address},${i}`)].join('\n');

export function createTestRuns(system: TestSystem): TestRuns {
  const { stores } = system.db.database;
  const { config, app, deps, sink } = system;
  const files = createAudienceFiles({
    files: openFiles(config),
    tempFolder: config.STORAGE_TEMP_DIR,
    limits: AUDIENCE_LIMITS,
  });
  const read = async (id: RunId): Promise<Run> => {
    const run = await stores.runs.get(id);
    if (!run) throw new Error(`There is no run ${id}.`);
    return run;
  };
  const counts = (id: RunId): Promise<StatusCounts> => stores.runMessages.counts(id);
  return {
    async audience(csv) {
      const fresh = {
        appId: app.id,
        uploadId: null,
        name: 'a.csv',
        channel: 'email',
        addressColumn: 'userId',
      } as const;
      const { id } = await stores.audiences.begin(fresh);
      const content = await files.importFrom(oneChunk(csv), {
        ...{ id, channel: 'email', addressColumn: 'userId', encoding: undefined, region: 'CN' },
        onProgress: async () => undefined,
      });
      if ('fault' in content) throw new Error(content.fault.detail);
      await stores.audiences.finish(id, content);
      return (await stores.audiences.get(id)) as Audience;
    },
    async start(template, audience, { settings, recipientTime, unstarted } = {}) {
      const now = new Date();
      const campaign = {
        ...{ id: newId('cmp'), appId: app.id, name: 'news', templateId: template.id, templateVersion: null },
        ...{
          audienceId: audience.id,
          variables: undefined,
          schedule: { kind: 'now' as const },
          overlap: 'skip' as const,
        },
        ...{ approved: true, approvalId: null },
        ...{ catchupSeconds: 3600, paused: false, revision: 1, syncedRevision: 1, createdAt: now, updatedAt: now },
        ...{ deletedAt: null, settings: { ...SETTINGS, ...settings } },
      } as const;
      const run = runOf(campaign, {
        lane: laneOf(template.channel, template.messageType),
        templateVersion: template.currentVersion ?? 0,
        total: audience.accepted,
        trigger: 'api',
        firedAt: now,
        recipientTime: recipientTime ?? null,
      });
      await stores.runs.create(run);
      if (!unstarted) await deps.gateway.startRun(run);
      return run;
    },
    read,
    counts,
    async ended(id, timeoutMs = 60_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const run = await read(id);
        if (hasEnded(run)) return run;
        if (Date.now() > deadline) {
          throw new Error(`not ended: ${JSON.stringify(run)} ${JSON.stringify(await counts(id))}`);
        }
        await sleep(100);
      }
    },
    received: (name) => sink.mails.flatMap(({ to }) => (to.startsWith(name) ? to : [])).sort(),
  };
}

async function* oneChunk(text: string): AsyncIterable<Buffer> {
  yield Buffer.from(text);
}
