import type { Attempt } from '../../domain/hand-over';
import { newId, type TemplateId } from '../../domain/ids';
import type { ReceiptOutcome } from '../../domain/receipt';
import type { ReceiptRecord } from '../../trace/receipt-events';
import { eventsOfRecord, type DispatchStep, type MessageRecord } from '../../trace/record-events';

const AT = Date.UTC(2026, 10, 23, 9);
const attemptOf = (n: number, more: Partial<Attempt> = {}): Attempt => ({
  n,
  accountId: newId('acc'),
  account: 'main',
  why: 'weight 1 of 1',
  startedAt: AT + n * 1_000,
  endedAt: AT + n * 1_000 + 50,
  class: 'accepted',
  code: '250',
  detail: '250 OK',
  ...more,
});
const THROTTLED = { class: 'throttled', code: '421', detail: '421 later' } as const;
const recordOf = (more: Partial<MessageRecord> = {}): MessageRecord => ({
  id: newId('msg'),
  sendId: newId('snd'),
  position: 0,
  address: 'ada@example.com',
  templateId: 1 as TemplateId,
  templateVersion: 2,
  status: 'accepted',
  reason: null,
  detail: undefined,
  dueAt: null,
  attempt: 0,
  attempts: [],
  createdAt: new Date(AT),
  updatedAt: new Date(AT + 10_000),
  ...more,
});
const HISTORY: DispatchStep[] = [
  { step: 'started', at: AT + 10 },
  { step: 'render', at: AT + 20 },
  { step: 'dedup', at: AT + 30 },
  { step: 'rateLimit', at: AT + 40 },
  { step: 'deliver', at: AT + 2_000 },
];
/** Step and status, which is all that must agree with what the activities emit. */
const told = (record: MessageRecord, history?: readonly DispatchStep[]) =>
  eventsOfRecord(record, history).map(({ step, status }) => [step, status]);
const steps = (record: MessageRecord, history?: readonly DispatchStep[]) =>
  eventsOfRecord(record, history).map(({ step }) => step);

test('an accepted message has been accepted, and no more', () => {
  const record = recordOf();
  expect(eventsOfRecord(record)).toEqual([
    {
      messageId: record.id,
      address: record.address,
      templateId: 1,
      step: 'accepted',
      at: AT,
      status: 'accepted',
      data: { send: record.sendId, position: 0 },
    },
  ]);
});

test('a sent message tells its attempt, and with the history of its dispatch the steps before', () => {
  const record = recordOf({ status: 'sent', attempt: 1, attempts: [attemptOf(1)] });
  const life = [
    ['accepted', 'accepted'],
    ['claimed:1', 'sending'],
    ['attempted:1', 'sent'],
  ];
  expect(told(record)).toEqual(life);
  expect(told(record, HISTORY)).toEqual([life[0], ['rendered', undefined], ['passed', undefined], life[1], life[2]]);
  expect(eventsOfRecord(record).at(-1)).toMatchObject({
    at: AT + 1_050,
    data: { account: 'main', class: 'accepted', code: '250', words: '250 OK', ms: 50 },
  });
});

test('a message sent at the second attempt was deferred by the first', () => {
  const attempts = [attemptOf(1, THROTTLED), attemptOf(2)];
  expect(told(recordOf({ status: 'sent', attempt: 2, attempts }))).toEqual([
    ['accepted', 'accepted'],
    ['claimed:1', 'sending'],
    ['attempted:1', 'deferred'],
    ['claimed:2', 'sending'],
    ['attempted:2', 'sent'],
  ]);
});

test('a receipt changes the status after the attempt, which was accepted all the same', () => {
  const record = recordOf({ status: 'delivered', attempt: 1, attempts: [attemptOf(1)] });
  expect(told(record)).toEqual([
    ['accepted', 'accepted'],
    ['claimed:1', 'sending'],
    ['attempted:1', 'sent'],
    ['delivered', 'delivered'],
  ]);
});

