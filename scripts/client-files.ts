import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { createRoutes, OTHER_PATHS } from '../api/create-app';
import type { ApiDeps } from '../api/deps';
import { createOpenApiDocument } from '../api/openapi';
import { PROVIDERS } from '../channels';
import { RULE_SCHEMAS } from '../rules/schemas';

const NOTE = '// Made by `npm run client:generate` from the OpenAPI document. Do not edit.\n';

interface Content {
  example?: unknown;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Record<string, { headers?: unknown; readonly content?: Readonly<Record<string, Content>> }>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { headers?: unknown };
}

/** The generated files of client/, by their path in this repository: the same document gives the same text. */
export async function clientFiles(): Promise<Readonly<Record<string, string>>> {
  const document = readDocument();
  const posts = idempotentPosts(document);
  forgetWhatTypesDoNotTell(document);
  const nodes = await openapiTS(document as unknown as OpenAPI3, { immutable: true, defaultNonNullable: false });
  return {
    'client/generated/paths.ts': NOTE + astToString(nodes),
    'client/generated/idempotent-posts.ts':
      `${NOTE}/** Addresses of the POSTs that take an \`Idempotency-Key\`. */\n` +
      `export const IDEMPOTENT_POSTS: ReadonlySet<string> = new Set(${JSON.stringify(posts, null, 2)});\n`,
  };
}

/** What `/openapi.json` answers: declaring the endpoints uses nothing but the providers and the schemas of the rules. */
function readDocument(): Document {
  const deps = { providers: PROVIDERS, ruleSchemas: RULE_SCHEMAS } as unknown as ApiDeps;
  const routes = createRoutes(deps, { require: () => () => undefined, forget: () => undefined });
  return JSON.parse(JSON.stringify(createOpenApiDocument(routes, OTHER_PATHS))) as Document;
}

function idempotentPosts({ paths }: Document): string[] {
  const takesKey = (operation?: Operation): boolean =>
    operation?.parameters?.some((one) => one.in === 'header' && one.name === 'Idempotency-Key') ?? false;
  return Object.keys(paths).filter((path) => takesKey(paths[path]?.['post']));
}

/** Every refusal is the same problem, and headers are not typed: two thirds of the text would be repetitions of that. */
function forgetWhatTypesDoNotTell({ paths, components }: Document): void {
  delete components.headers;
  for (const { responses, requestBody } of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    for (const status of Object.keys(responses)) if (/^[345]/.test(status)) Reflect.deleteProperty(responses, status);
    for (const response of Object.values(responses)) delete response.headers;
    const contents = [requestBody, ...Object.values(responses)].flatMap((part) => Object.values(part?.content ?? {}));
    for (const content of contents) delete content.example;
  }
}
