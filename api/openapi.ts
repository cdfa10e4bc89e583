import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { PERMISSIONS } from '../domain/permissions';
import { APP_HEADER } from './middleware/auth';
import { EXAMPLES } from './examples';
import { WAITING_EXAMPLE } from './examples/approvals';
import { registerHeaders, withHeaders } from './openapi-headers';
import { TAGS } from './openapi-tags';
import { PROBLEMS, type ProblemCode } from './problem';
import { statusOf, type Route } from './route';
import { approvalSchema } from './schemas/approvals';
import { SECURITY } from './security';

const problemSchema = z
  .strictObject({
    type: z.string().describe('Address of the explanation.').meta({ example: '/problems/invalid_request' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What was wrong, where, and what to do.'),
    instance: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]).describe('Stable: decide by this one.'),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().optional().describe('JSON Pointer into the body.').meta({ example: '/recipients/3/to' }),
          parameter: z.string().optional().describe('Name of a query parameter or header.'),
          code: z.string(),
          detail: z.string(),
          line: z.int().optional(),
          column: z.int().optional(),
        }),
      )
      .optional(),
    requestId: z.string().describe('Also in the header X-Request-Id, and in our logs.'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });

const DESCRIPTION = `Durable delivery of messages by email and SMS, with proof of what happened to every recipient.

Programs sign in with \`Authorization: Bearer lum_…\`. \`app\` keys send, read what their app sent, and read and preview templates;
\`admin\` keys do everything but approve; \`scopes\` narrow a key down, and \`expiresAt\` ends it. What belongs to another app does not exist for an
\`app\` key (404). A revoked key works for a second at most.

People sign in with \`POST /v1/session\`, which sets a cookie. They name the app they work on in \`X-Luminate-App\` (or, where a browser sets no
header, as the query parameter \`app\`), and send \`csrfToken\` as \`X-CSRF-Token\` with everything but GET. Each operation names the permission it needs.

Errors are \`application/problem+json\`; every answer carries \`X-Request-Id\`, which may be given. Every POST that creates takes an
\`Idempotency-Key\`, kept for seven days: the same request again gets the first answer and \`Idempotent-Replayed: true\`.
What is read one by one carries an \`ETag\`; an edit with \`If-Match\` is refused with 412 when it has changed since, and with 400 where
the operation does not have that header.
Requests are limited by key or person: \`RateLimit-Policy\` and \`RateLimit\` tell how many are left, 429 comes with \`Retry-After\`.
Lists come in pages: \`limit\`, and \`after\` from \`pageInfo\`. Prometheus metrics are at \`/metrics\`.`;

function problemResponses(codes: readonly ProblemCode[]): Record<string, ResponseConfig> {
  const content = { 'application/problem+json': { schema: problemSchema } };
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code][0]))];
  return Object.fromEntries(
    statuses.map((status) => {
      const some = codes.filter((code) => PROBLEMS[code][0] === status);
      const description = some.map((code) => `\`${code}\`: ${PROBLEMS[code][2]}`).join('\n\n');
      return [String(status), { description, content }];
    }),
  );
}

const isByApp = (route: Route): boolean => PERMISSIONS[route.permission].byApp;

function problemsOf(route: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>(['unauthorized', 'key_expired', ...(route.problems ?? []), 'forbidden']);
  // For an `If-Match` that is none, or that the route does not know.
  if (route.method !== 'get') codes.add('csrf_failed').add('bad_request');
  if (isByApp(route)) codes.add('app_required');
  if (route.body)
    for (const code of ['invalid_json', 'body_too_large', 'unsupported_media_type'] as const) codes.add(code);
  if (route.body || route.query) codes.add('invalid_request');
  if (route.versionOf) codes.add(route.method === 'get' ? 'bad_request' : 'precondition_failed');
  if (route.idempotent)
    for (const code of ['invalid_idempotency_key', 'idempotency_key_reused'] as const) codes.add(code);
  return [...codes, 'rate_limited', 'internal_error', 'service_unavailable'];
}

const appHeader = {
  [APP_HEADER]: z
    .string()
    .optional()
    .describe('For people, where there are several apps: the id of the one they work on. Keys have one already.'),
};
const idempotencyHeader = {
  'Idempotency-Key': z
    .string()
    .max(255)
    .optional()
    .describe('1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer.'),
};

const ETAG = 'An ETag of an answer, several, or `*`.';
const matchHeader = {
  'If-Match': z.string().optional().describe(`${ETAG} Refused with 412 when the resource has changed since.`),
};
const noneMatchHeader = {
  'If-None-Match': z
    .string()
    .optional()
    .describe(`${ETAG} Answered with 304, without a body, when nothing has changed.`),
};

/** The headers of a request, if it has any to document. */
function headersOf(route: Route): { headers?: z.ZodObject } {
  const condition = route.method === 'get' ? noneMatchHeader : matchHeader;
  const headers = {
    ...(route.idempotent ? idempotencyHeader : {}),
    ...(route.versionOf ? condition : {}),
    ...(isByApp(route) ? appHeader : {}),
  };
  return Object.keys(headers).length === 0 ? {} : { headers: z.object(headers) };
}

/** `post /v1/templates/:template/versions` → `postTemplatesByTemplateVersions`, the name generated clients give the call. */
export function operationIdOf({ method, path }: Route): string {
  const words = path
    .split('/')
    .slice(2)
    .map((part) => (part.startsWith(':') ? `by-${part.slice(1)}` : part));
  return method + words.join('-').replace(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

const json = (schema: z.ZodType, example: unknown) => ({
  'application/json': { schema, ...(example === undefined ? {} : { example }) },
});

function operationOf(route: Route): RouteConfig {
  const operationId = operationIdOf(route);
  const example = EXAMPLES[operationId] ?? {};
  const body = route.documentedBody ?? route.body;
  const success: ResponseConfig = route.response
    ? { description: 'Done.', content: json(route.response, example.response) }
    : { description: 'Done; no content.' };
  const waits = route.mayWait && {
    description: 'Not done yet: the rule `approval` wants a second person to approve it.',
    content: json(approvalSchema, WAITING_EXAMPLE),
  };
  const known = route.versionOf && route.method === 'get' && { description: 'Not changed since.' };
  return {
    method: route.method,
    path: route.path.replace(/:(\w+)/g, '{$1}'),
    operationId,
    tags: [route.tag],
    summary: route.summary,
    description: `${route.description ?? ''}\n\nPermission: \`${route.permission}\`.`.trim(),
    security: SECURITY,
    request: {
      ...(route.params ? { params: route.params } : {}),
      ...(route.query ? { query: route.query } : {}),
      ...headersOf(route),
      ...(body ? { body: { required: true, content: json(body, example.request) } } : {}),
    },
    responses: {
      [statusOf(route)]: success,
      ...(waits ? { 202: waits } : {}),
      ...(known ? { 304: known } : {}),
      ...problemResponses(problemsOf(route)),
    },
  };
}

/** The OpenAPI 3.1 document, from the schemas that check the requests. */
export function createOpenApiDocument(routes: readonly Route[], open: readonly RouteConfig[]) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer', bearerFormat: 'lum_…' });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'lum_session',
    description:
      'Set by POST /v1/session; behind https it is named __Host-lum_session. Changes need X-CSRF-Token besides.',
  });
  registerHeaders(registry);
  for (const route of routes) registry.registerPath(withHeaders(operationOf(route), route));
  for (const path of open) registry.registerPath(withHeaders(path));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Luminate', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: TAGS,
  });
}
