import { createRoutes, OTHER_PATHS } from '../../api/create-app';
import type { ApiDeps } from '../../api/deps';
import { createLuminateRoutes } from '../../api/luminate/luminate-router';
import type { Route } from '../../api/route';
import { PROVIDERS } from '../../channels';
import { AUDIT_ACTION_NAMES, AUDIT_ACTIONS, areaOf, isCreation } from '../../domain/audit';
import { RULE_SCHEMAS } from '../../rules/schemas';

const deps = { providers: PROVIDERS, ruleSchemas: RULE_SCHEMAS } as unknown as ApiDeps;
const auth = { require: () => () => undefined, forget: () => undefined };
const v1 = createRoutes(deps, auth);
const compatible = createLuminateRoutes(deps, () => Promise.reject(new Error('nothing is called')));
const routes = [...v1, ...compatible];
const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`;

/** What is served by routers of their own: the actions that it puts down, or why it puts down nothing. */
const ELSEWHERE: Readonly<Record<string, readonly string[] | string>> = {
  'post /v1/audiences': ['audience.upload'],
  'get /v1/audiences/{id}/rejects': ['audience.export'],
  'post /v1/suppressions/import': ['suppression.import'],
  'get /v1/suppressions/export': ['suppression.export'],
  'get /v1/runs/{id}/result': ['run.export'],
  'get /v1/audit.csv': ['audit.export'],
  'post /v1/session': ['session.sign_in'],
  'delete /v1/session': ['session.sign_out'],
  'post /v1/session/password': ['user.password'],
  'post /v1/session/set-password': ['user.password'],
  'get /v1/session/oidc/callback': ['session.sign_in', 'user.join', 'user.link', 'user.change'],
  'post /luminate/upload': ['audience.upload'],
  'post /webhooks/{source}/{accountId}': 'data traffic: receipts are kept, with what became of them',
  'post /webhooks/{source}/{accountId}/inbound': 'data traffic: replies are kept, with what became of them',
};

test('every endpoint that is not a GET says what it puts down, or why it puts down nothing', () => {
  const silent = routes.filter(({ method, audit }) => method !== 'get' && !audit).map(nameOf);
  expect(silent).toEqual([]);
  const served = new Set(compatible.map((route) => nameOf(route).replace(/:(\w+)/g, '{$1}')));
  const others = OTHER_PATHS.map(({ method, path }) => `${method} ${path}`).filter((name) => !served.has(name));
  expect(others.filter((name) => !name.startsWith('get ') && !ELSEWHERE[name])).toEqual([]);
  expect(Object.keys(ELSEWHERE).filter((name) => !others.includes(name))).toEqual([]);
});

test('what puts nothing down is this, and nothing else', () => {
  const none = routes.filter(({ audit }) => audit && 'none' in audit).map(nameOf);
  expect(none.sort()).toEqual([
    'post /luminate/batchSend',
    'post /luminate/send',
    'post /luminate/trace/message',
    'post /luminate/trace/messageTemplate',
    'post /luminate/trace/sms',
    'post /luminate/trace/user',
    'post /v1/campaigns/check',
    'post /v1/sends',
    'post /v1/templates/:template/preview',
  ]);
});

test('what is put down is put down within a transaction, or after work that is none', () => {
  const audited = routes.flatMap((route) =>
    route.audit && 'action' in route.audit ? [{ ...route, audit: route.audit }] : [],
  );
  expect(audited.length).toBeGreaterThan(40);
  // Without a transaction, an entry could be kept of what was not.
  expect(audited.filter(({ writesOnce }) => writesOnce).map(nameOf)).toEqual([]);
  const afterwards = audited.filter(({ audit }) => audit.afterwards).map(nameOf);
  expect(afterwards.sort()).toEqual([
    'post /luminate/recall',
    'post /luminate/recall/:id',
    'post /v1/messages/:id/recall',
    'post /v1/runs/:id/cancel',
    'post /v1/runs/:id/pause',
    'post /v1/runs/:id/rate',
    'post /v1/runs/:id/resume',
    'post /v1/sends/:id/recall',
  ]);
  // What is created has its id from the answer, which edits do not know.
  expect(audited.filter(({ audit, idempotent }) => isCreation(audit.action) && !idempotent).map(nameOf)).toEqual([]);
});

test('every action is put down by somebody, and fits its columns', () => {
  const declared = routes.flatMap(({ audit }) => {
    if (!audit || 'none' in audit) return [];
    return 'through' in audit ? [audit.through] : [audit.action];
  });
  const used = new Set<string>([
    ...declared,
    ...Object.values(ELSEWHERE).flatMap((one) => (typeof one === 'string' ? [] : one)),
  ]);
  expect(AUDIT_ACTION_NAMES.filter((action) => !used.has(action))).toEqual([]);
  for (const action of AUDIT_ACTION_NAMES) {
    expect(action).toMatch(/^[a-z_]{2,24}\.[a-z_]{2,23}$/);
    expect(areaOf(action)).toMatch(/^[a-z_]+$/);
    expect(AUDIT_ACTIONS[action].what).toMatch(/^[A-Z].*\.$/);
    expect(AUDIT_ACTIONS[action].subject.length).toBeLessThanOrEqual(24);
  }
});
