import fc from 'fast-check';
import { createRequestBuilder } from '../../channels/http/build-request';
import { httpConfigSchema } from '../../channels/http/http-config';

const RULES = { rules: [{ when: { status: 200 }, class: 'accepted' }] };
const parse = (config: Record<string, unknown>) =>
  httpConfigSchema('sms').safeParse({ url: 'https://api.example/send', response: RULES, ...config });
const values = (more: Record<string, unknown> = {}) => ({
  messageId: 'msg_1',
  to: '+8613800138000',
  from: 'Shop',
  text: 'Hello',
  expiresAt: '',
  statusCallbackUrl: '',
  secrets: { token: 't0ken' },
  ...more,
});
function build(config: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const parsed = parse(config);
  if (!parsed.success) throw parsed.error;
  return createRequestBuilder(parsed.data)(values(more));
}

describe('a request', () => {
  test('has its values where the description says', () => {
    const call = build({
      url: 'https://api.example/v1/{{ messageId }}?to={{ to }}&key={{ secrets.token }}',
      headers: { Authorization: 'Bearer {{ secrets.token }}' },
      body: {
        kind: 'json',
        content: { to: ['{{ to | remove_first: "+86" }}'], text: '【{{ from }}】{{ text }}', n: 1 },
      },
    });
    expect(call.url.href).toBe('https://api.example/v1/msg_1?to=%2B8613800138000&key=t0ken');
    expect(call.method).toBe('POST');
    expect(JSON.parse(call.body!)).toEqual({ to: ['13800138000'], text: '【Shop】Hello', n: 1 });
    expect(call.headers).toEqual({
      authorization: 'Bearer t0ken',
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(call.body!)),
    });
  });

  test('no value leaves its place in JSON, form or address, whatever it is', () => {
    const configs = {
      json: { body: { kind: 'json', content: { a: '{{ text }}', b: { c: 'x' } } } },
      form: { body: { kind: 'form', fields: { a: '{{ text }}', b: 'x' } } },
      url: { url: 'https://api.example/p/{{ text }}?q={{ text }}&b=x' },
    };
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/^\.{1,2}$/.test(text));
        expect(JSON.parse(build(configs.json, { text }).body!)).toEqual({ a: text, b: { c: 'x' } });
        expect([...new URLSearchParams(build(configs.form, { text }).body)]).toEqual([
          ['a', text],
          ['b', 'x'],
        ]);
        const { url } = build(configs.url, { text });
        expect(url.host).toBe('api.example');
        expect(url.pathname.split('/')).toHaveLength(3);
        expect([...url.searchParams]).toEqual([
          ['q', text],
          ['b', 'x'],
        ]);
      }),
    );
  });

  test('a value is never expanded again, and cannot add a header', () => {
    const call = build(
      { headers: { 'X-Text': '{{ text }}' }, body: { kind: 'text', content: '{{ text }}' } },
      { text: '{{ secrets.token }}\r\nX-Evil: 1' },
    );
    expect(call.body).toBe('{{ secrets.token }}\r\nX-Evil: 1');
    expect(call.headers['x-text']).toBe('{{ secrets.token }} X-Evil: 1');
    expect(call.headers).not.toHaveProperty('x-evil');
  });

  test('cannot be built with a secret that is absent, or a header that is no header', () => {
    expect(() => build({ headers: { A: '{{ secrets.other }}' } })).toThrow(/other/);
    expect(() => build({ headers: { A: '{{ text }}' } }, { text: '短信' })).toThrow(/header/i);
    expect(() => build({ url: 'https://api.example/a/{{ text }}/b' }, { text: '..' })).toThrow(/only dots/);
  });
});

describe('the description of a request', () => {
  test.each([
    [{ url: 'http://api.example/' }, 'must be https'],
    [{ url: 'https://{{ to }}.example/' }, 'host is written out'],
    [{ url: 'https://api.example{{ to }}/' }, 'host is written out'],
    [{ url: 'ftp://api.example/' }, 'host is written out'],
    [{ headers: { A: '{{ nobody }}' } }, 'names nobody'],
    [{ headers: { 'A B': 'x' } }, 'name of a header'],
    [{ body: { kind: 'json', content: { a: ['{{ nobody }}'] } } }, 'names nobody'],
    [{ body: { kind: 'json', content: '{{ to' } }, 'not closed'],
    [{ body: { kind: 'json' } }, 'is missing'],
    [{ method: 'GET', body: { kind: 'text', content: 'x' } }, 'a GET has no body'],
    [{ response: { rules: [{ when: { status: 400 }, class: 'refused' }] } }, 'rule of class accepted'],
    [{ response: { rules: [{ when: { equals: 1 }, class: 'accepted' }] } }, 'need pointer'],
    [{ response: { rules: [{ when: { bodyMatches: '(a+)+' }, class: 'accepted' }] } }, 'must not repeat a group'],
  ])('%j is refused: %s', (config, why) => {
    const parsed = parse(config);
    expect(parsed.success).toBe(false);
    expect(parsed.error!.message).toContain(why);
  });

  test('plain http is taken when it is allowed', () => {
    expect(parse({ url: 'http://127.0.0.1:8080/', allowHttp: true }).success).toBe(true);
  });
});
