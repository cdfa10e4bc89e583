import { fromSmtpAcceptance, fromSmtpFailure } from '../../channels/email/smtp-reply';

const reply = (command: string, response: string) => ({ message: 'failed', code: 'EENVELOPE', command, response });

describe('whom a temporary reply is about', () => {
  test.each([
    ['RCPT TO', '450 4.2.0 <jane@example.com>: Recipient address rejected: Greylisted'],
    ['RCPT TO', '451 4.7.1 Greylisting in action, please come back in 00:05:00'],
    ['RCPT TO', '450 4.7.1 please try again later'],
    ['RCPT TO', '450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents delivery'],
    ['RCPT TO', '452 4.2.2 mailbox full'],
    ['RCPT TO', '450 4.1.2 Domain not found'],
    ['RCPT TO', '450 mailbox busy'],
    ['DATA', '451 4.2.0 greylisted after data'],
    ['DATA', '452 4.2.2 over quota'],
  ])('%s answered by "%s": this recipient, so the account is not to blame', (command, response) => {
    for (const handedOver of [false, true])
      expect(fromSmtpFailure(reply(command, response), handedOver)).toMatchObject({ about: 'recipient' });
  });

  test.each([
    ['CONN', '421 4.7.0 too many connections'],
    ['CONN', '450 4.2.0 busy'],
    ['MAIL FROM', '450 4.7.1 sender greylisted'],
    ['MAIL FROM', '451 4.3.0 try again'],
    ['RCPT TO', '421 4.7.0 try again later'],
    ['RCPT TO', '421 4.2.1 closing'],
    ['RCPT TO', '451 4.3.0 local error'],
    ['RCPT TO', '452 4.5.3 too many recipients'],
    ['RCPT TO', '452 4.3.1 insufficient system storage'],
    ['RCPT TO', '450 4.7.1 you are sending too many mails'],
    ['RCPT TO', '450 rate limit'],
    ['DATA', '454 Throttling failure: Maximum sending rate exceeded'],
    ['DATA', '451 4.7.1 try again later'],
    ['DATA', '450 try again'],
    ['RCPT TO', '550 5.1.1 no such user'],
  ])('%s answered by "%s": the account or its server', (command, response) => {
    expect(fromSmtpFailure(reply(command, response), false)).not.toHaveProperty('about');
  });

  test('a hand-over that was stopped before it began is about this worker', () => {
    const stopped = { message: 'aborted', code: 'EABORT' };
    expect(fromSmtpFailure(stopped, false)).toMatchObject({ class: 'unavailable', about: 'worker' });
    expect(fromSmtpFailure(stopped, true)).not.toHaveProperty('about');
  });
});

