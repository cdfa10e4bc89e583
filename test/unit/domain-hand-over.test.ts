import { HAND_OVER_CLASSES } from '../../domain/hand-over';

test('what a provider took or refused is final, what it did not take is tried again, and a lost answer is neither', () => {
  expect(HAND_OVER_CLASSES).toEqual({
    accepted: 'final',
    refused: 'final',
    throttled: 'retry',
    unavailable: 'retry',
    misconfigured: 'retry',
    ambiguous: 'doubt',
  });
});
