import type { z } from 'zod';
import type { Stores } from '../../db/database';
import type { Approval } from '../../domain/approval';
import { RULE_NAMES, type RuleName, type Rules } from '../../domain/rules';
import { checkRuleNames } from '../check-rule';
import type { ApiDeps } from '../deps';
import { ApiError, invalidRequest } from '../problem';
import type { Call } from '../route';
import { parsePart } from '../validate';
import type { KindOfChange } from './approval-kind';
import { askApproval } from './ask-approval';

/** A value that is to become a rule; the subject is the rule's name. */
interface RuleRequest {
  readonly value: unknown;
  readonly note: string | null;
  /** The version that it was made from; 0: there was none. */
  readonly base: number;
}

type Deps = Pick<ApiDeps, 'rules' | 'ruleSchemas' | 'announceRules'>;
const MAX_NOTE = 500;

/** Lets a value that was checked wait to become the rule. */
export function askForRule(
  call: Pick<Call<unknown, unknown, unknown>, 'caller' | 'stores' | 'note'>,
  name: RuleName,
  { note = null, ...request }: Pick<RuleRequest, 'value' | 'base'> & { readonly note?: string | null | undefined },
): Promise<Approval> {
  const change: RuleRequest = { ...request, note };
  return askApproval(call, { kind: 'rule', subject: name, change });
}

/** True for a change that only stops more than before: the kill switch never waits. */
export function onlyStopsMore(name: RuleName, current: Rules[RuleName], next: Rules[RuleName]): boolean {
  if (name !== 'discard') return false;
  const [before, after] = [current, next] as [Rules['discard'], Rules['discard']];
  const keeps = (all: readonly string[], of: readonly string[]) => of.every((one) => all.includes(one));
  return keeps(after.templates, before.templates) && keeps(after.apps, before.apps);
}

function nameIn({ subject }: Approval): RuleName {
  const name = RULE_NAMES.find((known) => known === subject);
  if (name) return name;
  throw new ApiError('not_found', `There is no rule ${subject} in this version.`);
}

/** With who approved it, in the length that a note may have. */
function notedBy(note: string | null, approver: string): string {
  const approved = `approved by ${approver}`;
  return note === null ? approved : `${note.slice(0, MAX_NOTE - approved.length - 2)}; ${approved}`;
}

/** A version of a rule. */
export function ruleKind(deps: Deps): KindOfChange {
  const inForce = async (stores: Stores, subject: string) => {
    const newest = await stores.rules.newest(subject as RuleName);
    if (newest) return { version: newest.version, value: newest.value };
    return { version: 0, value: deps.rules.current()[subject as RuleName] };
  };
  return {
    reads: 'rules:read',
    writes: 'rules:write',
    // Versions are inserted; of two writers the primary key lets one through.
    hold: async () => undefined,
    async show(stores, { subject, change }) {
      const { value, note, base } = change as RuleRequest;
      return { before: await inForce(stores, subject), after: { version: base + 1, value, note } };
    },
    audits: () => 'rule.change',
    async apply({ caller, stores, onEnd }, approval) {
      const name = nameIn(approval);
      const { value: kept, note, base } = approval.change as RuleRequest;
      const value = parsePart(deps.ruleSchemas[name] as z.ZodType<Rules[RuleName]>, kept, 'body', ['value']);
      const faults = await checkRuleNames(stores, name, value, ['value']);
      if (faults.length > 0) throw invalidRequest(faults);
      const change = { name, author: approval.author, note: notedBy(note, caller.keyId), expectedVersion: base };
      const written = await stores.rules.add(change, () => value);
      if (typeof written === 'number') {
        const detail = `Version ${written} of ${name} is current, and the change was made from ${base}: ask for it anew.`;
        throw new ApiError('rule_changed', detail);
      }
      onEnd((done) => {
        if (done) void deps.announceRules();
      });
    },
  };
}
