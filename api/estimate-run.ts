import type { Stores } from '../db/database';
import type { Template } from '../db/stores/template-store';
import type { Campaign } from '../domain/campaign';
import type { AppId } from '../domain/ids';
import { laneOf } from '../domain/lane';
import { perSecond, type LiveRules, type Rate } from '../domain/rules';

/** Messages a second; no rate: no limit. */
const limitOf = (rate: Rate | null | undefined): number => (rate ? perSecond(rate) : Infinity);

/**
 * For how many seconds a run hands over at the tightest of the rates of run, app, channel and accounts (those of the route together);
 * `null`: none limits it. Other traffic, and waits for windows and quiet hours, come on top.
 */
export async function estimateSeconds(
  stores: Stores,
  rules: LiveRules,
  { appId, settings }: { readonly appId: AppId; readonly settings: Campaign['settings'] },
  { channel, messageType }: Pick<Template, 'channel' | 'messageType'>,
  recipients: number,
): Promise<number | null> {
  const { flow } = rules.current();
  const named = new Set((await stores.routes.get(laneOf(channel, messageType))).map(({ accountId }) => accountId));
  const accounts = (await stores.accounts.list()).filter(({ id }) => named.has(id));
  const ofAccounts = accounts.map(({ id, rate }) => limitOf(id in flow.accounts ? flow.accounts[id] : rate));
  const ofRoute = ofAccounts.length === 0 ? Infinity : ofAccounts.reduce((sum, one) => sum + one, 0);
  const tightest = Math.min(
    limitOf(settings.rate),
    limitOf(flow.apps[appId]),
    limitOf(flow.channels[channel]),
    ofRoute,
  );
  return tightest === Infinity ? null : Math.ceil(recipients / tightest);
}
