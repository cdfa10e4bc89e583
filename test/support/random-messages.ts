import type { AccountId, AppId, MessageId, RunId } from '../../domain/ids';
import type { Lane } from '../../domain/lane';
import type { MessageStatus } from '../../domain/message-status';
import { CHARGED, HOUR_MS, STOPPED } from '../../domain/statistics';
import type { TestDatabase } from './test-database';

/** A message as it is written straight into the table; times are epoch milliseconds. */
export interface PlainMessage {
  readonly id: MessageId;
  readonly at: number;
  readonly appId: AppId;
  readonly templateId: number;
  readonly lane: Lane;
  readonly accountId: AccountId | null;
  readonly runId: RunId | null;
  readonly status: MessageStatus;
  /** After `at`; `null`: its provider has not taken it. */
  readonly handedAfterMs: number | null;
  readonly changedAfterMs: number;
  readonly segments: number | null;
}

/** Writes messages; sends and dispatches are not needed for counting. */
export async function writeMessages({ knex }: TestDatabase, messages: readonly PlainMessage[]): Promise<void> {
  const rows = messages.map((message, position) => ({
    ...{ id: message.id, send_id: `snd_${message.id.slice(4)}`, app_id: message.appId, position, lane: message.lane },
    ...{ template_id: message.templateId, template_version: 1, address: `user${position}@example.com` },
    ...{ status: message.status, account_id: message.accountId, segments: message.segments },
    dispatch_id: message.runId === null ? `send/snd_${message.id.slice(4)}` : `send/${message.runId}/1`,
    created_at: new Date(message.at),
    handed_at: message.handedAfterMs === null ? null : new Date(message.at + message.handedAfterMs),
    updated_at: new Date(message.at + (message.handedAfterMs ?? 0) + message.changedAfterMs),
  }));
  for (let i = 0; i < rows.length; i += 500) await knex('messages').insert(rows.slice(i, i + 500));
}

/** The figures of messages, counted one by one, as the API names them; of latencies the number and the mean. */
export function countPlainly(messages: readonly PlainMessage[]) {
  const n = (...statuses: readonly MessageStatus[]): number =>
    messages.filter(({ status }) => statuses.includes(status)).length;
  const charged = messages.filter(({ status }) => CHARGED.includes(status));
  const sms = charged.filter(({ lane }) => lane.startsWith('sms.'));
  const latency = (times: number[]) => ({
    count: times.length,
    meanMs: times.length === 0 ? null : Math.round(times.reduce((sum, ms) => sum + ms, 0) / times.length),
  });
  return {
    messages: messages.length,
    waiting: n('accepted', 'deferred'),
    inFlight: n('sending'),
    ...{ sent: n('sent'), delivered: n('delivered'), bounced: n('bounced'), undelivered: n('undelivered') },
    ...{ complained: n('complained'), failed: n('failed'), unknown: n('unknown'), stopped: n(...STOPPED) },
    stoppedBy: Object.fromEntries(STOPPED.map((status) => [status, n(status)])),
    acceptToProvider: latency(messages.flatMap(({ handedAfterMs }) => handedAfterMs ?? [])),
    providerToDelivered: latency(
      messages.flatMap(({ status, handedAfterMs, changedAfterMs }) =>
        status === 'delivered' && handedAfterMs !== null ? [changedAfterMs] : [],
      ),
    ),
    emails: charged.length - sms.length,
    smsSegments: sms.reduce((sum, { segments }) => sum + (segments ?? 0), 0),
    smsOfUnknownSize: sms.filter(({ segments }) => segments === null).length,
  };
}

/** The beginning of the hour of a message, as statistics have it. */
export const hourOfMessage = ({ at }: PlainMessage): number => Math.floor(at / HOUR_MS) * HOUR_MS;
