import type { OpenAPIRegistry, RouteConfig } from '@asteasolutions/zod-to-openapi';
import { statusOf, type Route } from './route';

type Response = RouteConfig['responses'][string];
type Headers = Readonly<Record<string, object>>;

const text = { type: 'string' } as const;
const etag = {
  description: 'For `If-Match` of the next edit.',
  schema: text,
  example: '"7.9f86d081884c7d65"',
} as const;

/** The headers of answers: each is described once, and named where it is carried. */
const HEADERS = {
  ETag: { ...etag, required: true },
  Location: { description: 'Address of what was created.', required: true, schema: text },
  'Idempotent-Replayed': {
    description: '`true`: the answer that an earlier request with this Idempotency-Key got.',
    schema: { ...text, enum: ['true'] },
  },
  'Retry-After': { description: 'Try again in so many seconds.', schema: { type: 'integer' as const, minimum: 0 } },
  'RateLimit-Policy': {
    description: 'Requests of the key (`q`) in so many seconds (`w`).',
    schema: text,
    example: '"rate";q=200;w=1, "burst";q=1000;w=10',
  },
  RateLimit: {
    description:
      'What is left of them (`r`), until it is filled up in so many seconds (`t`). Absent while nothing is counted.',
    schema: text,
    example: '"rate";r=187;t=1',
  },
};
type Header = keyof typeof HEADERS;

/** Puts the descriptions of all headers into the document. */
export function registerHeaders(registry: OpenAPIRegistry): void {
  for (const [name, header] of Object.entries(HEADERS)) registry.registerComponent('headers', name, { ...header });
}

/** References to them, for a response. */
export const headersNamed = (...names: readonly Header[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

/** What of them an answer of this status carries. */
function headersOf(status: string, { security = [], tags = [], request }: RouteConfig, route?: Route): Headers {
  const isSuccess = /^(2|304)/.test(status);
  const isLimited = security.some((way) => 'apiKey' in way);
  const takesKey = Object.keys((request?.headers as { shape?: object } | undefined)?.shape ?? {}).includes(
    'Idempotency-Key',
  );
  const tagged = route?.versionOf && route.method !== 'delete' && isSuccess;
  return {
    // The answer to a repeat has none.
    ...(tagged ? (route.idempotent ? { ETag: etag } : headersNamed('ETag')) : {}),
    ...(route?.location && status === String(statusOf(route)) ? headersNamed('Location') : {}),
    ...(takesKey && isSuccess ? headersNamed('Idempotent-Replayed') : {}),
    ...(status === '429' || (status === '503' && !tags.includes('Health')) ? headersNamed('Retry-After') : {}),
    ...(isLimited && (isSuccess || status === '429') ? headersNamed('RateLimit-Policy', 'RateLimit') : {}),
  };
}

/** An operation with the headers that its answers carry, besides those it names itself. */
export function withHeaders(operation: RouteConfig, route?: Route): RouteConfig {
  const responses = Object.entries(operation.responses).map(([status, response]: [string, Response]) => {
    // What an operation names itself is a list of references.
    const own = ('headers' in response ? response.headers : {}) as Headers;
    const headers = { ...headersOf(status, operation, route), ...own };
    return [status, Object.keys(headers).length === 0 ? response : { ...response, headers }];
  });
  return { ...operation, responses: Object.fromEntries(responses) as RouteConfig['responses'] };
}
