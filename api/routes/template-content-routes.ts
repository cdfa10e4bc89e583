import { z } from 'zod';
import type { Stores } from '../../db/database';
import type { Template } from '../../db/stores/template-store';
import type { Variables } from '../../domain/content';
import type { SendAcceptor } from '../accept-send';
import { addVersion } from '../approvals/ask-template';
import type { ApiDeps } from '../deps';
import { defineRoute, type Route } from '../route';
import { acceptedSendSchema } from '../schemas/sends';
import {
  documentedNewVersionSchema,
  documentedPreviewRequestSchema,
  fullVersionSchema,
  newVersionSchema,
  previewRequestSchema,
  previewSchema,
  templateParams,
  testSendSchema,
  versionSchema,
  viewContent,
  viewVersion,
} from '../schemas/templates';
import { numberedPageQuery, pageOf, toPage } from '../schemas/common';
import { shownVersion, versionOf, type TemplateReader } from '../template-reader';
import { versionOfTemplate } from '../version-of-template';

const versionParams = templateParams.extend({ n: z.string().describe('Number of the version.') });

async function viewFullVersion(stores: Stores, template: Template, version: number) {
  const found = await versionOf(stores, template, version);
  return { ...viewVersion(found), content: viewContent(found.content) };
}

/** What the versions of templates say: write, read, preview, send one to try. */
export function templateContentRoutes(deps: ApiDeps, reader: TemplateReader, acceptor: SendAcceptor): Route[] {
  return [...versionRoutes(deps, reader), ...tryRoutes(deps, reader, acceptor)];
}

function versionRoutes({ rules }: Pick<ApiDeps, 'rules'>, reader: TemplateReader): Route[] {
  const shared = { tag: 'Templates', params: templateParams } as const;
  return [
    defineRoute({
      ...shared,
      method: 'post',
      path: '/v1/templates/:template/versions',
      summary: 'Add a version',
      description:
        'Becomes the current one, at once or when it has been approved (`audit` tells). Versions never change; what waits is sent as the version it was accepted with. `If-Match` takes the ETag of the template.',
      permission: 'templates:write',
      status: 201,
      idempotent: true,
      problems: ['template_not_found'],
      audit: { action: 'template.version' },
      versionOf: versionOfTemplate(reader),
      body: newVersionSchema,
      documentedBody: documentedNewVersionSchema,
      response: fullVersionSchema,
      async handler({ params, body, caller, stores, onEnd, note }) {
        const template = await reader.toChange({ stores, onEnd }, params.template);
        const checked = await reader.check(template.channel, body.content);
        const added = { ...checked, createdBy: caller.keyId };
        const version = await addVersion(rules, { caller, stores, note }, template, added);
        return viewFullVersion(stores, template, version);
      },
    }),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/templates/:template/versions',
      summary: 'List the versions',
      description: 'Newest first.',
      permission: 'templates:read',
      problems: ['template_not_found'],
      query: z.strictObject(numberedPageQuery),
      response: pageOf(versionSchema),
      async handler({ params, query: { limit, after }, stores }) {
        const { id } = await reader.find(stores, params.template);
        const rows = await stores.versions.list(id, limit + 1, after);
        return toPage(rows, limit, ({ version }) => String(version), viewVersion);
      },
    }),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/templates/:template/versions/:n',
      summary: 'Read a version',
      permission: 'templates:read',
      problems: ['template_not_found', 'not_found'],
      params: versionParams,
      response: fullVersionSchema,
      async handler({ params, stores }) {
        const template = await reader.find(stores, params.template);
        const version = /^\d{1,9}$/.test(params.n) ? Number(params.n) : 0;
        return viewFullVersion(stores, template, version);
      },
    }),
  ];
}

type Preview = z.input<typeof previewSchema>;

function tryRoutes(deps: ApiDeps, reader: TemplateReader, acceptor: SendAcceptor): Route[] {
  const { smsSize, templates } = deps;
  async function compiledFor(stores: Stores, template: Template, request: z.output<typeof previewRequestSchema>) {
    if (request.content === undefined) {
      const version = request.version ?? (await shownVersion(stores, template)).version;
      return reader.compiled(stores, template, version);
    }
    const { content } = await reader.check(template.channel, request.content);
    return templates.compile(template.channel, content);
  }
  function preview(compiled: Awaited<ReturnType<typeof compiledFor>>, values: Variables): Preview {
    const rendered = reader.render(compiled, values);
    const names = { variables: [...compiled.variables], unusedVariables: templates.unused(compiled, values) };
    return rendered.channel === 'sms'
      ? { ...rendered, ...smsSize(rendered.text), ...names }
      : { ...rendered, ...names };
  }
  const shared = { tag: 'Templates', method: 'post', params: templateParams } as const;
  return [
    defineRoute({
      ...shared,
      path: '/v1/templates/:template/preview',
      summary: 'Preview a template',
      description: 'Nothing is sent or stored. A text message shows its encoding and its segments.',
      permission: 'templates:read',
      problems: ['template_not_found'],
      audit: { none: 'changes nothing' },
      body: previewRequestSchema,
      documentedBody: documentedPreviewRequestSchema,
      response: previewSchema,
      async handler({ params, body, stores }) {
        const template = await reader.find(stores, params.template);
        return preview(await compiledFor(stores, template, body), body.variables);
      },
    }),
    defineRoute({
      ...shared,
      path: '/v1/templates/:template/test',
      summary: 'Send one for real',
      description:
        'A send like any other, of the current version, by the app of the key. One that waits for approval is sent where `version` names it.',
      permission: 'templates:test',
      status: 202,
      idempotent: true,
      problems: ['template_not_found', 'template_stopped', 'template_not_approved'],
      audit: { action: 'template.test' },
      body: testSendSchema,
      response: acceptedSendSchema,
      location: ({ id }) => `/v1/sends/${id}`,
      async handler({ params, body: { to, version, variables }, ...call }) {
        const request = { template: params.template, version, recipients: [{ to }], variables };
        const accepted = await acceptor.accept(call, { ...request, onInvalid: 'reject' }, true);
        call.note({ after: { send: accepted.id } });
        return accepted;
      },
    }),
  ];
}
