import type { Request, Response } from 'express';
import type { Stores } from '../../db/database';
import type { User } from '../../db/stores/user-store';
import type { AuditAction, AuditActor, AuditFields } from '../../domain/audit';
import { normalEmail } from '../../domain/password';
import { maskAddress } from '../../domain/mask';
import { originOf } from '../audit/origin';
import { contextOf } from '../context';

interface Act {
  readonly before?: AuditFields;
  readonly after?: AuditFields;
  /** Default: the person. */
  readonly actor?: AuditActor;
}

/** Puts down what somebody who signs in, or is signed in, does with the own account. */
export function recordOfPerson(
  { audit }: Pick<Stores, 'audit'>,
  [req, res]: readonly [Request, Response],
  action: AuditAction,
  { id, name }: User,
  { before, after, actor = { kind: 'user', id, name } }: Act = {},
): Promise<void> {
  return audit.add({
    action,
    actor,
    origin: originOf(req, res),
    appId: null,
    subject: { id, name },
    before: before ?? null,
    after: after ?? null,
    refusedAs: null,
  });
}

/** Tells the audit log who was meant, should the sign-in be refused: the person, or what was typed, masked. */
export async function nameAttempt({ users }: Pick<Stores, 'users'>, res: Response, typed: string): Promise<void> {
  const user = await users.findByEmail(normalEmail(typed));
  const masked = typed.includes('@') ? maskAddress(typed.trim()) : '***';
  contextOf(res).subject = user ? { id: user.id, name: user.name } : { id: null, name: masked };
}
