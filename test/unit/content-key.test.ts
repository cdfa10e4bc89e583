import type { TemplateId } from '../../domain/ids';
import { contentKey } from '../../limits/content-key';

const template = (n: number): TemplateId => n as TemplateId;
const sms = (text: string) => ({ channel: 'sms', text }) as const;
const email = (subject: string, html: string, text: string) => ({ channel: 'email', subject, html, text }) as const;

test('equal parts give the same key, whatever the order of the fields', () => {
  const one = contentKey(template(17), 'email', 'a@b.cn', { channel: 'email', subject: 's', html: 'h', text: 't' });
  const two = contentKey(template(17), 'email', 'a@b.cn', { text: 't', html: 'h', subject: 's', channel: 'email' });
  expect(one).toBe(two);
  expect(one).toMatch(/^[0-9a-f]{32}$/);
});

test('any part that differs gives another key', () => {
  const keys = [
    contentKey(template(17), 'sms', '+8613788881111', sms('hi')),
    contentKey(template(18), 'sms', '+8613788881111', sms('hi')),
    contentKey(template(17), 'sms', '+8613788881112', sms('hi')),
    contentKey(template(17), 'sms', '+8613788881111', sms('hi ')),
    contentKey(template(17), 'email', 'a@b.cn', email('s', 'h', 't')),
    contentKey(template(17), 'email', 'a@b.cn', email('s', 'h', 'u')),
    contentKey(template(17), 'email', 'a@b.cn', email('s', 'i', 't')),
    contentKey(template(17), 'email', 'a@b.cn', email('r', 'h', 't')),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('parts that only join to the same text give different keys', () => {
  expect(contentKey(template(1), 'sms', '23', sms('x'))).not.toBe(contentKey(template(12), 'sms', '3', sms('x')));
  expect(contentKey(template(1), 'email', 'a', email('s4:html', 'h', 't'))).not.toBe(
    contentKey(template(1), 'email', 'a', email('s', '4:htmlh', 't')),
  );
});

test('the attachments of an email are part of its content, in their order', () => {
  const key = (...urls: string[]) => contentKey(template(17), 'email', 'a@b.cn', email('s', 'h', 't'), urls);
  const [a, b] = ['https://files.example.com/a', 'https://files.example.com/b'];
  const keys = [key(), key(a), key(b), key(a, b), key(b, a), key(`${a}${b}`)];
  expect(new Set(keys).size).toBe(keys.length);
  expect(key()).toBe(contentKey(template(17), 'email', 'a@b.cn', email('s', 'h', 't')));
});
