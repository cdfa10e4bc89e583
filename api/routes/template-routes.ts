import type { z } from 'zod';
import type { Stores } from '../../db/database';
import type { NewTemplate, Template } from '../../db/stores/template-store';
import type { NewVersion } from '../../db/stores/template-version-store';
import type { SendAcceptor } from '../accept-send';
import { changeSettings, makeTemplate, removeTemplate, waitingOf } from '../approvals/ask-template';
import { awaitsApproval } from '../approvals/awaits-approval';
import type { ApiDeps } from '../deps';
import { ApiError } from '../problem';
import { defineRoute, type Call, type Route } from '../route';
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
import { shownVersion, type TemplateReader } from '../template-reader';
import { versionOfTemplate } from '../version-of-template';
import { templateContentRoutes } from './template-content-routes';

async function viewAll(stores: Stores, templates: readonly Template[]): Promise<z.input<typeof templateSchema>[]> {
  const waiting = await waitingOf(stores, templates);
  return waiting.flatMap((one, index) => {
    const template = templates[index];
    return template ? [viewTemplate(template, one)] : [];
  });
}

async function viewOne(stores: Stores, template: Template): Promise<z.input<typeof templateSchema>> {
  const [waiting = { waitingVersion: null, waitingSettings: null }] = await waitingOf(stores, [template]);
  return viewTemplate(template, waiting);
}

async function viewFull(stores: Stores, template: Template): Promise<z.input<typeof fullTemplateSchema>> {
  const { content, variables } = await shownVersion(stores, template);
  return { ...(await viewOne(stores, template)), content: viewContent(content), variables: [...variables] };
}

/** Templates: their life, their versions, and what they look like. */
export function templateRoutes(deps: ApiDeps, reader: TemplateReader, acceptor: SendAcceptor): Route[] {
  return [
    ...createRoutes(deps, reader),
    ...readRoutes(reader),
    ...changeRoutes(deps, reader),
    ...templateContentRoutes(deps, reader, acceptor),
  ];
}

type Deps = Pick<ApiDeps, 'isDuplicate' | 'rules'>;

function createRoutes({ isDuplicate, rules }: Deps, reader: TemplateReader): Route[] {
  const shared = {
    tag: 'Templates',
    method: 'post',
    permission: 'templates:write',
    status: 201,
    idempotent: true,
    response: fullTemplateSchema,
    location: ({ id }: { id: number }) => `/v1/templates/${id}`,
  } as const;
  async function create(
    call: Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'note'>,
    template: NewTemplate,
    version: Pick<NewVersion, 'content' | 'variables'>,
  ) {
    const { caller, stores } = call;
    try {
      const id = await makeTemplate(rules, call, template, { ...version, createdBy: caller.keyId });
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
      description:
        'Running, with version 1, which may have to wait for approval. Content is checked: a syntax error is told with field, line and column.',
      problems: ['name_taken'],
      audit: { action: 'template.create' },
      body: newTemplateSchema,
      documentedBody: documentedNewTemplateSchema,
      async handler({ body: { content, ...template }, ...call }) {
        return create(call, template, await reader.check(template.channel, content));
      },
    }),
    defineRoute({
      ...shared,
      path: '/v1/templates/:template/copy',
      summary: 'Copy a template',
      description: 'A new template with the content that `GET` shows, and the same policy.',
      problems: ['template_not_found', 'name_taken'],
      audit: { action: 'template.copy' },
      params: templateParams,
      body: templateCopySchema,
      async handler({ params, body, ...call }) {
        const original = await reader.find(call.stores, params.template);
        call.note({ after: { copyOf: original.id } });
        return create(call, { ...original, ...body }, await shownVersion(call.stores, original));
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
        const rows = await viewAll(stores, await stores.templates.list({ ...filter, before, limit: limit + 1 }));
        return toPage(
          rows,
          limit,
          ({ id }) => String(id),
          (row) => row,
        );
      },
    }),
    defineRoute({
      ...shared,
      path: '/v1/templates/:template',
      summary: 'Read a template',
      problems: ['template_not_found'],
      params: templateParams,
      versionOf: versionOfTemplate(reader),
      response: fullTemplateSchema,
      handler: async ({ params, stores }) => viewFull(stores, await reader.find(stores, params.template)),
    }),
  ];
}

const CHANGE = {
  tag: 'Templates',
  permission: 'templates:write',
  params: templateParams,
  problems: ['template_not_found'],
} as const;

function switchRoutes(reader: TemplateReader): Route[] {
  const switchTo = (state: Template['state'], verb: string, summary: string, description: string) =>
    defineRoute({
      ...CHANGE,
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
          return viewOne(stores, await reader.find(stores, String(id)));
        }),
    });
  return [
    switchTo('running', 'start', 'Start a template', 'Sends are accepted again.'),
    switchTo('stopped', 'stop', 'Stop a template', 'New sends are refused; messages still waiting end as `discarded`.'),
  ];
}

function changeRoutes({ rules }: Deps, reader: TemplateReader): Route[] {
  return [
    ...switchRoutes(reader),
    defineRoute({
      ...CHANGE,
      method: 'patch',
      path: '/v1/templates/:template',
      summary: 'Change the name or the policy',
      audit: { action: 'template.change' },
      body: templateChangeSchema,
      versionOf: versionOfTemplate(reader),
      response: templateSchema,
      mayWait: true,
      handler: ({ params, body, caller, edit, onEnd, note }) =>
        edit(async (stores) => {
          const template = await reader.toChange({ stores, onEnd }, params.template);
          const approval = await changeSettings(rules, { caller, stores, note }, template, body);
          if (approval) return awaitsApproval(approval);
          return viewOne(stores, await reader.find(stores, String(template.id)));
        }),
    }),
    defineRoute({
      ...CHANGE,
      method: 'delete',
      path: '/v1/templates/:template',
      summary: 'Delete a template',
      description: 'Its key is free again; its sends and messages stay. Messages still waiting end as `discarded`.',
      audit: { action: 'template.delete' },
      versionOf: versionOfTemplate(reader),
      handler: ({ params, caller, edit, onEnd, note }) =>
        edit(async (stores) => {
          const template = await reader.toChange({ stores, onEnd }, params.template);
          await removeTemplate({ caller, stores, note }, template);
          return undefined;
        }),
    }),
  ];
}
