import type { z } from 'zod';
import type { Stores } from '../../db/database';
import type { RuleVersion } from '../../db/stores/rule-store';
import type { Approval } from '../../domain/approval';
import { RULE_NAMES, type RuleName, type Rules } from '../../domain/rules';
import { checkRuleNames } from '../check-rule';
import { awaitsApproval } from '../approvals/awaits-approval';
import { askForRule, onlyStopsMore } from '../approvals/rule-kind';
import type { ApiDeps } from '../deps';
import { ApiError, invalidRequest } from '../problem';
import { defineRoute, type Call, type Route, type VersionRequest } from '../route';
import { noQuery, onePage, pageOf, toPage } from '../schemas/common';
import {
  documentedNewRuleSchema,
  newRuleSchema,
  rollbackSchema,
  ruleHistoryQuery,
  ruleParams,
  ruleSchemaOf,
  ruleVersionParams,
  viewDefault,
  viewRule,
} from '../schemas/rules';
import { faultsOf, parsePart, tryParse } from '../validate';

type Deps = Pick<ApiDeps, 'rules' | 'ruleSchemas' | 'announceRules' | 'database'>;

function nameOf(text: string): RuleName {
  const name = RULE_NAMES.find((known) => known === text);
  if (name) return name;
  throw new ApiError('not_found', `There is no rule ${text}. Rules are: ${RULE_NAMES.join(', ')}.`);
}

async function findVersion(stores: Stores, name: RuleName, version: number): Promise<RuleVersion> {
  const found = version > 0 && version < 2 ** 32 ? await stores.rules.get(name, version) : undefined;
  if (found) return found;
  throw new ApiError('not_found', `The rule ${name} has no version ${version}.`);
}

interface Change {
  readonly name: RuleName;
  readonly note: string | undefined;
  readonly expectedVersion?: number | undefined;
}

/** 0: nobody has set the rule. */
async function versionOf({ params, stores }: VersionRequest<z.output<typeof ruleParams>>): Promise<string> {
  return String((await stores.rules.newest(nameOf(params.name)))?.version ?? 0);
}

type WriteCall = Pick<Call<unknown, unknown, unknown>, 'caller' | 'edit' | 'note'>;
/** Makes the value that is to be stored, or throws a problem. */
type ValueOf = (stores: Stores) => Promise<Rules[RuleName]>;

/**
 * Checks and writes in one transaction, so that what the rule names cannot vanish in between; then applies it here and tells the others.
 * Under the rule `approval` the value waits instead.
 */
async function write(deps: Deps, { caller, edit, note }: WriteCall, change: Change, valueOf: ValueOf) {
  const written = await edit(async (stores, same) => {
    const value = await valueOf(stores);
    const { approval, base } = await askFirst(deps, { caller, stores, note }, same, change, value);
    if (approval) return { approval };
    const expectedVersion = change.expectedVersion ?? base;
    const added = await stores.rules.add({ ...change, expectedVersion, author: caller.keyId }, (current) => {
      same(String(current?.version ?? 0));
      return value;
    });
    if (typeof added === 'number') throw ruleChanged(change, added);
    return added;
  });
  if ('approval' in written) return awaitsApproval(written.approval);
  await deps.announceRules();
  return viewRule(deps.ruleSchemas, written);
}

function ruleChanged({ name, expectedVersion }: Change, current: number): ApiError {
  const expected = expectedVersion === undefined ? 'the one that was just read' : String(expectedVersion);
  const detail = `Version ${current} of ${name} is current, not ${expected}: read it and decide anew.`;
  return new ApiError('rule_changed', detail);
}

/**
 * Under the rule `approval`: what the value waits for, or, when it need not, the version that it may replace. Neither when the rule
 * says nothing.
 */
async function askFirst(
  { rules, ruleSchemas }: Deps,
  call: Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'note'>,
  same: (version: string) => void,
  change: Change,
  value: Rules[RuleName],
): Promise<{ readonly approval?: Approval; readonly base?: number }> {
  const { name, note, expectedVersion } = change;
  const now = rules.current();
  if (!now.approval.rules) return {};
  const newest = await call.stores.rules.newest(name);
  const base = newest?.version ?? 0;
  same(String(base));
  if (expectedVersion !== undefined && expectedVersion !== base) throw ruleChanged(change, base);
  const stored = newest && ruleSchemas[name].safeParse(newest.value);
  if (onlyStopsMore(name, stored?.success ? stored.data : now[name], value)) return { base };
  return { approval: await askForRule(call, name, { value, note, base }) };
}

