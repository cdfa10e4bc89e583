import type { Stores } from '../db/database';
import type { NewSuppression } from '../db/stores/suppression-store';
import { parseAddress } from '../domain/address';
import { isId, type AppId } from '../domain/ids';
import { CHANNEL_NAMES, type Channel } from '../domain/lane';
import { defaultAppliesTo } from '../domain/suppression';
import type { Caller } from './context';
import { ApiError, invalidRequest, type Fault } from './problem';
import type { SuppressionInput } from './schemas/suppressions';

/** What a request calls the entries for all apps. */
const GLOBAL = 'global';

type Place = Pick<Fault, 'pointer' | 'parameter'>;

/** The app that `given` names, `null` for all apps; `fallback` where nothing is given. Throws unless the key may use it. */
export function scopeOf<T>(
  caller: Caller,
  given: string | null | undefined,
  place: Place,
  fallback: T,
): AppId | null | T {
  if (given === undefined) return caller.role === 'admin' ? fallback : caller.appId;
  if (given === caller.appId) return caller.appId;
  if (caller.role !== 'admin') {
    throw new ApiError('forbidden', 'Suppressions of other apps, and those for all apps, need an admin key.');
  }
  if (given === null || given === GLOBAL) return null;
  if (!isId('app', given)) {
    throw invalidRequest([{ ...place, code: 'invalid_format', detail: `must be the id of an app, or ${GLOBAL}` }]);
  }
  return given;
}

/** Throws 422 unless the app exists. */
export async function requireApp({ apps }: Pick<Stores, 'apps'>, appId: AppId | null, place: Place): Promise<void> {
  if (appId === null || (await apps.get(appId))) return;
  throw invalidRequest([{ ...place, code: 'unknown_app', detail: 'names no app' }]);
}

/** The stored form of an address whose channel may not be told; `undefined` when it is none. */
export function addressOf(to: string, channel: Channel | undefined, region: string): string | undefined {
  for (const one of channel ? [channel] : CHANNEL_NAMES) {
    const parsed = parseAddress(one, to, region);
    if (parsed.ok) return parsed.address;
  }
  return undefined;
}

/** An entry from what was given, or why its address is none. */
export function toSuppression(
  { channel: given, to, reason, appliesTo }: SuppressionInput,
  rest: Pick<NewSuppression, 'appId' | 'source' | 'detail'>,
  region: string,
): NewSuppression | { readonly problem: string } {
  const channel = given ?? (to.includes('@') ? 'email' : 'sms');
  const parsed = parseAddress(channel, to, region);
  if (!parsed.ok) return { problem: parsed.reason };
  return { channel, address: parsed.address, reason, appliesTo: appliesTo ?? defaultAppliesTo(reason), ...rest };
}
