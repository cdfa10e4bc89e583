import fc from 'fast-check';
import type { RenderedEmail, Variables } from '../../domain/content';
import { compileContent } from '../../templates/compile';

/** Values that look like templates, markup and white space, among ordinary text. */
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        '{$a}',
        '{{ a }}',
        '{{',
        '}}',
        '{%',
        '%}',
        '{% if a %}',
        '{$',
        '}',
        '<',
        '>',
        '&',
        '"',
        "'",
        '&lt;',
        ' ',
        '  ',
        '\n',
        'x',
        '#',
        'mailto:',
        '\u200b',
        'lumq0z',
        '$&',
        '$1',
        '\\',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
);

const render = (html: string, values: Variables): RenderedEmail =>
  compileContent('email', { subject: 'S', html }).render(values, 0) as RenderedEmail;

test('a value reaches the reader of a text as it was given, whatever it looks like', () => {
  const compiled = compileContent('sms', { text: '<{$a}|{{ b }}|{% for i in c %}{{ i }}{% endfor %}>' });
  fc.assert(
    fc.property(hostile, hostile, hostile, (a, b, c) => {
      const expected = `<${a}|${b}|${c}>`.replace(/\r\n?/g, '\n');
      expect(compiled.render({ a, b, c: [c] }, 0)).toEqual({ channel: 'sms', text: expected });
    }),
    { numRuns: 500 },
  );
});

test('in HTML a value can open no tag, end no attribute and start no entity', () => {
  const compiled = compileContent('email', { subject: 'S', html: '<p title="{{ a }}">{$a}</p>' });
  fc.assert(
    fc.property(hostile, (a) => {
      const { html } = compiled.render({ a }, 0) as RenderedEmail;
      const [, attribute = '', text = ''] = /^<p title="([^"<>']*)">([^<>"']*)<\/p>$/s.exec(html) ?? [];
      const unescaped = text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&#34;/g, '"').replace(/&#39;/g, "'");
      expect(attribute).toBe(text);
      expect(unescaped.replace(/&amp;/g, '&')).toBe(a);
    }),
    { numRuns: 500 },
  );
});

/** Pieces of HTML with a place for a value, good and bad. */
const piece = fc.constantFrom(
  'word @',
  '<p>@</p>',
  ' ',
  '<p>a <b>@</b>@ c</p>',
  '<a href="@">link</a>',
  '<a href="https://x.example/@?q=@">@ @</a>',
  '<a href=@>bare</a>',
  '<a title=it\'s href="@">odd</a>',
  '<img src="@" alt="@">',
  '<ol start="@"><li>@</li></ol>',
  '<ul><li>@<li>x</ul>',
  '<table><tr><td>@</td><td width=1>x</td></tr></table>',
  '<!-- @ -->',
  '<!--> @ -->',
  '<!--[if !mso]><!-->@<!--<![endif]-->',
  '<pre>@\n  y</pre>',
  '<h2>@</h2>',
  '<div style="@">s</div>',
  '<div style="color:@">s</div>',
  '<style>a{b:@}</style>',
  '<textarea>@</textarea>',
  '<blockquote>@<br>z</blockquote>',
  '1 < 2 @',
  '<@>',
  '<p @>q</p>',
  'lumq0z',
  '&#123;&#123; @ &lt;',
);

test('the text part made by filling in values is the one made from the whole HTML', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.array(hostile, { minLength: 3, maxLength: 3 }),
      (pieces, values) => {
        let n = 0;
        const source = `x${pieces.join('')}`.replace(/@/g, () => `{{ v${n++} }}`);
        const all = Object.fromEntries(Array.from({ length: n }, (_, i) => [`v${i}`, values[i % 3] ?? '']));
        const fast = render(source, all);
        // A Liquid tag keeps the text from being made ahead.
        const slow = render(`${source}{% if true %}{% endif %}`, all);
        expect(fast).toEqual(slow);
      },
    ),
    { numRuns: 1500 },
  );
});

test('rendering never changes the values it is given', () => {
  const compiled = compileContent('sms', {
    text: 'x{% increment a %}{% for i in list reversed %}{{ i }}{% endfor %}{{ list | sort | join }}',
  });
  fc.assert(
    fc.property(fc.array(fc.integer()), (list) => {
      const values = { a: 1, list };
      const before = structuredClone(values);
      compiled.render(values, 0);
      expect(values).toEqual(before);
    }),
    { numRuns: 100 },
  );
});