/** The value of an old version as the rule's schema makes it today. Throws 422 when it would be refused today. */
async function restoredValue<N extends RuleName>(
  { ruleSchemas }: Deps,
  stores: Stores,
  name: N,
  version: number,
): Promise<Rules[N]> {
  const { value } = await findVersion(stores, name, version);
  const parsed = tryParse(ruleSchemas[name] as z.ZodType<Rules[N]>, value);
  const faults = parsed.success ? await checkRuleNames(stores, name, parsed.data, []) : faultsOf(parsed.error);
  if (parsed.success && faults.length === 0) return parsed.data;
  throw invalidRequest(
    faults.map(({ pointer = '', code, detail }) => ({
      pointer: '/version',
      code,
      detail: `cannot be restored: in its value ${pointer || 'the whole'} ${detail}`,
    })),
  );
}

const shared = { tag: 'Rules', permission: 'rules:read' } as const;

/** The live rules: read, change, history, roll back. */
export function ruleRoutes(deps: Deps): Route[] {
  const ruleSchema = ruleSchemaOf(deps.ruleSchemas);
  const one = { ...shared, path: '/v1/rules/:name', params: ruleParams, versionOf, response: ruleSchema } as const;
  const current = async (stores: Stores, name: RuleName) => {
    const stored = await stores.rules.newest(name);
    return stored ? viewRule(deps.ruleSchemas, stored) : viewDefault(name, deps.rules.current());
  };
  return [
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/rules',
      summary: 'List the rules',
      description: 'All of them, in one page.',
      query: noQuery,
      response: pageOf(ruleSchema),
      async handler({ stores }) {
        const stored = new Map((await stores.rules.all()).map((version) => [version.name, version]));
        const items = RULE_NAMES.map((name) => {
          const version = stored.get(name);
          return version ? viewRule(deps.ruleSchemas, version) : viewDefault(name, deps.rules.current());
        });
        return onePage(items);
      },
    }),
    defineRoute({
      ...one,
      method: 'get',
      summary: 'Read a rule',
      problems: ['not_found'],
      handler: ({ params, stores }) => current(stores, nameOf(params.name)),
    }),
    defineRoute({
      ...one,
      method: 'put',
      permission: 'rules:write',
      summary: 'Change a rule',
      mayWait: true,
      description: 'Replaces the value as a whole, as a new version. In force in every process within a second.',
      problems: ['not_found', 'rule_changed'],
      audit: { action: 'rule.change' },
      body: newRuleSchema,
      documentedBody: documentedNewRuleSchema(deps.ruleSchemas),
      async handler({ params, body: { value: given, note, expectedVersion }, ...call }) {
        const name = nameOf(params.name);
        const value = parsePart(deps.ruleSchemas[name] as z.ZodType<Rules[RuleName]>, given, 'body', ['value']);
        return write(deps, call, { name, note, expectedVersion }, async (stores) => {
          const faults = await checkRuleNames(stores, name, value, ['value']);
          if (faults.length > 0) throw invalidRequest(faults);
          return value;
        });
      },
    }),
    ...versionRoutes(deps, ruleSchema),
  ];
}

function versionRoutes(deps: Deps, ruleSchema: ReturnType<typeof ruleSchemaOf>): Route[] {
  const view = (stored: RuleVersion) => viewRule(deps.ruleSchemas, stored);
  return [
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/rules/:name/versions',
      summary: 'List the versions of a rule',
      description: 'Newest first.',
      problems: ['not_found'],
      params: ruleParams,
      query: ruleHistoryQuery,
      response: pageOf(ruleSchema),
      async handler({ params, query: { limit, after }, stores }) {
        const rows = await stores.rules.history(nameOf(params.name), limit + 1, after);
        return toPage(rows, limit, ({ version }) => String(version), view);
      },
    }),
    defineRoute({
      ...shared,
      method: 'get',
      path: '/v1/rules/:name/versions/:version',
      summary: 'Read a version of a rule',
      problems: ['not_found'],
      params: ruleVersionParams,
      response: ruleSchema,
      handler: async ({ params, stores }) =>
        view(await findVersion(stores, nameOf(params.name), /^\d{1,10}$/.test(params.version) ? +params.version : 0)),
    }),
    defineRoute({
      ...shared,
      method: 'post',
      permission: 'rules:write',
      path: '/v1/rules/:name/rollback',
      summary: 'Roll a rule back',
      mayWait: true,
      description:
        'Writes the value of an earlier version as a new one; nothing of the history changes. `If-Match` takes the ETag of the rule.',
      problems: ['not_found'],
      audit: { action: 'rule.rollback' },
      params: ruleParams,
      versionOf,
      body: rollbackSchema,
      response: ruleSchema,
      handler: async ({ params, body: { version, note = `rolled back to version ${version}` }, ...call }) => {
        const name = nameOf(params.name);
        return write(deps, call, { name, note }, (stores) => restoredValue(deps, stores, name, version));
      },
    }),
  ];
}
