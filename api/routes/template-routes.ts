import type { z } from 'zod';
import type { Stores } from '../../db/database';
import type { Template } from '../../db/stores/template-store';
import type { SendAcceptor } from '../accept-send';
import type { ApiDeps } from '../deps';
import { fingerprintOf } from '../conditions';
import { ApiError } from '../problem';
import { defineRoute, type Route, type VersionRequest } from '../route';
import { pageOf, toPage } from '../schemas/common';
import {
  documentedNewTemplateSchema,
  fullTemplateSchema,
  newTemplateSchema,
  templateChangeSchema,
  templateCopySchema,
  templateListQuery,
  templateParams,
  templateSchema,
  viewContent,
  viewTemplate,
} from '../schemas/templates';
import { versionOf, type TemplateReader } from '../template-reader';
import { templateContentRoutes } from './template-content-routes';

async function viewFull(stores: Stores, template: Template): Promise<z.input<typeof fullTemplateSchema>> {
  const { content, variables } = await versionOf(stores, template, template.currentVersion);
  return { ...viewTemplate(template), content: viewContent(content), variables: [...variables] };
}

const templateVersion =
  (reader: TemplateReader) =>
  async ({ params, stores, hold }: VersionRequest<z.output<typeof templateParams>>): Promise<string> => {
    const found = await reader[hold ? 'hold' : 'find'](stores, params.template);
    const { id, name, policy, state, currentVersion, updatedAt } = found;
    return fingerprintOf([id, name, policy, state, currentVersion, updatedAt]);
  };

/** Templates: their life, their versions, and what they look like. */
export function templateRoutes(deps: ApiDeps, reader: TemplateReader, acceptor: SendAcceptor): Route[] {
  return [
    ...createRoutes(deps, reader),
    ...readRoutes(reader),
    ...changeRoutes(reader),
    ...templateContentRoutes(deps, reader, acceptor),
  ];
}

function createRoutes({ isDuplicate }: Pick<ApiDeps, 'isDuplicate'>, reader: TemplateReader): Route[] {
  const shared = {
    tag: 'Templates',
    method: 'post',
    permission: 'templates:write',
    status: 201,
    idempotent: true,
    response: fullTemplateSchema,
    location: ({ id }: { id: number }) => `/v1/templates/${id}`,
  } as const;
  async function create(stores: Stores, ...[template, version]: Parameters<Stores['templates']['create']>) {
    try {
      const id = await stores.templates.create(template, version);
      return await viewFull(stores, await reader.find(stores, String(id)));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new ApiError('name_taken', `There is already a template with the key "${template.key}".`);
    }
  }
  return [
    defineRoute({
      ...shared,
      path: '/v1/templates',
      summary: 'Create a template',
      description: 'Running, with version 1. Content is checked: a syntax error is told with field, line and column.',
      problems: ['name_taken'],
      audit: { action: 'template.create' },
      body: newTemplateSchema,
      documentedBody: documentedNewTemplateSchema,
      async handler({ body: { content, ...template }, caller, stores }) {
        const checked = await reader.check(template.channel, content);
        return create(stores, template, { ...checked, createdBy: caller.keyId });
      },
    }),
    defineRoute({
      ...shared,
      path: '/v1/templates/:template/copy',
      summary: 'Copy a template',
      description: 'A new template with the content of the current version, and the same policy.',
      problems: ['template_not_found', 'name_taken'],
      audit: { action: 'template.copy' },
      params: templateParams,
      body: templateCopySchema,
      async handler({ params, body, caller, stores, note }) {
        const original = await reader.find(stores, params.template);
        const { content, variables } = await versionOf(stores, original, original.currentVersion);
        note({ after: { copyOf: original.id } });
        return create(stores, { ...original, ...body }, { content, variables, createdBy: caller.keyId });
      },
    }),
  ];
}

function readRoutes(reader: TemplateReader): Route[] {
  const shared = { tag: 'Templates', method: 'get', permission: 'templates:read' } as const;
  return [
    defineRoute({
      ...shared,
      path: '/v1/templates',
      summary: 'List templates',
      description: 'Newest first. Filters add up.',
      query: templateListQuery,
      response: pageOf(templateSchema),
      async handler({ query: { after, limit, ...filter }, stores }) {
        const before = after === undefined ? undefined : Number(after);
        const rows = await stores.templates.list({ ...filter, before, limit: limit + 1 });
        return toPage(rows, limit, ({ id }) => String(id), viewTemplate);
      },
    }),
    defineRoute({
      ...shared,
      path: '/v1/templates/:template',
      summary: 'Read a template',
      problems: ['template_not_found'],
      params: templateParams,
      versionOf: templateVersion(reader),
      response: fullTemplateSchema,
      handler: async ({ params, stores }) => viewFull(stores, await reader.find(stores, params.template)),
    }),
  ];
}

function changeRoutes(reader: TemplateReader): Route[] {
  const shared = {
    tag: 'Templates',
    permission: 'templates:write',
    params: templateParams,
    problems: ['template_not_found'],
  } as const;
  const switchTo = (state: Template['state'], verb: string, summary: string, description: string) =>
    defineRoute({
      ...shared,
      method: 'post',
      path: `/v1/templates/:template/${verb}`,
      summary,
      description,
      response: templateSchema,
      audit: { action: state === 'running' ? 'template.start' : 'template.stop' },
      handler: ({ params, edit, onEnd }) =>
        edit(async (stores) => {
          const { id } = await reader.toChange({ stores, onEnd }, params.template);
          await stores.templates.update(id, { state });
          return viewTemplate(await reader.find(stores, String(id)));
        }),
    });
  return [
    defineRoute({
      ...shared,
      method: 'patch',
      path: '/v1/templates/:template',
      summary: 'Change the name or the policy',
      audit: { action: 'template.change' },
      body: templateChangeSchema,
      versionOf: templateVersion(reader),
      response: templateSchema,
      handler: ({ params, body, edit, onEnd }) =>
        edit(async (stores) => {
          const { id } = await reader.toChange({ stores, onEnd }, params.template);
          await stores.templates.update(id, body);
          return viewTemplate(await reader.find(stores, String(id)));
        }),
    }),
    switchTo('running', 'start', 'Start a template', 'Sends are accepted again.'),
    switchTo('stopped', 'stop', 'Stop a template', 'New sends are refused; messages still waiting end as `discarded`.'),
    defineRoute({
      ...shared,
      method: 'delete',
      path: '/v1/templates/:template',
      summary: 'Delete a template',
      description: 'Its key is free again; its sends and messages stay. Messages still waiting end as `discarded`.',
      audit: { action: 'template.delete' },
      versionOf: templateVersion(reader),
      handler: ({ params, edit, onEnd }) =>
        edit(async (stores) => {
          const { id } = await reader.toChange({ stores, onEnd }, params.template);
          await stores.templates.softDelete(id);
          return undefined;
        }),
    }),
  ];
}
