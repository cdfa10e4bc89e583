import { createRoutes, OTHER_PATHS } from '../../api/create-app';
import type { ApiDeps } from '../../api/deps';
import { luminatePaths } from '../../api/luminate/endpoints';
import { createOpenApiDocument } from '../../api/openapi';
import { PROVIDERS } from '../../channels';
import { isPermission } from '../../domain/permissions';
import { RULE_NAMES } from '../../domain/rules';
import { RULE_SCHEMAS } from '../../rules/schemas';

type Operation = ReturnType<typeof JSON.parse>;

// Declaring the endpoints uses nothing but the providers and the schemas of the rules.
const routes = createRoutes({ providers: PROVIDERS, ruleSchemas: RULE_SCHEMAS } as unknown as ApiDeps, {
  require: () => () => undefined,
  forget: () => undefined,
});
const document = JSON.parse(JSON.stringify(createOpenApiDocument(routes, OTHER_PATHS)));
const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => (key === '$ref' ? [String(part)] : refsIn(part)));
}

describe('the OpenAPI document', () => {
  test('has every endpoint', () => {
    const documented = operations.map(({ path, method }) => `${method} ${path}`);
    const declared = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(documented.sort()).toEqual(
      [
        ...declared,
        'get /v1/runs/{id}/events',
        'get /v1/runs/{id}/result',
        'get /healthz',
        'get /readyz',
        'get /v1/audiences/{id}/rejects',
        'post /v1/audiences',
        'get /v1/audit.csv',
        'get /v1/statistics.csv',
        'get /v1/suppressions/export',
        'post /v1/suppressions/import',
        'post /webhooks/{source}/{accountId}',
        'post /webhooks/{source}/{accountId}/inbound',
        'post /v1/session',
        'get /v1/session',
        'delete /v1/session',
        'post /v1/session/password',
        'post /v1/session/set-password',
        'get /v1/session/oidc',
        'get /v1/session/oidc/callback',
        ...luminatePaths.map(({ method, path }) => `${method} ${path}`),
      ].sort(),
    );
  });

  test('every operation has a unique id, a summary, a tag and a success', () => {
    expect(new Set(operations.map(({ operation }) => operation['operationId'])).size).toBe(operations.length);
    for (const { operation } of operations) {
      expect(operation).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] });
      expect(Object.keys(operation['responses']).some((status) => /^[23]/.test(status))).toBe(true);
    }
  });

  test('every parameter of a path is described', () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = (operation['parameters'] ?? []).filter((one: { in: string }) => one.in === 'path');
      expect(described.map((one: { name: string }) => one.name)).toEqual(inPath);
      for (const one of described) expect(one.description).toBeTruthy();
    }
  });

  test('every endpoint below /v1, save those for signing in, wants a key or a session, and tells permission and problems', () => {
    const isSession = (path: string): boolean => path.startsWith('/v1/session');
    for (const { path, operation } of operations.filter((one) => one.path.startsWith('/v1') && !isSession(one.path))) {
      expect([path, operation['security']]).toEqual([path, [{ apiKey: [] }, { session: [] }]]);
      const [, permission = ''] = /Permission: `([\w:]+)`\.$/.exec(operation['description']) ?? [];
      expect([path, isPermission(permission)]).toEqual([path, true]);
      expect(Object.keys(operation['responses'])).toEqual(expect.arrayContaining(['401', '403', '500', '503']));
    }
  });

  test('every POST that answers 201 or 202 takes an Idempotency-Key', () => {
    const creating = operations.filter(
      ({ method, operation }) =>
        // An edit that may wait answers 202 besides its 200, and repeating it is harmless.
        method === 'post' &&
        operation['responses']['200'] === undefined &&
        (operation['responses']['201'] ?? operation['responses']['202']) !== undefined,
    );
    expect(creating.length).toBeGreaterThan(5);
    for (const { operation } of creating) {
      expect(operation['parameters']).toContainEqual(
        expect.objectContaining({ name: 'Idempotency-Key', in: 'header' }),
      );
    }
  });

  test('the headers of answers are told where they are carried', () => {
    const headersOf = (method: string, path: string, status: number) =>
      Object.keys(document.paths[path][method].responses[status].headers ?? {}).sort();
    const limited = ['RateLimit', 'RateLimit-Policy'];
    expect(headersOf('post', '/v1/sends', 202)).toEqual(['Idempotent-Replayed', 'Location', ...limited]);
    expect(headersOf('post', '/v1/audiences', 201)).toEqual(['Idempotent-Replayed', 'Location', ...limited]);
    for (const status of [200, 304]) {
      expect(headersOf('get', '/v1/templates/{template}', status)).toEqual(['ETag', ...limited]);
    }
    expect(headersOf('post', '/v1/templates/{template}/versions', 201)).toContain('ETag');
    expect(headersOf('put', '/v1/rules/{name}', 202)).toContain('ETag');
    expect(headersOf('get', '/v1/messages', 429)).toEqual([...limited, 'Retry-After'].sort());
    expect(headersOf('post', '/v1/session', 429)).toEqual(['Retry-After']);
    expect(headersOf('get', '/readyz', 503)).toEqual([]);
    for (const { path, operation } of operations.filter((one) => one.path.startsWith('/v1'))) {
      for (const status of ['429', '503']) {
        const { headers } = operation['responses'][status] ?? { headers: { 'Retry-After': true } };
        expect([path, status, Object.keys(headers ?? {})]).toEqual([
          path,
          status,
          expect.arrayContaining(['Retry-After']),
        ]);
      }
    }
  });

  test('every reference leads somewhere', () => {
    const refs = [...new Set(refsIn(document))];
    expect(refs.length).toBeGreaterThan(10);
    for (const ref of refs) {
      const target = ref
        .slice(2)
        .split('/')
        .reduce((value, name) => value?.[name], document);
      expect([ref, typeof target]).toEqual([ref, 'object']);
    }
  });

  test('the value of every rule is described', () => {
    const names = Object.keys(document.components.schemas).filter((name) => /^Rule[A-Z]/.test(name));
    expect(names).toHaveLength(RULE_NAMES.length);
    const body = document.paths['/v1/rules/{name}'].put.requestBody.content['application/json'].schema;
    const refs = refsIn(body.properties.value).map((ref) => ref.split('/').at(-1));
    expect(refs.sort()).toEqual(names.sort());
    for (const name of names) expect(document.components.schemas[name].description).toContain('Value of the rule');
  });

  test('the body of a new account is described per provider', () => {
    const text = JSON.stringify(document.components.schemas);
    for (const provider of Object.keys(PROVIDERS)) expect(text).toContain(`NewAccount_${provider}`);
  });
});
