import type { Account } from '../db/stores/account-store';
import { healthOf, type AccountHealth } from '../domain/account-health';
import type { ApiDeps } from './deps';

/** The health of accounts, in their order. While Redis is away: what MySQL knows, which is what the workers then go by too. */
export async function readHealth(
  { breaker, rules }: Pick<ApiDeps, 'breaker' | 'rules'>,
  accounts: readonly Account[],
): Promise<AccountHealth[]> {
  const now = Date.now();
  const rule = rules.current().breaker;
  const states = await breaker.read(accounts, rule, now).catch(() => undefined);
  return accounts.map((account, i) => healthOf(account, states?.[i], rule, now));
}
