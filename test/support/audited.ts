import type { AuditEntry } from '../../domain/audit';
import type { TestApi } from './test-api';

/** The last entries of the audit log, in their order. */
export async function lastEntries({ db }: Pick<TestApi, 'db'>, most = 200): Promise<AuditEntry[]> {
  return (await db.database.stores.audit.list({ limit: most })).reverse();
}

/** What a piece of work returns, and the entries that it has left. */
export async function entriesOf<T>(api: Pick<TestApi, 'db'>, work: () => Promise<T>): Promise<[T, AuditEntry[]]> {
  const [last] = await api.db.database.stores.audit.list({ limit: 1 });
  const result = await work();
  return [result, (await lastEntries(api)).filter(({ id }) => id > (last?.id ?? 0))];
}
