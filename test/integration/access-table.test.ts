import request from 'supertest';
import { createRoutes, OTHER_PATHS } from '../../api/create-app';
import { createAuthenticator } from '../../api/middleware/auth';
import { createSessions } from '../../api/people/sessions';
import { SECURITY } from '../../api/security';
import {
  KEY_ROLES,
  PERMISSIONS,
  USER_ROLES,
  isPermission,
  permissionsOfKey,
  permissionsOfUser,
  type Permission,
} from '../../domain/permissions';
import { createUser, signInAs } from '../support/people';
import { createTestApi, type TestApi } from '../support/test-api';

/**
 * Every endpoint below /v1 and /luminate that wants a permission, and who has it: admin, editor, approver, viewer, support; app key, admin key.
 * Generated from the routes; read it before you let it change: this is what people and keys may do.
 */
const REVIEWED = `
delete /luminate/delete/:id                     admin               x---- -x
delete /v1/accounts/:id                         accounts:write      x---- -x
delete /v1/audiences/:id                        audiences:write     xx--- xx
delete /v1/campaigns/:id                        campaigns:write     xx--- xx
delete /v1/keys/:id                             keys:write          x---- -x
delete /v1/suppressions/:id                     suppressions:write  xx--x xx
delete /v1/templates/:template                  templates:write     xx--- -x
delete /v1/users/:id                            users:write         x---- -x
delete /v1/webhooks/:id                         webhooks:write      xx--- xx
get    /luminate/list                           templates:read      xxxxx xx
get    /luminate/query/:id                      templates:read      xxxxx xx
get    /v1/accounts                             accounts:read       xxxxx -x
get    /v1/accounts/:id                         accounts:read       xxxxx -x
get    /v1/approvals                            approvals:read      xxxxx xx
get    /v1/approvals/:id                        approvals:read      xxxxx xx
get    /v1/apps                                 apps:read           xxxxx -x
get    /v1/apps/:id                             apps:read           xxxxx -x
get    /v1/apps/:id/keys                        keys:read           x---- -x
get    /v1/audiences                            audiences:read      xxxxx xx
get    /v1/audiences/:id                        audiences:read      xxxxx xx
get    /v1/audiences/:id/rejects                audiences:read      xxxxx xx
get    /v1/audiences/uploads/:uploadId          audiences:read      xxxxx xx
get    /v1/audit                                audit:read          x---- -x
get    /v1/audit.csv                            audit:read          x---- -x
get    /v1/campaigns                            campaigns:read      xxxxx xx
get    /v1/campaigns/:id                        campaigns:read      xxxxx xx
get    /v1/maintenance                          maintenance:read    x---- -x
get    /v1/messages                             messages:read       xxxxx xx
get    /v1/messages/:id                         messages:read       xxxxx xx
get    /v1/messages/:id/timeline                messages:read       xxxxx xx
get    /v1/routes                               rules:read          xxxxx -x
get    /v1/routes/:lane                         rules:read          xxxxx -x
get    /v1/rules                                rules:read          xxxxx -x
get    /v1/rules/:name                          rules:read          xxxxx -x
get    /v1/rules/:name/versions                 rules:read          xxxxx -x
get    /v1/rules/:name/versions/:version        rules:read          xxxxx -x
get    /v1/runs                                 campaigns:read      xxxxx xx
get    /v1/runs/:id                             campaigns:read      xxxxx xx
get    /v1/runs/:id/events                      campaigns:read      xxxxx xx
get    /v1/runs/:id/result                      campaigns:read      xxxxx xx
get    /v1/sends/:id                            messages:read       xxxxx xx
get    /v1/statistics                           statistics:read     xxxxx xx
get    /v1/statistics.csv                       statistics:read     xxxxx xx
get    /v1/suppressions                         suppressions:read   xxxxx xx
get    /v1/suppressions/:id                     suppressions:read   xxxxx xx
get    /v1/suppressions/export                  suppressions:export x---- -x
get    /v1/templates                            templates:read      xxxxx xx
get    /v1/templates/:template                  templates:read      xxxxx xx
get    /v1/templates/:template/versions         templates:read      xxxxx xx
get    /v1/templates/:template/versions/:n      templates:read      xxxxx xx
get    /v1/users                                users:read          x---- -x
get    /v1/users/:id                            users:read          x---- -x
get    /v1/webhooks                             webhooks:read       xxxxx xx
get    /v1/webhooks/:id                         webhooks:read       xxxxx xx
get    /v1/webhooks/:id/deliveries              webhooks:read       xxxxx xx
patch  /v1/accounts/:id                         accounts:write      x---- -x
patch  /v1/campaigns/:id                        campaigns:write     xx--- xx
patch  /v1/templates/:template                  templates:write     xx--- -x
patch  /v1/users/:id                            users:write         x---- -x
patch  /v1/webhooks/:id                         webhooks:write      xx--- xx
post   /luminate/batchSend                      sends:write         xx--- xx
post   /luminate/copy/:id                       templates:write     xx--- -x
post   /luminate/recall                         app                 xx--- xx
post   /luminate/recall/:id                     app                 xx--- xx
post   /luminate/save                           admin               x---- -x
post   /luminate/send                           sends:write         xx--- xx
post   /luminate/start/:id                      admin               x---- -x
post   /luminate/stop/:id                       admin               x---- -x
post   /luminate/test                           admin               x---- -x
post   /luminate/trace/message                  messages:read       xxxxx xx
post   /luminate/trace/messageTemplate          messages:read       xxxxx xx
post   /luminate/trace/sms                      messages:read       xxxxx xx
post   /luminate/trace/user                     messages:read       xxxxx xx
post   /luminate/upload                         audiences:write     xx--- xx
post   /v1/accounts                             accounts:write      x---- -x
post   /v1/accounts/:id/verify                  accounts:write      x---- -x
post   /v1/approvals/:id/approve                approvals:decide    x-x-- --
post   /v1/approvals/:id/reject                 approvals:decide    x-x-- --
post   /v1/approvals/:id/withdraw               approvals:read      xxxxx xx
post   /v1/apps                                 apps:write          x---- -x
post   /v1/apps/:id/keys                        keys:write          x---- -x
post   /v1/audiences                            audiences:write     xx--- xx
post   /v1/campaigns                            campaigns:write     xx--- xx
post   /v1/campaigns/:id/pause                  campaigns:control   xx--- xx
post   /v1/campaigns/:id/trigger                campaigns:control   xx--- xx
post   /v1/campaigns/:id/unpause                campaigns:control   xx--- xx
post   /v1/campaigns/check                      campaigns:write     xx--- xx
post   /v1/maintenance/:job/run                 maintenance:run     x---- -x
post   /v1/messages/:id/recall                  sends:recall        xx--x xx
post   /v1/messages/:id/resolve                 support:resolve     x---x xx
post   /v1/rules/:name/rollback                 rules:write         x---- -x
post   /v1/runs/:id/cancel                      campaigns:control   xx--- xx
post   /v1/runs/:id/pause                       campaigns:control   xx--- xx
post   /v1/runs/:id/rate                        campaigns:control   xx--- xx
post   /v1/runs/:id/resume                      campaigns:control   xx--- xx
post   /v1/runs/:id/retry-failed                campaigns:control   xx--- xx
post   /v1/sends                                sends:write         xx--- xx
post   /v1/sends/:id/recall                     sends:recall        xx--x xx
post   /v1/suppressions                         suppressions:write  xx--x xx
post   /v1/suppressions/import                  suppressions:write  xx--x xx
post   /v1/templates                            templates:write     xx--- -x
post   /v1/templates/:template/copy             templates:write     xx--- -x
post   /v1/templates/:template/preview          templates:read      xxxxx xx
post   /v1/templates/:template/start            templates:write     xx--- -x
post   /v1/templates/:template/stop             templates:write     xx--- -x
post   /v1/templates/:template/test             templates:test      xxx-- -x
post   /v1/templates/:template/versions         templates:write     xx--- -x
post   /v1/users                                users:write         x---- -x
post   /v1/users/:id/set-password-token         users:write         x---- -x
post   /v1/webhook-deliveries/:id/replay        webhooks:write      xx--- xx
post   /v1/webhooks                             webhooks:write      xx--- xx
post   /v1/webhooks/:id/replay                  webhooks:write      xx--- xx
post   /v1/webhooks/:id/rotate-secret           webhooks:write      xx--- xx
post   /v1/webhooks/:id/test                    webhooks:write      xx--- xx
put    /v1/accounts/:id/health                  accounts:write      x---- -x
put    /v1/routes/:lane                         rules:write         x---- -x
put    /v1/rules/:name                          rules:write         x---- -x
`;

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
interface Endpoint {
  readonly method: Method;
  readonly path: string;
  readonly permission: Permission;
}
interface Kind {
  readonly name: string;
  readonly permissions: readonly Permission[];
  call(method: Method, path: string): Promise<request.Response>;
}

