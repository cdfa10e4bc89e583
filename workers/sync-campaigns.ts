import type { Logger } from '../config/logger';
import type { CampaignStore } from '../db/stores/campaign-store';
import type { CampaignId } from '../domain/ids';
import type { CampaignSync } from '../temporal/campaign-sync';

export interface SyncCampaignsOptions {
  readonly campaigns: Pick<CampaignStore, 'unsynced'>;
  readonly sync: CampaignSync;
  readonly log: Logger;
}

const AT_ONCE = 100;

/**
 * Brings the Schedules of all campaigns in line whose changes have not reached Temporal. Rejects at the first that fails; the next
 * call goes on behind it, so that one that cannot be brought in line does not keep the others from it.
 */
export function createSyncCampaigns({ campaigns, sync, log }: SyncCampaignsOptions): () => Promise<void> {
  let after: CampaignId | undefined;
  return async () => {
    for (;;) {
      const page = await campaigns.unsynced(AT_ONCE, after);
      for (const { id, revision } of page) {
        after = id;
        await sync(id);
        log.debug({ campaignId: id, revision }, 'the Schedule of a campaign was brought in line');
      }
      if (page.length < AT_ONCE) break;
    }
    after = undefined;
  };
}
