import { isId } from './ids';
import { isLane } from './lane';
import type { RouteEntry } from './route';
import type { RoutesRule } from './rules';

export const MAX_ROUTE_ENTRIES = 10;
export const MAX_ROUTE_WEIGHT = 10_000;

/** What is wrong with a route, as far as the route alone tells; `index` is the entry, absent when it is the whole. */
export interface RouteFault {
  readonly index?: number;
  readonly code: 'duplicate' | 'no_weight';
  readonly detail: string;
}

/** Every account once, and some weight above 0, since otherwise nobody would make first attempts. */
export function routeFaults(entries: readonly { readonly accountId: string; readonly weight: number }[]): RouteFault[] {
  const ids = entries.map(({ accountId }) => accountId);
  const faults = ids.flatMap((id, index): RouteFault[] =>
    ids.indexOf(id) < index ? [{ index, code: 'duplicate', detail: 'is in the route already' }] : [],
  );
  if (entries.length === 0 || entries.some(({ weight }) => weight > 0)) return faults;
  return [...faults, { code: 'no_weight', detail: 'need a weight above 0 somewhere' }];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isEntry(value: unknown): value is RouteEntry {
  if (!isObject(value)) return false;
  const { accountId, weight } = value;
  return (
    typeof accountId === 'string' &&
    isId('acc', accountId) &&
    typeof weight === 'number' &&
    Number.isInteger(weight) &&
    weight >= 0 &&
    weight <= MAX_ROUTE_WEIGHT
  );
}

/** True when a value that was stored as the rule `routes` can be gone by. */
export function isRoutesRule(value: unknown): value is RoutesRule {
  if (!isObject(value)) return false;
  return Object.entries(value).every(
    ([lane, entries]) =>
      isLane(lane) &&
      Array.isArray(entries) &&
      entries.length > 0 &&
      entries.length <= MAX_ROUTE_ENTRIES &&
      entries.every(isEntry) &&
      routeFaults(entries).length === 0,
  );
}
