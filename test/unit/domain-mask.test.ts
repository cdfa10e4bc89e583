import { maskAddress, maskText } from '../../domain/mask';

test.each([
  ['ann@example.com', 'a***@example.com'],
  ['a@example.com', 'a***@example.com'],
  ['"odd@local"@example.com', '"***@example.com'],
  ['+8613800138000', '+86138****8000'],
  ['+12125552368', '+12125****2368'],
  ['12345678', '12****5678'],
  ['1234567', '***'],
  ['', '***'],
  ['@example.com', '@examp****.com'],
])('%s is shown as %s', (address, masked) => {
  expect(maskAddress(address)).toBe(masked);
});

test('a masked phone number hides at least two digits, however short it is', () => {
  for (let length = 8; length <= 16; length++) {
    const phone = '1234567890123456'.slice(0, length);
    const shown = maskAddress(phone).replaceAll('*', '');
    expect(shown.length).toBeLessThanOrEqual(length - 2);
  }
});

test('addresses in the words of a provider are masked, the rest stays', () => {
  expect(maskText('550 5.1.1 <ann.smith@example.com>: user unknown')).toBe(
    '550 5.1.1 <a***@example.com>: user unknown',
  );
  expect(maskText('The number +86 138 0013 8000 is unsubscribed')).not.toContain('0013');
  expect(maskText('to 13800138000 and bob@example.org failed')).toBe('to 13800****8000 and b***@example.org failed');
});

test('short numbers such as reply codes are left alone', () => {
  expect(maskText('421 4.7.0 try again in 300 seconds')).toBe('421 4.7.0 try again in 300 seconds');
});

test('long words of a provider are cut to 300 characters, after masking', () => {
  const masked = maskText(`${'x '.repeat(145)}ann.smith@example.com`);
  expect(masked).toHaveLength(300);
  expect(masked).not.toContain('smith');
});
