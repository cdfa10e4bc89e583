import { isDeepStrictEqual } from 'node:util';
import type { Stores } from '../db/database';
import type { Approval } from '../domain/approval';
import type { CampaignChange } from '../db/stores/campaign-store';
import type { Campaign, CampaignSchedule } from '../domain/campaign';
import { newId, type CampaignId } from '../domain/ids';
import { askForCampaign, askForChange, isOver, startsWithApproval } from './approvals/ask-campaign';
import { refuseMissed, refusePassed, refuseUnfit } from './begin-run';
import { changeOf, toCheck } from './campaign-input';
import { findCampaign } from './campaign-reader';
import { resolveSchedule } from './campaign-schedule';
import type { CampaignChecker } from './check-campaign';
import type { ApiDeps } from './deps';
import { ApiError, invalidRequest } from './problem';
import type { Call } from './route';
import type { GivenChange } from './schemas/campaigns';

type Deps = Pick<ApiDeps, 'audienceReader' | 'rules'>;
type EditCall = Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'note'>;

/** Fields whose change asks whether it can still run. */
const CHECKED = ['template', 'version', 'audience', 'variables', 'schedule'] as const;

/** The campaign that was changed, and what of the change waits for approval. */
export interface ChangedCampaign {
  readonly id: CampaignId;
  readonly waits: Approval | undefined;
}

/**
 * Changes a campaign, within a transaction. Under the rule `approval` a change that leaves it with too many recipients waits: of an
 * approved campaign beside what goes on, of one that waits itself as its next request. Throws what the change is refused with.
 */
export async function changeCampaign(
  deps: Deps,
  checker: CampaignChecker,
  call: EditCall,
  id: string,
  { expectedRevision, ...given }: GivenChange,
): Promise<ChangedCampaign> {
  const { caller, stores } = call;
  const current = await findCampaign(stores, caller, id, { hold: true });
  if (expectedRevision !== undefined && expectedRevision !== current.revision) {
    const detail = `The campaign has revision ${current.revision}, not ${expectedRevision}: read it and decide anew.`;
    throw new ApiError('campaign_changed', detail);
  }
  const changes = await checkedChanges(deps, checker, stores, current, given);
  const kept = { id: current.id, waits: undefined };
  if (Object.keys(changes).length === 0) return kept;
  const different = differenceOf(current, changes);
  if (Object.keys(different).length > 0) {
    const audience = await deps.audienceReader.find(stores, different.audienceId ?? current.audienceId);
    if (isOver(deps.rules, audience?.accepted ?? 0)) {
      return { id: current.id, waits: await waitWith(call, current, changes, different) };
    }
    await stores.approvals.endWaiting('campaign', current.id, 'replaced', caller.keyId);
    if (!current.approved) {
      const next = { ...current, ...changes };
      refusePassed(next);
      refuseUnfit(await checker(stores, toCheck(next)));
      await stores.campaigns.change(current.id, current.revision, { ...changes, approved: true, approvalId: null });
      return kept;
    }
  }
  await stores.campaigns.change(current.id, current.revision, changes);
  return kept;
}

/** What a request changes, found to be possible. */
async function checkedChanges(
  deps: Deps,
  checker: CampaignChecker,
  stores: Stores,
  current: Campaign,
  given: Omit<GivenChange, 'expectedRevision'>,
): Promise<CampaignChange> {
  const { timezone } = deps.rules.current().defaults;
  const asked: CampaignChange = {
    ...changeOf(given, current, timezone),
    ...(given.schedule ? { schedule: changedSchedule(current, given.schedule, timezone) } : {}),
  };
  const unpaused = given.paused === false && current.paused;
  if (unpaused && !given.schedule) refuseMissed(current);
  if (!unpaused && CHECKED.every((field) => given[field] === undefined)) return asked;
  const next = toCheck({ ...current, ...asked });
  const result = await checker(stores, { ...next, ...(given.template ? { template: given.template } : {}) });
  const { id: templateId } = refuseUnfit(result).template;
  return { ...asked, ...(templateId === current.templateId ? {} : { templateId }) };
}

function changedSchedule(
  { schedule }: Campaign,
  given: NonNullable<GivenChange['schedule']>,
  timezone: string,
): CampaignSchedule {
  if (given.kind !== 'now' || schedule.kind === 'now') return resolveSchedule(given, timezone, Date.now());
  const detail = 'cannot become "now": trigger the campaign to run it at once, and pause it if its schedule is to rest';
  throw invalidRequest([{ pointer: '/schedule/kind', code: 'not_by_change', detail }]);
}

/** What of a change makes it another campaign. Pausing does not: it never waits. */
function differenceOf(current: Campaign, { paused: _paused, ...changes }: CampaignChange): CampaignChange {
  const different = Object.entries(changes).filter(
    ([field, value]) => !isDeepStrictEqual(value, current[field as keyof Campaign]),
  );
  return Object.fromEntries(different);
}

/** Lets a change wait; what of it must not wait takes effect. */
async function waitWith(
  call: EditCall,
  current: Campaign,
  changes: CampaignChange,
  different: CampaignChange,
): Promise<Approval> {
  const { campaigns } = call.stores;
  const { id, revision } = current;
  if (!current.approved) {
    const starts = await startsWithApproval(call.stores, current);
    const next = { ...current, ...changes, approvalId: newId('apv'), revision: revision + 1 };
    await campaigns.change(id, revision, { ...changes, approvalId: next.approvalId });
    return askForCampaign(call, next, starts, next.approvalId);
  }
  const { paused } = changes;
  if (paused === true && !current.paused) {
    await campaigns.change(id, revision, { paused });
    return askForChange(call, { ...current, revision: revision + 1 }, different);
  }
  const unpauses = paused === false && current.paused;
  return askForChange(call, current, unpauses ? { ...different, paused } : different);
}
