import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import type { Sender } from '../../channels/channel';
import { PROJECT_ROOT } from '../../scripts/services/project-root';
import { eventually, openSender, outcomeSoFar, outgoingMail } from '../support/channels';
import { createSelfSigned } from '../support/self-signed';
import { startScriptedSmtp } from '../support/scripted-smtp';

let smtp: Awaited<ReturnType<typeof startScriptedSmtp>>;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  smtp = await startScriptedSmtp();
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await smtp.close();
});

function sender(config: Record<string, unknown> = {}, secrets: Record<string, unknown> = {}): Sender {
  const from = 'Shop <no-reply@shop.example>';
  const opened = openSender('smtp', { host: '127.0.0.1', port: smtp.port, from, ...config }, secrets);
  closers.push(() => opened.close());
  return opened;
}

describe('the pool', () => {
  test('uses no more connections than allowed, and each many times', async () => {
    const account = sender({ maxConnections: 2 });
    expect(account.concurrency).toBe(2);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => account.handOver(outgoingMail())));
    expect(outcomes.map((outcome) => outcome.class)).toEqual(Array(10).fill('accepted'));
    expect(smtp.connections()).toBe(2);
  });

  test('goes on after a refused mail on the same connection', async () => {
    const account = sender({ maxConnections: 1 });
    smtp.script.RCPT = '550 5.1.1 nobody';
    await account.handOver(outgoingMail());
    smtp.script.RCPT = '250 ok';
    expect(await account.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
    expect(smtp.connections()).toBe(1);
  });

  test('opens a new connection when the server closed an idle one', async () => {
    const account = sender({ maxConnections: 1 });
    await account.handOver(outgoingMail());
    smtp.hangUp();
    expect(await account.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
    expect(smtp.mails).toHaveLength(2);
    expect(smtp.connections()).toBe(2);
  });

  test('calls a lost connection unavailable when the server cuts it at the next mail', async () => {
    const account = sender({ maxConnections: 1 });
    await account.handOver(outgoingMail());
    smtp.script.MAIL = 'reset';
    expect(await account.handOver(outgoingMail())).toMatchObject({ class: 'unavailable' });
    expect(smtp.mails).toHaveLength(1);
  });

  test('keeps a doubt a doubt on a connection that was used before', async () => {
    const account = sender({ maxConnections: 1 });
    await account.handOver(outgoingMail());
    smtp.script.dot = 'reset';
    expect(await account.handOver(outgoingMail())).toMatchObject({ class: 'ambiguous', code: 'connection_lost' });
    expect(smtp.mails).toHaveLength(2);
    expect(smtp.connections()).toBe(1);
  });

  test('close waits for the mail in flight', async () => {
    smtp.script.dot = async () => delay(50, '250 ok');
    const account = sender();
    const handOver = account.handOver(outgoingMail());
    await account.close();
    expect(await outcomeSoFar(handOver)).toMatchObject({ class: 'accepted' });
    // It says nothing about whether the account works: it may just have been given other settings.
    expect(await account.handOver(outgoingMail())).toMatchObject({ class: 'unavailable', about: 'worker' });
  });
});

describe('an aborted signal', () => {
  test('stops a mail that has not begun', async () => {
    expect(await sender().handOver(outgoingMail(), AbortSignal.abort())).toMatchObject({
      class: 'unavailable',
      code: 'aborted',
    });
    expect(smtp.mails).toHaveLength(0);
  });

  test('stops a mail before its body, and the mail is never sent', async () => {
    smtp.script.MAIL = 'hang';
    const abort = new AbortController();
    const handOver = sender().handOver(outgoingMail(), abort.signal);
    await eventually(() => smtp.commands.some((command) => command.startsWith('MAIL')));
    abort.abort();
    expect(await handOver).toMatchObject({ class: 'unavailable', code: 'aborted' });
    expect(smtp.mails).toHaveLength(0);
  });

  test('lets a mail that is out come to its answer', async () => {
    let answer: (reply: string) => void = () => undefined;
    smtp.script.dot = () => new Promise((resolve) => (answer = resolve));
    const abort = new AbortController();
    const handOver = sender().handOver(outgoingMail(), abort.signal);
    await eventually(() => smtp.mails.length === 1);
    abort.abort();
    answer('250 2.0.0 queued');
    expect(await handOver).toMatchObject({ class: 'accepted' });
  });
});

