import type { ApiDeps } from '../../api/deps';
import { createCancelAtProvider } from '../../api/cancel-at-provider';
import { PROVIDERS } from '../../channels';
import { createAudienceReader } from '../../api/audience-reader';
import { createAudienceFiles } from '../../audiences/audience-files';
import { AUDIENCE_LIMITS } from '../../audiences/limits';
import { createWebhookNetwork } from '../../channels/webhooks/webhook-network';
import { openFiles } from '../../storage/open-files';
import { createCampaignSync } from '../../temporal/campaign-sync';
import { createLogger } from '../../config/logger';
import { createDedupGate } from '../../limits/dedup-gate';
import { createFlowControl } from '../../limits/flow-control';
import { createRedisKeys } from '../../redis/keys';
import { eventsOfAccepted } from '../../trace/record-events';
import { createTimelineReader } from '../../trace/timeline';
import { createTraceStore } from '../../trace/trace-store';
import { createTestApi, type TestApi } from './test-api';
import type { TestSystem } from './test-system';

/** The API over the database, Redis and Temporal of a test's system, whose worker delivers what it accepts; `more` wins. */
export function createSystemApi({ db, deps, config }: TestSystem, more: Partial<ApiDeps> = {}): Promise<TestApi> {
  const { redis, gateway } = deps;
  const keys = createRedisKeys({ prefix: config.REDIS_PREFIX });
  const timezone = config.DEFAULT_TIMEZONE;
  const trace = createTraceStore({ redis, keys, timezone });
  const gate = createDedupGate(redis, keys);
  const flow = createFlowControl(redis, keys);
  const logger = createLogger({ name: 'test', level: 'silent' });
  const nothing = (): void => undefined;
  const audiences = createAudienceFiles({
    files: openFiles(config),
    tempFolder: config.STORAGE_TEMP_DIR,
    limits: AUDIENCE_LIMITS,
  });
  const syncCampaign = createCampaignSync(db.database.stores.campaigns, gateway.schedules);
  return createTestApi({
    db,
    startDispatch: async (dispatch) => {
      await gateway.startDispatch(dispatch);
    },
    deps: {
      traceAccepted: (send, messages) =>
        void trace.emit(messages.flatMap((message) => eventsOfAccepted(send, message))).catch(nothing),
      tellTrace: (events) => void trace.emit(events).catch(nothing),
      giveBack: (places) => void gate.giveBack(places).catch(nothing),
      leaveQueues: (messages) => void flow.leave(messages).catch(nothing),
      wake: (ids) => void gateway.wake(ids).catch(nothing),
      audiences,
      audienceReader: createAudienceReader(audiences),
      readSchedule: gateway.schedules.read,
      syncCampaign: (id) => syncCampaign(id).catch(nothing),
      askRun: gateway.askRun,
      workflowLink: gateway.uiLink,
      startRun: (run) => void gateway.startRun(run).catch(nothing),
      cancelAtProvider: createCancelAtProvider({
        accounts: db.database.stores.accounts,
        providers: PROVIDERS,
        logger,
      }),
      timeline: createTimelineReader({
        trace,
        history: gateway.history,
        receipts: db.database.stores.receipts.ofMessages,
        uiLink: gateway.uiLink,
        timezone,
      }),
      checkWebhookUrl: createWebhookNetwork({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE }).check,
      tellWebhook: (id, news) => void gateway.webhooks.tell(id, news).catch(nothing),
      maintenance: { ...gateway.maintenance, uiLink: gateway.uiLink },
      ...more,
    },
  });
}
