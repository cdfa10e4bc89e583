import { tryParse, faultsOf } from '../../api/validate';
import { newId } from '../../domain/ids';
import { isRoutesRule } from '../../domain/route-rule';
import { defaultRules, RULE_NAMES, type RuleName } from '../../domain/rules';
import { RULE_SCHEMAS } from '../../rules/schemas';

const rules = defaultRules({ region: 'CN', timezone: 'Asia/Shanghai' });
const [one, two, app] = [newId('acc'), newId('acc'), newId('app')];

function parsed(name: RuleName, value: unknown): unknown {
  const result = tryParse(RULE_SCHEMAS[name], value);
  if (!result.success) throw new Error(JSON.stringify(result.error.issues));
  return result.data;
}
/** Pointer and code of every wrong place. */
function faults(name: RuleName, value: unknown): string[] {
  const result = tryParse(RULE_SCHEMAS[name], value);
  if (result.success) return [];
  return faultsOf(result.error).map(({ pointer, code }) => `${pointer ?? ''} ${code}`);
}

test.each(RULE_NAMES)('the default of %s fits, as it is and after a stay in the database', (name) => {
  expect(parsed(name, rules[name])).toEqual(rules[name]);
  expect(parsed(name, JSON.parse(JSON.stringify(rules[name])))).toEqual(rules[name]);
});

test.each(RULE_NAMES)('%s refuses what is no object, what is missing and what it does not know', (name) => {
  for (const value of [null, 7, 'text', []]) expect(faults(name, value)).toEqual([' invalid_type']);
  expect(faults(name, { ...rules[name], typo: 1 })).toEqual(['/typo unknown_field']);
  // Every lane may be without a route; all other rules are given as a whole.
  const missing = Object.keys(rules[name]).map((field) => `/${field} required`);
  expect(faults(name, {})).toEqual(missing);
});

test('templates are taken by number and by key, and kept as text, each once', () => {
  const given = { ...rules.caps, exempt: [17, '17', 'order-shipped', '9'] };
  expect(parsed('caps', given)).toEqual({ ...rules.caps, exempt: ['17', 'order-shipped', '9'] });
  expect(parsed('dedup', { ...rules.dedup, exempt: [1] })).toMatchObject({ exempt: ['1'] });
  expect(parsed('discard', { templates: ['a.b', 2], apps: [app, app] })).toEqual({
    templates: ['a.b', '2'],
    apps: [app],
  });
});

test('hosts are kept in lower case, each once', () => {
  expect(parsed('attachments', { hosts: ['Files.Example.com', 'files.example.com'], maxBytes: 1 })).toEqual({
    hosts: ['files.example.com'],
    maxBytes: 1,
  });
});

const window = (change: object) => ({ ...rules.dedup, notice: { max: 1, windowSeconds: 300, ...change } });
const quiet = (change: object) => ({ ...rules['quiet-hours'], ...change });
const breaker = (change: object) => ({ ...rules.breaker, ...change });
const route = (...entries: unknown[]) => ({ 'sms.notice': entries });
const entry = (accountId: string, weight: unknown = 1) => ({ accountId, weight });

