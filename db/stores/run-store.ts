import type { Knex } from 'knex';
import type { RunSettings } from '../../domain/campaign';
import type { AppId, AudienceId, CampaignId, RunId, TemplateId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import type { Rate } from '../../domain/rules';
import {
  OPEN_RUN_STATES,
  RUN_TRANSITIONS,
  type Retryable,
  type Run,
  type RunEvent,
  type RunState,
  type RunTrigger,
} from '../../domain/run';
import { readJson, readOptionalJson, writeJson } from '../json';
import { createWebhookOutbox, type WebhookOutbox } from './webhook-outbox';

export interface RunFilter {
  readonly appId?: AppId | undefined;
  readonly campaignId?: CampaignId | undefined;
  readonly state?: RunState | undefined;
  /** The last id of the previous page. */
  readonly after?: RunId | undefined;
  readonly limit: number;
}

/** Why a run changes. With `no`, somebody asked for it, and it takes effect only while nobody has asked for anything later. */
export interface RunChange {
  readonly reason: string;
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  readonly no?: number;
}

/** Runs: what they are to do, and how far they are. */
export interface RunStore {
  /** Adds the run, unless its workflow has one: then that one is returned, and nothing changes. */
  create(run: Run): Promise<Run>;
  get(id: RunId): Promise<Run | undefined>;
  /** Newest first. */
  list(filter: RunFilter): Promise<Run[]>;
  /** The runs of a campaign that have not ended, oldest first. */
  openOf(campaignId: CampaignId): Promise<Run[]>;
  /** Runs in these states that nobody has touched since then, oldest first. */
  untouched(states: readonly RunState[], since: Date, limit: number): Promise<Run[]>;
  /** Whether a run that has not ended uses this audience. */
  usesAudience(audienceId: AudienceId): Promise<boolean>;
  /** The event, where the run's state admits it; tells whether it took effect, or already had. Reason and detail replace the old ones; resuming counts answers anew. */
  apply(id: RunId, event: RunEvent, why?: RunChange): Promise<boolean>;
  /** A new rate for a run that has not ended; false for one that has, or that was asked for something later. */
  setRate(id: RunId, rate: Rate | null, no: number): Promise<boolean>;
  /** Adds answers of providers, and failures among them. */
  countAnswers(id: RunId, handed: number, errors: number): Promise<void>;
  /** How many runs have not ended, by state and reason (`none`: it has none). */
  countOpen(): Promise<{ state: RunState; reason: string; runs: number }[]>;
  /** Adds what receipts told, unless the run has ended. No sign of life: receipts come to a run without a workflow, too. */
  countReported(id: RunId, handed: number, errors: number): Promise<void>;
  /** The rates of the runs that have not ended. */
  rates(): Promise<{ id: RunId; rate: Rate }[]>;
  /** Gives the retry of these statuses to one run: false when another one has any of them. */
  claimRetry(id: RunId, statuses: readonly Retryable[], by: RunId): Promise<boolean>;
}

interface RunRow {
  id: RunId;
  campaign_id: CampaignId;
  app_id: AppId;
  template_id: number;
  template_version: number;
  lane: Lane;
  audience_id: AudienceId;
  retry_of: RunId | null;
  retry_statuses: unknown;
  variables: unknown;
  fired_by: RunTrigger;
  workflow_id: string;
  fired_at: Date;
  recipient_time: string | null;
  settings: unknown;
  state: RunState;
  reason: string | null;
  detail: unknown;
  total: number;
  imported: number;
  chunks: number;
  import_cursor: number | string;
  handed: number;
  errors: number;
  created_at: Date;
  updated_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

const toRun = (row: RunRow): Run => ({
  id: row.id,
  campaignId: row.campaign_id,
  appId: row.app_id,
  templateId: row.template_id as TemplateId,
  templateVersion: row.template_version,
  lane: row.lane,
  audienceId: row.audience_id,
  retryOf: row.retry_of,
  retryStatuses: readOptionalJson(row.retry_statuses),
  variables: readOptionalJson(row.variables),
  trigger: row.fired_by,
  workflowId: row.workflow_id,
  firedAt: row.fired_at,
  recipientTime: row.recipient_time,
  settings: readJson<RunSettings>(row.settings),
  state: row.state,
  reason: row.reason,
  detail: readOptionalJson(row.detail),
  total: row.total,
  imported: row.imported,
  chunks: row.chunks,
  importCursor: Number(row.import_cursor),
  handed: row.handed,
  errors: row.errors,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

const toRow = (run: Run): RunRow => ({
  id: run.id,
  campaign_id: run.campaignId,
  app_id: run.appId,
  template_id: run.templateId,
  template_version: run.templateVersion,
  lane: run.lane,
  audience_id: run.audienceId,
  retry_of: run.retryOf,
  retry_statuses: writeJson(run.retryStatuses),
  variables: writeJson(run.variables),
  fired_by: run.trigger,
  workflow_id: run.workflowId,
  fired_at: run.firedAt,
  recipient_time: run.recipientTime,
  settings: writeJson(run.settings),
  state: run.state,
  reason: run.reason,
  detail: writeJson(run.detail),
  total: run.total,
  imported: run.imported,
  chunks: run.chunks,
  import_cursor: run.importCursor,
  handed: run.handed,
  errors: run.errors,
  created_at: run.createdAt,
  updated_at: run.createdAt,
  started_at: run.startedAt,
  finished_at: run.finishedAt,
});

function withRate(rate: Rate | null): [sql: string, bindings: number[]] {
  if (!rate) return [`JSON_SET(settings, '$.rate', NULL)`, []];
  const { messages, perSeconds } = rate;
  return [`JSON_SET(settings, '$.rate', JSON_OBJECT('messages', ?, 'perSeconds', ?))`, [messages, perSeconds]];
}

const ENDS: readonly RunEvent[] = ['finish', 'endCancelled', 'fail', 'skip'];

function filtered(knex: Knex, filter: RunFilter): Knex.QueryBuilder {
  const query = knex('runs').orderBy('id', 'desc').limit(filter.limit);
  if (filter.appId !== undefined) void query.where({ app_id: filter.appId });
  if (filter.campaignId !== undefined) void query.where({ campaign_id: filter.campaignId });
  if (filter.state !== undefined) void query.where({ state: filter.state });
  if (filter.after !== undefined) void query.where('id', '<', filter.after);
  return query;
}

export function createRunStore(knex: Knex, outbox: WebhookOutbox = createWebhookOutbox()): RunStore {
  const open = (): Knex.QueryBuilder => knex('runs').whereIn('state', OPEN_RUN_STATES);
  const find = async (where: Partial<RunRow>): Promise<Run | undefined> => {
    const row = await knex<RunRow>('runs').where(where).first();
    return row && toRun(row);
  };
  return {
    async create(run) {
      await knex('runs')
        .insert(toRow(run))
        .onConflict()
        .merge({ workflow_id: knex.raw('workflow_id') });
      return (await find({ workflow_id: run.workflowId })) ?? run;
    },
    get: (id) => find({ id }),
    list: async (filter) => ((await filtered(knex, filter)) as RunRow[]).map(toRun),
    openOf: async (campaignId) =>
      ((await open().where({ campaign_id: campaignId }).orderBy('id')) as RunRow[]).map(toRun),
    async untouched(states, since, limit) {
      const rows: unknown = await knex('runs')
        .whereIn('state', states)
        .where('updated_at', '<', since)
        .orderBy('id')
        .limit(limit);
      return (rows as RunRow[]).map(toRun);
    },
    usesAudience: async (audienceId) => (await open().where({ audience_id: audienceId }).first()) !== undefined,
    apply: (id, event, why) => apply(knex, outbox, id, event, why),
    async setRate(id, rate, no) {
      const settings = knex.raw(...withRate(rate));
      return (
        (await open()
          .where({ id })
          .where('request_no', '<=', no)
          .update({ settings, request_no: no, updated_at: new Date() })) > 0
      );
    },
    async countAnswers(id, handed, errors) {
      await knex('runs').where({ id }).increment({ handed, errors }).update({ updated_at: new Date() });
    },
    countOpen: () => countOpen(open()),
    async countReported(id, handed, errors) {
      await open().where({ id }).increment({ handed, errors });
    },
    async rates() {
      const rows: unknown = await open().select('id', 'settings');
      return (rows as Pick<RunRow, 'id' | 'settings'>[]).flatMap(({ id, settings }) => {
        const { rate } = readJson<RunSettings>(settings);
        return rate ? [{ id, rate }] : [];
      });
    },
    claimRetry: (id, statuses, by) => claimRetry(knex, id, statuses, by),
  };
}

async function claimRetry(knex: Knex, id: RunId, statuses: readonly Retryable[], by: RunId): Promise<boolean> {
  const columns = statuses.map((status) => `${status}_retried_by`);
  const claimed = await knex('runs')
    .where({ id })
    .where((query) => {
      for (const column of columns) void query.whereNull(column);
    })
    .update(Object.fromEntries(columns.map((column) => [column, by])));
  return claimed > 0;
}

async function countOpen(open: Knex.QueryBuilder): Promise<{ state: RunState; reason: string; runs: number }[]> {
  const rows: unknown = await open.groupBy('state', 'reason').select('state', 'reason').count({ n: '*' });
  return (rows as { state: RunState; reason: string | null; n: number | string }[]).map(({ state, reason, n }) => ({
    ...{ state, reason: reason ?? 'none', runs: Number(n) },
  }));
}

async function apply(knex: Knex, outbox: WebhookOutbox, id: RunId, event: RunEvent, why?: RunChange): Promise<boolean> {
  const { to, from } = RUN_TRANSITIONS[event];
  const now = new Date();
  const changed = await outbox.run(knex, id, to, (over) => {
    const query = over('runs').where({ id }).whereIn('state', from);
    if (why?.no !== undefined) void query.where('request_no', '<=', why.no);
    return query.update({
      state: to,
      reason: why?.reason ?? null,
      detail: writeJson(why?.detail),
      updated_at: now,
      ...(why?.no === undefined ? {} : { request_no: why.no }),
      ...(to === 'running' ? { started_at: over.raw('COALESCE(started_at, ?)', [now]) } : {}),
      // Failures count anew, in the same moment: or it would be paused for the old ones at once.
      ...(event === 'resume' ? { handed: 0, errors: 0 } : {}),
      ...(ENDS.includes(event) ? { finished_at: now } : {}),
    });
  });
  if (changed > 0) return true;
  return (await knex('runs').where({ id, state: to }).first()) !== undefined;
}
