import type { Message } from '../../db/stores/message-store';
import type { Receipt } from '../../db/stores/receipt-store';
import type { Attempt } from '../../domain/hand-over';
import { newId } from '../../domain/ids';
import { MESSAGE_STATUS_NAMES, OPEN, transition, type MessageStatus } from '../../domain/message-status';
import type { ReportedEvent } from '../../domain/receipt';
import { decideReceipts } from '../../workers/decide-receipts';

const NOW = Date.UTC(2026, 10, 25, 12);
const SECOND = 1_000;
const DAY = 86_400_000;

const receiptOf = (event: ReportedEvent, more: Partial<Receipt> = {}): Receipt => ({
  id: newId('rcp'),
  source: 'generic',
  accountId: newId('acc'),
  eventId: newId('rcp'),
  event,
  messageId: null,
  providerMessageId: null,
  code: '',
  detail: '',
  suppress: null,
  happenedAt: new Date(NOW),
  receivedAt: new Date(NOW),
  dueAt: new Date(NOW),
  appliedAt: null,
  outcome: null,
  ...more,
});

/** What decides of a message. */
const messageOf = (more: Partial<Message> = {}): Message =>
  ({ id: newId('msg'), attempt: 1, attempts: [], providerMessageId: null, ...more }) as unknown as Message;

/** Outcomes, in the order in which the receipts happened, of a message in this status; `later` for those that wait. */
function decide(receipts: Receipt[], status: MessageStatus, message = messageOf()) {
  const known = new Map(receipts.map((receipt) => [receipt, message]));
  const statuses = new Map(OPEN.includes(status) ? [] : [[message.id, status]]);
  return decideReceipts(receipts, known, statuses, NOW).map(({ outcome, to }) => to ?? outcome ?? 'later');
}

const EVENTS = ['deliver', 'bounce', 'failDelivery', 'complain'] as const;
const cases = MESSAGE_STATUS_NAMES.flatMap((status) => EVENTS.map((event) => [status, event] as const));

test.each(cases)(
  'a message that is %s, by %s: as the transition table says, or later while it is open',
  (status, event) => {
    const expected = OPEN.includes(status) ? 'later' : (transition(status, event) ?? 'no_effect');
    expect(decide([receiptOf(event)], status)).toEqual([expected]);
  },
);

test('receipts of one message are applied in the order in which things happened, not in that of their arrival', () => {
  const at = (seconds: number) => ({ happenedAt: new Date(NOW + seconds * SECOND) });
  const receipts = [receiptOf('complain', at(9)), receiptOf('deliver', at(1)), receiptOf('bounce', at(5))];
  expect(decide(receipts, 'sent')).toEqual(['delivered', 'bounced', 'no_effect']);
});

test('an unsubscription is applied whatever the status of the message', () => {
  expect(decide([receiptOf('unsubscribe')], 'delivered')).toEqual(['applied']);
  expect(decide([receiptOf('unsubscribe')], 'bounced')).toEqual(['applied']);
});

describe('a message that was tried twice', () => {
  const attempts = [
    { n: 1, providerMessageId: 'first' },
    { n: 2, providerMessageId: 'second' },
  ] as Attempt[];
  const message = messageOf({ attempt: 2, attempts, providerMessageId: 'second' });

  test.each([
    ['failDelivery', 'first', 'other_attempt'],
    ['bounce', 'first', 'other_attempt'],
    ['failDelivery', 'second', 'undelivered'],
    ['deliver', 'first', 'delivered'],
    ['complain', 'first', 'complained'],
  ] as const)('%s of the %s attempt: %s', (event, providerMessageId, expected) => {
    expect(decide([receiptOf(event, { providerMessageId })], 'sent', message)).toEqual([expected]);
  });
});

test('bad news whose id we do not know, of a message that was sent again after a doubt, may be about the first attempt', () => {
  const attempts = [
    { n: 1, class: 'ambiguous' },
    { n: 2, class: 'accepted', providerMessageId: 'second' },
  ] as Attempt[];
  const message = messageOf({ attempt: 2, attempts, providerMessageId: 'second' });
  expect(decide([receiptOf('failDelivery', { providerMessageId: 'lost' })], 'sent', message)).toEqual([
    'other_attempt',
  ]);
  expect(decide([receiptOf('failDelivery', { providerMessageId: 'second' })], 'sent', message)).toEqual([
    'undelivered',
  ]);
});

test('bad news of a message that was tried once is about it, whatever the provider calls it', () => {
  const message = messageOf({ attempts: [{ n: 1 }] as Attempt[], providerMessageId: 'queue-1' });
  expect(decide([receiptOf('bounce', { providerMessageId: 'another name' })], 'sent', message)).toEqual(['bounced']);
});

describe('without a message', () => {
  const decideStranger = (more: Partial<Receipt>) =>
    decideReceipts([receiptOf('deliver', more)], new Map(), new Map(), NOW)[0]!;
  const since = (ms: number) => ({ receivedAt: new Date(NOW - ms) });

  test('one that names our id is unmatched at once: messages are in MySQL before they are handed over', () => {
    expect(decideStranger({ messageId: newId('msg') }).outcome).toBe('unmatched');
  });

  test('one that names the id of the provider alone may be early: it is looked at less and less often, for three days', () => {
    const pauses = [0, 10 * SECOND, DAY, 3 * DAY - 1].map(
      (age) => (decideStranger({ providerMessageId: 'q1', ...since(age) }).dueAt ?? NaN) - NOW,
    );
    expect(pauses).toEqual([SECOND, 5 * SECOND, 3600 * SECOND, 3600 * SECOND]);
    expect(decideStranger({ providerMessageId: 'q1', ...since(3 * DAY) })).toMatchObject({ outcome: 'unmatched' });
  });
});
