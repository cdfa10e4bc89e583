import { firstIdAt, messageOfRow, newId, sendOfRun, type AppId, type MessageId, type RunId } from '../../domain/ids';
import type { MessageStatus } from '../../domain/message-status';
import type { RunState } from '../../domain/run';
import type { TestDatabase } from './test-database';

const DAY_MS = 86_400_000;
let made = 0;

/** A moment of its own, about so many days ago. */
export const daysAgo = (days: number): number => Date.now() - days * DAY_MS + made++;
export const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

export interface OldSend {
  readonly send: string;
  readonly dispatch: string;
  readonly messages: MessageId[];
}

const rowOf = (appId: AppId, at: number): Record<string, unknown> => ({
  app_id: appId,
  template_id: 1,
  template_version: 1,
  lane: 'email.notice',
  created_at: new Date(at),
});

/** A send as it was written so many days ago, with a message in each of these statuses and its dispatch. */
export async function oldSend(
  { knex }: TestDatabase,
  appId: AppId,
  days: number,
  statuses: readonly MessageStatus[],
  columns: Readonly<Record<string, unknown>> = {},
): Promise<OldSend> {
  const at = daysAgo(days);
  const send = firstIdAt('snd', at);
  const dispatch = `send/${send}`;
  const messages = statuses.map(() => firstIdAt('msg', daysAgo(days)));
  const row = rowOf(appId, at);
  await knex('sends').insert({ ...row, id: send, total: statuses.length });
  await knex('messages').insert(
    statuses.map((status, position) => ({
      ...row,
      ...{ id: messages[position], send_id: send, position, status, dispatch_id: dispatch, updated_at: new Date(at) },
      address: `user${made++}@example.com`,
      ...columns,
    })),
  );
  await knex('dispatches').insert({
    ...{ id: dispatch, app_id: appId, lane: 'email.notice', messages: statuses.length },
    ...{ created_at: new Date(at), confirmed_at: new Date(at) },
  });
  return { send, dispatch, messages };
}

/** A run that began so many days ago, with this many sent messages; it ended then, if its state is one in which it has. */
export async function oldRun(
  { knex }: TestDatabase,
  appId: AppId,
  days: number,
  state: RunState,
  rows: number,
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ id: RunId; send: string }> {
  const at = daysAgo(days);
  const time = new Date(at);
  const id = firstIdAt('run', at);
  const send = sendOfRun(id);
  const ended = ['finished', 'cancelled', 'failed', 'skipped'].includes(state);
  await knex('runs').insert({
    ...rowOf(appId, at),
    ...{ id, campaign_id: newId('cmp'), audience_id: 'aud_1', fired_by: 'api', workflow_id: `run/${id}` },
    ...{ fired_at: time, settings: '{}', state, total: rows, imported: rows, updated_at: time, started_at: time },
    finished_at: ended ? time : null,
    ...more,
  });
  await knex('sends').insert({ ...rowOf(appId, at), id: send, total: rows });
  for (let from = 1; from <= rows; from += 1_000) {
    const part = Array.from({ length: Math.min(1_000, rows - from + 1) }, (_, i) => from + i);
    await knex('messages').insert(
      part.map((row) => ({
        ...rowOf(appId, at),
        ...{ id: messageOfRow(id, row), send_id: send, position: row, address: `row${row}@example.com` },
        ...{ status: 'sent', dispatch_id: `send/${id}/${Math.ceil(row / 2_000)}`, updated_at: time },
      })),
    );
  }
  return { id, send };
}

/** A receipt that came so many days ago; `dueAt`: it waits to be applied. */
export async function oldReceipt(
  { knex }: TestDatabase,
  days: number,
  about: { messageId?: string; providerMessageId?: string; dueAt?: Date | null; accountId?: string },
): Promise<string> {
  const at = daysAgo(days);
  const id = firstIdAt('rcp', at);
  await knex('receipts').insert({
    ...{ id, source: 'generic', account_id: about.accountId ?? '', event_id: id, event: 'deliver' },
    ...{ message_id: about.messageId ?? null, provider_message_id: about.providerMessageId ?? null },
    ...{ code: '', detail: '', happened_at: new Date(at), received_at: new Date(at) },
    due_at: about.dueAt ?? null,
    ...(about.dueAt ? {} : { applied_at: new Date(at), outcome: about.messageId ? 'applied' : 'unmatched' }),
  });
  return id;
}
