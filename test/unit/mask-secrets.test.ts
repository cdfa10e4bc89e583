import { differences } from '../../api/audit/differences';
import { maskSecrets } from '../../domain/mask-secrets';

describe('maskSecrets', () => {
  const NAMES = ['password', 'pass', 'currentPassword', 'secret', 'secrets', 'authToken', 'token', 'accessKeySecret'];
  const MORE = [
    'apiKey',
    'api_key',
    'X-Api-Key',
    'Authorization',
    'client_secret',
    'privateKey',
    'Cookie',
    'passphrase',
  ];
  test.each([...NAMES, ...MORE, 'credentials', 'signature', 'secretAccessKey'])('masks what is named %s', (name) => {
    expect(maskSecrets({ deep: [{ [name]: 'x1' }] })).toEqual({ deep: [{ [name]: '[masked]' }] });
    expect(maskSecrets({ [name]: { any: 'x1' } })).toEqual({ [name]: '[masked]' });
    expect(maskSecrets({ [name]: null })).toEqual({ [name]: null });
  });

  test.each(['key', 'keyId', 'accessKeyId', 'secretsGiven', 'secretBeforeHoldsUntil', 'passed', 'tokenUrl', 'name'])(
    'leaves what is named %s',
    (name) => {
      expect(maskSecrets({ [name]: 'x1' })).toEqual({ [name]: 'x1' });
    },
  );

  test.each([
    ['a lum_abcdefghijklmnopqrstuvwxyz key', 'a [masked] key'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '[masked]'],
    ['Bearer abc.def.ghi-jkl', '[masked]'],
    ['https://user:word@example.com/a?b=c&d=e#f', 'https://[masked]@example.com/a?b=[masked]&d=[masked]#f'],
    ['smtp://robot@mail.example', 'smtp://[masked]@mail.example'],
    ['is it a=b? c=d', 'is it a=b? c=d'],
    ['no-reply@example.com', 'no-reply@example.com'],
  ])('of the text %s leaves %s', (text, left) => {
    expect(maskSecrets(text)).toBe(left);
  });

  test('cuts long texts, keeps everything else', () => {
    expect(maskSecrets('é'.repeat(1_500))).toBe(`${'é'.repeat(1_000)}… (1500 characters)`);
    const plain = { n: 1, yes: true, none: null, list: [1, 'a', { b: false }], at: new Date(0) };
    expect(maskSecrets(plain)).toEqual({ ...plain, at: '1970-01-01T00:00:00.000Z' });
  });
});

describe('differences', () => {
  test('tells both sides of what differs, field by field', () => {
    const was = { a: 1, b: { c: 1, d: 2 }, list: [1], gone: 'x', at: new Date(0) };
    const is = { a: 1, b: { c: 1, d: 3 }, list: [1, 2], come: 'y', at: new Date(0) };
    expect(differences(was, is)).toEqual([
      { b: { d: 2 }, list: [1], gone: 'x', come: undefined },
      { b: { d: 3 }, list: [1, 2], gone: undefined, come: 'y' },
    ]);
    expect(differences(was, { ...was })).toEqual([{}, {}]);
    expect(differences({ a: null }, { a: { b: 1 } })).toEqual([{ a: null }, { a: { b: 1 } }]);
  });
});
