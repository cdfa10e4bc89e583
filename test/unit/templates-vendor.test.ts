import type { SmsContent } from '../../domain/content';
import type { TemplateId } from '../../domain/ids';
import { MissingVariablesError, TemplateSyntaxError } from '../../domain/template-error';
import { contentSchemas } from '../../api/schemas/templates';
import { contentKey } from '../../limits/content-key';
import { checkContent } from '../../templates/check';
import { compileContent } from '../../templates/compile';

const CONTENT: SmsContent = {
  text: 'Your code is {{ code }}.',
  vendor: { templateCode: 'SMS_1', signName: '商店', params: { code: '{{ code }}', who: '{$name}' } },
};

describe('a text with a vendor template', () => {
  test('is rendered with its params, by the same values', () => {
    expect(compileContent('sms', CONTENT).render({ code: '123', name: 'Li' }, 0)).toEqual({
      channel: 'sms',
      text: 'Your code is 123.',
      vendor: { templateCode: 'SMS_1', signName: '商店', params: { code: '123', who: 'Li' } },
    });
    expect(compileContent('sms', { text: 'x', vendor: { templateCode: 'SMS_1' } }).render({}, 0)).toEqual({
      channel: 'sms',
      text: 'x',
      vendor: { templateCode: 'SMS_1' },
    });
    expect(compileContent('sms', { text: 'x' }).render({}, 0)).toEqual({ channel: 'sms', text: 'x' });
  });

  test('needs the variables of its params as well, and never expands a value', async () => {
    const compiled = compileContent('sms', CONTENT);
    expect(compiled.variables).toEqual([
      { name: 'code', required: true },
      { name: 'name', required: true },
    ]);
    expect(() => compiled.render({ code: '1' }, 0)).toThrow(new MissingVariablesError(['name']));
    const rendered = compiled.render({ code: '{{ name }}', name: '{$code}' }, 0);
    expect(rendered).toMatchObject({ vendor: { params: { code: '{{ name }}', who: '{$code}' } } });
    expect((await checkContent('sms', CONTENT)).content).toEqual(CONTENT);
  });

  test('tells which param is wrong', async () => {
    const wrong = { text: 'x', vendor: { params: { code: 'a\n{{ code' } } };
    await expect(checkContent('sms', wrong)).rejects.toMatchObject({ field: 'vendor/params/code', line: 2 });
    await expect(checkContent('sms', wrong)).rejects.toThrow(TemplateSyntaxError);
  });

  test.each([
    [{ templateCode: 'SMS_1' }, true],
    [{ params: {} }, true],
    [{ templateCode: 'SMS 1' }, false],
    [{ signName: 'a\nb' }, false],
    [{ params: { 'a/b': 'x' } }, false],
    [{ params: { a: 1 } }, false],
    [{ other: 'x' }, false],
  ])('vendor %j is taken by the API: %s', (vendor, taken) => {
    expect(contentSchemas.sms.safeParse({ text: 'x', vendor }).success).toBe(taken);
  });
});

test('the content key tells vendor params apart, whatever their order, and is as ever without them', () => {
  const key = (rendered: Parameters<typeof contentKey>[3]) =>
    contentKey(17 as TemplateId, 'sms', '+8613788881111', rendered);
  const sms = (params: Record<string, string>) => key({ channel: 'sms', text: 'x', vendor: { params } });
  expect(sms({ a: '1', b: '2' })).toBe(sms({ b: '2', a: '1' }));
  const keys = [sms({ a: '1' }), sms({ a: '2' }), sms({ b: '1' }), sms({}), key({ channel: 'sms', text: 'y' })];
  expect(new Set(keys).size).toBe(keys.length);
  expect(key({ channel: 'sms', text: 'hi' })).toBe('7c13c2d6780edb095fb4ca607b1c404a');
});
