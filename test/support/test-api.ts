import type { Express } from 'express';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request, { type Response } from 'supertest';
import { createAudienceReader } from '../../api/audience-reader';
import { createApp, createRoutes } from '../../api/create-app';
import type { ApiDeps } from '../../api/deps';
import { createDirectDispatcher } from '../../api/direct-dispatcher';
import { createMetrics, type ApiMetrics } from '../../api/metrics';
import { createAuthenticator } from '../../api/middleware/auth';
import { createSessions } from '../../api/people/sessions';
import { statusOf } from '../../api/route';
import { approvalSchema } from '../../api/schemas/approvals';
import { createAudienceFiles } from '../../audiences/audience-files';
import { AUDIENCE_LIMITS } from '../../audiences/limits';
import { PROVIDERS } from '../../channels';
import { createUnsubscribeTokens } from '../../channels/email/unsubscribe';
import { RECEIPT_SOURCES } from '../../channels/receipts';
import { smsSize } from '../../channels/sms/segments';
import { createWebhookNetwork } from '../../channels/webhooks/webhook-network';
import { createLogger, type Logger } from '../../config/logger';
import { isAudienceUsed } from '../../db/audience-use';
import { isDuplicateKey } from '../../db/errors';
import type { App } from '../../db/stores/app-store';
import type { Dispatch } from '../../db/stores/dispatch-store';
import { defaultRules } from '../../domain/rules';
import { createLiveRules, type LiveRulesReader } from '../../rules/live-rules';
import { createRuleMetrics } from '../../rules/rule-metrics';
import { RULE_SCHEMAS } from '../../rules/schemas';
import type { FileStore } from '../../storage/file-store';
import { createLocalFiles } from '../../storage/local-files';
import { checkContent } from '../../templates/check';
import { compileContent } from '../../templates/compile';
import { unusedVariables } from '../../templates/variables';
import { createTestDatabase, type TestDatabase } from './test-database';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Headers = Readonly<Record<string, string>>;

/** Calls the API with one key; every answer must be as the endpoint documents it. */
export interface Client {
  readonly appId: string;
  readonly key: string;
  call(method: Method, path: string, body?: unknown, headers?: Headers): Promise<Response>;
  get(path: string, headers?: Headers): Promise<Response>;
  post(path: string, body?: unknown, headers?: Headers): Promise<Response>;
}

/** The API over a database of its own; starts of workflows are only recorded. */
export interface TestApi {
  readonly app: Express;
  readonly db: TestDatabase;
  readonly deps: ApiDeps;
  /** Dispatches whose workflow was to be started. */
  readonly starts: Dispatch[];
  /** What was logged, one JSON text per line. */
  readonly logs: string[];
  /** Uploaded files, below `folder`: `files/` holds them, `tmp/` what an import sets down. */
  readonly stored: { readonly folder: string; readonly files: FileStore };
  readonly admin: Client;
  /** An `app` key of another app than the admin's. */
  readonly shop: Client;
  client(app: App, role: 'app' | 'admin'): Promise<Client>;
  close(): Promise<void>;
}

export interface TestApiOptions {
  /** Default: one of its own, dropped at the end. */
  readonly db?: TestDatabase;
  readonly slots?: number;
  readonly startDispatch?: (dispatch: Dispatch) => Promise<void>;
  readonly deps?: Partial<ApiDeps>;
}

/** The rules of this one process: nobody is there to be told of a change. */
function createTestRules(db: TestDatabase, { registry }: ApiMetrics, log: Logger): LiveRulesReader {
  const silent = async (): Promise<void> => undefined;
  return createLiveRules({
    store: db.database.stores.rules,
    notices: { publish: silent, listen: () => undefined, close: () => undefined },
    defaults: defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' }),
    metrics: createRuleMetrics(registry),
    log,
  });
}

/** Files in a folder that is removed with the database of the test. */
function createTestFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'luminate-files-'));
  const files = createLocalFiles({ folder: join(folder, 'files') });
  const audiences = createAudienceFiles({ files, tempFolder: join(folder, 'tmp'), limits: AUDIENCE_LIMITS });
  return { folder, files, audiences };
}

