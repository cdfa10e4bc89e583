import type { Variables } from '../../domain/content';
import { MissingVariablesError, RenderError } from '../../domain/template-error';
import { compileContent, type CompiledTemplate } from '../../templates/compile';
import { missingVariables, unusedVariables } from '../../templates/variables';

const compile = (text: string): CompiledTemplate => compileContent('sms', { text });
const sms = (text: string, values: Variables = {}, at = 0): string => compile(text).render(values, at).text;
const namesOf = (text: string): Record<string, boolean> =>
  Object.fromEntries(compile(text).variables.map(({ name, required }) => [name, required]));

describe('values', () => {
  test('paths, filters, conditions and loops work', () => {
    expect(sms('{{ user.name | upcase }}', { user: { name: 'Ann' } })).toBe('ANN');
    expect(sms('{% if n > 1 %}many{% else %}one{% endif %}', { n: 2 })).toBe('many');
    expect(
      sms('{% for i in items %}{{ forloop.index }}={{ i.n }} {% endfor %}', { items: [{ n: 'a' }, { n: 'b' }] }),
    ).toBe('1=a 2=b ');
    expect(sms('{% case t %}{% when "a" %}A{% else %}?{% endcase %}', { t: 'a' })).toBe('A');
  });

  test('a loop over nothing shows its else part', () => {
    expect(sms('{% for i in items %}{{ i }}{% else %}none{% endfor %}', { items: [] })).toBe('none');
  });

  test('emoji and other scripts come through whole', () => {
    expect(sms('{{ a }} {{ 姓名 }}', { a: '👩‍👩‍👧 😀', 姓名: '你好' })).toBe('👩‍👩‍👧 😀 你好');
  });

  test('line ends are brought to one form', () => {
    expect(sms('a\r\nb\rc\n{{ d }}', { d: 'x\r\ny' })).toBe('a\nb\nc\nx\ny');
  });

  test('an object has no text, and says so', () => {
    expect(() => sms('{{ user }}', { user: { name: 'Ann' } })).toThrow(
      new RenderError('text', 'an object has no text of its own; name one of its fields'),
    );
    expect(sms('{{ list }}{{ user | json }}', { list: ['a', 1], user: { n: 1 } })).toBe('a1{"n":1}');
  });

  test("counting in a template leaves the caller's values alone", () => {
    const values = { n: 5 };
    const compiled = compile('{% increment n %}{% decrement m %}{% assign x = 1 %}');
    expect(compiled.render(values, 0)).toEqual(compiled.render(values, 0));
    expect(values).toEqual({ n: 5 });
  });
});

describe('missing values', () => {
  test.each([
    ['{{ a }}{{ b | upcase }}{{ c.d }}', ['a', 'b', 'c']],
    ['{% for i in a %}{% endfor %}{{ b }}', ['a', 'b']],
    ['{% assign x = a %}{{ x }}', ['a']],
    ['{{ "x" | append: a }}', ['a']],
    ['{$a}{% for i in b %}{{ c }}{% endfor %}', ['a', 'b', 'c']],
  ])('%s without values names %j', (text, names) => {
    expect(() => sms(text)).toThrow(new MissingVariablesError(names));
    expect(missingVariables(compile(text), {})).toEqual(names);
  });

  test('a missing field of an object is named with its path', () => {
    expect(() => sms('{{ user.name }}', { user: {} })).toThrow(new MissingVariablesError(['user.name']));
    expect(() => sms('{% for i in items %}{{ i.n }}{% endfor %}', { items: [{}] })).toThrow('"i.n"');
  });

  test.each([
    '{% if a %}{{ a }}{% endif %}-',
    '{% unless a %}-{% endunless %}',
    '{% if a == "x" and b %}{{ b }}{% endif %}-',
    '{{ a | default: "-" }}',
    '{% assign x = a | default: "-" %}{{ x }}',
    '{% case a %}{% when "x" %}x{% else %}-{% endcase %}',
  ])('%s can do without', (text) => {
    expect(sms(text)).toBe('-');
    expect(sms(text, { a: null })).toBe('-');
    expect(missingVariables(compile(text), {})).toEqual([]);
  });

  test('null at the top counts as absent; inside an object it is an empty value', () => {
    expect(() => sms('{{ a }}', { a: null })).toThrow(MissingVariablesError);
    expect(sms('[{{ user.name }}]', { user: { name: null } })).toBe('[]');
  });

  test('what a branch needs is missed only when the branch is taken', () => {
    const compiled = compile('{% if vip %}{{ discount }}{% endif %}Hi');
    expect(missingVariables(compiled, {})).toEqual([]);
    expect(missingVariables(compiled, { vip: false })).toEqual([]);
    expect(missingVariables(compiled, { vip: true })).toEqual(['discount']);
    expect(missingVariables(compiled, { vip: true, discount: 5 })).toEqual([]);
  });

  test('the check before a send and the render agree', () => {
    const compiled = compile('{{ a }} {{ b.c }} {% assign d = a %}{{ d }}{% if e %}{{ f }}{% endif %}');
    for (const values of [{}, { a: 1 }, { a: 1, b: {} }, { a: 1, b: { c: 2 } }, { a: 1, b: { c: 2 }, e: 1 }]) {
      const missing = missingVariables(compiled, values);
      if (missing.length) expect(() => compiled.render(values, 0)).toThrow(new MissingVariablesError(missing));
      else expect(() => compiled.render(values, 0)).not.toThrow();
    }
  });
});

