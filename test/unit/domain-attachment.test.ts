import {
  ATTACHMENT_LIMITS,
  contentTypeOf,
  filenameFault,
  filenamesOf,
  isAllowedHost,
  parseAttachmentUrl,
} from '../../domain/attachment';

describe('the URL of an attachment', () => {
  test.each([
    ['https://files.example.com/a.pdf', 'https://files.example.com/a.pdf'],
    ['HTTPS://Files.Example.COM/A.pdf?q=1#page=2', 'https://files.example.com/A.pdf?q=1'],
    ['https://files.example.com./a', 'https://files.example.com/a'],
    ['https://files.example.com:443/a', 'https://files.example.com/a'],
    ['https://files.example.com:8443/a', 'https://files.example.com:8443/a'],
    ['https://files.example.com/a/../b', 'https://files.example.com/b'],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC'],
  ])('%s is read as %s', (text, url) => {
    expect(parseAttachmentUrl(text)).toEqual({ ok: true, url });
  });

  test.each([
    ['files.example.com/a', 'invalid_url'],
    ['/etc/passwd', 'invalid_url'],
    ['https://', 'invalid_url'],
    [' https://files.example.com/a', 'invalid_url'],
    ['https://files.exa\nmple.com/a', 'invalid_url'],
    ['https://files.example.com:99999/a', 'invalid_url'],
    ['https://256.0.0.1/', 'invalid_url'],
    ['http://files.example.com/a', 'not_https'],
    ['file:///etc/passwd', 'not_https'],
    ['ftp://files.example.com/a', 'not_https'],
    ['data:text/plain,x', 'not_https'],
    ['javascript:alert(1)', 'not_https'],
    ['https://user@files.example.com/a', 'credentials_in_url'],
    ['https://:pass@files.example.com/a', 'credentials_in_url'],
    ['https://files.example.com@evil.example/a', 'credentials_in_url'],
    ['https://files.example.com%2F@evil.example/a', 'credentials_in_url'],
    ['https://127.0.0.1/', 'host_not_allowed'],
    ['https://127.0.0.1./', 'host_not_allowed'],
    ['https://2130706433/', 'host_not_allowed'],
    ['https://0x7f000001/', 'host_not_allowed'],
    ['https://0x7f.1/', 'host_not_allowed'],
    ['https://0177.0.0.1/', 'host_not_allowed'],
    ['https://127.1/', 'host_not_allowed'],
    ['https://１２７。０。０。１/', 'host_not_allowed'],
    ['https://8.8.8.8/', 'host_not_allowed'],
    ['https://[::1]/', 'host_not_allowed'],
    ['https://[::ffff:127.0.0.1]/', 'host_not_allowed'],
    ['https://[64:ff9b::7f00:1]/', 'host_not_allowed'],
    [`https://files.example.com/${'ü'.repeat(ATTACHMENT_LIMITS.url / 6)}`, 'too_big'],
  ])('%s is refused: %s', (text, code) => {
    expect(parseAttachmentUrl(text)).toMatchObject({ ok: false, code, reason: expect.stringMatching(/^must /) });
  });
});

describe('a host is allowed', () => {
  const allows = (text: string, ...hosts: string[]): boolean => {
    const parsed = parseAttachmentUrl(text);
    return parsed.ok && isAllowedHost(parsed.url, hosts);
  };

  test('by its name, however it is written', () => {
    expect(allows('https://FILES.example.com./a', 'files.example.com')).toBe(true);
    expect(allows('https://files.example.com/a', 'cdn.example.com', 'Files.Example.com')).toBe(true);
    expect(allows('https://xn--bcher-kva.example/a', 'bücher.example')).toBe(true);
  });

  test('by a pattern, below it at any depth, but not at it', () => {
    expect(allows('https://a.example.com/', '*.example.com')).toBe(true);
    expect(allows('https://a.b.example.com/', '*.Example.com')).toBe(true);
    expect(allows('https://example.com/', '*.example.com')).toBe(false);
    expect(allows('https://badexample.com/', '*.example.com')).toBe(false);
  });

  test('only at the port that is named, which is 443 if none is', () => {
    expect(allows('https://a.example.com:8443/', 'a.example.com')).toBe(false);
    expect(allows('https://a.example.com:8443/', 'a.example.com:8443')).toBe(true);
    expect(allows('https://a.example.com:8443/', '*.example.com:8443')).toBe(true);
    expect(allows('https://a.example.com:22/', '*.example.com')).toBe(false);
    expect(allows('https://a.example.com/', 'a.example.com:443')).toBe(true);
    expect(allows('https://a.example.com/', 'a.example.com:8443')).toBe(false);
  });

  test.each([
    'https://evil.example/files.example.com',
    'https://evil.example/?files.example.com',
    'https://evil.example/#files.example.com',
    'https://files.example.com.evil.example/',
    'https://files.example.com..evil.example/',
    'https://files.example.com../',
    'https://evil.example\\files.example.com/',
    'https://evil.example\\@files.example.com/',
    'https://localhost./',
    'https://localhost/',
  ])('and %s is not', (text) => {
    expect(allows(text, 'files.example.com', '*.files.example.com')).toBe(false);
  });

  test('never while the rule names none', () => {
    expect(allows('https://files.example.com/a')).toBe(false);
  });
});

