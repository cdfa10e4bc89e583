import { smsSize } from '../../channels/sms/segments';

describe('smsSize', () => {
  test.each([
    ['Hello', 'GSM-7', 1, 5],
    ['a'.repeat(160), 'GSM-7', 1, 160],
    ['a'.repeat(161), 'GSM-7', 2, 161],
    ['a'.repeat(306), 'GSM-7', 2, 306],
    ['a'.repeat(307), 'GSM-7', 3, 307],
    ['€'.repeat(80), 'GSM-7', 1, 80],
    ['€'.repeat(81), 'GSM-7', 2, 81],
    ['验证码'.repeat(20), 'UCS-2', 1, 60],
    ['码'.repeat(70), 'UCS-2', 1, 70],
    ['码'.repeat(71), 'UCS-2', 2, 71],
    ['Hi 😀', 'UCS-2', 1, 4],
  ] as const)('%s', (text, encoding, segments, characters) => {
    expect(smsSize(text)).toEqual({ encoding, segments, characters });
  });
});
