import type { AccountId } from './ids';

/** One account of a lane's route, in failover order. */
export interface RouteEntry {
  readonly accountId: AccountId;
  /** Share of first attempts, relative to the others; 0 means failover only. */
  readonly weight: number;
}

export interface AccountChoice {
  readonly accountId: AccountId;
  readonly why: string;
  /** The one message that is let through to see whether the account works again. */
  readonly probe?: true;
}

/** A stable number in [0, 1) from a text (FNV-1a, 32 bit): the same message draws the same account in every process. */
export function drawOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  // FNV's low bits are good, its high bits are not, for short texts: mix once more (murmur3's finalizer).
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** The place of the entry that a draw in [0, 1) falls on, by weight; the first when nobody has any. */
function drawn(entries: readonly RouteEntry[], draw: number): number {
  let rest = draw * entries.reduce((sum, { weight }) => sum + weight, 0);
  for (const [i, { weight }] of entries.entries()) {
    if (weight > 0 && rest < weight) return i;
    rest -= weight;
  }
  return 0;
}

/**
 * Which account makes attempt number `attempt` (from 1). The first attempt is drawn by weight, later ones walk on from there
 * through the failover order. `key` draws: equal keys get the same account, as long as it is usable, and an account that
 * becomes unusable moves only what it had. Pure, so the limiter and the delivery always agree.
 * Returns `undefined` when no account of the route is usable.
 */
export function chooseAccount(
  entries: readonly RouteEntry[],
  usable: (accountId: AccountId) => boolean,
  key: string,
  attempt: number,
): AccountChoice | undefined {
  const open = entries.filter((entry) => usable(entry.accountId));
  const first = open[0];
  if (!first) return undefined;
  const wanted = entries[drawn(entries, drawOf(key))];
  const place = open.findIndex((entry) => entry === wanted);
  const start = place >= 0 ? place : drawn(open, drawOf(`${key}:again`));
  const chosen = open[(start + attempt - 1) % open.length] ?? first;
  const total = open.reduce((sum, entry) => sum + entry.weight, 0);
  const why = attempt === 1 ? `weight ${chosen.weight} of ${total}` : `failover, attempt ${attempt}`;
  return { accountId: chosen.accountId, why: open.length > 1 ? why : onlyOne(entries.length) };
}

const onlyOne = (accounts: number): string =>
  accounts === 1 ? 'only account of the route' : `only usable account of ${accounts}`;
