import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { SECURITY } from '../security';
import { envelopeOf } from './envelope';
import * as schemas from './schemas';

const TAG = 'luminate (compatibility)';
/** Recalls of a template cancel runs, too; so nobody may do them who may only recall messages. */
const app = { tag: TAG, permission: 'app' } as const;
/** What is saved, started and stopped may be a campaign, too, and what is tested goes to any number of receivers. */
const admin = { tag: TAG, permission: 'admin' } as const;
const sends = { tag: TAG, permission: 'sends:write' } as const;
const reads = { tag: TAG, permission: 'templates:read' } as const;
const copies = { tag: TAG, permission: 'templates:write' } as const;
const traces = { tag: TAG, permission: 'messages:read' } as const;
const idParams = z.object({ id: z.string().describe('Number of the template.') });
const done = envelopeOf(z.literal(true));

/** The ancestor's endpoints as they are served and documented; docs/luminate-compatibility.md tells where they differ. */
export const ENDPOINTS = {
  send: {
    ...sends,
    method: 'post',
    path: '/luminate/send',
    summary: 'Send to receivers',
    idempotent: true,
    writesOnce: true,
    body: schemas.sendSchema,
    response: envelopeOf(schemas.sentListSchema),
  },
  batchSend: {
    ...sends,
    method: 'post',
    path: '/luminate/batchSend',
    summary: 'Send to many receivers, each with variables of its own',
    idempotent: true,
    body: schemas.batchSendSchema,
    response: envelopeOf(schemas.sentListSchema),
  },
  test: {
    ...admin,
    method: 'post',
    path: '/luminate/test',
    summary: 'Send one for real',
    idempotent: true,
    body: schemas.testSchema,
    response: envelopeOf(schemas.sentListSchema),
  },
  save: {
    ...admin,
    method: 'post',
    path: '/luminate/save',
    summary: 'Create or change a template',
    description: 'With an `id`: fields that are absent stay. The message of a new one ends with its number.',
    idempotent: true,
    body: schemas.saveSchema,
    response: done,
  },
  query: {
    ...reads,
    method: 'get',
    path: '/luminate/query/:id',
    summary: 'Read a template',
    params: idParams,
    response: envelopeOf(schemas.templateSchema.nullable()),
  },
  list: {
    ...reads,
    method: 'get',
    path: '/luminate/list',
    summary: 'List the templates',
    description: 'Those changed last come first.',
    query: schemas.listQuery,
    response: envelopeOf(schemas.templateListSchema),
  },
  copy: {
    ...copies,
    method: 'post',
    path: '/luminate/copy/:id',
    summary: 'Copy a template',
    idempotent: true,
    params: idParams,
    response: envelopeOf(schemas.templateSchema),
  },
  delete: {
    ...admin,
    method: 'delete',
    path: '/luminate/delete/:id',
    summary: 'Delete templates',
    description: 'And the campaigns that they were started as. Several numbers are separated by commas: all or none.',
    params: idParams,
    response: done,
  },
  start: {
    ...admin,
    method: 'post',
    path: '/luminate/start/:id',
    summary: 'Start a template',
    description: 'Type 20 sends again; type 10 becomes a campaign that runs now (`0`) or by its cron line.',
    params: idParams,
    response: done,
  },
  stop: {
    ...admin,
    method: 'post',
    path: '/luminate/stop/:id',
    summary: 'Stop a template',
    description: 'Type 20 sends no more; the campaign of type 10 is paused.',
    params: idParams,
    response: done,
  },
  recall: {
    ...app,
    method: 'post',
    path: '/luminate/recall',
    summary: 'Recall messages',
    description: 'Those named, or all of a template that have not gone out.',
    body: schemas.recallSchema,
    response: envelopeOf(schemas.recalledSchema),
  },
  recallTemplate: {
    ...app,
    method: 'post',
    path: '/luminate/recall/:id',
    summary: 'Recall the messages of a template',
    params: idParams,
    response: envelopeOf(schemas.recalledSchema),
  },
  traceMessage: {
    ...traces,
    method: 'post',
    path: '/luminate/trace/message',
    summary: 'Trace a message',
    body: schemas.traceMessageSchema,
    response: envelopeOf(schemas.traceSchema),
  },
  traceUser: {
    ...traces,
    method: 'post',
    path: '/luminate/trace/user',
    summary: 'Trace what an address got today',
    body: schemas.traceUserSchema,
    response: envelopeOf(schemas.traceSchema),
  },
  traceTemplate: {
    ...traces,
    method: 'post',
    path: '/luminate/trace/messageTemplate',
    summary: 'Chart of a template on a day',
    description: 'As ECharts takes it.',
    body: schemas.traceTemplateSchema,
    response: envelopeOf(schemas.chartSchema),
  },
  traceSms: {
    ...traces,
    method: 'post',
    path: '/luminate/trace/sms',
    summary: 'What a phone number got on a day',
    body: schemas.traceSmsSchema,
    response: envelopeOf(schemas.traceSmsAnswerSchema),
  },
} as const;

export const UPLOAD_PATH = '/luminate/upload';

const failure = (description: string) => ({ description });
const responsesOf = (response: z.ZodType) => ({
  200: {
    description: 'The envelope: `code` `00000`, or why not. Errors have `data: null`.',
    content: { 'application/json': { schema: z.union([response, envelopeOf(z.null())]) } },
  },
  401: failure('No good key, in the envelope.'),
  403: failure('The key has not the permission, in the envelope.'),
  429: failure('The key has used up its requests, in the envelope: try again after Retry-After seconds.'),
  500: failure('`B0001`'),
  503: failure('`B0001`: the database is away; try again.'),
});

type Endpoint = (typeof ENDPOINTS)[keyof typeof ENDPOINTS];

function documented(name: string, endpoint: Endpoint): RouteConfig {
  const { method, path, tag, summary, permission, response } = endpoint;
  const given = 'description' in endpoint ? endpoint.description : '';
  return {
    method,
    path: path.replace(/:(\w+)/g, '{$1}'),
    operationId: `luminate${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    tags: [tag],
    summary,
    description: `${given}\n\nPermission: \`${permission}\`.`.trim(),
    security: SECURITY,
    request: {
      ...('params' in endpoint ? { params: endpoint.params } : {}),
      ...('query' in endpoint ? { query: endpoint.query } : {}),
      ...('body' in endpoint
        ? { body: { required: true, content: { 'application/json': { schema: endpoint.body } } } }
        : {}),
    },
    responses: responsesOf(response),
  };
}

/** For the documentation. */
export const luminatePaths: readonly RouteConfig[] = [
  ...Object.entries(ENDPOINTS).map(([name, endpoint]) => documented(name, endpoint)),
  {
    method: 'post',
    path: UPLOAD_PATH,
    operationId: 'luminateUpload',
    tags: [TAG],
    summary: 'Upload recipients',
    description:
      'CSV with the column `userId`; every other one is a variable. The answer is the id of the audience, for `cronCrowdPath`.\n\nPermission: `audiences:write`.',
    security: SECURITY,
    request: {
      query: z.object({
        sendChannel: z.enum(['30', '40']).optional().describe('30 SMS, 40 email. Default: as the first address looks.'),
      }),
      body: {
        required: true,
        content: {
          'multipart/form-data': { schema: z.object({ file: z.string().meta({ format: 'binary' }) }) },
        },
      },
    },
    responses: responsesOf(envelopeOf(z.string())),
  },
];
