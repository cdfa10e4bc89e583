import type { Stores } from '../db/database';
import type { Template } from '../db/stores/template-store';
import type { Campaign } from '../domain/campaign';
import type { AppId } from '../domain/ids';
import { laneOf } from '../domain/lane';
import type { CompiledTemplate } from '../templates/compile';
import type { AudienceReader, CampaignAudience } from './audience-reader';
import { checkSample, type Sample } from './check-sample';
import type { ApiDeps } from './deps';
import { estimateSeconds } from './estimate-run';
import { ApiError, type Fault } from './problem';
import { quietWarning } from './quiet-warning';
import { readHealth } from './read-health';
import type { CampaignCheck } from './schemas/campaigns';
import type { TemplateReader } from './template-reader';

/** What of a campaign is checked before it runs. */
export interface CheckedCampaign extends Pick<Campaign, 'variables' | 'schedule' | 'settings' | 'audienceId'> {
  readonly appId: AppId;
  /** Number or key. */
  readonly template: string;
  readonly templateVersion: number | null;
}

/** With what was found on the way, where it exists. */
export interface CheckResult {
  readonly check: CampaignCheck;
  /** Those of the check. */
  readonly errors: readonly Fault[];
  readonly template: Template | undefined;
  readonly audience: CampaignAudience | undefined;
}

type Deps = Pick<ApiDeps, 'audienceReader' | 'breaker' | 'rules' | 'smsSize' | 'templates'>;
type Warning = CampaignCheck['warnings'][number];

/** Whether a campaign could run now, and what its run would be like. Changes nothing; what is wrong is told, not thrown. */
export type CampaignChecker = (stores: Stores, campaign: CheckedCampaign) => Promise<CheckResult>;

const MAX_NAMES = 20;
const NO_SAMPLE: Sample = { rows: 0, failed: 0, failures: [], segments: undefined };

export function createCampaignChecker(deps: Deps, reader: TemplateReader): CampaignChecker {
  return async (stores, campaign) => {
    const errors: Fault[] = [];
    const template = await findTemplate(stores, reader, campaign.template, errors);
    const compiled = template && (await compiledOf(stores, reader, template, campaign.templateVersion, errors));
    const audience = await findAudience(stores, deps.audienceReader, campaign, template, errors);
    const usable = audience?.ready && audience.accepted > 0 && audience.channel === template?.channel;
    const warnings: Warning[] = [];
    if (compiled && usable) columnFaults(deps, compiled, campaign, audience, errors, warnings);
    const rows = compiled && usable ? await deps.audienceReader.firstRows(audience.id, 100) : [];
    const sample = compiled ? checkSample(compiled, campaign.variables ?? {}, rows, deps.smsSize) : NO_SAMPLE;
    if (sample.failed > 0) warnings.push(sampleWarning(sample));
    if (errors.length === 0 && sample.rows > 0 && sample.failed === sample.rows) errors.push(allFail(sample));
    if (template) warnings.push(...(await routeWarnings(stores, deps, template)));
    if (template) warnings.push(...quietWarning(campaign.schedule, template, deps.rules.current(), Date.now()));
    const recipients = audience?.accepted ?? 0;
    const estimatedSeconds = template
      ? await estimateSeconds(stores, deps.rules, campaign, template, recipients)
      : null;
    const { segments, ...told } = sample;
    const sms = segments ? { ...segments, estimatedTotal: Math.ceil(segments.average * recipients) } : null;
    const check = { ok: errors.length === 0, errors, warnings, recipients, sample: told, estimatedSeconds, sms };
    return { check, errors, template, audience };
  };
}

async function findTemplate(
  stores: Stores,
  reader: TemplateReader,
  ref: string,
  errors: Fault[],
): Promise<Template | undefined> {
  try {
    const template = await reader.find(stores, ref);
    if (template.state === 'stopped') {
      const detail = `names the template "${template.key}", which is stopped: start it first`;
      errors.push({ pointer: '/template', code: 'template_stopped', detail });
    }
    return template;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'template_not_found') throw error;
    errors.push({ pointer: '/template', code: 'unknown_template', detail: 'names no template' });
    return undefined;
  }
}

