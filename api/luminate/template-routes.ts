import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { TEMPLATE_STATUSES } from './codes';
import type { TemplateId } from '../../domain/ids';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { fullTemplateSchema } from '../schemas/templates';
import type { CallV1 } from './call-v1';
import { ENDPOINTS } from './endpoints';
import { badParameters, succeeded } from './envelope';
import { saveTemplate } from './save-template';
import type { SaveBody } from './schemas';
import { luminateOf, templateIdOf, viewTemplates } from './template-view';

/** Templates as the ancestor's callers know them. */
export function templateRoutes(deps: Pick<ApiDeps, 'syncCampaign'>, callV1: CallV1): Route[] {
  return [...readRoutes(), ...writeRoutes(deps, callV1)];
}

function readRoutes(): Route[] {
  return [
    defineRoute({
      ...ENDPOINTS.query,
      async handler({ params, stores }) {
        const [found] = await viewTemplates(stores, [templateIdOf(params.id)]);
        return succeeded(found ?? null);
      },
    }),
    defineRoute({
      ...ENDPOINTS.list,
      async handler({ query: { page, perPage, keywords, creator }, stores }) {
        const { ids, count } = await stores.luminateTemplates.list({
          name: keywords?.trim(),
          creator: creator?.trim(),
          offset: (page - 1) * perPage,
          limit: perPage,
        });
        return succeeded({ rows: await viewTemplates(stores, ids), count });
      },
    }),
  ];
}

/** The template that a body of /luminate/save names; `undefined`: a new one. */
function savedId({ body }: { readonly body: unknown }): string | undefined {
  const { id } = body as SaveBody;
  return id === null || id === undefined ? undefined : String(id);
}

function writeRoutes(deps: Pick<ApiDeps, 'syncCampaign'>, callV1: CallV1): Route[] {
  return [
    defineRoute({
      ...ENDPOINTS.save,
      audit: { action: 'template.save', refOf: savedId },
      async handler({ body, ...scope }) {
        const id = await saveTemplate(deps, callV1, scope, body);
        scope.note({ subject: String(id) });
        return succeeded(true as const, `id ${id}`);
      },
    }),
    defineRoute({
      ...ENDPOINTS.copy,
      audit: { through: 'template.copy' },
      async handler({ params, ...scope }) {
        const id = templateIdOf(params.id);
        const path = { template: String(id) };
        // What is sent is copied, as far as anything is.
        const newest = await scope.stores.versions.newest(id);
        const source = await callV1(scope, 'get /v1/templates/:template', fullTemplateSchema, { params: path });
        const copy = await callV1(scope, 'post /v1/templates/:template/copy', fullTemplateSchema, {
          params: path,
          body: { key: `luminate-${randomUUID()}`, name: source.name },
        });
        const original = await luminateOf(scope.stores, id);
        const templateId = copy.id as TemplateId;
        await scope.stores.luminateTemplates.put({
          ...original,
          templateId,
          status: TEMPLATE_STATUSES.init,
          // The content as it was saved is that of the copy only where nobody has changed it since.
          details: {
            ...original.details,
            version: original.details.version === (source.currentVersion ?? newest?.version) ? 1 : 0,
          },
        });
        const [view] = await viewTemplates(scope.stores, [templateId]);
        if (!view) throw new Error('a copied template was not shown');
        return succeeded(view);
      },
    }),
    defineRoute({
      ...ENDPOINTS.delete,
      audit: { through: 'template.delete' },
      async handler({ params, ...scope }) {
        const ids = [...new Set(params.id.split(',').map((text) => templateIdOf(text.trim())))];
        if (ids.length > 100) throw badParameters('At most 100 templates can be deleted at once.');
        const path = (id: TemplateId) => ({ params: { template: String(id) } });
        // All or none: A0002 comes before anything is deleted.
        for (const id of ids) await callV1(scope, 'get /v1/templates/:template', fullTemplateSchema, path(id));
        for (const id of ids) {
          const { campaignId } = await luminateOf(scope.stores, id);
          if (campaignId) {
            await callV1(scope, 'delete /v1/campaigns/:id', z.unknown(), { params: { id: campaignId } });
          }
          await callV1(scope, 'delete /v1/templates/:template', z.unknown(), path(id));
        }
        return succeeded(true as const);
      },
    }),
  ];
}