describe('the name of a file', () => {
  test.each(['invoice.pdf', 'Rechnung für Änne 🎉.pdf', '發票.pdf', '.htaccess', 'a b', 'فاتورة.pdf', 'x'.repeat(150)])(
    '%s is good',
    (name) => {
      expect(filenameFault(name)).toBeUndefined();
    },
  );

  test.each([
    '',
    '  ',
    '.',
    '..',
    '../../etc/passwd',
    'a/b.pdf',
    'C:\\a.pdf',
    'a\r\nBcc: eve@example.com',
    'a\0.pdf',
    'a\u0085b',
    'a\u2028b',
    'invoice\u202Efdp.exe',
    'invoice\u2066fdp.exe',
    'half \ud83c',
    'x'.repeat(151),
  ])('%j is not', (name) => {
    expect(filenameFault(name)).toMatch(/^must /);
  });

  const names = (...list: [path: string, filename?: string][]): string[] =>
    filenamesOf(list.map(([path, filename]) => ({ url: `https://files.example.com${path}`, filename })));

  test('is that of its URL, without query, unless it is given', () => {
    expect(names(['/x/Rechnung%20%C3%84.pdf?sig=1'], ['/x/a.pdf', 'b.pdf'], ['/x%2Dy'])).toEqual([
      'Rechnung Ä.pdf',
      'b.pdf',
      'x-y',
    ]);
  });

  test('is a number where the URL has none that is good', () => {
    expect(names(['/'], ['/%ff'], ['/a%2Fb'], ['/..%5Cb'], ['/a%0Ab'])).toEqual([
      'attachment-1',
      'attachment-2',
      'attachment-3',
      'attachment-4',
      'attachment-5',
    ]);
  });

  test('gets a number when it is there already', () => {
    expect(names(['/a.pdf'], ['/b/A.pdf'], ['/c', 'a (2).pdf'], ['/a.pdf'], ['/LICENSE'], ['/2/LICENSE'])).toEqual([
      'a.pdf',
      'A (2).pdf',
      'a (2) (2).pdf',
      'a (3).pdf',
      'LICENSE',
      'LICENSE (2)',
    ]);
    expect(names(['/.env'], ['/2/.env'], ['/a.tar.gz'], ['/2/a.tar.gz'])).toEqual([
      '.env',
      '.env (2)',
      'a.tar.gz',
      'a.tar (2).gz',
    ]);
  });
});

test.each([
  ['application/pdf', 'application/pdf'],
  [' Image/PNG ', 'image/png'],
  ['text/csv; charset="GBK"', 'text/csv; charset=gbk'],
  ['text/csv;charset=utf-8; header=present', 'text/csv; charset=utf-8'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', undefined],
  ['application/pdf; name="a.pdf"', 'application/pdf'],
  ['multipart/mixed; boundary=x', undefined],
  ['message/rfc822', undefined],
  ['pdf', undefined],
  ['text/plain\r\nBcc: eve@example.com', undefined],
  ['', undefined],
  [undefined, undefined],
])('the media type of %j is %j', (text, type) => {
  const expected = text?.startsWith('application/vnd') ? text : type;
  expect(contentTypeOf(text)).toBe(expected);
});
