import { generateKeyPairSync } from 'node:crypto';
import { aliyunReceipts } from '../../channels/receipts/aliyun';
import { genericReceipts } from '../../channels/receipts/generic';
import { keywordOf } from '../../channels/receipts/keywords';
import { sendgridReceipts } from '../../channels/receipts/sendgrid';
import { twilioReceipts } from '../../channels/receipts/twilio';
import { newId } from '../../domain/ids';
import {
  accountWith,
  newWebhookSecret,
  sendgridHeaders,
  standardHeaders,
  twilioForm,
  webhookRequest,
} from '../support/webhooks';

const MESSAGE = newId('msg');

describe('twilio', () => {
  const URL_ = `https://api.example/webhooks/twilio/acc_1?mid=${MESSAGE}`;
  const account = accountWith({ authToken: 'token' });
  const SID = `SM${'a'.repeat(32)}`;
  const post = (form: Record<string, string>, url = URL_, token = 'token') => {
    const { body, headers } = twilioForm(token, url, { MessageSid: SID, ...form });
    return webhookRequest(URL_, body, headers);
  };

  test.each([
    ['delivered', undefined, { event: 'deliver', code: 'delivered' }],
    ['undelivered', '30003', { event: 'failDelivery', code: '30003' }],
    ['failed', '30008', { event: 'failDelivery', code: '30008' }],
    ['undelivered', '21610', { event: 'failDelivery', code: '21610', suppress: 'stop' }],
  ])('a callback with status %s and error %s is read', async (status, error, expected) => {
    const reading = await twilioReceipts.read(
      post({ MessageStatus: status, ...(error && { ErrorCode: error }) }),
      account,
    );
    expect(reading).toMatchObject({
      ok: true,
      events: [{ messageId: MESSAGE, providerMessageId: SID, eventId: `${SID}:${status}`, ...expected }],
    });
  });

  test.each(['queued', 'sending', 'sent', 'scheduled'])(
    'a callback with status %s says nothing new',
    async (status) => {
      expect(await twilioReceipts.read(post({ MessageStatus: status }), account)).toEqual({ ok: true, events: [] });
    },
  );

  test.each([
    ['another token', post({ MessageStatus: 'delivered' }, URL_, 'other')],
    ['another address', post({ MessageStatus: 'delivered' }, URL_.replace('api.example', 'evil.example'))],
    ['no signature', webhookRequest(URL_, `MessageSid=${SID}&MessageStatus=delivered`)],
  ])('a callback signed with %s is refused', async (_what, request) => {
    expect(await twilioReceipts.read(request, account)).toMatchObject({ ok: false, reason: 'signature' });
  });

  test('a callback whose message was exchanged after it was signed is refused', async () => {
    const { body, headers } = twilioForm('token', URL_, { MessageSid: SID, MessageStatus: 'delivered' });
    const request = webhookRequest(URL_.replace(MESSAGE, newId('msg')), body, headers);
    expect(await twilioReceipts.read(request, account)).toMatchObject({ ok: false, reason: 'signature' });
  });

  test.each([
    [{ Body: ' stop ' }, 'stop'],
    [{ Body: 'Stopall' }, 'stop'],
    [{ Body: 'UNSTOP' }, 'start'],
    [{ Body: 'info' }, 'help'],
    [{ Body: 'ARRET', OptOutType: 'STOP' }, 'stop'],
    [{ Body: 'STOP PLEASE' }, undefined],
  ])('an incoming text %j asks for %s, is answered in TwiML, and its words are not kept', async (form, keyword) => {
    const reading = await twilioReceipts.readInbound!(post({ From: '+8613800138000', ...form }), account);
    expect(reading).toEqual({
      ok: true,
      events: [{ from: '+8613800138000', eventId: SID, ...(keyword && { keyword }) }],
      reply: { contentType: 'text/xml', body: expect.stringContaining('<Response></Response>') },
    });
  });

  test('every word that Twilio takes for an opt-out, opt-in or call for help is known', () => {
    const words = [
      'STOP',
      'STOPALL',
      'UNSUBSCRIBE',
      'CANCEL',
      'END',
      'QUIT',
      'REVOKE',
      'OPTOUT',
      'START',
      'YES',
      'UNSTOP',
    ];
    expect(words.map(keywordOf)).toEqual([...Array<string>(8).fill('stop'), ...Array<string>(3).fill('start')]);
    expect(['HELP', 'INFO'].map(keywordOf)).toEqual(['help', 'help']);
  });
});

