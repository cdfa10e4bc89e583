import type { Campaign } from '../domain/campaign';
import { firingsOf, momentOfTime, scheduleIdOf, zoneOf } from '../domain/firing';
import type { CampaignId } from '../domain/ids';
import { OPERATIONS_QUEUE, type RunInput } from '../workflows/messages';
import type { ScheduleTimes } from './schedule-spec';
import type { ScheduleGateway, WantedSchedule } from './schedules';

/** What the sync needs of db/stores/campaign-store.ts. */
export interface SyncedCampaigns {
  get(id: CampaignId): Promise<Campaign | undefined>;
  markSynced(id: CampaignId, revision: number): Promise<void>;
}

/**
 * Brings the Temporal Schedule of a campaign in line with its row. Any number may do so at once, and at any time be killed: the row
 * stays marked until its Schedule is as it says. Rejects when MySQL or Temporal is away.
 */
export type CampaignSync = (id: CampaignId) => Promise<void>;

/**
 * A sync that read the campaign before it was deleted may still make its Schedule. So for a minute, longer than any call takes, a
 * deleted one is removed again and again.
 */
const DELETED_FOR_MS = 60_000;
/** A single time is accepted when it has just passed (api/campaign-schedule.ts): a caller's clock need not be ours. */
const CLOCK_MARGIN_MS = 60_000;

export function createCampaignSync(
  campaigns: SyncedCampaigns,
  schedules: Pick<ScheduleGateway, 'put' | 'remove'>,
): CampaignSync {
  return async (id) => {
    let campaign = await campaigns.get(id);
    while (campaign && campaign.syncedRevision < campaign.revision) {
      const { revision } = campaign;
      const settled = await apply(campaign, schedules);
      const now = await campaigns.get(id);
      if (now?.revision === revision) {
        if (settled) await campaigns.markSynced(id, revision);
        return;
      }
      campaign = now;
    }
  };
}

/** False when it has to be done once more later. */
async function apply(campaign: Campaign, schedules: Pick<ScheduleGateway, 'put' | 'remove'>): Promise<boolean> {
  if (campaign.deletedAt) {
    await schedules.remove(scheduleIdOf(campaign.id));
    return Date.now() - campaign.deletedAt.getTime() > DELETED_FOR_MS;
  }
  if (!campaign.approved) {
    // It never had one; one that somebody restored by hand would only make firings that are skipped.
    await schedules.remove(scheduleIdOf(campaign.id));
    return true;
  }
  const wanted = wantedOf(campaign);
  if (wanted) await schedules.put(wanted);
  return true;
}

/** The Schedule of a campaign; none for one that only runs when it is told to. */
function wantedOf(campaign: Campaign): WantedSchedule | undefined {
  const { id, schedule, overlap, catchupSeconds, paused, revision } = campaign;
  if (schedule.kind === 'now') return undefined;
  const input: RunInput = { campaignId: id };
  return {
    id: scheduleIdOf(id),
    workflowType: 'runCampaign',
    taskQueue: OPERATIONS_QUEUE,
    args: [input],
    workflowId: firingsOf(id),
    times: timesOf(schedule),
    overlap,
    catchupSeconds,
    paused,
    revision,
    since: new Date(campaign.updatedAt.getTime() - (schedule.kind === 'once' ? CLOCK_MARGIN_MS : 0)),
    summary: `campaign ${id}`,
  };
}

function timesOf(schedule: Exclude<Campaign['schedule'], { kind: 'now' }>): ScheduleTimes {
  const timezone = zoneOf(schedule);
  const moment = (text: string): Date => new Date(momentOfTime(text, timezone));
  if (schedule.kind === 'once') return { kind: 'once', at: moment(schedule.at) };
  const { cron, startAt, endAt, jitterSeconds } = schedule;
  return {
    kind: 'cron',
    cron,
    timezone,
    startAt: startAt === null ? undefined : moment(startAt),
    endAt: endAt === null ? undefined : moment(endAt),
    jitterSeconds,
  };
}
