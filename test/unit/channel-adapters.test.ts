import { PROVIDERS } from '../../channels';
import { newId } from '../../domain/ids';

const account = (config: unknown, secrets: unknown = {}) => ({ id: newId('acc'), name: 'mine', config, secrets });

describe('an smtp account', () => {
  const { configSchema, secretsSchema } = PROVIDERS.smtp;

  test('gets its defaults', () => {
    expect(configSchema.parse({ host: 'mail.example', from: 'a@shop.example' })).toEqual({
      host: 'mail.example',
      port: 587,
      secure: false,
      requireTls: false,
      from: 'a@shop.example',
      maxConnections: 5,
      connectTimeoutMs: 10_000,
      greetingTimeoutMs: 10_000,
      socketTimeoutMs: 60_000,
    });
  });

  test.each([
    ['a@shop.example', true],
    ['Shop <a@shop.example>', true],
    ['"Shop, Ltd" <a@shop.example>', true],
    ['Shop', false],
    ['a@shop.example, b@shop.example', false],
    ['Shop <a@shop.example>\r\nBcc: b@evil.example', false],
    ['', false],
  ])('sender %j: accepted %s', (from, accepted) => {
    expect(configSchema.safeParse({ host: 'mail.example', from }).success).toBe(accepted);
  });

  test('has user and password together, or neither', () => {
    expect(secretsSchema.safeParse({}).success).toBe(true);
    expect(secretsSchema.safeParse({ user: 'u', pass: 'p' }).success).toBe(true);
    expect(secretsSchema.safeParse({ user: 'u' }).error?.message).toContain('user and pass go together');
  });
});

describe('a twilio account', () => {
  const { configSchema } = PROVIDERS.twilio;
  const accountSid = `AC${'0'.repeat(32)}`;

  test('gets its defaults', () => {
    expect(configSchema.parse({ accountSid, from: '+15005550006' })).toEqual({
      accountSid,
      from: '+15005550006',
      scheduleAtProvider: false,
      baseUrl: 'https://api.twilio.com',
      timeoutMs: 10_000,
      concurrency: 10,
    });
  });

  test.each([
    [{ from: '+15005550006' }, true],
    [{ from: '12345' }, true],
    [{ from: 'Shop 24' }, true],
    [{ messagingServiceSid: `MG${'0'.repeat(32)}` }, true],
    [{}, false],
    [{ from: '+15005550006', messagingServiceSid: `MG${'0'.repeat(32)}` }, false],
    [{ from: 'A name that is too long' }, false],
    [{ from: '+15005550006', baseUrl: 'ftp://x.example' }, false],
    [{ from: '+15005550006', baseUrl: 'https://x.example/path' }, false],
    [{ from: '+15005550006', unknown: 1 }, false],
    [{ from: '+15005550006', scheduleAtProvider: true }, false],
    [{ messagingServiceSid: `MG${'0'.repeat(32)}`, scheduleAtProvider: true }, true],
  ])('config %j: accepted %s', (config, accepted) => {
    expect(configSchema.safeParse({ accountSid, ...config }).success).toBe(accepted);
  });
});

describe('the secrets of a twilio account', () => {
  const apiKeySid = `SK${'0'.repeat(32)}`;

  test.each([
    [{ authToken: 't' }, true],
    [{ apiKeySid, apiKeySecret: 's' }, true],
    [{ authToken: 't', apiKeySid, apiKeySecret: 's' }, true],
    [{ apiKeySid }, false],
    [{ authToken: 't', apiKeySecret: 's' }, false],
    [{ apiKeySid: 'AC1', apiKeySecret: 's' }, false],
    [{}, false],
  ])('%j: accepted %s', (secrets, accepted) => {
    expect(PROVIDERS.twilio.secretsSchema.safeParse(secrets).success).toBe(accepted);
  });
});

test('an aliyun account gets its defaults', () => {
  expect(PROVIDERS.aliyun.configSchema.parse({})).toEqual({
    regionId: 'cn-hangzhou',
    baseUrl: 'https://dysmsapi.aliyuncs.com',
    timeoutMs: 10_000,
    concurrency: 10,
  });
});

describe('opening an account', () => {
  test('fails with the account, the field and the reason when the config does not fit', () => {
    const broken = account({ host: 'mail.example', from: 'nobody' });
    expect(() => PROVIDERS.smtp.open(broken)).toThrow(
      /account "mine" \(acc_.*config cannot be used for provider smtp[^]*from/,
    );
  });

  test('does not tell secrets in the error', () => {
    const broken = account({ host: 'mail.example', from: 'a@shop.example' }, { user: 'u', pass: '', token: 'hush' });
    expect(() => PROVIDERS.smtp.open(broken)).not.toThrow(/hush/);
    expect(() => PROVIDERS.smtp.open(broken)).toThrow(/secrets cannot be used/);
  });

  test('rejects content of another channel', async () => {
    const sender = PROVIDERS.smtp.open(account({ host: '127.0.0.1', from: 'a@shop.example' }));
    const content = { channel: 'sms', text: 'x' } as const;
    await expect(sender.handOver({ messageId: newId('msg'), to: 'a@example.com', content })).rejects.toThrow(TypeError);
    await sender.close();
  });
});