describe('TLS and sign-in', () => {
  async function startServer(options: ConstructorParameters<typeof SMTPServer>[0]): Promise<number> {
    const server = new SMTPServer({ logger: false, ...options });
    server.on('error', () => undefined);
    server.listen(0, '127.0.0.1');
    closers.push(
      () =>
        new Promise((resolve) => {
          server.close(() => {
            resolve(undefined);
          });
        }),
    );
    await once(server.server, 'listening');
    return (server.server.address() as AddressInfo).port;
  }

  test.each([
    ['TLS from the start', { secure: true }, { secure: true }],
    ['STARTTLS', {}, {}],
  ])('a certificate that cannot be verified ends the attempt (%s)', async (_name, server, config) => {
    const port = await startServer({ authOptional: true, ...server });
    const handOver = await sender({ port, ...config }).handOver(outgoingMail());
    expect(handOver).toMatchObject({ class: 'unavailable', code: 'tls' });
  });

  test.each([
    ['TLS from the start', { secure: true }, { secure: true }],
    ['STARTTLS', {}, {}],
    ['STARTTLS, required', {}, { requireTls: true }],
  ])('a server with a certificate that is trusted gets the mail encrypted (%s)', async (_name, server, config) => {
    const { pem, privateKey } = createSelfSigned('localhost');
    const encrypted: boolean[] = [];
    const port = await startServer({
      ...server,
      cert: pem,
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      authOptional: true,
      onData(stream, session, done) {
        encrypted.push(session.secure);
        stream.resume().once('end', () => {
          done();
        });
      },
    });
    // Certificates are read when a process starts, so it takes one that trusts this one.
    const folder = await mkdtemp(join(tmpdir(), 'luminate-ca-'));
    closers.push(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'ca.pem'), pem);
    const settings = { host: 'localhost', port, from: 'no-reply@shop.example', ...config };
    const script = `
      const { PROVIDERS } = require(${JSON.stringify(join(PROJECT_ROOT, 'dist', 'channels'))});
      const sender = PROVIDERS.smtp.open({ id: 'acc', name: 'a', config: ${JSON.stringify(settings)}, secrets: {} });
      sender.handOver(${JSON.stringify(outgoingMail())}).then(async (answer) => {
        console.log(answer.class);
        await sender.close();
      });`;
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env });
    expect(stdout.trim()).toBe('accepted');
    expect(encrypted).toEqual([true]);
  });

  test('an account that requires TLS does not send without it', async () => {
    const handOver = await sender({ requireTls: true }).handOver(outgoingMail());
    expect(handOver).toMatchObject({ class: 'misconfigured', code: '502' });
    expect(smtp.mails).toHaveLength(0);
  });

  test('signs in, and tells wrong credentials from a server that is away', async () => {
    const port = await startServer({
      hideSTARTTLS: true,
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, callback) {
        if (username === 'shop' && password === 'right') callback(null, { user: username });
        else callback(new Error('wrong'));
      },
    });
    expect(await sender({ port }, { user: 'shop', pass: 'right' }).verify()).toEqual({
      ok: true,
      detail: `127.0.0.1:${port} answers, signed in as shop`,
    });
    const wrong = sender({ port }, { user: 'shop', pass: 'wrong' });
    expect(await wrong.verify()).toMatchObject({
      ok: false,
      class: 'misconfigured',
      code: expect.stringMatching(/^535/),
    });
    expect(await wrong.handOver(outgoingMail())).toMatchObject({ class: 'misconfigured' });
    expect(await sender({ port: 1 }).verify()).toMatchObject({ ok: false, class: 'unavailable', code: 'connect' });
  });

  test('credentials are never left out silently: a server without sign-in is misconfigured', async () => {
    smtp.script.EHLO = '250 test';
    smtp.script.AUTH = '503 5.5.1 AUTH not available';
    const account = sender({}, { user: 'shop', pass: 'secret' });
    expect(await account.verify()).toMatchObject({ ok: false });
    expect((await account.handOver(outgoingMail())).class).not.toBe('accepted');
    expect(smtp.mails).toHaveLength(0);
  });
});