let api: TestApi;
let endpoints: Endpoint[];
const kinds: Kind[] = [];

/** Endpoints that are served by routers of their own say in their documentation what they need. */
function otherEndpoints(): Endpoint[] {
  return OTHER_PATHS.filter(({ security }) => security === SECURITY).map(({ method, path, description = '' }) => {
    const [, permission = ''] = /Permission: `([\w:]+)`/.exec(description) ?? [];
    if (!isPermission(permission)) throw new Error(`${method} ${path} does not document its permission`);
    return { method: method as Method, path: path.replace(/\{(\w+)\}/g, ':$1'), permission };
  });
}

async function addKey(name: string, role: 'app' | 'admin', scopes: Permission[] | null): Promise<void> {
  const { apps } = api.db.database.stores;
  const { key } = await apps.createKey(api.shop.appId as never, role, name, { scopes });
  kinds.push({
    name,
    permissions: permissionsOfKey(role, scopes),
    call: (method, path) => request(api.app)[method](path).set('Authorization', `Bearer ${key}`).send({}),
  });
}

beforeAll(async () => {
  api = await createTestApi();
  const auth = createAuthenticator(api.db.database.stores.apps, createSessions(api.deps));
  const routes = createRoutes(api.deps, auth);
  endpoints = [...routes, ...otherEndpoints()].map(({ method, path, permission }) => ({ method, path, permission }));
  for (const role of USER_ROLES) {
    const person = await signInAs(api, await createUser(api, role));
    const inApp = { 'X-Luminate-App': api.shop.appId };
    const call: Kind['call'] = (method, path) => person.call(method, path, method === 'get' ? undefined : {}, inApp);
    kinds.push({ name: role, permissions: permissionsOfUser(role), call });
  }
  for (const role of KEY_ROLES) await addKey(`${role} key`, role, null);
  await addKey('app key for reading messages', 'app', ['messages:read']);
  await addKey('admin key for accounts', 'admin', ['accounts:read', 'accounts:write']);
});
afterAll(() => api.close());

