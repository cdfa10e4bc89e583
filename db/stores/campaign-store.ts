import type { Knex } from 'knex';
import type { Campaign, CampaignSchedule, Overlap, RunSettings } from '../../domain/campaign';
import type { AppId, ApprovalId, AudienceId, CampaignId, TemplateId } from '../../domain/ids';
import { readJson, readOptionalJson, writeJson } from '../json';

/** What of a campaign may be changed. */
export type CampaignChange = Partial<
  Pick<
    Campaign,
    | 'name'
    | 'templateId'
    | 'templateVersion'
    | 'audienceId'
    | 'variables'
    | 'schedule'
    | 'settings'
    | 'overlap'
    | 'catchupSeconds'
    | 'paused'
    | 'approved'
    | 'approvalId'
  >
>;

export interface CampaignFilter {
  /** Absent: those of every app. */
  readonly appId?: AppId | undefined;
  /** The last id of the previous page. */
  readonly after?: CampaignId | undefined;
  readonly limit: number;
}

/** Campaigns. The row is the truth: the Temporal Schedule follows it, and `syncedRevision` says how far. */
export interface CampaignStore {
  create(campaign: Campaign): Promise<void>;
  /** Also a deleted one: `deletedAt` tells. */
  get(id: CampaignId): Promise<Campaign | undefined>;
  /** Within a transaction: the same, held so that whoever else holds it waits for the end. */
  hold(id: CampaignId): Promise<Campaign | undefined>;
  /** Those that are not deleted, newest first. */
  list(filter: CampaignFilter): Promise<Campaign[]>;
  /** Changes this very revision and gives it the next number; `undefined` when it has another one by now, or is deleted. */
  change(id: CampaignId, revision: number, change: CampaignChange): Promise<Campaign | undefined>;
  /** Deletes it, as its next revision: its Schedule has to go. False when it was deleted before. */
  remove(id: CampaignId): Promise<boolean>;
  /** The Schedule is as of this revision, or newer. */
  markSynced(id: CampaignId, revision: number): Promise<void>;
  /** Campaigns whose Schedule is not known to be up to date, deleted ones too, by id from after `after` on. */
  unsynced(limit: number, after?: CampaignId): Promise<Campaign[]>;
  /** Whether a campaign that is not deleted uses this audience. */
  usesAudience(audienceId: string): Promise<boolean>;
}

interface CampaignRow {
  id: CampaignId;
  app_id: AppId;
  name: string;
  template_id: number;
  template_version: number | null;
  audience_id: AudienceId;
  variables: unknown;
  schedule: unknown;
  settings: unknown;
  overlap: Overlap;
  catchup_seconds: number;
  paused: number | boolean;
  approved: number | boolean;
  approval_id: ApprovalId | null;
  revision: number;
  synced_revision: number;
  created_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

const toCampaign = (row: CampaignRow): Campaign => ({
  id: row.id,
  appId: row.app_id,
  name: row.name,
  templateId: row.template_id as TemplateId,
  templateVersion: row.template_version,
  audienceId: row.audience_id,
  variables: readOptionalJson(row.variables),
  schedule: readJson<CampaignSchedule>(row.schedule),
  settings: readJson<RunSettings>(row.settings),
  overlap: row.overlap,
  catchupSeconds: row.catchup_seconds,
  paused: Boolean(row.paused),
  approved: Boolean(row.approved),
  approvalId: row.approval_id,
  revision: row.revision,
  syncedRevision: row.synced_revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

const toRow = (campaign: Campaign): CampaignRow => ({
  id: campaign.id,
  app_id: campaign.appId,
  name: campaign.name,
  template_id: campaign.templateId,
  template_version: campaign.templateVersion,
  audience_id: campaign.audienceId,
  variables: writeJson(campaign.variables),
  schedule: writeJson(campaign.schedule),
  settings: writeJson(campaign.settings),
  overlap: campaign.overlap,
  catchup_seconds: campaign.catchupSeconds,
  paused: campaign.paused,
  approved: campaign.approved,
  approval_id: campaign.approvalId,
  revision: campaign.revision,
  synced_revision: campaign.syncedRevision,
  created_at: campaign.createdAt,
  updated_at: campaign.updatedAt,
  deleted_at: campaign.deletedAt,
});

export function createCampaignStore(knex: Knex): CampaignStore {
  const live = (): Knex.QueryBuilder => knex('campaigns').whereNull('deleted_at');
  const find = async (query: Knex.QueryBuilder): Promise<Campaign | undefined> => {
    const row = (await query.first()) as CampaignRow | undefined;
    return row && toCampaign(row);
  };
  return {
    async create(campaign) {
      await knex('campaigns').insert(toRow(campaign));
    },
    get: (id) => find(knex('campaigns').where({ id })),
    hold: (id) => find(knex('campaigns').where({ id }).forUpdate()),
    async list({ appId, after, limit }) {
      const query = live().orderBy('id', 'desc').limit(limit);
      if (appId !== undefined) void query.where({ app_id: appId });
      if (after !== undefined) void query.where('id', '<', after);
      return ((await query) as CampaignRow[]).map(toCampaign);
    },
    async change(id, revision, change) {
      const current = await find(live().where({ id, revision }));
      if (!current) return undefined;
      const next: Campaign = { ...current, ...change, revision: revision + 1, updatedAt: new Date() };
      const { id: _id, app_id: _app, created_at: _created, synced_revision: _synced, ...columns } = toRow(next);
      // Under this condition a change at the same time makes this one void, whoever read first.
      return (await live().where({ id, revision }).update(columns)) > 0 ? next : undefined;
    },
    async remove(id) {
      const now = new Date();
      const change = { deleted_at: now, updated_at: now, revision: knex.raw('revision + 1') };
      return (await live().where({ id }).update(change)) > 0;
    },
    async markSynced(id, revision) {
      await knex('campaigns')
        .where({ id })
        .where('synced_revision', '<', revision)
        .update({ synced_revision: revision });
    },
    async unsynced(limit, after) {
      const query = knex('campaigns').whereRaw('synced_revision < revision').orderBy('id').limit(limit);
      if (after !== undefined) void query.where('id', '>', after);
      return ((await query) as CampaignRow[]).map(toCampaign);
    },
    usesAudience: async (audienceId) => (await live().where({ audience_id: audienceId }).first()) !== undefined,
  };
}