describe('aliyun', () => {
  const account = accountWith({ webhookToken: 'a-long-token' });
  const at = (token: string) => `https://api.example/webhooks/aliyun/acc_1?token=${token}`;
  const report = {
    phone_number: '13800138000',
    send_time: '2026-11-24 09:00:00',
    report_time: '2026-11-24 09:00:05',
    success: true,
    err_code: 'DELIVERED',
    err_msg: '用户接收成功',
    sms_size: '1',
    biz_id: '12345^0',
    out_id: MESSAGE,
  };

  test('a batch of reports is read, in the time of Beijing', async () => {
    const failed = { ...report, biz_id: '12346^0', success: false, err_code: 'MK:0001', err_msg: '13800138000 空号' };
    const reading = await aliyunReceipts.read(
      webhookRequest(at('a-long-token'), JSON.stringify([report, { ...failed, out_id: undefined }])),
      account,
    );
    expect(reading).toMatchObject({
      ok: true,
      reply: { body: '{"code":0,"msg":"ok"}' },
      events: [
        {
          messageId: MESSAGE,
          providerMessageId: '12345^0',
          event: 'deliver',
          code: 'DELIVERED',
          at: Date.UTC(2026, 10, 24, 1, 0, 5),
        },
        { providerMessageId: '12346^0', event: 'failDelivery', code: 'MK:0001' },
      ],
    });
    expect(JSON.stringify(reading)).not.toContain('13800138000');
  });

  test('the same report has the same id, another one another', async () => {
    const read = async (reports: unknown) => {
      const reading = await aliyunReceipts.read(webhookRequest(at('a-long-token'), JSON.stringify(reports)), account);
      return reading.ok ? reading.events.map(({ eventId }) => eventId) : [];
    };
    const [a, b, c] = await read([report, report, { ...report, phone_number: '13900139000' }]);
    expect(a).toBe(b);
    expect(c).not.toBe(a);
  });

  test.each([
    ['another token', at('another-token'), account],
    ['no token', 'https://api.example/webhooks/aliyun/acc_1', account],
    ['an account that has none', at(''), accountWith({})],
  ])('with %s it is refused', async (_what, url, one) => {
    const reading = await aliyunReceipts.read(webhookRequest(url, JSON.stringify([report])), one);
    expect(reading).toMatchObject({ ok: false, reason: 'signature' });
  });

  test('a body that is no list is malformed', async () => {
    const reading = await aliyunReceipts.read(webhookRequest(at('a-long-token'), '{"a":1}'), account);
    expect(reading).toMatchObject({ ok: false, reason: 'malformed' });
  });
});

