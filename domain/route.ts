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

/**
 * Which account makes attempt number `attempt` (from 1) for a message. The first attempt is drawn by weight, later ones
 * walk on from there through the failover order. Pure, so the limiter and the delivery always agree.
 * Returns `undefined` when no account of the route is usable.
 */
export function chooseAccount(
  entries: readonly RouteEntry[],
  usable: (accountId: AccountId) => boolean,
  messageId: string,
  attempt: number,
): AccountChoice | undefined {
  const open = entries.filter((entry) => usable(entry.accountId));
  const first = open[0];
  if (!first) return undefined;
  const total = open.reduce((sum, entry) => sum + entry.weight, 0);
  let draw = drawOf(messageId) * total;
  let start = 0;
  for (const [i, entry] of open.entries()) {
    if (entry.weight > 0 && draw < entry.weight) {
      start = i;
      break;
    }
    draw -= entry.weight;
  }
  const chosen = open[(start + attempt - 1) % open.length] ?? first;
  const parked = entries.length - open.length;
  const aside = parked ? `; ${parked} of ${entries.length} accounts unusable` : '';
  const why = attempt === 1 ? `weight ${chosen.weight} of ${total}` : `failover, attempt ${attempt}`;
  return { accountId: chosen.accountId, why: open.length === 1 ? `only account of the route${aside}` : why + aside };
}
