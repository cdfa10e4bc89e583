import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { createRoutes, OTHER_PATHS } from '../../api/create-app';
import type { ApiDeps } from '../../api/deps';
import { EXAMPLES } from '../../api/examples';
import { FILE_EXAMPLES } from '../../api/examples/files';
import { SESSION_EXAMPLES } from '../../api/examples/sessions';
import { createOpenApiDocument, operationIdOf } from '../../api/openapi';
import type { Route } from '../../api/route';
import { approvalSchema } from '../../api/schemas/approvals';
import { PROVIDERS } from '../../channels';
import { RULE_SCHEMAS } from '../../rules/schemas';

const routes = createRoutes({ providers: PROVIDERS, ruleSchemas: RULE_SCHEMAS } as unknown as ApiDeps, {
  require: () => () => undefined,
  forget: () => undefined,
});
const document = JSON.parse(JSON.stringify(createOpenApiDocument(routes, OTHER_PATHS)));
const byId = routes.map((route): [string, Route] => [operationIdOf(route), route]);

/** What the schema finds wrong with a value, each as a line. */
const faultsOf = (schema: z.ZodType, value: unknown): string[] => {
  const { error } = schema.safeParse(value);
  return error ? [z.prettifyError(error)] : [];
};

describe('examples', () => {
  test.each(byId.filter(([, route]) => route.body))('%s shows a request that its check lets pass', (id, route) => {
    const { request } = EXAMPLES[id] ?? {};
    expect(request).toBeDefined();
    for (const schema of [route.body, route.documentedBody]) {
      if (schema) expect(faultsOf(schema, request)).toEqual([]);
    }
  });

  test.each(byId.filter(([, route]) => route.response))('%s shows an answer as it documents it', (id, { response }) => {
    const example = EXAMPLES[id]?.response;
    expect(example).toBeDefined();
    if (response) expect(faultsOf(response, example)).toEqual([]);
  });

  test('a change that waits shows the approval that it is answered with', () => {
    const answers = routes
      .filter(({ mayWait }) => mayWait)
      .map(({ method, path }) => document.paths[path.replace(/:(\w+)/g, '{$1}')][method].responses[202]);
    expect(answers.length).toBeGreaterThan(5);
    for (const { content } of answers) {
      const { example } = content['application/json'];
      expect(faultsOf(approvalSchema, example)).toEqual([]);
      expect(example.status).toBe('waiting');
    }
  });

  test('there is none of an operation, or of a body, that is not there', () => {
    for (const [id, example] of Object.entries(EXAMPLES)) {
      const route = routes.find((one) => operationIdOf(one) === id);
      const has = [route?.body !== undefined, route?.response !== undefined];
      expect([id, ...has]).toEqual([id, 'request' in example, 'response' in example]);
    }
  });

  test('whatever else has a content in the document shows it, too', () => {
    const ours = OTHER_PATHS.filter(({ path }) => !path.startsWith('/luminate/'));
    const contents = ours.flatMap(({ operationId, request, responses }: RouteConfig) => [
      ...Object.values(request?.body?.content ?? {}).map((content) => [operationId, content] as const),
      ...Object.entries(responses)
        .filter(([status]) => status.startsWith('2'))
        .flatMap(([, response]) => Object.values('content' in response ? (response.content ?? {}) : {}))
        .map((content) => [operationId, content] as const),
    ]);
    expect(contents.length).toBeGreaterThan(8);
    for (const [id, content] of contents) {
      const { schema, example } = content as { schema: z.ZodType; example?: unknown };
      expect([id, faultsOf(schema, example)]).toEqual([id, []]);
    }
  });

  test('the document has them, and no example names a person or an address outside the reserved ranges', () => {
    const send = document.paths['/v1/sends'].post;
    expect(send.requestBody.content['application/json'].example).toEqual(EXAMPLES['postSends']?.request);
    const addresses = JSON.stringify([EXAMPLES, FILE_EXAMPLES, SESSION_EXAMPLES]).match(/[\w.+-]+@[\w.-]+\w/g) ?? [];
    for (const address of addresses) expect(address).toMatch(/@([\w-]+\.)*(example|example\.com)$/);
  });

  test('every group of operations is described, and no other one', () => {
    const operations = Object.values<Record<string, { tags: string[] }>>(document.paths).flatMap(Object.values);
    const used = new Set(operations.flatMap(({ tags }) => tags));
    const described = document.tags.map(({ name }: { name: string }) => name);
    expect([...used].sort()).toEqual([...described].sort());
    for (const { description } of document.tags) expect(description).toMatch(/\w.*\.$/);
  });
});