describe('fromSmtpFailure with a reply of the server', () => {
  test.each([
    ['CONN', '421 4.3.2 shutting down', 'unavailable', '421 4.3.2'],
    ['CONN', '421 too many connections from your IP', 'throttled', '421'],
    ['CONN', '554 5.7.1 your address is blocked', 'misconfigured', '554 5.7.1'],
    ['EHLO', '550 bad name', 'misconfigured', '550'],
    ['STARTTLS', '454 TLS not available', 'unavailable', '454'],
    ['STARTTLS', '502 not implemented', 'misconfigured', '502'],
    ['AUTH PLAIN', '535 5.7.8 bad credentials', 'misconfigured', '535 5.7.8'],
    ['AUTH PLAIN', '454 4.7.0 temporary authentication failure', 'throttled', '454 4.7.0'],
    ['MAIL FROM', '530 5.7.0 authentication required', 'misconfigured', '530 5.7.0'],
    ['MAIL FROM', '550 5.7.1 sender not allowed', 'misconfigured', '550 5.7.1'],
    ['MAIL FROM', '553 5.1.8 sender domain not found', 'misconfigured', '553 5.1.8'],
    ['MAIL FROM', '451 4.3.0 try again', 'unavailable', '451 4.3.0'],
    ['MAIL FROM', '550 5.4.5 Daily user sending limit exceeded', 'throttled', '550 5.4.5'],
    ['RCPT TO', '450 4.2.1 mailbox busy', 'unavailable', '450 4.2.1'],
    ['RCPT TO', '450 4.7.1 greylisted', 'throttled', '450 4.7.1'],
    ['RCPT TO', '452 4.2.2 mailbox full', 'unavailable', '452 4.2.2'],
    ['RCPT TO', '452 4.5.3 too many recipients', 'throttled', '452 4.5.3'],
    ['MAIL FROM', '552 5.3.4 message too big', 'refused', '552 5.3.4'],
    ['RCPT TO', '552 5.2.2 mailbox full', 'refused', '552 5.2.2'],
    ['RCPT TO', '552 too many recipients', 'throttled', '552'],
    ['RCPT TO', '550 no such user', 'refused', '550'],
    ['RCPT TO', '551 user not local', 'refused', '551'],
    ['RCPT TO', '553 mailbox name not allowed', 'refused', '553'],
    ['RCPT TO', '550 5.2.1 mailbox disabled', 'refused', '550 5.2.1'],
    ['RCPT TO', '550 5.7.1 you may not send here', 'refused', '550 5.7.1'],
    ['RCPT TO', '550 5.7.2 list is closed to you', 'refused', '550 5.7.2'],
    ['RCPT TO', '554 5.7.1 <a@b.example>: Relay access denied', 'misconfigured', '554 5.7.1'],
    ['RCPT TO', '530 5.7.0 must issue STARTTLS first', 'misconfigured', '530 5.7.0'],
    ['RCPT TO', '503 5.5.1 bad sequence', 'unavailable', '503 5.5.1'],
    ['DATA', '451 4.3.0 queue failed', 'unavailable', '451 4.3.0'],
    ['DATA', '454 Throttling failure: Maximum sending rate exceeded', 'throttled', '454'],
    ['DATA', '421 4.4.2 timeout', 'unavailable', '421 4.4.2'],
    ['DATA', '552 5.3.4 message too big', 'refused', '552 5.3.4'],
    ['DATA', '552-5.7.0 blocked because its content is dangerous', 'refused', '552 5.7.0'],
    ['DATA', '554 5.6.0 content refused', 'refused', '554 5.6.0'],
    ['DATA', '554 5.7.1 spam', 'refused', '554 5.7.1'],
    ['DATA', '554 5.4.14 hop count exceeded: too many hops', 'refused', '554 5.4.14'],
    ['DATA', '550 5.7.26 this mail is not authenticated', 'misconfigured', '550 5.7.26'],
    ['DATA', '554 Message rejected: Email address is not verified.', 'misconfigured', '554'],
    ['DATA', '550 5.7.28 mail flood', 'throttled', '550 5.7.28'],
  ])('%s answered by "%s" is %s', (command, response, expected, code) => {
    for (const handedOver of [false, true]) {
      expect(fromSmtpFailure(reply(command, response), handedOver)).toMatchObject({ class: expected, code });
    }
  });

  test.each([
    ['RCPT TO', '550 5.1.1 no such user', 'hard_bounce'],
    ['RCPT TO', '550 5.1.2 no such domain', 'hard_bounce'],
    ['RCPT TO', '553 5.1.3 malformed', 'hard_bounce'],
    ['RCPT TO', '551 5.1.6 moved', 'hard_bounce'],
    ['RCPT TO', '556 5.1.10 takes no mail', 'hard_bounce'],
    ['DATA', '550 5.1.1 no such user', 'hard_bounce'],
    ['RCPT TO', '550 5.1.0 rejected', undefined],
    ['RCPT TO', '550 5.2.1 disabled', undefined],
    ['RCPT TO', '552 5.2.2 mailbox full', undefined],
    ['DATA', '552 5.2.2 mailbox full', undefined],
    ['RCPT TO', '550 no such user', undefined],
    ['RCPT TO', '450 4.1.1 no such user right now', undefined],
    ['MAIL FROM', '550 5.1.1 unknown', undefined],
  ])('%s answered by "%s" suppresses: %s', (command, response, suppress) => {
    expect(fromSmtpFailure(reply(command, response), false).suppress).toBe(suppress);
  });

  test('joins the lines of a long reply, masks addresses and cuts it', () => {
    const response = `550-5.1.1 The account jane.roe@example.com does not exist.\r\n550 5.1.1 ${'x'.repeat(400)}`;
    const { detail } = fromSmtpFailure(reply('RCPT TO', response), false);
    expect(detail).toMatch(/^550-5\.1\.1 The account j\*\*\*@example\.com does not exist\. x+$/);
    expect(detail).toHaveLength(300);
  });
});

describe('fromSmtpFailure without a reply', () => {
  test.each([
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 'unavailable', 'connect'],
    [{ code: 'EDNS', originalCode: 'ENOTFOUND' }, 'unavailable', 'dns'],
    [{ code: 'ETLS' }, 'unavailable', 'tls'],
    [{ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'unavailable', 'tls'],
    [{ code: 'ETIMEDOUT' }, 'unavailable', 'timeout'],
    [{ code: 'ECONNECTION' }, 'unavailable', 'connection_lost'],
    [{ code: 'ESOCKET', originalCode: 'ECONNRESET' }, 'unavailable', 'connection_lost'],
    [{ code: 'EABORT' }, 'unavailable', 'aborted'],
    [{ code: 'EAUTH' }, 'misconfigured', 'auth'],
    [{ code: 'EENVELOPE' }, 'refused', 'envelope'],
    [{}, 'unavailable', 'connection_lost'],
  ])('before the mail was out, %j is %s: %s', (failure, expected, code) => {
    expect(fromSmtpFailure({ message: 'why', ...failure }, false)).toMatchObject({
      class: expected,
      code,
      detail: 'why',
    });
  });

  test.each([
    [{ code: 'ETIMEDOUT' }, 'timeout'],
    [{ code: 'ECONNECTION' }, 'connection_lost'],
    [{ code: 'ESOCKET', originalCode: 'ECONNRESET' }, 'connection_lost'],
    [{ code: 'EPROTOCOL', response: '250 what' }, 'connection_lost'],
    [{ code: 'EMESSAGE', response: '354 go on', command: 'DATA' }, 'message'],
  ])('after the mail was out, %j is ambiguous: %s', (failure, code) => {
    expect(fromSmtpFailure({ message: 'why', ...failure }, true)).toEqual({ class: 'ambiguous', code, detail: 'why' });
  });
});

describe('fromSmtpAcceptance', () => {
  test('gives the code, and the id of the provider where it named one', () => {
    expect(fromSmtpAcceptance('250 2.0.0 Ok: queued', '<id@provider>')).toEqual({
      class: 'accepted',
      code: '250 2.0.0',
      detail: '250 2.0.0 Ok: queued',
      providerMessageId: '<id@provider>',
    });
    expect(fromSmtpAcceptance('250 OK')).toEqual({ class: 'accepted', code: '250', detail: '250 OK' });
  });
});
