import type { Stores } from '../../db/database';
import {
  isCreation,
  subjectOfAction,
  type AuditAction,
  type AuditActor,
  type AuditFields,
  type NewAuditEntry,
} from '../../domain/audit';
import { isId } from '../../domain/ids';
import type { Caller } from '../context';
import type { AuditNote, Call, Route, RouteAudit } from '../route';
import { differences } from './differences';
import { lookAt, lookBehind, type Seen } from './views';

/** The caller as the audit log knows it. */
export const actorOf = ({ keyId, name }: Caller): AuditActor => ({
  kind: isId('usr', keyId) ? 'user' : 'key',
  id: keyId,
  name,
});

type AnyCall = Call<unknown, unknown, unknown>;

const idIn = (answer: unknown): string | undefined => {
  const id: unknown = typeof answer === 'object' && answer !== null && 'id' in answer ? answer.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
};

/** What the path names: its first parameter. */
const refIn = (params: unknown): string | undefined => {
  const [ref] = Object.values((params ?? {}) as Record<string, unknown>);
  return typeof ref === 'string' ? ref : undefined;
};

const filled = (fields: AuditFields): AuditFields | null => (Object.keys(fields).length > 0 ? fields : null);

/** Of an edit what differs, of what was made or deleted the whole. */
function sidesOf(before: Seen | undefined, after: Seen | undefined): Pick<NewAuditEntry, 'before' | 'after'> {
  if (before && after) {
    const [was, is] = differences(before.fields, after.fields);
    return { before: filled(was), after: filled(is) };
  }
  return { before: before ? before.fields : null, after: after ? after.fields : null };
}

/** Puts one act down: how its subject was before, what the handler notes, how it is afterwards. */
function createRecorder(
  action: AuditAction,
  { caller, origin, params }: Pick<AnyCall, 'caller' | 'origin'> & { readonly params?: unknown },
  ref = refIn(params),
) {
  const kind = subjectOfAction(action);
  const creates = isCreation(action);
  let noted: AuditNote = {};
  const note = (more: AuditNote): void => {
    noted = { ...noted, ...more, after: { ...noted.after, ...more.after } };
  };
  const look = async (stores: Stores, hold: boolean): Promise<Seen | undefined> => {
    if (creates || ref === undefined) return undefined;
    const seen = await lookAt(stores, kind, ref);
    if (!seen || !hold) return seen;
    await stores.audit.hold(kind, seen.id);
    return lookAt(stores, kind, seen.id);
  };
  const add = async (stores: Stores, seenBefore: Seen | undefined, answer: unknown): Promise<void> => {
    const { waitsFor } = noted;
    const id = noted.subject ?? (creates ? idIn(answer) : (seenBefore?.id ?? ref));
    const after = id === undefined ? undefined : await lookAt(stores, kind, id);
    let before = seenBefore;
    // While a version waits the one that is there has replaced nothing.
    if ((kind === 'rule' || kind === 'route') && after)
      before = waitsFor ? after : await lookBehind(stores, kind, after);
    const sides = sidesOf(before, after);
    const waiting = waitsFor ? { approval: waitsFor } : {};
    const seen = after ?? before;
    await stores.audit.add({
      action: noted.action ?? action,
      actor: actorOf(caller),
      origin: origin(),
      appId: seen?.appId ?? caller.app ?? null,
      subject: { id: seen?.id ?? id ?? null, name: seen?.name ?? null },
      before: sides.before,
      after: filled({ ...sides.after, ...waiting, ...noted.after }),
      refusedAs: null,
    });
  };
  return { note, look, add };
}

/**
 * Puts down something that is done as part of an audited request, and its transaction, besides the entry of the request: `subject` as it
 * is before and after `work`, and `after`.
 */
export async function recordAct(
  call: Pick<AnyCall, 'caller' | 'origin' | 'stores'>,
  action: AuditAction,
  subject: string,
  after: AuditFields,
  work: () => Promise<void>,
): Promise<void> {
  const { note, look, add } = createRecorder(action, call, subject);
  note({ subject, after });
  const before = await look(call.stores, true);
  await work();
  await add(call.stores, before, undefined);
}

/**
 * Runs the handler of a route. What its `audit` declares is put down in the transaction in which the change is made, so that there
 * is neither without the other: that of the request, or that of `edit`, which the handler has to use then. With `afterwards` it is
 * put down once the work is done, and before the answer: where it cannot be, the request fails.
 */
export function handleAudited(route: Route, call: AnyCall): Promise<unknown> {
  const { audit } = route;
  if (!audit || !('action' in audit) || call.isPartOfAudited) return route.handler(call);
  return handleWithEntry(route, audit, call);
}

async function handleWithEntry(
  route: Route,
  audit: Extract<RouteAudit, { action: AuditAction }>,
  call: AnyCall,
): Promise<unknown> {
  const { note, look, add } = createRecorder(audit.action, call, audit.refOf?.(call));
  const audited = { ...call, note, isPartOfAudited: true };
  if (audit.afterwards) {
    const before = await look(call.stores, false);
    // What it asks of other endpoints has entries of its own.
    const answer = await route.handler({ ...call, note });
    await call.edit((stores) => add(stores, before, answer));
    return answer;
  }
  if (route.idempotent) {
    return call.edit(async (stores) => {
      const before = await look(stores, true);
      const answer = await route.handler({ ...audited, stores, edit: (work) => work(stores, () => undefined) });
      await add(stores, before, answer);
      return answer;
    });
  }
  const entry = { isWritten: false };
  const edit: AnyCall['edit'] = (work) =>
    call.edit(async (stores, same) => {
      const before = await look(stores, true);
      const result = await work(stores, same);
      await add(stores, before, result);
      entry.isWritten = true;
      return result;
    });
  const answer = await route.handler({ ...audited, edit });
  if (!entry.isWritten) throw new Error(`${route.path} was answered without an entry in the audit log`);
  return answer;
}
