import { hostname, userInfo } from 'node:os';
import type { Knex } from 'knex';
import { createAuditStore } from '../db/stores/audit-store';
import { NO_ORIGIN, type AuditAction, type AuditFields } from '../domain/audit';
import type { AppId } from '../domain/ids';

/** Puts down what a command does, in its transaction: by the user of the operating system, on this host. */
export function recordCommand(
  trx: Knex.Transaction,
  action: AuditAction,
  act: {
    readonly subject: { readonly id: string; readonly name: string };
    readonly appId?: AppId;
    readonly after?: AuditFields;
  },
): Promise<void> {
  const { username } = userInfo();
  return createAuditStore(trx).add({
    action,
    actor: { kind: 'command', id: username, name: `${username}@${hostname()}` },
    origin: NO_ORIGIN,
    appId: act.appId ?? null,
    subject: act.subject,
    before: null,
    after: act.after ?? null,
    refusedAs: null,
  });
}