describe('variables found in the content', () => {
  test.each([
    ['{{ a }}{{ b.c }}{$d}', { a: true, b: true, d: true }],
    ['{% if a %}{{ a }}{% endif %}{{ b | default: c }}', { a: false, b: false, c: true }],
    ['{% for i in items %}{{ i }}{{ forloop.index }}{{ shop }}{% endfor %}', { items: true, shop: true }],
    ['{% assign x = a %}{{ x }}{% capture y %}{{ b }}{% endcapture %}{{ y }}', { a: true, b: true }],
    ['{{ a[b] }}{{ "x" }}{{ 1 }}{{ true }}', { a: true, b: true }],
    ['{% raw %}{{ a }}{% endraw %}{% comment %}{{ b }}{% endcomment %}', {}],
    ['{% if vip %}{{ discount }}{% endif %}', { vip: false, discount: false }],
  ])('%s uses %j', (text, variables) => {
    expect(namesOf(text)).toEqual(variables);
  });

  test('come in order of appearance over subject, HTML and text, each once', () => {
    const content = { subject: '{{ s }}', html: '<p>{{ h }}{{ s }}</p>', text: '{$t}{{ h }}' };
    expect(compileContent('email', content).variables.map(({ name }) => name)).toEqual(['s', 'h', 't']);
  });

  test('values that nothing uses are told', () => {
    expect(unusedVariables(compile('{{ name }}'), { name: 'x', naem: 'y', other: null })).toEqual(['naem', 'other']);
    expect(unusedVariables(compile('{{ name }}'), {})).toEqual([]);
  });
});

describe('the inside of JavaScript', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'size', 'first'])(
    '%s is a variable like any other',
    (name) => {
      expect(() => sms(`{{ ${name} }}`)).toThrow(new MissingVariablesError([name]));
      expect(() => sms(`{$${name}}`)).toThrow(new MissingVariablesError([name]));
      const values = JSON.parse(`{"${name}":"mine"}`) as Variables;
      expect(sms(`{{ ${name} }}{$${name}}`, values)).toBe('minemine');
    },
  );

  test.each(['a.constructor', 'a.__proto__', 'a.constructor.constructor', 'a["constructor"]', 'b.push', 'c.toString'])(
    '{{ %s }} cannot be reached',
    (path) => {
      expect(() => sms(`{{ ${path} }}`, { a: 'text', b: [1], c: {} })).toThrow(MissingVariablesError);
    },
  );
});

describe('time', () => {
  const AT = Date.UTC(2026, 2, 29, 0, 30, 5);

  test('now is the moment the caller gives, whatever the clock says', () => {
    expect(sms('{{ "now" | date: "%Y-%m-%d %H:%M:%S" }}', {}, AT)).toBe('2026-03-29 00:30:05');
    expect(sms('{{ "today" | date_to_xmlschema }}', {}, AT)).toBe('2026-03-29T00:30:05+00:00');
    expect(sms('{% assign y = "now" | date: "%Y" %}{{ y }}', {}, AT)).toBe('2026');
  });

  test('a value that says "now" is that moment, too', () => {
    expect(sms('{{ when | date: "%Y" }}', { when: 'now' }, AT)).toBe('2026');
  });

  test('a zone may be named', () => {
    expect(sms('{{ "now" | date: "%H:%M", "Asia/Shanghai" }}', {}, AT)).toBe('08:30');
  });

  test.each([
    ['2026-05-01', '2026-05-01 00:00'],
    ['2026-05-01T10:30', '2026-05-01 10:30'],
    ['2026-05-01 10:30:59', '2026-05-01 10:30'],
    ['2026-05-01T10:30:00.000Z', '2026-05-01 10:30'],
    ['2026-05-01T10:30:00+08:00', '2026-05-01 02:30'],
    ['May 1, 2026', '2026-05-01 00:00'],
    [1777631400, '2026-05-01 10:30'],
    ['1777631400', '2026-05-01 10:30'],
    ['not a date', 'not a date'],
  ])('the date %s, which may name no zone, is read and shown in UTC: %s', (when, shown) => {
    expect(sms('{{ when | date: "%Y-%m-%d %H:%M" }}', { when })).toBe(shown);
  });

  test('the same values at the same moment give the same text', () => {
    const compiled = compile('{{ "now" | date }} {{ list | sort | join: "," }} {% cycle "a", "b" %}{% increment n %}');
    const values = { list: ['c', 'a', 'b'] };
    expect(new Set(Array.from({ length: 5 }, () => compiled.render(values, AT).text)).size).toBe(1);
  });
});

describe('limits', () => {
  test('an SMS may have 1,600 characters and not one more', () => {
    expect(sms('{{ a }}', { a: 'x'.repeat(1600) })).toHaveLength(1600);
    expect(() => sms('{{ a }}', { a: 'x'.repeat(1601) })).toThrow(
      new RenderError('text', 'is longer than 1600 characters'),
    );
  });

  test('an SMS without text is refused', () => {
    expect(() => sms('{{ a }}', { a: ' \n ' })).toThrow(new RenderError('text', 'is empty with these values'));
  });

  test.each([
    ['a range of a hundred million', '{% for i in (1..100000000) %}x{% endfor %}'],
    [
      'loops within loops',
      '{% for i in (1..9999) %}{% for j in (1..9999) %}{% for k in (1..9999) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    [
      'text that doubles itself',
      '{% assign a = "xxxxxxxxxx" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}',
    ],
    ['endless output', '{% for i in (1..100000) %}xxxxxxxxxx{% endfor %}'],
  ])('%s ends as an error', (_, text) => {
    expect(() => sms(text)).toThrow(RenderError);
  });
});
