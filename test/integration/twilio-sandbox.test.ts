import { text as readText } from 'node:stream/consumers';
import TwilioSdk from 'twilio';
import { eventually } from '../support/channels';
import { listen, SANDBOX_ACCOUNT, startSandbox, type RunningSandbox } from '../support/sandbox';

const { accountSid, authToken } = SANDBOX_ACCOUNT;
const FROM = '+15005550006';
const TO = '+8613800138000';

let sandbox: RunningSandbox;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await sandbox.close();
});

/** The library as it is; only the origin of its requests is exchanged. */
function sdk(token = authToken, origin = sandbox.url) {
  const httpClient = new TwilioSdk.RequestClient();
  const request = httpClient.request.bind(httpClient);
  httpClient.request = async (call) => request({ ...call, uri: call.uri.replace('https://api.twilio.com', origin) });
  return new TwilioSdk.Twilio(accountSid, token, { httpClient });
}

describe('the unmodified twilio library against the sandbox', () => {
  test('creates a text, and fetches it in its final status', async () => {
    const client = sdk();
    const created = await client.messages.create({ to: TO, from: FROM, body: 'Hello 😀', validityPeriod: 60 });
    expect(created).toMatchObject({
      status: 'queued',
      to: TO,
      from: FROM,
      direction: 'outbound-api',
      numSegments: '1',
    });
    expect(created.sid).toMatch(/^SM[0-9a-f]{32}$/);
    expect(Math.abs(created.dateCreated.getTime() - Date.now())).toBeLessThan(60_000);
    await eventually(() => sandbox.messages()[0]!.status === 'delivered');
    const fetched = await client.messages(created.sid).fetch();
    expect(fetched).toMatchObject({ status: 'delivered', body: 'Hello 😀', errorCode: null });
    expect(fetched.dateSent).toBeInstanceOf(Date);
    expect(sandbox.messages()[0]).toMatchObject({ validityPeriod: 60 });
  });

  test('lists by recipient, sender and time, and follows pages', async () => {
    const client = sdk();
    for (let i = 0; i < 7; i++) await client.messages.create({ to: TO, from: FROM, body: `text ${i}` });
    await client.messages.create({ to: '+8613800138001', from: '+15005550000', body: 'other' });
    const paged = await client.messages.list({ to: TO, pageSize: 3 });
    expect(paged.map(({ body }) => body)).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `text ${i}`));
    expect(await client.messages.list({ from: '+15005550000' })).toHaveLength(1);
    const minute = 60_000;
    const [before, after] = [new Date(Date.now() - minute), new Date(Date.now() + minute)];
    expect(await client.messages.list({ to: TO, dateSentAfter: before, dateSentBefore: after })).toHaveLength(7);
    expect(await client.messages.list({ to: TO, dateSentAfter: after })).toHaveLength(0);
    expect(await client.messages.list({ to: TO, dateSentBefore: before })).toHaveLength(0);
    expect((await client.messages.list({ limit: 2 })).map(({ body }) => body)).toEqual(['other', 'text 6']);
  });

  test('sees errors as Twilio says them', async () => {
    const client = sdk();
    const create = (params: { to: string; from?: string; body?: string; messagingServiceSid?: string }) =>
      client.messages.create(params);
    await expect(create({ to: '', from: FROM, body: 'x' })).rejects.toMatchObject({ status: 400, code: 21604 });
    await expect(create({ to: '12', from: FROM, body: 'x' })).rejects.toMatchObject({ status: 400, code: 21211 });
    await expect(create({ to: TO, body: 'x' })).rejects.toMatchObject({ status: 400, code: 21603 });
    await expect(create({ to: TO, from: '?', body: 'x' })).rejects.toMatchObject({ status: 400, code: 21212 });
    await expect(create({ to: TO, from: FROM })).rejects.toMatchObject({ status: 400, code: 21602 });
    await expect(create({ to: TO, from: FROM, body: 'x'.repeat(1601) })).rejects.toMatchObject({ code: 21617 });
    await expect(create({ to: TO, from: '+15005550007', body: 'x' })).rejects.toMatchObject({ code: 21606 });
    await expect(client.messages(`SM${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    await expect(sdk('wrong').messages.list()).rejects.toMatchObject({ status: 401, code: 20003 });
    expect(sandbox.messages()).toHaveLength(0);
  });

  test('a messaging service takes a text without a sender', async () => {
    const service = `MG${'0'.repeat(32)}`;
    const created = await sdk().messages.create({ to: TO, messagingServiceSid: service, body: 'x' });
    expect(created).toMatchObject({ status: 'accepted', from: null, messagingServiceSid: service });
  });
});

describe('status callbacks', () => {
  test('are signed and come in order, without the first status', async () => {
    const seen: Record<string, string>[] = [];
    const receiver = await listen((req, res) => {
      void readText(req).then((form) => {
        const params = Object.fromEntries(new URLSearchParams(form));
        const url = `${receiver.url}${req.url ?? ''}`;
        const signature = String(req.headers['x-twilio-signature']);
        if (TwilioSdk.validateRequest(authToken, signature, url, params)) seen.push(params);
        res.writeHead(204).end();
      });
    });
    closers.push(receiver.close);
    const client = sdk();
    const statusCallback = `${receiver.url}/receipts?message=1`;
    await client.messages.create({ to: TO, from: FROM, body: 'x', statusCallback });
    await eventually(() => seen.length === 2);
    expect(seen.map((receipt) => receipt['MessageStatus'])).toEqual(['sent', 'delivered']);
    expect(seen[0]).toMatchObject({
      AccountSid: accountSid,
      To: TO,
      From: FROM,
      MessageSid: sandbox.messages()[0]!.sid,
    });
    await client.messages.create({ to: '+15005550111', from: FROM, body: 'x', statusCallback });
    await client.messages.create({ to: '+15005550112', from: FROM, body: 'x', statusCallback });
    await eventually(() => seen.length === 5);
    expect(seen.find((receipt) => receipt['MessageStatus'] === 'undelivered')).toMatchObject({ ErrorCode: '30003' });
    expect(seen.find((receipt) => receipt['MessageStatus'] === 'failed')).toMatchObject({ ErrorCode: '30008' });
  });
});

describe('the page of the sandbox', () => {
  test('shows texts escaped, newest first, and the magic numbers', async () => {
    const client = sdk();
    await client.messages.create({ to: TO, from: FROM, body: 'first' });
    await client.messages.create({ to: TO, from: FROM, body: '<script>alert(1)</script>' });
    const page = await fetch(`${sandbox.url}/`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toContain('<script');
    expect(html.indexOf('&lt;script&gt;')).toBeLessThan(html.indexOf('>first<'));
    expect(html).toContain('+15005550105');
  });

  test('the list can be read and cleared', async () => {
    await sdk().messages.create({ to: TO, from: FROM, body: 'x' });
    const list = async () =>
      ((await (await fetch(`${sandbox.url}/sandbox/messages`)).json()) as { messages: unknown[] }).messages;
    expect(await list()).toMatchObject([{ to: TO, body: 'x' }]);
    expect((await fetch(`${sandbox.url}/sandbox/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  test('only the newest texts are kept', async () => {
    const small = await startSandbox({ keep: 2 });
    closers.push(small.close);
    for (const body of ['a', 'b', 'c']) await sdk(authToken, small.url).messages.create({ to: TO, from: FROM, body });
    expect(small.messages().map(({ body }) => body)).toEqual(['c', 'b']);
  });
});
