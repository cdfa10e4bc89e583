import type { EmailContent, RenderedEmail, Variables } from '../../domain/content';
import { RenderError } from '../../domain/template-error';
import { compileContent } from '../../templates/compile';

const email = (content: Partial<EmailContent>, values: Variables = {}): RenderedEmail => {
  const html = content.mjml === undefined ? { html: '<p>x</p>' } : {};
  return compileContent('email', { subject: 'S', ...html, ...content }).render(values, 0) as RenderedEmail;
};
const htmlOf = (html: string, values: Variables): string => email({ html }, values).html;
const textOf = (html: string, values: Variables = {}): string => email({ html }, values).text;

const EVIL = '<script>alert("x" & \'y\')</script>';
const ESCAPED = '&lt;script&gt;alert(&#34;x&#34; &amp; &#39;y&#39;)&lt;/script&gt;';

describe('HTML', () => {
  test('shows a value as text, wherever it comes from', () => {
    const values = { a: EVIL, list: [EVIL] };
    expect(htmlOf('<p>{{ a }}</p>', values)).toBe(`<p>${ESCAPED}</p>`);
    expect(htmlOf('<a title="{{ a }}">x</a>', values)).toBe(`<a title="${ESCAPED}">x</a>`);
    expect(htmlOf('{% for i in list %}{{ i }}{% endfor %}', values)).toBe(ESCAPED);
    expect(htmlOf('{% echo a %}', values)).toBe(ESCAPED);
    expect(htmlOf('{% liquid echo a %}', values)).toBe(ESCAPED);
    expect(htmlOf('{% cycle a %}', values)).toBe(ESCAPED);
    expect(htmlOf('{{ a | upcase | downcase }}', values)).toBe(ESCAPED);
    expect(htmlOf('{{ list | join: "" }}', values)).toBe(ESCAPED);
    expect(htmlOf('{{ list }}', values)).toBe(ESCAPED);
    expect(htmlOf('{% if a %}{$a}{% endif %}', values)).toBe(ESCAPED);
    expect(htmlOf('{{ list | json }}', { list: ['<'] })).toBe('[&#34;&lt;&#34;]');
  });

  test('is left alone where the editor says raw', () => {
    expect(htmlOf('{{ a | raw }}', { a: '<b>x</b>' })).toBe('<b>x</b>');
  });

  test.each(['escape', 'escape_once', 'xml_escape'])('is not escaped twice by an editor who writes %s', (filter) => {
    expect(htmlOf(`{{ a | ${filter} }}`, { a: EVIL })).toBe(ESCAPED);
  });

  test('keeps line breaks of a value with newline_to_br, and only those', () => {
    expect(htmlOf('{{ a | newline_to_br }}', { a: '<b>\r\nx' })).toBe('&lt;b&gt;<br />\nx');
    expect(htmlOf('{{ a | escape | newline_to_br }}', { a: '<b>\nx' })).toBe('&lt;b&gt;<br />\nx');
  });

  test('may be half a megabyte, not more', () => {
    const page = '<p>{{ a }}</p>';
    expect(() => htmlOf(page, { a: 'x'.repeat(512 * 1024) })).toThrow(
      new RenderError('html', 'is longer than 524288 characters'),
    );
  });
});

describe('a subject', () => {
  test('is one line, whatever its values hold', () => {
    expect(email({ subject: 'A {{ x }} B' }, { x: 'one\r\nBcc: eve@example.com' }).subject).toBe(
      'A one Bcc: eve@example.com B',
    );
    expect(email({ subject: 'A\r\n B{{ x }}' }, { x: '\n\u2028\u0085\u0000' }).subject).toBe('A  B');
  });

  test('is not escaped', () => {
    expect(email({ subject: '{{ x }}' }, { x: 'R&D <1> 😀' }).subject).toBe('R&D <1> 😀');
  });

  test('may be 998 characters long, not more', () => {
    expect(email({ subject: '{{ x }}' }, { x: 'x'.repeat(998) }).subject).toHaveLength(998);
    expect(() => email({ subject: '{{ x }}' }, { x: 'x'.repeat(999) })).toThrow(RenderError);
  });

  test('that its values leave empty is refused', () => {
    expect(() => email({ subject: '{{ x }}' }, { x: ' ' })).toThrow(
      new RenderError('subject', 'is empty with these values'),
    );
  });
});

describe('the text part', () => {
  test("is the editor's own where there is one", () => {
    expect(email({ html: '<p>rich</p>', text: 'plain {{ a }}' }, { a: '<&>' }).text).toBe('plain <&>');
  });

  test('is made from the HTML where there is none, or a blank one', () => {
    expect(textOf('<h1>Hello {{ n }}</h1><p>One<br>two</p>', { n: 'Ann' })).toBe('Hello Ann\n\nOne\ntwo');
    expect(email({ html: '<p>x</p>', text: '  ' }).text).toBe('x');
  });

  test.each([
    ['<a href="https://x.example/{{ a }}">Track it</a>', 'Track it [https://x.example/v]'],
    ['<a href="{{ a }}">{{ a }}</a>', 'v'],
    ['<a href="https://x.example"><img src="l.png" alt="Shop {{ a }}"></a>', 'Shop v [https://x.example]'],
    ['<img src="{{ a }}.png" alt="Logo"><img src="pixel.gif">', 'Logo'],
    ['<table><tr><td>A</td><td>{{ a }}</td></tr><tr><td>B</td></tr></table>', 'A v\nB'],
    ['<ul><li>{{ a }}</li><li>y</li></ul>', ' * v\n * y'],
    ['<html><head><title>T</title><style>p{color:{{ a }}}</style></head><body>{{ a }}</body></html>', 'v'],
    ['<title>{{ a }}</title><!-- {{ a }} --><div style="display:none">hidden</div><p>x</p>', 'x'],
  ])('of %s is %j', (html, text) => {
    expect(textOf(html, { a: 'v' })).toBe(text);
  });

  test('shows a value as it is, not as HTML shows it', () => {
    expect(textOf('<p>{{ a }}</p>', { a: 'R&D <b>"x"</b> &amp; \'y\'' })).toBe('R&D <b>"x"</b> &amp; \'y\'');
  });

  test('is there even when the HTML has no words', () => {
    expect(email({ subject: 'Sale', html: '<img src="a.png">' }).text).toBe('Sale');
  });

  test('survives HTML that never ends', () => {
    expect(() => textOf(`${'<div>'.repeat(20_000)}x`)).not.toThrow();
  });
});