test.each<[RuleName, unknown, ...string[]]>([
  ['dedup', window({ max: 0 }), '/notice/max too_small'],
  ['dedup', window({ max: '1' }), '/notice/max invalid_type'],
  ['dedup', window({ windowSeconds: 1.5 }), '/notice/windowSeconds invalid_type'],
  ['dedup', window({ windowSeconds: 604_801 }), '/notice/windowSeconds too_big'],
  ['dedup', { ...rules.dedup, exempt: [0, 'Über', 'ok'] }, '/exempt/0 invalid', '/exempt/1 invalid'],
  ['dedup', { ...rules.dedup, exempt: [true, 1.5] }, '/exempt/0 invalid_union', '/exempt/1 invalid_union'],
  ['caps', { ...rules.caps, notice: 0, marketing: 'many' }, '/notice too_small', '/marketing invalid_type'],
  ['caps', { ...rules.caps, exempt: 'welcome' }, '/exempt invalid_type'],
  ['discard', { templates: ['-'], apps: ['shop'] }, '/templates/0 invalid', '/apps/0 invalid'],
  ['quiet-hours', quiet({ from: '24:00', until: '8:00' }), '/from invalid_format', '/until invalid_format'],
  ['quiet-hours', quiet({ from: '08:00' }), '/until contradiction'],
  ['quiet-hours', quiet({ resumeAt: '07:59' }), '/resumeAt contradiction'],
  ['quiet-hours', quiet({ from: '22:00', resumeAt: '22:00' }), '/resumeAt contradiction'],
  ['quiet-hours', quiet({ from: '22:00', resumeAt: '03:00' }), '/resumeAt contradiction'],
  ['quiet-hours', quiet({ marketing: 'pause' }), '/marketing invalid_value'],
  ['flow', { ...rules.flow, channels: { email: null } }, '/channels/email invalid_type'],
  ['flow', { ...rules.flow, channels: { pigeon: {} } }, '/channels/pigeon unknown_field'],
  [
    'flow',
    { ...rules.flow, accounts: { [one]: { messages: 0, perSeconds: 2.5 } } },
    `/accounts/${one}/messages too_small`,
    `/accounts/${one}/perSeconds invalid_type`,
  ],
  ['flow', { ...rules.flow, apps: { [app]: null } }, `/apps/${app} invalid_type`],
  ['flow', { ...rules.flow, apps: { shop: { messages: 1, perSeconds: 1 } } }, '/apps/shop invalid_key'],
  ['routes', route(), '/sms.notice too_small'],
  ['routes', route(entry('acc_1')), '/sms.notice/0/accountId invalid'],
  ['routes', route(entry(one), entry(two), entry(one)), '/sms.notice/2/accountId duplicate'],
  ['routes', route(entry(one, 0), entry(two, 0)), '/sms.notice no_weight'],
  ['routes', route(entry(one, 10_001)), '/sms.notice/0/weight too_big'],
  ['routes', { 'pigeon.notice': [entry(one)] }, '/pigeon.notice unknown_field'],
  ['breaker', breaker({ failureShare: 0 }), '/failureShare too_small'],
  ['breaker', breaker({ failureShare: 1.1 }), '/failureShare too_big'],
  ['breaker', breaker({ openSeconds: 301 }), '/maxOpenSeconds contradiction'],
  ['breaker', breaker({ minAttempts: 0.5, rampSeconds: -1 }), '/minAttempts invalid_type', '/rampSeconds too_small'],
  [
    'attachments',
    { hosts: ['https://a.example.com', 'localhost', '127.0.0.1', 'ok.example.com:8443'], maxBytes: 0 },
    '/hosts/0 invalid',
    '/hosts/1 invalid',
    '/hosts/2 invalid',
    '/maxBytes too_small',
  ],
  [
    'attachments',
    {
      hosts: ['a.example.com:0', 'a.example.com:65536', 'a.example.com/x', '*', '*.com', 'a.*.com', '*.ok.com:65535'],
      maxBytes: 1,
    },
    ...[0, 1, 2, 3, 4, 5].map((n) => `/hosts/${n} invalid`),
  ],
  ['defaults', { region: 'XX', timezone: 'Mars/Olympus' }, '/region invalid', '/timezone invalid'],
  ['defaults', { region: 'cn', timezone: 'UTC' }, '/region invalid'],
])('%s refuses %j', (name, value, ...expected) => {
  expect(faults(name, value)).toEqual(expected);
});

test('quiet hours over midnight, waiting to their very end, rates lifted and lanes without a route fit', () => {
  for (const change of [{ from: '22:00' }, { resumeAt: '08:00' }, { from: '22:30', until: '06:00', resumeAt: '06:00' }])
    expect(faults('quiet-hours', quiet(change))).toEqual([]);
  const rate = { messages: 5, perSeconds: 60 };
  const flow = { accounts: { [one]: null, [two]: rate }, channels: { sms: rate }, apps: { [app]: rate } };
  expect(parsed('flow', flow)).toEqual(flow);
  expect(parsed('routes', {})).toEqual({});
  const both = route(entry(one, 0), entry(two, 3));
  expect(parsed('routes', both)).toEqual(both);
});

test('what the schema of routes refuses, the reader of routes does not go by, and the other way round', () => {
  const values: unknown[] = [
    {},
    route(entry(one)),
    route(entry(one, 0), entry(two, 10_000)),
    null,
    [],
    route(),
    route('x'),
    route(entry('acc_1')),
    route(entry(one), entry(one)),
    route(entry(one, 0)),
    route(entry(one, 1.5)),
    route(entry(one, '1')),
    route(entry(one, -1)),
    { 'pigeon.notice': [entry(one)] },
    { 'sms.notice': entry(one) },
    route(...Array.from({ length: 11 }, () => entry(newId('acc')))),
  ];
  for (const value of values)
    expect([value, isRoutesRule(value)]).toEqual([value, faults('routes', value).length === 0]);
});
