import { MissingVariablesError } from '../../domain/template-error';
import { compileContent } from '../../templates/compile';
import type { Variables } from '../../domain/content';

const sms = (text: string, values: Variables = {}): string => compileContent('sms', { text }).render(values, 0).text;
const html = (source: string, values: Variables = {}): string => {
  const rendered = compileContent('email', { subject: 'S', html: source }).render(values, 0);
  return rendered.channel === 'email' ? rendered.html : '';
};

test('a placeholder takes its value', () => {
  expect(sms('code {$code}', { code: '1234' })).toBe('code 1234');
});

test('a placeholder without a value is an error that names it', () => {
  expect(() => sms('code {$code}')).toThrow(new MissingVariablesError(['code']));
  expect(() => sms('code {$code}', { code: null })).toThrow(MissingVariablesError);
  expect(() => sms('code {$code}', { code: undefined })).toThrow('no value for "code"');
});

test('every missing placeholder is named at once', () => {
  expect(() => sms('{$a} {$b} {$c} {$a}', { b: 'x' })).toThrow(new MissingVariablesError(['a', 'c']));
});

test('an empty text is a value', () => {
  expect(sms('[{$a}]', { a: '' })).toBe('[]');
});

test('a placeholder may be used twice', () => {
  expect(sms('{$a}{$a}', { a: 'x' })).toBe('xx');
});

test.each(['${code}', '{code}', 'unclosed {$code', '{$}', '{$ {', '$ {code} %', '{ $code }'])(
  '%s is literal text',
  (text) => {
    expect(sms(text)).toBe(text);
  },
);

test('an unclosed placeholder does not swallow the next one', () => {
  expect(sms('{$code and {$name}', { name: 'Ann' })).toBe('{$code and Ann');
});

test('a value is never expanded again', () => {
  expect(sms('{$a}', { a: '{$b}', b: 'x' })).toBe('{$b}');
  expect(sms('{$a}', { a: '{{ b }}{% if b %}', b: 'x' })).toBe('{{ b }}{% if b %}');
  expect(sms('{{ a }}', { a: '{$b}', b: 'x' })).toBe('{$b}');
});

test.each(['姓名', 'user.name', 'order-no', 'a b', 'a"b', "it's", 'back\\slash', '1', 'size', 'a[0]', 'if', '😀'])(
  'the name %s is one key as a whole',
  (name) => {
    expect(sms(`<{$${name}}>`, { [name]: 'v', user: { name: 'no' } })).toBe('<v>');
    expect(compileContent('sms', { text: `{$${name}}` }).variables).toEqual([{ name, required: true }]);
  },
);

test('a dotted name is not a path into another value', () => {
  expect(() => sms('{$user.name}', { user: { name: 'Ann' } })).toThrow(new MissingVariablesError(['user.name']));
});

test('numbers and booleans are shown as they are written', () => {
  expect(sms('{$n} {$z} {$b}', { n: 12.5, z: 0, b: false })).toBe('12.5 0 false');
});

test('in HTML a placeholder is escaped', () => {
  expect(html('<p>{$a}</p>', { a: '<b>"x" & \'y\'</b>' })).toBe(
    '<p>&lt;b&gt;&#34;x&#34; &amp; &#39;y&#39;&lt;/b&gt;</p>',
  );
});

test('in subject, text and SMS a placeholder is not escaped', () => {
  const content = { subject: '{$a}', html: '<p>x</p>', text: '{$a}' };
  expect(compileContent('email', content).render({ a: 'R&D <1>' }, 0)).toMatchObject({
    subject: 'R&D <1>',
    text: 'R&D <1>',
  });
  expect(sms('{$a}', { a: 'R&D <1>' })).toBe('R&D <1>');
});

test('placeholders and Liquid live in one template', () => {
  const text = '{% for item in items %}{$name}: {{ item }} {$item};{% endfor %}';
  expect(sms(text, { name: 'N', items: ['a', 'b'] })).toBe('N: a a;N: b b;');
});

test('what looks like a placeholder inside Liquid belongs to Liquid', () => {
  expect(sms('{{ "{$a}" }}{% raw %}{$a} {{ b }}{% endraw %}{% comment %}{$a}{% endcomment %}')).toBe(
    '{$a}{$a} {{ b }}',
  );
  expect(sms('{% assign x = "{$a}" %}{{ x }}')).toBe('{$a}');
});

test('whitespace control reaches up to a placeholder and not beyond', () => {
  expect(sms('{%- if true -%}  {$a}  {%- endif -%}', { a: ' v ' })).toBe(' v ');
});

test('text without Liquid stays as it is, to the last character', () => {
  const text = 'a { b } c } d %} }} e\n\n  100 % {# f #} $g \\n';
  expect(sms(text)).toBe(text);
});
