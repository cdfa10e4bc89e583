import type { MessageId, TemplateId } from '../../domain/ids';
import { ApiError } from '../problem';
import { acceptedSendSchema } from '../schemas/sends';
import type { CallV1, Scope } from './call-v1';
import { badParameters } from './envelope';
import type { Row } from './read-receivers';

export interface Accepted {
  readonly row: Row;
  readonly messageId: MessageId;
}
export interface Dropped {
  readonly row: Row;
  /** Goes on from the address. */
  readonly reason: string;
}

const PLACE = /^\/recipients\/(\d+)\/(.*)$/;

/** The rows whose address is all that is wrong, by their place. Throws what else is wrong: A0001 for variables before receivers. */
function badAddresses(error: unknown, rows: readonly Row[]): Map<number, Dropped> {
  if (!(error instanceof ApiError) || error.code !== 'invalid_request' || !error.errors?.length) throw error;
  const bad = new Map<number, Dropped>();
  for (const { pointer = '', detail } of error.errors) {
    const [, place, field] = PLACE.exec(pointer) ?? [];
    const row = rows[Number(place)];
    if (!row) throw error;
    if (field !== 'to') throw badParameters(`Receiver "${row.to}": ${field ?? ''} ${detail}.`);
    bad.set(Number(place), { row, reason: detail });
  }
  return bad;
}

/** Accepts the rows as one send, without those that have a bad address; these are told. Throws 404, 409 or A0001. */
export async function acceptRows(
  callV1: CallV1,
  scope: Scope,
  template: TemplateId,
  rows: readonly Row[],
): Promise<{ accepted: readonly Accepted[]; dropped: readonly Dropped[] }> {
  const accept = async (good: readonly Row[]): Promise<Accepted[]> => {
    if (good.length === 0) return [];
    const recipients = good.map(({ to, variables, bizId }) => ({ to, variables, ...(bizId ? { id: bizId } : {}) }));
    const { messages } = await callV1(scope, 'post /v1/sends', acceptedSendSchema, { body: { template, recipients } });
    return messages.flatMap(({ index, id }) => {
      const row = good[index];
      return row ? [{ row, messageId: id as MessageId }] : [];
    });
  };
  try {
    return { accepted: await accept(rows), dropped: [] };
  } catch (error) {
    const bad = badAddresses(error, rows);
    return { accepted: await accept(rows.filter((_row, place) => !bad.has(place))), dropped: [...bad.values()] };
  }
}
