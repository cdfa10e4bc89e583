import {
  isFinal,
  MESSAGE_EVENTS,
  MESSAGE_STATUS_NAMES,
  transition,
  type MessageStatus,
} from '../../domain/message-status';
import { weightOfStatus } from '../../trace/status-weight';

const now = Date.UTC(2026, 10, 23);
const steps = MESSAGE_STATUS_NAMES.flatMap((from) =>
  MESSAGE_EVENTS.flatMap((event) => {
    const to = transition(from, event);
    return to ? [[from, to] as [MessageStatus, MessageStatus]] : [];
  }),
);

test.each(steps.filter(([from, to]) => from !== to))('%s → %s weighs more when it is later', (from, to) => {
  expect(weightOfStatus(to, now + 1)).toBeGreaterThan(weightOfStatus(from, now));
});

test.each(steps.filter(([, to]) => isFinal(to)))('%s → %s weighs more even if the clocks say otherwise', (from, to) => {
  expect(weightOfStatus(to, now - 86_400_000)).toBeGreaterThan(weightOfStatus(from, now));
});

test('accepted weighs less than anything that comes after it', () => {
  for (const status of MESSAGE_STATUS_NAMES.filter((name) => name !== 'accepted')) {
    expect(weightOfStatus(status, now - 1000)).toBeGreaterThan(weightOfStatus('accepted', now));
  }
});

test('a message deferred in the very millisecond of its claim is deferred', () => {
  expect(weightOfStatus('deferred', now)).toBeGreaterThan(weightOfStatus('sending', now));
});

test('every weight is a whole number that a double holds exactly, for the next two centuries', () => {
  for (const status of MESSAGE_STATUS_NAMES) expect(weightOfStatus(status, Date.UTC(2226, 0))).toBeLessThan(2 ** 53);
});