/** Ids that nothing has: who may come in finds nothing there, or sends a body that is wrong. */
const addressOf = (path: string): string => path.replace(/:\w+/g, 'nothing');

test('every role and kind of key gets in exactly where its permissions say', async () => {
  const wrong: string[] = [];
  for (const { name, permissions, call } of kinds) {
    for (const { method, path, permission } of endpoints) {
      const { status, body } = await call(method, addressOf(path));
      const { code, msg, detail = msg ?? '' } = body as { code?: string; msg?: string; detail?: string };
      const isRefused = status === 403 && detail.startsWith(`This needs the permission ${permission}:`);
      const isOther = status === 401 || (status === 403 && !isRefused) || code === 'app_required';
      if (isOther || isRefused === permissions.includes(permission)) {
        wrong.push(`${name}: ${method} ${path} was answered ${status} ${code ?? ''}: ${detail}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(kinds.length * endpoints.length).toBeGreaterThan(500);
});

test('nobody gets in anywhere without key or session', async () => {
  for (const { method, path } of endpoints) {
    const { status } = await request(api.app)[method](addressOf(path));
    expect([method, path, status]).toEqual([method, path, 401]);
  }
});

test('the table of who may do what is the reviewed one', () => {
  const shown = kinds.slice(0, USER_ROLES.length + KEY_ROLES.length);
  const lines = endpoints.map(({ method, path, permission }) => {
    const marks = shown.map(({ permissions }) => (permissions.includes(permission) ? 'x' : '-')).join('');
    return `${method.padEnd(6)} ${path.padEnd(40)} ${permission.padEnd(19)} ${marks.slice(0, 5)} ${marks.slice(5)}`;
  });
  expect(`\n${lines.sort().join('\n')}\n`).toBe(REVIEWED);
});

test('every permission is asked for somewhere', () => {
  const asked = new Set(endpoints.map(({ permission }) => permission));
  const idle = Object.keys(PERMISSIONS).filter((name) => isPermission(name) && !asked.has(name));
  expect(idle).toEqual([]);
});
