import {
  isFinal,
  MESSAGE_EVENTS,
  MESSAGE_STATUS_NAMES,
  MESSAGE_STATUSES,
  OPEN,
  sourcesOf,
  totalOf,
  transition,
  WAITING,
  type MessageEvent,
  type MessageStatus,
} from '../../domain/message-status';

/** The whole table by hand: for every status, what each event leads to; events that are left out have no effect. */
const EXPECTED: Record<MessageStatus, Partial<Record<MessageEvent, MessageStatus>>> = {
  accepted: {
    claim: 'sending',
    defer: 'deferred',
    discard: 'discarded',
    suppress: 'suppressed',
    deduplicate: 'deduplicated',
    cap: 'capped',
    shield: 'shielded',
    recall: 'recalled',
    expire: 'expired',
    fail: 'failed',
  },
  deferred: {
    claim: 'sending',
    defer: 'deferred',
    discard: 'discarded',
    suppress: 'suppressed',
    deduplicate: 'deduplicated',
    cap: 'capped',
    shield: 'shielded',
    recall: 'recalled',
    expire: 'expired',
    fail: 'failed',
    loseAnswer: 'unknown',
    deliver: 'delivered',
    bounce: 'bounced',
    complain: 'complained',
  },
  sending: {
    defer: 'deferred',
    fail: 'failed',
    accept: 'sent',
    doubt: 'sending',
    loseAnswer: 'unknown',
    deliver: 'delivered',
    bounce: 'bounced',
    failDelivery: 'undelivered',
    complain: 'complained',
  },
  sent: {
    recallAtProvider: 'recalled',
    deliver: 'delivered',
    bounce: 'bounced',
    failDelivery: 'undelivered',
    complain: 'complained',
  },
  delivered: { bounce: 'bounced', complain: 'complained' },
  unknown: {
    accept: 'sent',
    resolveSent: 'sent',
    resolveNotSent: 'failed',
    deliver: 'delivered',
    bounce: 'bounced',
    failDelivery: 'undelivered',
    complain: 'complained',
  },
  bounced: {},
  undelivered: {},
  complained: {},
  discarded: {},
  suppressed: {},
  deduplicated: {},
  capped: {},
  shielded: {},
  recalled: {},
  expired: {},
  failed: {},
};

const CELLS = MESSAGE_STATUS_NAMES.flatMap((status) =>
  MESSAGE_EVENTS.map((event) => [status, event, EXPECTED[status][event]] as const),
);

test.each(CELLS)('a message that is %s, on %s, becomes %s', (status, event, expected) => {
  expect(transition(status, event)).toBe(expected);
  expect(sourcesOf(event).includes(status)).toBe(expected !== undefined);
});

test('the expected table names no event that does not exist', () => {
  const named = new Set(Object.values(EXPECTED).flatMap((row) => Object.keys(row)));
  expect([...named].sort()).toEqual([...MESSAGE_EVENTS].sort());
});

/** Every status that some run of events leads to from `start`. */
function reachableFrom(start: MessageStatus): Set<MessageStatus> {
  const seen = new Set<MessageStatus>();
  const queue = [start];
  for (let status = queue.pop(); status !== undefined; status = queue.pop()) {
    for (const event of MESSAGE_EVENTS) {
      const next = transition(status, event);
      if (next && !seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
    }
  }
  return seen;
}

test('every status but the first can be reached from accepted, and accepted never again', () => {
  const others = MESSAGE_STATUS_NAMES.filter((status) => status !== 'accepted');
  expect([...reachableFrom('accepted')].sort()).toEqual([...others].sort());
});

test('a final status never leads back to one that needs work', () => {
  for (const status of MESSAGE_STATUS_NAMES.filter(isFinal)) {
    for (const next of reachableFrom(status)) expect(MESSAGE_STATUSES[next]).toBe('final');
  }
});

test('from every status that needs work, a final one can be reached', () => {
  for (const status of OPEN) expect([...reachableFrom(status)].some(isFinal)).toBe(true);
});

test('what a rule stopped, or what was recalled, expired or failed, stays so', () => {
  const absorbing = MESSAGE_STATUS_NAMES.filter((status) => reachableFrom(status).size === 0);
  const expected = ['bounced', 'undelivered', 'complained', 'discarded', 'suppressed', 'deduplicated', 'capped'];
  expect([...absorbing].sort()).toEqual([...expected, 'shielded', 'recalled', 'expired', 'failed'].sort());
});

test('a claimed message can neither be claimed again nor recalled, so nothing is handed over twice', () => {
  expect(transition('sending', 'claim')).toBeUndefined();
  expect(transition('sending', 'recall')).toBeUndefined();
  expect(transition('unknown', 'claim')).toBeUndefined();
});

test('the groups of statuses agree with their kinds', () => {
  const byKind = (...kinds: string[]): MessageStatus[] =>
    MESSAGE_STATUS_NAMES.filter((status) => kinds.includes(MESSAGE_STATUSES[status]));
  expect([...WAITING]).toEqual(byKind('waiting'));
  expect([...OPEN]).toEqual(byKind('waiting', 'in_flight'));
});

test('the total of counts is their sum, and of no counts it is zero', () => {
  expect(totalOf({ sent: 3, failed: 1, deferred: 2 })).toBe(6);
  expect(totalOf({})).toBe(0);
});