function createTestDeps(db: TestDatabase, options: TestApiOptions, starts: Dispatch[], logs: string[]) {
  const logger = createLogger({ name: 'test', level: 'info' }, { write: (line: string) => void logs.push(line) });
  const dispatcher = createDirectDispatcher({
    quietPerSecond: 1_000,
    slots: options.slots ?? 2,
    startDispatch: async (dispatch) => {
      starts.push(dispatch);
      await options.startDispatch?.(dispatch);
    },
    confirm: (ids) => db.database.stores.dispatches.confirm(ids),
    logger,
    confirmEveryMs: 1,
  });
  const metrics = createMetrics();
  const rules = createTestRules(db, metrics, logger);
  const fine = async (): Promise<void> => undefined;
  const { audiences, ...stored } = createTestFiles();
  const deps: ApiDeps = {
    config: { LUMINATE_SECRET_KEY: db.secretKey, PUBLIC_URL: 'http://api.example' },
    people: { SESSION_HOURS: 12, SESSION_IDLE_MINUTES: 60, PROXY_HOPS: 0, OIDC_ROLE_MAP: [] },
    rules,
    ruleSchemas: RULE_SCHEMAS,
    announceRules: rules.announce,
    database: db.database,
    isDuplicate: isDuplicateKey,
    dispatcher,
    templates: { check: checkContent, compile: compileContent, unused: unusedVariables },
    providers: PROVIDERS,
    breaker: { read: () => Promise.reject(new Error('this test has no Redis')) },
    receiptSources: RECEIPT_SOURCES,
    audiences,
    audienceInUse: (id) => isAudienceUsed(db.database.stores, id),
    unsubscribeTokens: createUnsubscribeTokens(db.secretKey),
    smsSize,
    traceAccepted: () => undefined,
    tellTrace: () => undefined,
    giveBack: () => undefined,
    leaveQueues: () => undefined,
    wake: () => undefined,
    startRun: () => undefined,
    askRun: () => Promise.reject(new Error('this test has no Temporal')),
    workflowLink: (id) => `http://ui.example/${id}`,
    audienceReader: createAudienceReader(audiences),
    readSchedule: () => Promise.reject(new Error('this test has no Temporal')),
    syncCampaign: async () => undefined,
    cancelAtProvider: async () => 'too_late',
    timeline: async ({ createdAt, attempts }) => ({
      source: ['mysql'],
      steps: [{ at: createdAt.toISOString(), step: 'accepted', status: 'accepted', text: 'accepted' }],
      attempts,
      links: {},
    }),
    maintenance: {
      read: () => Promise.reject(new Error('this test has no Temporal')),
      start: () => Promise.reject(new Error('this test has no Temporal')),
      uiLink: (id) => `http://ui.example/${id}`,
    },
    checkWebhookUrl: createWebhookNetwork().check,
    tellWebhook: () => undefined,
    checks: { mysql: fine, redis: fine, temporal: fine },
    metrics,
    logger,
    ...options.deps,
  };
  return { deps, rules, stored };
}

/** Fails unless the answer is what the endpoint documents. */
function expectDocumented(deps: ApiDeps, method: Method, path: string, response: Response): void {
  const routes = createRoutes(deps, createAuthenticator(deps.database.stores.apps, createSessions(deps)));
  const [plain = ''] = path.split('?');
  const patternOf = (text: string) => new RegExp(`^${text.replace(/:\w+/g, '[^/]+')}$`);
  const route = routes.find((one) => one.method === method && patternOf(one.path).test(plain));
  if (response.status >= 400) {
    expect(response.type).toBe('application/problem+json');
    expect(response.body).toMatchObject({ status: response.status, requestId: response.get('X-Request-Id') });
    return;
  }
  if (!route) throw new Error(`${method} ${path} was answered, but is not declared`);
  if (response.status === 304) {
    expect([method, route.versionOf !== undefined, response.text]).toEqual(['get', true, '']);
    return;
  }
  if (route.mayWait && response.status === 202) {
    approvalSchema.parse(response.body);
    return;
  }
  expect(response.status).toBe(statusOf(route));
  route.response?.parse(response.body);
}

async function createClient(app: Express, deps: ApiDeps, owner: App, role: 'app' | 'admin'): Promise<Client> {
  const { key } = await deps.database.stores.apps.createKey(owner.id, role, 'test');
  const call: Client['call'] = async (method, path, body, headers = {}) => {
    const sent = request(app)[method](path).set('Authorization', `Bearer ${key}`).set(headers);
    const response = await (body === undefined ? sent : sent.send(body as object));
    expectDocumented(deps, method, path, response);
    return response;
  };
  return {
    appId: owner.id,
    key,
    call,
    get: (path, headers) => call('get', path, undefined, headers),
    post: (path, body = {}, headers = {}) => call('post', path, body, headers),
  };
}

export async function createTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const db = options.db ?? (await createTestDatabase());
  const starts: Dispatch[] = [];
  const logs: string[] = [];
  const { deps, rules, stored } = createTestDeps(db, options, starts, logs);
  const app = createApp(deps);
  const { apps } = db.database.stores;
  const appNamed = async (name: string): Promise<App> =>
    (await apps.list()).find((known) => known.name === name) ?? (await apps.create(name));
  const client = (owner: App, role: 'app' | 'admin') => createClient(app, deps, owner, role);
  return {
    app,
    db,
    deps,
    starts,
    logs,
    stored,
    client,
    admin: await client(await appNamed('operators'), 'admin'),
    shop: await client(await appNamed('shop'), 'app'),
    async close() {
      await deps.dispatcher.drain();
      rules.close();
      rmSync(stored.folder, { recursive: true, force: true });
      if (!options.db) await db.drop();
    },
  };
}

/** Content of an SMS or email template that needs the variable `name`. */
export const CONTENTS = {
  sms: { text: 'Hello {{ name }}' },
  email: { subject: 'For {{ name }}', html: '<p>Hello {{ name }}</p>' },
} as const;

/** Makes a running template and returns its number. */
export async function createTemplate(
  admin: Client,
  key: string,
  channel: 'sms' | 'email' = 'sms',
  content: unknown = CONTENTS[channel],
): Promise<number> {
  const response = await admin.post('/v1/templates', { key, name: key, channel, messageType: 'notice', content });
  expect(response.body).toMatchObject({ key });
  return (response.body as { id: number }).id;
}