describe('receipts', () => {
  const receiptOf = (outcome: ReceiptOutcome | null, more: Partial<ReceiptRecord> = {}): ReceiptRecord => ({
    id: newId('rcp'),
    source: 'twilio',
    event: 'deliver',
    code: 'delivered',
    detail: 'delivered',
    happenedAt: new Date(AT),
    receivedAt: new Date(AT + 5_000),
    outcome,
    ...more,
  });

  test('each is a step of its own, and the one that changed the status stands for the ending', () => {
    const record = recordOf({ status: 'delivered', attempt: 1, attempts: [attemptOf(1)] });
    const [first, second, waiting] = [receiptOf('applied'), receiptOf('no_effect'), receiptOf(null)];
    const events = eventsOfRecord(record, [], [first, second, waiting]);
    expect(events.slice(2).map(({ step, status }) => [step, status])).toEqual([
      ['attempted:1', 'sent'],
      [`receipt:${first.id}`, 'delivered'],
      [`receipt:${second.id}`, undefined],
    ]);
  });

  test('one that came before our own record of the attempt is told after it', () => {
    const record = recordOf({ status: 'delivered', attempt: 1, attempts: [attemptOf(1)] });
    const early = receiptOf('applied', { receivedAt: new Date(AT + 1_010) });
    expect(eventsOfRecord(record, [], [early]).at(-1)).toMatchObject({ step: `receipt:${early.id}`, at: AT + 1_050 });
  });

  test('an attempt whose answer was lost was unknown before the receipt cleared it up', () => {
    const record = recordOf({ status: 'delivered', attempt: 1, attempts: [attemptOf(1, { class: 'ambiguous' })] });
    expect(eventsOfRecord(record, [], [receiptOf('applied')]).slice(2)).toMatchObject([
      { step: 'attempted:1', status: 'unknown' },
      { status: 'delivered' },
    ]);
  });

  test('a suppressed message did not pass', () => {
    const record = recordOf({ status: 'suppressed', reason: 'hard_bounce' });
    expect(told(record, HISTORY)).toEqual([
      ['accepted', 'accepted'],
      ['rendered', undefined],
      ['suppressed', 'suppressed'],
    ]);
  });
});

test.each(['failed', 'unknown'] as const)('%s by its last attempt is told by the attempt alone', (status) => {
  const attempts = [attemptOf(1, { class: status === 'failed' ? 'refused' : 'ambiguous' })];
  const record = recordOf({ status, reason: 'refused', detail: { attempt: 1 }, attempt: 1, attempts });
  expect(told(record).slice(1)).toEqual([
    ['claimed:1', 'sending'],
    ['attempted:1', status],
  ]);
});

test('what waits for its next attempt says until when', () => {
  const dueAt = new Date(AT + 60_000);
  const detail = { attempt: 1, code: '421' };
  const record = recordOf({
    status: 'deferred',
    reason: 'retry',
    detail,
    dueAt,
    attempt: 1,
    attempts: [attemptOf(1, THROTTLED)],
  });
  expect(told(record).slice(1)).toEqual([
    ['claimed:1', 'sending'],
    ['attempted:1', 'deferred'],
  ]);
  expect(eventsOfRecord(record).at(-1)?.data).toMatchObject({ until: dueAt.getTime() });
});

test('what waits for another reason after an attempt tells both', () => {
  const dueAt = new Date(AT + 60_000);
  const detail = { because: 'no route is set for this lane' };
  const attempts = [attemptOf(1, THROTTLED)];
  const record = recordOf({ status: 'deferred', reason: 'provider_down', detail, dueAt, attempt: 1, attempts });
  expect(told(record).slice(2)).toEqual([
    ['attempted:1', 'deferred'],
    [`deferred:${dueAt.getTime()}`, 'deferred'],
  ]);
  expect(eventsOfRecord(record).at(-1)?.data).toEqual({ reason: 'provider_down', ...detail, until: dueAt.getTime() });
});

test('a message in flight has been claimed', () => {
  const record = recordOf({ status: 'sending', attempt: 2, attempts: [attemptOf(1, THROTTLED)] });
  expect(told(record).slice(2)).toEqual([
    ['attempted:1', 'deferred'],
    ['claimed:2', 'sending'],
  ]);
});

test('retries that ran out of time end after the last attempt', () => {
  const detail = { deliverWithinSeconds: 900, attempts: 1 };
  const attempts = [attemptOf(1, THROTTLED)];
  const record = recordOf({ status: 'failed', reason: 'retries_exhausted', detail, attempt: 1, attempts });
  expect(told(record).slice(2)).toEqual([
    ['attempted:1', 'deferred'],
    ['failed', 'failed'],
  ]);
});

test.each([
  ['capped', 'daily_cap', ['accepted', 'rendered', 'capped']],
  ['deduplicated', 'same_content', ['accepted', 'rendered', 'deduplicated']],
  ['discarded', 'template_stopped', ['accepted', 'rendered', 'discarded']],
  ['failed', 'render_error', ['accepted', 'failed']],
  ['deduplicated', 'duplicate_recipient', ['accepted', 'deduplicated']],
] as const)('%s for %s ends where the pipeline stopped', (status, reason, expected) => {
  const record = recordOf({ status, reason, detail: { used: 5 } });
  expect(steps(record, HISTORY)).toEqual(expected);
  expect(eventsOfRecord(record).at(-1)).toMatchObject({ at: AT + 10_000, status, data: { reason, used: 5 } });
});

test('a history from before the message says nothing about it', () => {
  const earlier = HISTORY.map(({ step, at }) => ({ step, at: at - 60_000 }));
  const record = recordOf({ status: 'sent', attempt: 1, attempts: [attemptOf(1)] });
  expect(steps(record, earlier)).toEqual(['accepted', 'claimed:1', 'attempted:1']);
  expect(steps(record, [...earlier, ...HISTORY])).toEqual([
    'accepted',
    'rendered',
    'passed',
    'claimed:1',
    'attempted:1',
  ]);
});
