import { z } from 'zod';
import type { LuminateTemplate } from '../../db/stores/luminate-template-store';
import { ApiError } from '../problem';
import { defineRoute, type Call, type Route } from '../route';
import { fullTemplateSchema } from '../schemas/templates';
import type { CallV1, Scope } from './call-v1';
import { TEMPLATE_STATUSES, type TemplateStatus } from './codes';
import { ENDPOINTS } from './endpoints';
import { succeeded } from './envelope';
import { isClocking, refuseBadCampaign, startCampaign, stopCampaign } from './start-template';
import { luminateOf, templateIdOf } from './template-view';

/** Also of a template that was made elsewhere. */
async function keepStatus({ stores }: Scope, saved: LuminateTemplate, status: TemplateStatus): Promise<void> {
  const { luminateTemplates } = stores;
  if (!(await luminateTemplates.setStatus(saved.templateId, status))) await luminateTemplates.put({ ...saved, status });
}

/** Start and stop of templates: what the one does the other ends, and each may be repeated. */
export function startRoutes(callV1: CallV1): Route[] {
  const read = async ({ params, ...scope }: Pick<Call<{ id: string }, unknown, unknown>, 'params'> & Scope) => {
    const id = templateIdOf(params.id);
    const path = { params: { template: String(id) } };
    const template = await callV1(scope, 'get /v1/templates/:template', fullTemplateSchema, path);
    return { template, path, scope, saved: await luminateOf(scope.stores, id) };
  };
  return [
    defineRoute({
      ...ENDPOINTS.start,
      audit: { through: 'template.start' },
      async handler(call) {
        const { template, path, scope, saved } = await read(call);
        if (!template.currentVersion) throw new ApiError('template_not_approved');
        // Before anything is switched on.
        if (isClocking(saved)) await refuseBadCampaign(callV1, scope, saved);
        // A template that was stopped elsewhere sends nothing, by campaign or by call.
        await callV1(scope, 'post /v1/templates/:template/start', z.unknown(), path);
        if (isClocking(saved)) await startCampaign(callV1, scope, saved);
        await keepStatus(scope, saved, TEMPLATE_STATUSES.run);
        return succeeded(true as const);
      },
    }),
    defineRoute({
      ...ENDPOINTS.stop,
      audit: { through: 'template.stop' },
      async handler(call) {
        const { path, scope, saved } = await read(call);
        if (isClocking(saved)) await stopCampaign(callV1, scope, saved);
        else await callV1(scope, 'post /v1/templates/:template/stop', z.unknown(), path);
        await keepStatus(scope, saved, TEMPLATE_STATUSES.stop);
        return succeeded(true as const);
      },
    }),
  ];
}
