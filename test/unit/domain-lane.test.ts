import { CHANNELS, isLane, laneOf, LANES, MESSAGE_TYPES, partsOfLane, PRIORITY } from '../../domain/lane';

test('there is one lane for each channel and message type', () => {
  expect(LANES).toEqual([
    'email.notice',
    'email.marketing',
    'email.verification',
    'sms.notice',
    'sms.marketing',
    'sms.verification',
  ]);
});

test('a lane and its parts lead to each other', () => {
  for (const lane of LANES) {
    const { channel, messageType } = partsOfLane(lane);
    expect(laneOf(channel, messageType)).toBe(lane);
  }
});

test.each(['email', 'email.', 'push.notice', 'sms.code', 'sms.notice.x', 'SMS.notice', ''])(
  '%p is not a lane',
  (text) => {
    expect(isLane(text)).toBe(false);
  },
);

test('channels and message types keep the codes of the ancestor', () => {
  expect(CHANNELS).toEqual({ email: 40, sms: 30 });
  expect(MESSAGE_TYPES).toEqual({ notice: 10, marketing: 20, verification: 30 });
});

test('codes people wait for come before notices, and notices before marketing', () => {
  expect(PRIORITY.verification).toBeLessThan(PRIORITY.notice);
  expect(PRIORITY.notice).toBeLessThan(PRIORITY.marketing);
});
