import { randomBytes } from 'node:crypto';
import { createListHeaders, createUnsubscribeTokens } from '../../channels/email/unsubscribe';
import { newId } from '../../domain/ids';

const tokens = createUnsubscribeTokens(randomBytes(32).toString('base64'));
const id = newId('msg');
const appId = newId('app');

test('a token leads back to its message', () => {
  expect(tokens.read(tokens.make(id))).toBe(id);
});

test('one that was changed, is of another message or of another key leads nowhere', () => {
  const token = tokens.make(id);
  const [ulid = '', mac = ''] = token.split('.');
  const other = createUnsubscribeTokens(randomBytes(32).toString('base64'));
  const [, otherMac = ''] = tokens.make(newId('msg')).split('.');
  const wrong = [
    '',
    '.',
    ulid,
    `${ulid}.`,
    `${ulid}.${otherMac}`,
    `${token}x`,
    `${token}.x`,
    `${mac}.${ulid}`,
    other.make(id),
  ];
  expect(wrong.map((text) => tokens.read(text))).toEqual(wrong.map(() => undefined));
});

test('headers: a list of the app, a link, and one-click where the link is https', () => {
  const headers = createListHeaders('https://mail.example/base/', tokens)({ id, appId });
  expect(headers).toEqual({
    'List-ID': `<marketing.${appId.toLowerCase()}.mail.example>`,
    'List-Unsubscribe': `<https://mail.example/base/u/${tokens.make(id)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  });
  const plain = createListHeaders('http://127.0.0.1:3000', tokens)({ id, appId });
  expect(plain).not.toHaveProperty('List-Unsubscribe-Post');
  expect(plain['List-Unsubscribe']).toMatch(/^<http:\/\/127\.0\.0\.1:3000\/u\//);
});
