import { Client } from '@temporalio/client';
import type { ApiDeps } from '../../api/deps';
import type { CampaignId } from '../../domain/ids';
import type { Run } from '../../domain/run';
import { createConnection } from '../../temporal/connection';
import { createCampaignSync, type CampaignSync } from '../../temporal/campaign-sync';
import { createScheduleGateway, type ScheduleGateway } from '../../temporal/schedules';
import { createTestNamespace } from './temporal-namespace';
import { createTestApi, createTemplate, type TestApi } from './test-api';
import { peopleCsv, uploadAudience } from './test-audience';

/** The API over a real namespace of Temporal; runs that were to be started are recorded. */
export interface CampaignApi extends TestApi {
  readonly schedules: ScheduleGateway;
  readonly workflows: Client['workflow'];
  readonly sync: CampaignSync;
  readonly runs: Run[];
  readonly templateId: number;
  readonly audienceId: string;
  /** While false, a request behaves as if its process died after the commit. */
  syncs: boolean;
}

export async function createCampaignApi(more: Partial<ApiDeps> = {}): Promise<CampaignApi> {
  const temporal = await createTestNamespace();
  const { connection, close } = createConnection({ address: temporal.address, connectTimeoutMs: 10_000 });
  const temporalClient = new Client({ connection, namespace: temporal.namespace });
  const schedules = createScheduleGateway(temporalClient);
  const runs: Run[] = [];
  const state = { syncs: true };
  const syncs: Promise<unknown>[] = [];
  let sync: CampaignSync = async () => undefined;
  const api = await createTestApi({
    deps: {
      readSchedule: schedules.read,
      startRun: (run) => void runs.push(run),
      syncCampaign: async (id: CampaignId) => {
        if (!state.syncs) return;
        // A busy machine may take longer than a call waits; there is no worker that would sync later.
        const done = sync(id)
          .catch(() => sync(id))
          .catch((error: unknown) => {
            console.warn(id, 'is not in line:', error);
          });
        syncs.push(done);
        await done;
      },
      ...more,
    },
  });
  sync = createCampaignSync(api.db.database.stores.campaigns, schedules);
  const templateId = await createTemplate(api.admin, 'news', 'sms', { text: 'Hello {{ name }} in {{ city }}' });
  const audienceId = await uploadAudience(api, api.shop, 'sms', peopleCsv(3));
  return {
    ...api,
    schedules,
    workflows: temporalClient.workflow,
    sync,
    runs,
    templateId,
    audienceId,
    get syncs() {
      return state.syncs;
    },
    set syncs(on) {
      state.syncs = on;
    },
    async close() {
      await Promise.all(syncs);
      await api.close();
      await close();
      await temporal.close();
    },
  };
}

/** A daily campaign at half past nine in Vienna. */
export function bodyOf(
  { templateId, audienceId }: Pick<CampaignApi, 'templateId' | 'audienceId'>,
  change: object = {},
) {
  return {
    name: 'November news',
    template: templateId,
    audience: audienceId,
    schedule: { kind: 'cron', cron: '30 9 * * *', timezone: 'Europe/Vienna' },
    ...change,
  };
}
