import { newId, type AppId } from '../../domain/ids';
import type { MessageType } from '../../domain/lane';
import type { FlowTicket } from '../../domain/flow-ticket';
import type { FlowControl, FlowLimit } from '../../limits/flow-control';

export const APP: AppId = newId('app');

/** Tickets of messages that nobody else has, in order. */
export function tickets(count: number, messageType: MessageType = 'notice', appId: AppId = APP): FlowTicket[] {
  return Array.from({ length: count }, () => ({ id: `${newId('msg')}:1`, messageType, appId }));
}

export interface Arrival {
  readonly at: number;
  readonly tickets: readonly FlowTicket[];
}

export interface SimulationOptions {
  /** How much later than told each comes back, in milliseconds; `undefined`: never. Default: at once. */
  readonly lateness?: (ticket: FlowTicket) => number | undefined;
}

/**
 * Plays workers in a time of its own: every ticket asks when it arrives and then whenever it was told to come back. Resolves with
 * when each was granted, in the order of the grants; those that never come back are not among them.
 */
export async function simulate(
  flow: Pick<FlowControl, 'ask'>,
  limit: FlowLimit,
  arrivals: readonly Arrival[],
  { lateness = () => 0 }: SimulationOptions = {},
): Promise<Map<FlowTicket, number>> {
  const granted = new Map<FlowTicket, number>();
  const agenda = new Map<number, FlowTicket[]>();
  const enter = (at: number, more: readonly FlowTicket[]): void => {
    const there = agenda.get(at);
    if (there) there.push(...more);
    else agenda.set(at, [...more]);
  };
  for (const { at, tickets: more } of arrivals) enter(at, more);
  while (agenda.size > 0) {
    const now = Math.min(...agenda.keys());
    const asking = agenda.get(now) ?? [];
    agenda.delete(now);
    const answers = await flow.ask(limit, asking, now);
    for (const [i, ticket] of asking.entries()) {
      const answer = answers[i];
      if (answer?.go !== false) {
        granted.set(ticket, now);
        continue;
      }
      if (answer.at <= now) throw new Error(`told at ${now} to come back at ${answer.at}`);
      const late = lateness(ticket);
      if (late !== undefined) enter(answer.at + late, [ticket]);
    }
  }
  return granted;
}
