import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from './problem';
import { statusOf, type Route } from './route';

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

Sign in with \`Authorization: Bearer lum_…\`. \`app\` keys send, read what their app sent, and read and preview templates;
\`admin\` keys do everything. What belongs to another app does not exist for an \`app\` key (404). A revoked key works for a second at most.

Errors are \`application/problem+json\`; every answer carries \`X-Request-Id\`, which may be given. Every POST that creates takes an
\`Idempotency-Key\`, kept for seven days: the same request again gets the first answer and \`Idempotent-Replayed: true\`.
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

function problemsOf(route: Route): ProblemCode[] {
  const codes = new Set<ProblemCode>(['unauthorized', ...(route.problems ?? [])]);
  if (route.role === 'admin') codes.add('forbidden');
  if (route.body)
    for (const code of ['invalid_json', 'body_too_large', 'unsupported_media_type'] as const) codes.add(code);
  if (route.body || route.query) codes.add('invalid_request');
  if (route.idempotent)
    for (const code of ['invalid_idempotency_key', 'idempotency_key_reused'] as const) codes.add(code);
  return [...codes, 'internal_error', 'service_unavailable'];
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .max(255)
    .optional()
    .describe('1 to 255 visible ASCII characters. A repeat with the same key and request gets the first answer.'),
});

/** `post /v1/templates/:template/versions` → `postTemplatesVersions`, the name generated clients give the call. */
function operationIdOf({ method, path }: Route): string {
  const words = path
    .split('/')
    .slice(2)
    .map((part) => (part.startsWith(':') ? `by-${part.slice(1)}` : part));
  return method + words.join('-').replace(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

function operationOf(route: Route): RouteConfig {
  const body = route.documentedBody ?? route.body;
  const success: ResponseConfig = route.response
    ? { description: 'Done.', content: { 'application/json': { schema: route.response } } }
    : { description: 'Done; no content.' };
  return {
    method: route.method,
    path: route.path.replace(/:(\w+)/g, '{$1}'),
    operationId: operationIdOf(route),
    tags: [route.tag],
    summary: route.summary,
    description: `${route.description ?? ''}\n\nKey: \`${route.role}\`.`.trim(),
    security: [{ apiKey: [] }],
    request: {
      ...(route.params ? { params: route.params } : {}),
      ...(route.query ? { query: route.query } : {}),
      ...(route.idempotent ? { headers: idempotencyHeader } : {}),
      ...(body ? { body: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    },
    responses: { [statusOf(route)]: success, ...problemResponses(problemsOf(route)) },
  };
}

/** The OpenAPI 3.1 document, from the schemas that check the requests. */
export function createOpenApiDocument(routes: readonly Route[], open: readonly RouteConfig[]) {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer', bearerFormat: 'lum_…' });
  for (const route of routes) registry.registerPath(operationOf(route));
  for (const path of open) registry.registerPath(path);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Luminate', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
  });
}
