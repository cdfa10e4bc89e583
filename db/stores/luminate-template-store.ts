import type { Knex } from 'knex';
import type { AppId, AudienceId, CampaignId, TemplateId } from '../../domain/ids';
import { firstIdAt } from '../../domain/ids';
import type { StatusCounts } from '../../domain/message-status';
import { readJson } from '../json';
import { countByStatus } from './message-counts';

/** What is only kept to be told again. */
export interface LuminateDetails {
  readonly idType?: number;
  readonly sendAccount?: number | string;
  readonly updator?: string;
  readonly auditor?: string;
  readonly team?: string;
  readonly proposer?: string;
  readonly deduplicationTime?: number;
  readonly isNightShield?: number;
  /** The content as it was saved, which made the version `version`. */
  readonly msgContent?: string;
  readonly version?: number;
}

/** What the ancestor's endpoints keep of a template beyond what we know of it; numbers are the ancestor's. */
export interface LuminateTemplate {
  readonly templateId: TemplateId;
  readonly templateType: 10 | 20;
  readonly status: 10 | 20 | 30;
  readonly expectPushTime: string;
  readonly audienceId: AudienceId | null;
  /** What it was started as. */
  readonly campaignId: CampaignId | null;
  readonly creator: string;
  readonly details: LuminateDetails;
}

export interface LuminateTemplateFilter {
  /** Part of the name. */
  readonly name?: string | undefined;
  readonly creator?: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface LuminateTemplateStore {
  getMany(ids: readonly TemplateId[]): Promise<LuminateTemplate[]>;
  /** Inserts it, or replaces all but the campaign. */
  put(template: Omit<LuminateTemplate, 'campaignId'>): Promise<void>;
  /** Makes `to` its campaign if it is still `from`; false when another one is. */
  link(id: TemplateId, from: CampaignId | null, to: CampaignId): Promise<boolean>;
  /** False, and nothing, for a template that was not saved here. */
  setStatus(id: TemplateId, status: LuminateTemplate['status']): Promise<boolean>;
  /** Live templates, those changed last first, and how many there are. */
  list(filter: LuminateTemplateFilter): Promise<{ ids: TemplateId[]; count: number }>;
  /** How many messages of a template an app has in each status, of those accepted in a span of time. */
  statusCounts(appId: AppId, templateId: TemplateId, from: Date, until: Date): Promise<StatusCounts>;
}

interface Row {
  template_id: number;
  template_type: 10 | 20;
  status: 10 | 20 | 30;
  expect_push_time: string;
  audience_id: AudienceId | null;
  campaign_id: CampaignId | null;
  creator: string;
  details: unknown;
}

const toTemplate = (row: Row): LuminateTemplate => ({
  templateId: row.template_id as TemplateId,
  templateType: row.template_type,
  status: row.status,
  expectPushTime: row.expect_push_time,
  audienceId: row.audience_id,
  campaignId: row.campaign_id,
  creator: row.creator,
  details: readJson(row.details),
});

export function createLuminateTemplateStore(knex: Knex): LuminateTemplateStore {
  const table = () => knex<Row>('luminate_templates');
  return {
    async getMany(ids) {
      return (await table().whereIn('template_id', ids)).map((row) => toTemplate(row));
    },
    async put(template) {
      await table()
        .insert({
          template_id: template.templateId,
          template_type: template.templateType,
          status: template.status,
          expect_push_time: template.expectPushTime,
          audience_id: template.audienceId,
          creator: template.creator,
          details: JSON.stringify(template.details),
        })
        .onConflict('template_id')
        .merge(['template_type', 'status', 'expect_push_time', 'audience_id', 'creator', 'details']);
    },
    async link(id, from, to) {
      const unchanged = table().where({ template_id: id, campaign_id: from });
      return (await unchanged.update({ campaign_id: to })) > 0;
    },
    async setStatus(id, status) {
      return (await table().where({ template_id: id }).update({ status })) > 0;
    },
    async list({ name, creator, offset, limit }) {
      const live = knex('templates').where({ deleted_id: 0 });
      if (name) void live.whereRaw('name LIKE ?', [`%${name.replace(/[\\%_]/g, (char) => `\\${char}`)}%`]);
      if (creator) {
        void live.whereIn('id', knex('luminate_templates').where({ creator }).select('template_id'));
      }
      const [total, ids] = await Promise.all([
        live.clone().count({ n: '*' }).first(),
        live
          .clone()
          .orderBy([
            { column: 'updated_at', order: 'desc' },
            { column: 'id', order: 'desc' },
          ])
          .offset(offset)
          .limit(limit)
          .pluck('id'),
      ]);
      return { ids: ids as TemplateId[], count: Number((total as { n: number | string } | undefined)?.n ?? 0) };
    },
    statusCounts: (appId, templateId, from, until) =>
      countByStatus(
        knex
          .from(knex.raw('messages FORCE INDEX (messages_template)'))
          .where({ app_id: appId, template_id: templateId })
          .where('id', '>=', firstIdAt('msg', from.getTime()))
          .where('id', '<', firstIdAt('msg', until.getTime())),
      ),
  };
}
