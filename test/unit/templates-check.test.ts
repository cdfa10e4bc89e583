import type { Content, StoredEmailContent } from '../../domain/content';
import { TemplateSyntaxError } from '../../domain/template-error';
import { checkContent } from '../../templates/check';
import { compileContent } from '../../templates/compile';

const refusalOf = async (channel: 'email' | 'sms', content: Content): Promise<TemplateSyntaxError> => {
  const error: unknown = await checkContent(channel, content).then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!(error instanceof TemplateSyntaxError)) throw new Error(`expected a syntax error, got ${String(error)}`);
  return error;
};
const mjml = (body: string): string =>
  `<mjml><mj-body><mj-section><mj-column>\n${body}\n</mj-column></mj-section></mj-body></mjml>`;

describe('a syntax error', () => {
  test.each([
    ['subject', { subject: 'Hi {{ name', html: '<p>x</p>' }, 1, 4],
    ['html', { subject: 'S', html: '<p>\n  {% if a %}\n</p>' }, 2, 3],
    ['mjml', { subject: 'S', mjml: mjml('<mj-text>\n    {{ a | nope }}</mj-text>') }, 3, 5],
    ['text', { subject: 'S', html: '<p>x</p>', text: 'a\n\nb {% endif %}' }, 3, 3],
  ])('in the %s of an email tells field, line and column', async (field, content, line, column) => {
    expect(await refusalOf('email', content)).toMatchObject({ field, line, column });
  });

  test('in an SMS tells field, line and column, also behind placeholders', async () => {
    const error = await refusalOf('sms', { text: 'Hi {$name},\n{$a}{$b} {% for x in y %}' });
    expect(error).toMatchObject({ field: 'text', line: 2, column: 10 });
    expect(error.message).toBe('text, line 2, column 10: tag {% for x in y %} not closed');
  });

  test.each([
    ['{{ a | upcas }}', 'there is no filter "upcas"'],
    ['{{ first name }}', '{{ first name }} holds more than one value; a name is one word'],
    ['{% fro x in y %}', 'tag "fro" not found'],
    ['{{ }}', 'invalid value expression'],
    ['{% raw %}x', 'not closed'],
    ['{{ a | sample }}', 'there is no filter "sample"'],
    ['{{ a | where_exp: "x", b }}', 'there is no filter "where_exp"'],
    ['x'.repeat(512 * 1024 + 1), 'is longer than 524288 characters'],
    [' \n', 'is empty'],
  ])('%.30s is refused: %s', async (text, reason) => {
    expect((await refusalOf('sms', { text })).reason).toContain(reason);
  });

  test.each(['include', 'render', 'layout', 'block'])(
    'the tag %s, which would load a file, is refused',
    async (tag) => {
      const { reason } = await refusalOf('sms', { text: `{% ${tag} "/etc/passwd" %}` });
      expect(reason).toBe(`the tag "${tag}" is not available: a template cannot load other templates`);
    },
  );
});

describe('the shape of content', () => {
  test.each([
    ['both html and mjml', 'email', { subject: 'S', html: '<p>x</p>', mjml: mjml('') }, 'mjml'],
    ['neither html nor mjml', 'email', { subject: 'S' }, 'html'],
    ['blank html', 'email', { subject: 'S', html: ' ' }, 'html'],
    ['a blank subject', 'email', { subject: ' \n', html: '<p>x</p>' }, 'subject'],
    ['no subject', 'email', { text: 'x' }, 'subject'],
    ['a subject', 'sms', { subject: 'S', text: 'x' }, 'subject'],
  ] as const)('%s for %s is refused', async (_, channel, content, field) => {
    expect((await refusalOf(channel, content as Content)).field).toBe(field);
  });

  test('content without MJML is stored as it was written', async () => {
    const content = { subject: 'S', html: '<p>{{ a }}</p>', text: 'x' };
    expect(await checkContent('email', content)).toEqual({ content, variables: [{ name: 'a', required: true }] });
    expect(await checkContent('sms', { text: '{$a}' })).toEqual({
      content: { text: '{$a}' },
      variables: [{ name: 'a', required: true }],
    });
  });

  test('fields that do not belong to the content are not stored', async () => {
    const content = { subject: 'S', html: '<p>x</p>', compiledHtml: '<p>other</p>' };
    expect((await checkContent('email', content)).content).toEqual({ subject: 'S', html: '<p>x</p>' });
  });
});