async function compiledOf(
  stores: Stores,
  reader: TemplateReader,
  template: Template,
  version: number | null,
  errors: Fault[],
): Promise<CompiledTemplate | undefined> {
  try {
    return await reader.compiled(stores, template, await reader.sendable(stores, template, version ?? undefined));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 'template_not_approved') {
      const [pointer, what] = version === null ? ['/template', 'names a template'] : ['/version', 'names a version'];
      errors.push({ pointer, code: error.code, detail: `${what} that has not been approved` });
    }
    errors.push(...(error.errors ?? []));
    return undefined;
  }
}

/** Another app's audience is none: nobody learns that it exists. */
async function findAudience(
  stores: Stores,
  reader: AudienceReader,
  { audienceId, appId }: CheckedCampaign,
  template: Template | undefined,
  errors: Fault[],
): Promise<CampaignAudience | undefined> {
  const fault = (code: string, detail: string) => errors.push({ pointer: '/audience', code, detail });
  const audience = await reader.find(stores, audienceId);
  if (audience?.appId !== appId) {
    fault('unknown_audience', 'names no audience of this app');
    return undefined;
  }
  if (!audience.ready) fault('audience_not_ready', 'is still being uploaded: wait until its status is ready');
  else if (audience.accepted === 0) fault('no_recipients', 'has no recipients: none of its rows was accepted');
  if (template && audience.channel !== template.channel) {
    fault('other_channel', `is for ${audience.channel}, and the template for ${template.channel}`);
  }
  return audience;
}

const listed = (names: readonly string[]): string =>
  names.slice(0, MAX_NAMES).join(', ') + (names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '');

function columnFaults(
  { templates }: Deps,
  compiled: CompiledTemplate,
  { variables = {} }: CheckedCampaign,
  audience: CampaignAudience,
  errors: Fault[],
  warnings: Warning[],
): void {
  const columns = new Set(audience.variables);
  const given = (name: string): boolean =>
    columns.has(name) || (variables[name] !== undefined && variables[name] !== null);
  const missing = compiled.variables.filter(({ name, required }) => required && !given(name)).map(({ name }) => name);
  for (const name of missing) {
    const detail = `has no column "${name}", which the template needs: add the column, or give it in variables`;
    errors.push({ pointer: '/audience', code: 'missing_column', detail });
  }
  const unusedColumns = templates.unused(compiled, Object.fromEntries(audience.variables.map((name) => [name, ''])));
  if (unusedColumns.length > 0) {
    const detail = `The template does not use these columns: ${listed(unusedColumns)}.`;
    warnings.push({ code: 'unused_columns', detail });
  }
  const unused = templates.unused(compiled, variables);
  if (unused.length > 0) {
    warnings.push({
      code: 'unused_variables',
      detail: `The template does not use these variables: ${listed(unused)}.`,
    });
  }
}

function sampleWarning({ failed, rows, failures }: Sample): Warning {
  const detail = `${failed} of the first ${rows} rows cannot be rendered, e.g. row ${failures[0]?.row ?? 0}: they end failed.`;
  return { code: 'rows_fail', detail };
}

function allFail({ rows, failures }: Sample): Fault {
  const detail = `fits the template in none of its first ${rows} rows: ${failures[0]?.reason ?? ''}`;
  return { pointer: '/audience', code: 'all_rows_fail', detail };
}

async function routeWarnings(stores: Stores, deps: Deps, template: Template): Promise<Warning[]> {
  const lane = laneOf(template.channel, template.messageType);
  const entries = await stores.routes.get(lane);
  if (entries.length === 0) {
    return [{ code: 'no_route', detail: `No account serves ${lane} yet: the messages wait until its route is set.` }];
  }
  const named = new Set(entries.map(({ accountId }) => accountId));
  const accounts = (await stores.accounts.list()).filter(({ id }) => named.has(id));
  const health = await readHealth(deps, accounts);
  const bad = accounts.flatMap((account, i) => {
    const state = health[i]?.state ?? 'closed';
    return state === 'closed' ? [] : [`${account.name} is ${state.replace('_', ' ')}`];
  });
  if (bad.length === 0) return [];
  const all = bad.length === accounts.length;
  const code = all ? 'route_down' : 'route_impaired';
  const effect = all ? 'messages wait until one of them is back' : 'the others take its share';
  return [{ code, detail: `Of the accounts that serve ${lane}, ${bad.join(', ')}: ${effect}.` }];
}