describe('generic', () => {
  const secret = newWebhookSecret();
  const account = accountWith({ webhookSecret: secret });
  const URL_ = 'https://api.example/webhooks/generic/acc_1';
  const read = (body: unknown, headers?: Record<string, string>) => {
    const text = JSON.stringify(body);
    return genericReceipts.read(webhookRequest(URL_, text, headers ?? standardHeaders(secret, 'evt_1', text)), account);
  };

  test.each([
    ['delivered', undefined, { event: 'deliver' }],
    [
      'bounced',
      { class: 'hard', code: '5.1.1', detail: 'no ada@example.com' },
      { event: 'bounce', code: '5.1.1', detail: 'no a***@example.com', suppress: 'hard_bounce' },
    ],
    ['bounced', { class: 'soft', code: '4.2.2' }, { event: 'bounce', code: '4.2.2' }],
    ['complained', undefined, { event: 'complain', suppress: 'complaint' }],
    ['undelivered', undefined, { event: 'failDelivery' }],
    ['unsubscribed', undefined, { event: 'unsubscribe', suppress: 'unsubscribe' }],
  ])('%s with bounce %j is read', async (type, bounce, expected) => {
    const reading = await read({ type, messageId: MESSAGE, ...(bounce && { bounce }) });
    expect(reading).toMatchObject({ ok: true, events: [{ messageId: MESSAGE, eventId: 'evt_1', ...expected }] });
    if (reading.ok) expect(reading.events[0]?.suppress).toBe((expected as { suppress?: string }).suppress);
  });

  test.each(['', 'whsec_', 'secret', 'whsec_!!!!', 'whsec_c2hvcnQ='])(
    'an account with the secret "%s", which anybody could sign with, takes none',
    async (weak) => {
      const body = JSON.stringify({ type: 'delivered', messageId: MESSAGE });
      const headers = standardHeaders(`whsec_${weak.replace(/^whsec_/, '')}`, 'evt_1', body);
      const request = webhookRequest(URL_, body, headers);
      expect(await genericReceipts.read(request, accountWith({ webhookSecret: weak }))).toMatchObject({ ok: false });
    },
  );

  test('a message is also named by its Message-ID, or by the id of the provider', async () => {
    expect(await read({ type: 'delivered', messageIdHeader: `<${MESSAGE}@shop.example>` })).toMatchObject({
      events: [{ messageId: MESSAGE }],
    });
    expect(await read({ type: 'delivered', providerMessageId: 'q1' })).toMatchObject({
      events: [{ providerMessageId: 'q1' }],
    });
    expect(await read({ type: 'delivered' })).toMatchObject({ ok: false, reason: 'malformed' });
    expect(await read({ type: 'opened', messageId: MESSAGE })).toMatchObject({ ok: false, reason: 'malformed' });
  });

  test('one of several signatures is enough, so that secrets can be exchanged', async () => {
    const body = { type: 'delivered', messageId: MESSAGE };
    const headers = standardHeaders(secret, 'evt_1', JSON.stringify(body));
    const both = { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` };
    expect(await read(body, both)).toMatchObject({ ok: true });
  });

  test.each([
    ['another secret', (text: string) => standardHeaders(newWebhookSecret(), 'evt_1', text)],
    ['another body', () => standardHeaders(secret, 'evt_1', '{}')],
    ['a time six minutes ago', (text: string) => standardHeaders(secret, 'evt_1', text, Date.now() - 360_000)],
    ['a time six minutes ahead', (text: string) => standardHeaders(secret, 'evt_1', text, Date.now() + 360_000)],
    ['another id', (text: string) => ({ ...standardHeaders(secret, 'evt_1', text), 'webhook-id': 'evt_2' })],
    ['no signature', () => ({})],
  ])('signed with %s it is refused', async (_what, headersOf) => {
    const body = { type: 'delivered', messageId: MESSAGE };
    expect(await read(body, headersOf(JSON.stringify(body)))).toMatchObject({ ok: false, reason: 'signature' });
  });
});

describe('sendgrid', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const sendgridPublicKey = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const account = accountWith({ sendgridPublicKey });
  const read = (events: unknown, key = privateKey, one = account) => {
    const body = JSON.stringify(events);
    return sendgridReceipts.read(webhookRequest('https://api.example/x', body, sendgridHeaders(key, body)), one);
  };
  const base = { email: 'ada@example.com', timestamp: 1_790_000_000, sg_event_id: 'e1', 'smtp-id': `<${MESSAGE}@a.b>` };

  test.each([
    [{ event: 'delivered', response: '250 OK' }, { event: 'deliver', detail: '250 OK' }, undefined],
    [
      { event: 'bounce', type: 'bounce', status: '5.1.1', reason: 'no' },
      { event: 'bounce', code: '5.1.1' },
      'hard_bounce',
    ],
    [{ event: 'bounce', type: 'blocked', status: '4.0.0' }, { event: 'bounce' }, undefined],
    [{ event: 'dropped', reason: 'Bounced Address' }, { event: 'failDelivery' }, 'hard_bounce'],
    [{ event: 'dropped', reason: 'Invalid SMTPAPI header' }, { event: 'failDelivery' }, undefined],
    [{ event: 'spamreport' }, { event: 'complain' }, 'complaint'],
    [{ event: 'group_unsubscribe' }, { event: 'unsubscribe' }, 'unsubscribe'],
  ])('%j is read', async (event, expected, suppress) => {
    const reading = await read([{ ...base, ...event }]);
    expect(reading).toMatchObject({ ok: true, events: [{ messageId: MESSAGE, eventId: 'e1', ...expected }] });
    if (reading.ok) expect(reading.events[0]?.suppress).toBe(suppress);
  });

  test('what is of no interest, or of no known form, harms nothing else', async () => {
    const events = [{ ...base, event: 'open' }, { hello: 1 }, { ...base, sg_event_id: 'e2', event: 'delivered' }];
    expect(await read(events)).toMatchObject({ ok: true, events: [{ eventId: 'e2', at: 1_790_000_000_000 }] });
  });

  test('without smtp-id the message is found by what the SMTP reply had named, or by our own argument', async () => {
    const rest = { ...base, 'smtp-id': undefined, event: 'spamreport' };
    expect(await read([{ ...rest, sg_message_id: 'aBc.recvd-1-2.0' }])).toMatchObject({
      events: [{ providerMessageId: 'aBc' }],
    });
    expect(await read([{ ...rest, luminate_message_id: MESSAGE }])).toMatchObject({ events: [{ messageId: MESSAGE }] });
  });

  test('signed by another key, or for an account without one, it is refused', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
    expect(await read([base], other)).toMatchObject({ ok: false, reason: 'signature' });
    expect(await read([base], privateKey, accountWith({}))).toMatchObject({ ok: false, reason: 'signature' });
    expect(await read([base], privateKey, accountWith({ sendgridPublicKey: 'AAAA' }))).toMatchObject({ ok: false });
  });
});
