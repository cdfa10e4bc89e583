import { z } from 'zod';
import { ApiError } from '../problem';
import { defineRoute, type Call, type Route } from '../route';
import { fullTemplateSchema } from '../schemas/templates';
import type { CallV1, Scope } from './call-v1';
import { TEMPLATE_STATUSES } from './codes';
import { ENDPOINTS } from './endpoints';
import { succeeded } from './envelope';
import { isClocking, startCampaign, stopCampaign } from './start-template';
import { luminateOf, templateIdOf } from './template-view';

/** Start and stop of templates: what the one does the other ends, and each may be repeated. */
export function startRoutes(callV1: CallV1): Route[] {
  const read = async ({ params, ...scope }: Pick<Call<{ id: string }, unknown, unknown>, 'params'> & Scope) => {
    const id = templateIdOf(params.id);
    const path = { params: { template: String(id) } };
    const template = await callV1(scope, 'get /v1/templates/:template', fullTemplateSchema, path);
    return { id, template, path, scope, saved: await luminateOf(scope.stores, id) };
  };
  return [
    defineRoute({
      ...ENDPOINTS.start,
      audit: { through: 'template.start' },
      async handler(call) {
        const { id, template, path, scope, saved } = await read(call);
        if (!template.currentVersion) throw new ApiError('template_not_approved');
        // A template that was stopped elsewhere sends nothing, by campaign or by call.
        await callV1(scope, 'post /v1/templates/:template/start', z.unknown(), path);
        if (isClocking(saved)) await startCampaign(callV1, scope, saved);
        await scope.stores.luminateTemplates.setStatus(id, TEMPLATE_STATUSES.run);
        return succeeded(true as const);
      },
    }),
    defineRoute({
      ...ENDPOINTS.stop,
      audit: { through: 'template.stop' },
      async handler(call) {
        const { id, path, scope, saved } = await read(call);
        if (isClocking(saved)) await stopCampaign(callV1, scope, saved);
        else await callV1(scope, 'post /v1/templates/:template/stop', z.unknown(), path);
        await scope.stores.luminateTemplates.setStatus(id, TEMPLATE_STATUSES.stop);
        return succeeded(true as const);
      },
    }),
  ];
}
