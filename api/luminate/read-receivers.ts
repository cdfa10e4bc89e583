import { setImmediate as othersTurn } from 'node:timers/promises';
import { parseAddress } from '../../domain/address';
import type { Variables } from '../../domain/content';
import { badParameters, CODES, LuminateError } from './envelope';
import type { MessageParam } from './schemas';

/** One receiver with what it is to get. */
export interface Row {
  /** As it was written, trimmed. */
  readonly to: string;
  readonly variables: Variables;
  readonly bizId: string | undefined;
  /** In the order of the request, from 0. */
  readonly place: number;
  /** How often its address came before, in entries that have other variables. */
  readonly round: number;
}

/** Receivers of one entry at most: raw pieces, as the ancestor counted. */
const MAX_RECEIVERS = 100;
/** After so many, other requests have their turn: a body of 1 MB has some 80,000, and a phone number takes its time. */
const IN_ONE_GO = 200;

/** As Java splits: empty pieces at the end do not count. */
function piecesOf(receiver: string): string[] {
  const pieces = receiver.split(',');
  while (pieces.length > 0 && pieces.at(-1) === '') pieces.pop();
  return pieces;
}

/** The same for all ways to write an address. */
function keyOf(to: string, region: string): string {
  const parsed = parseAddress(to.includes('@') ? 'email' : 'sms', to, region);
  return parsed.ok ? parsed.address : to;
}

/**
 * The receivers of entries: blank ones are left out, and those that an entry names twice. Throws A0001 when every entry is blank, then
 * A0003 when one has more than 100. Lets others work in between.
 */
export async function readReceivers(
  params: readonly (MessageParam | null | undefined)[],
  region: string,
): Promise<Row[]> {
  const given = params.flatMap((param) => (param?.receiver?.trim() ? [{ ...param, receiver: param.receiver }] : []));
  if (given.length === 0) throw badParameters('receiver is missing: no entry names one.');
  const split = given.map(({ receiver, ...param }) => ({ ...param, pieces: piecesOf(receiver) }));
  const tooMany = split.find(({ pieces }) => pieces.length > MAX_RECEIVERS);
  if (tooMany) {
    const detail = `An entry has ${tooMany.pieces.length} receivers: at most ${MAX_RECEIVERS} are allowed.`;
    throw new LuminateError(CODES.tooManyReceivers, detail);
  }
  const seen = new Map<string, number>();
  const rows: Row[] = [];
  let read = 0;
  for (const { pieces, variables, bizId } of split) {
    read += pieces.length;
    if (read > IN_ONE_GO) {
      read = 0;
      await othersTurn();
    }
    const own = new Map(pieces.flatMap((piece) => (piece.trim() ? [[keyOf(piece.trim(), region), piece.trim()]] : [])));
    for (const [key, to] of own) {
      const round = seen.get(key) ?? 0;
      seen.set(key, round + 1);
      rows.push({ to, variables: variables ?? {}, bizId: bizId?.trim() || undefined, place: rows.length, round });
    }
  }
  return rows;
}
