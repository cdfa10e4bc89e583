import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Audience } from '../../db/stores/audience-store';
import type { Template } from '../../db/stores/template-store';
import { isId, sendOfRun, type AppId, type RunId } from '../../domain/ids';
import { laneOf, type Lane } from '../../domain/lane';
import { hasEnded, runOf, type Run, type RunState } from '../../domain/run';
import type { Campaign } from '../../domain/campaign';
import { earlierTwin, recipientTimeOf } from '../../domain/firing';
import type { RunInput } from '../../workflows/messages';
import { FAILURE_TYPES } from '../to-failure';
import type { RunDeps } from './deps';

/** Between two looks whether a run by hand has ended. */
const WAIT_MS = 5_000;

/** The workflow that asks, and when its Schedule wanted it (epoch milliseconds). */
export interface Firing {
  readonly workflowId: string;
  readonly firedAt: number;
}

/** A run that may go; with `ended`, one that does not. */
export interface OpenedRun {
  readonly runId: RunId;
  readonly appId: AppId;
  readonly lane: Lane;
  readonly total: number;
  readonly ended?: RunState;
}

interface Refusal {
  readonly event: 'skip' | 'fail';
  readonly reason: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/**
 * Begins a run, or finds it begun. What its campaign, template and audience are at this moment decides: a firing that may not begin
 * is on record as `skipped` or `failed`, with the reason. Rejects when there is no such run or campaign, and to be asked again
 * when it has to wait for the end of another run.
 */
export async function openRun(deps: RunDeps, input: RunInput, firing: Firing): Promise<OpenedRun> {
  const run = 'runId' in input ? await knownRun(deps, input.runId) : await firedRun(deps, input.campaignId, firing);
  if (hasEnded(run)) return view(run);
  if (run.state === 'pending') {
    const refusal = await refusalOf(deps, run);
    if (refusal) {
      await deps.stores.runs.apply(run.id, refusal.event, { reason: refusal.reason, detail: refusal.detail });
      return view((await deps.stores.runs.get(run.id)) ?? run);
    }
  }
  await deps.stores.sends.ensure({
    id: sendOfRun(run.id),
    appId: run.appId,
    templateId: run.templateId,
    templateVersion: run.templateVersion,
    lane: run.lane,
    total: run.total,
    variables: run.variables,
    metadata: { runId: run.id, campaignId: run.campaignId },
    rejected: undefined,
    sendAt: null,
    expiresAt: null,
    createdAt: run.createdAt,
  });
  await deps.stores.runs.apply(run.id, 'begin');
  return view((await deps.stores.runs.get(run.id)) ?? run);
}

function view(run: Run): OpenedRun {
  const { id: runId, appId, lane, total, state } = run;
  return { runId, appId, lane, total, ...(hasEnded(run) ? { ended: state } : {}) };
}

async function knownRun({ stores }: RunDeps, id: string): Promise<Run> {
  const run = isId('run', id) ? await stores.runs.get(id) : undefined;
  if (!run) throw new Error(`There is no run ${id}.`);
  return run;
}

/** The run of a firing; made once, because it bears the name of the workflow. */
async function firedRun(deps: RunDeps, id: string, { workflowId, firedAt }: Firing): Promise<Run> {
  const campaign = isId('cmp', id) ? await deps.stores.campaigns.get(id) : undefined;
  if (!campaign) throw new Error(`There is no campaign ${id}.`);
  const template = await templateOf(deps, campaign);
  const audience = await audienceOf(deps, campaign);
  return deps.stores.runs.create(
    runOf(campaign, {
      lane: template ? laneOf(template.channel, template.messageType) : 'email.marketing',
      templateVersion: campaign.templateVersion ?? template?.currentVersion ?? 0,
      total: audience?.accepted ?? 0,
      trigger: 'schedule',
      firedAt: new Date(firedAt),
      recipientTime: recipientTimeOf(campaign.schedule, firedAt),
      workflowId,
    }),
  );
}

async function templateOf({ stores }: RunDeps, { templateId }: Pick<Run, 'templateId'>): Promise<Template | undefined> {
  const [template] = await stores.templates.getMany([templateId]);
  return template?.deletedAt ? undefined : template;
}

async function audienceOf({ stores }: RunDeps, { audienceId }: Pick<Run, 'audienceId'>): Promise<Audience | undefined> {
  const audience = await stores.audiences.get(audienceId);
  return audience?.status === 'ready' ? audience : undefined;
}

/** Where a clock that is put back shows a time twice, a cron of some zones fires twice: the second time is left out. */
async function hasFiredAtThisTime({ stores }: RunDeps, campaign: Campaign, { firedAt }: Run): Promise<boolean> {
  const twin = earlierTwin(campaign.schedule, firedAt.getTime());
  if (twin === undefined) return false;
  const runs = await stores.runs.list({ campaignId: campaign.id, limit: 200 });
  return runs.some((run) => run.trigger === 'schedule' && run.firedAt.getTime() === twin);
}

/** Temporal keeps a firing until the end of a run that it started; until that of one by hand, it waits here. */
async function afterEarlierRuns({ stores }: RunDeps, run: Run): Promise<void> {
  // Of those that wait the earliest is the next: ids are in the order of their making.
  const earlier = (await stores.runs.openOf(run.campaignId)).find(({ id }) => id < run.id);
  if (!earlier) return;
  throw ApplicationFailure.create({
    type: FAILURE_TYPES.runInProgress,
    message: `it waits for the end of ${earlier.id}, because its campaign has the overlap buffer_one`,
    nextRetryDelay: WAIT_MS,
    category: ApplicationFailureCategory.BENIGN,
  });
}

async function refusalOf(deps: RunDeps, run: Run): Promise<Refusal | undefined> {
  if (run.trigger === 'schedule') {
    const campaign = await deps.stores.campaigns.get(run.campaignId);
    if (!campaign || campaign.deletedAt) return { event: 'skip', reason: 'campaign_deleted' };
    if (!campaign.approved) return { event: 'skip', reason: 'campaign_not_approved' };
    if (campaign.paused) return { event: 'skip', reason: 'campaign_paused' };
    if (await hasFiredAtThisTime(deps, campaign, run)) return { event: 'skip', reason: 'clock_put_back' };
    if (campaign.overlap === 'skip') {
      const other = (await deps.stores.runs.openOf(campaign.id)).find(({ id }) => id !== run.id);
      if (other) return { event: 'skip', reason: 'overlap', detail: { runId: other.id } };
    }
    if (campaign.overlap === 'buffer_one') await afterEarlierRuns(deps, run);
  }
  const template = await templateOf(deps, run);
  if (!template) return { event: 'fail', reason: 'template_deleted' };
  if (template.state === 'stopped') return { event: 'fail', reason: 'template_stopped' };
  const version = await deps.stores.versions.get(run.templateId, run.templateVersion);
  if (version?.audit.status !== 'approved') return { event: 'fail', reason: 'template_not_approved' };
  if (run.retryOf === null && !(await audienceOf(deps, run))) {
    return { event: 'fail', reason: 'audience_deleted' };
  }
  return undefined;
}
