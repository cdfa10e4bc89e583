import { createKnex } from '../../db/create-knex';
import { OPEN, totalOf, type StatusCounts } from '../../domain/message-status';
import { setTimeout as sleep } from 'node:timers/promises';
import { inFlight } from '../load';
import type { Evidence, Told, Wanted } from './accounting';
import type { Caller } from './caller';
import type { AcceptedMessage } from './load';
import { RESEND_LANES, shortTemplate } from './plan-sends';
import type { Taken } from './story';
import type { FaultSystem } from './system';

/** Requests at once while the evidence is read. */
const WIDTH = 8;
const LOOK_EVERY_MS = 500;

/**
 * Waits until no message is open, at most `patienceMs`; returns how many messages there are. What is open then is for the account
 * to judge.
 */
export async function afterTheDust(databaseUrl: string, patienceMs: number): Promise<number> {
  const knex = createKnex(databaseUrl, 1);
  const deadline = Date.now() + patienceMs;
  try {
    for (;;) {
      const rows: unknown = await knex('messages').groupBy('status').select('status').count('* as n');
      const counts = new Map(
        (rows as { status: string; n: number | string }[]).map(({ status, n }) => [status, Number(n)]),
      );
      const open = OPEN.reduce((sum, status) => sum + (counts.get(status) ?? 0), 0);
      if (open === 0 || Date.now() > deadline) return [...counts.values()].reduce((sum, n) => sum + n, 0);
      await sleep(LOOK_EVERY_MS);
    }
  } finally {
    await knex.destroy();
  }
}

interface Text {
  readonly body: string;
  readonly createdAt: number;
}

/** What the providers have, by message id; by its mark where no accepted message has that. */
async function readWitnesses(
  { smtp, smsUrl }: FaultSystem,
  accepted: readonly AcceptedMessage[],
): Promise<Map<string, Taken[]>> {
  const mails = (await (await fetch(`${smtp.witnessUrl}/taken`)).json()) as Taken[];
  const { messages } = (await (await fetch(`${smsUrl}/sandbox/messages`)).json()) as { messages: Text[] };
  const byMark = new Map(accepted.map(({ id, recipient }) => [recipient.mark, id]));
  const texts = messages.map(({ body, createdAt }): Taken => {
    const mark = body.replace(/^Order /, '');
    return { mark: byMark.get(mark) ?? mark, at: createdAt, told: true };
  });
  const taken = new Map<string, Taken[]>();
  for (const entry of [...mails, ...texts]) taken.set(entry.mark, [...(taken.get(entry.mark) ?? []), entry]);
  return taken;
}

interface MessageView {
  readonly status: Told['status'];
  readonly reason: string | null;
  readonly dueAt: string | null;
  readonly attempts: readonly (Omit<Told['attempts'][number], 'startedAt' | 'endedAt'> & {
    readonly startedAt: string;
    readonly endedAt: string;
  })[];
}

async function readMessage(caller: Caller, id: string): Promise<Told | undefined> {
  const answer = await caller.call('GET', `/v1/messages/${id}`);
  if (answer.status !== 200) return undefined;
  const { status, reason, dueAt, attempts } = answer.body as unknown as MessageView;
  const steps =
    status === 'unknown' ? (await caller.call('GET', `/v1/messages/${id}/timeline`)).body['steps'] : undefined;
  return {
    id,
    status,
    reason,
    dueAt: dueAt === null ? null : Date.parse(dueAt),
    attempts: attempts.map((attempt) => ({
      ...attempt,
      startedAt: Date.parse(attempt.startedAt),
      endedAt: Date.parse(attempt.endedAt),
    })),
    steps: (steps ?? []) as Told['steps'],
  };
}

/** Sends whose counts do not add up to what was accepted, in words. */
async function readSends(caller: Caller, accepted: readonly AcceptedMessage[]): Promise<string[]> {
  const sizes = new Map<string, number>();
  for (const { sendId } of accepted) sizes.set(sendId, (sizes.get(sendId) ?? 0) + 1);
  const wrong: string[] = [];
  const ids = [...sizes.keys()];
  await inFlight(ids.length, WIDTH, async (i) => {
    const id = ids[i] ?? '';
    const { body } = await caller.call('GET', `/v1/sends/${id}`);
    const [total, counts] = [body['total'], body['counts'] as StatusCounts];
    if (total !== sizes.get(id) || totalOf(counts) !== total) {
      wrong.push(`send ${id} has ${JSON.stringify(counts)}, total ${String(total)}, of ${sizes.get(id) ?? 0} accepted`);
    }
  });
  return wrong;
}

const wantedOf = ({ id, send, recipient, recall }: AcceptedMessage): Wanted => ({
  id,
  story: recipient.story,
  resends: RESEND_LANES.has(send.lane),
  expires: send.expiresAfterMs !== undefined,
  short: send.template === shortTemplate(send.lane),
  recall,
});

/** Everything that is known about the accepted messages: from the API, and from the providers. */
export async function gatherEvidence(
  caller: Caller,
  system: FaultSystem,
  accepted: readonly AcceptedMessage[],
): Promise<Evidence & { readonly sums: readonly string[] }> {
  const told = new Map<string, Told>();
  await inFlight(accepted.length, WIDTH, async (i) => {
    const message = accepted[i] && (await readMessage(caller, accepted[i].id));
    if (message) told.set(message.id, message);
  });
  const sums = await readSends(caller, accepted);
  const taken = await readWitnesses(system, accepted);
  return { wanted: accepted.map(wantedOf), told, taken, outages: system.outages, now: Date.now(), sums };
}
