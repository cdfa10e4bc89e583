import { parseAddress } from '../../domain/address';

const reasonOf = (channel: 'email' | 'sms', text: string, region = 'CN'): string => {
  const parsed = parseAddress(channel, text, region);
  return parsed.ok ? `accepted as ${parsed.address}` : parsed.reason;
};

describe('a phone number', () => {
  test.each([
    '13800138000',
    '14512345678',
    '14712345678',
    '15312345678',
    '15512345678',
    '16612345678',
    '17012345678',
    '18912345678',
    '19112345678',
    '19812345678',
    '19912345678',
  ])('%s, which the ancestor took, becomes E.164', (text) => {
    expect(parseAddress('sms', text, 'CN')).toEqual({ ok: true, address: `+86${text}` });
  });

  test.each(['16512345678', '19212345678', '19512345678'])(
    '%s, a range that is newer than the ancestor, is taken',
    (text) => {
      expect(parseAddress('sms', text, 'CN')).toEqual({ ok: true, address: `+86${text}` });
    },
  );

  test('14912345678, a data card range that the ancestor took, is refused: texts do not reach it', () => {
    expect(reasonOf('sms', '14912345678')).toContain('is not a valid phone number');
  });

  test.each([
    '1380013800',
    '12812345678',
    '15412345678',
    '14612345678',
    '138001380000',
    '123',
    '0',
    'call me',
    '+',
    '+99913800138000',
  ])('%s is refused', (text) => {
    expect(reasonOf('sms', text)).toContain('is not a valid phone number; use E.164');
  });

  test.each(['+8613800138000', '+86 138 0013 8000', ' 138-0013-8000 ', '(138) 0013 8000', '１３８００１３８０００'])(
    '%s is the same number however it is written',
    (text) => {
      expect(parseAddress('sms', text, 'CN')).toEqual({ ok: true, address: '+8613800138000' });
    },
  );

  test('without a country code it is read in the given region', () => {
    expect(parseAddress('sms', '(212) 555-2368', 'US')).toEqual({ ok: true, address: '+12125552368' });
    expect(parseAddress('sms', '0151 23456789', 'DE')).toEqual({ ok: true, address: '+4915123456789' });
    expect(reasonOf('sms', '13800138000', 'DE')).toContain('DE');
  });

  test('with a country code the region does not matter', () => {
    expect(parseAddress('sms', '+8613800138000', 'US')).toEqual({ ok: true, address: '+8613800138000' });
  });

  test('with words around it is refused, not picked out of them', () => {
    expect(reasonOf('sms', 'my number is 13800138000')).toContain('is not a valid phone number');
  });

  test('with an extension is refused', () => {
    expect(reasonOf('sms', '+12125552368 ext. 12')).toContain('extension');
  });

  test('an email address for SMS is told so', () => {
    expect(reasonOf('sms', 'ann@example.com')).toBe('is an email address, but the template is for SMS');
  });
});

describe('an email address', () => {
  test.each([
    ['ann@example.com', 'ann@example.com'],
    ['  Ann.Smith+News@Example.COM ', 'ann.smith+news@example.com'],
    ["o'brien@example.co.uk", "o'brien@example.co.uk"],
  ])('%s is taken as %s', (text, address) => {
    expect(parseAddress('email', text, 'CN')).toEqual({ ok: true, address });
  });

  test.each([
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    'ann@@example.com',
    'a b@example.com',
    'Ann <ann@example.com>',
    'ann@example.com, bob@example.com',
    'ann@-example.com',
    `${'a'.repeat(65)}@example.com`,
    'änn@example.com',
  ])('%s is refused', (text) => {
    expect(reasonOf('email', text)).toBe('is not a valid email address');
  });

  test.each(['13800138000', '+86 138-0013-8000'])('the phone number %s for email is told so', (text) => {
    expect(reasonOf('email', text)).toBe('is a phone number, but the template is for email');
  });
});

test.each(['', '   ', '\t'])('a blank address %j is refused as empty', (text) => {
  expect(reasonOf('email', text)).toBe('is empty');
  expect(reasonOf('sms', text)).toBe('is empty');
});

test.each([
  'ann@example.com\r\nBcc: eve@example.com',
  'ann\u0000@example.com',
  'ann\u200b@example.com',
  'ann@exam\u202eple.com',
])('%j is refused for characters nobody sees', (text) => {
  expect(reasonOf('email', text)).toBe('contains control or invisible characters');
  expect(reasonOf('sms', text)).toBe('contains control or invisible characters');
});

test('a space that came along with copying is no reason to refuse', () => {
  expect(parseAddress('sms', '\u00a013800138000\n', 'CN')).toEqual({ ok: true, address: '+8613800138000' });
});