describe('MJML', () => {
  const LOOP = [
    '<mj-raw>{% for item in items %}</mj-raw>',
    '<mj-text>{{ item.name }} for {$currency} {{ item.price | plus: 0.5 }}{% if item.price < 2 and 1 > 0 %} cheap{% endif %}</mj-text>',
    '<mj-raw>{% endfor %}</mj-raw>',
    '<mj-button href="{{ url | append: "?a=1" }}&amp;b={$currency}">Go</mj-button>',
  ].join('\n');
  const VALUES = {
    items: [
      { name: 'Tea', price: 1 },
      { name: '<Pot>', price: 20 },
    ],
    currency: '€',
    url: 'https://x.example/',
  };

  test('is stored with its HTML, and renders from that alone', async () => {
    const { content, variables } = await checkContent('email', { subject: 'S', mjml: mjml(LOOP) });
    expect(variables.map(({ name }) => name).sort()).toEqual(['currency', 'items', 'url']);
    const stored = content as StoredEmailContent;
    expect(stored.mjml).toBe(mjml(LOOP));
    const rendered = compileContent('email', { ...stored, mjml: 'not read' }).render(VALUES, 0);
    if (rendered.channel !== 'email') throw new Error('expected an email');
    expect(rendered.html).toContain('Tea for € 1.5 cheap<');
    expect(rendered.html).toContain('&lt;Pot&gt; for € 20.5<');
    expect(rendered.html).toContain('href="https://x.example/?a=1&amp;b=€"');
    expect(rendered.html).not.toMatch(/\{[{%$]|lumv/);
    expect(rendered.text).toBe('Tea for € 1.5 cheap\n<Pot> for € 20.5\nGo [https://x.example/?a=1&b=€]');
  });

  test('links no web font and reads no file of its own accord', async () => {
    const { content } = await checkContent('email', { subject: 'S', mjml: mjml('<mj-text>x</mj-text>') });
    expect((content as StoredEmailContent).compiledHtml).not.toContain('fonts.googleapis.com');
  });

  test('that was never compiled cannot be rendered, and says what to do', () => {
    expect(() => compileContent('email', { subject: 'S', mjml: mjml('') })).toThrow('save the content again');
  });

  test.each([
    ['an unknown element', mjml('<mj-foo />'), 2, 1, "<mj-foo>: Element mj-foo doesn't exist"],
    [
      'an unknown attribute',
      mjml('<mj-text>a</mj-text>\n  <mj-text nope="1">b</mj-text>'),
      3,
      3,
      'Attribute nope is illegal',
    ],
    ['an error behind Liquid over lines', mjml('<mj-text>{{ a\n\n| upcase }}</mj-text><mj-foo />'), 4, 22, '<mj-foo>'],
    ['a value for a color', mjml('<mj-text color="{{ c }}">b</mj-text>'), 2, 1, 'invalid value: {{ c }}'],
    ['Liquid between elements', mjml('\n{% if a %}<mj-text>b</mj-text>{% endif %}'), 3, 1, 'wrap it in <mj-raw>'],
    ['a placeholder between elements', mjml('{$a}<mj-text>b</mj-text>'), 2, 1, '{$a} stands between MJML elements'],
    ['an element that is not closed', mjml('<mj-text>b'), 2, 1, '<mj-text> has no partner tag'],
    ['an element that was not opened', mjml('b</mj-text>'), 1, 28, 'has no partner tag'],
    ['a file to include', mjml('<mj-include path="/etc/passwd" />'), 2, 1, '<mj-include> is not available'],
    ['HTML', '<p>x</p>', 1, 1, 'is not an MJML document'],
    ['nothing', '', 1, 1, 'is not an MJML document'],
    ['a loop that MJML would repeat in halves', mjml('<mj-raw>{% for i in a %}</mj-raw>'), 3, 1, 'not closed'],
  ])('with %s is refused with its place', async (_, source, line, column, reason) => {
    const error = await refusalOf('email', { subject: 'S', mjml: source });
    expect(error.reason).toContain(reason);
    if (!_.startsWith('a loop')) expect([error.line, error.column]).toEqual([line, column]);
    expect(error.field).toBe('mjml');
  });
});
