import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Sender } from '../../channels/channel';
import { eventually, openSender, outgoingMail } from '../support/channels';
import { startScriptedSmtp } from '../support/scripted-smtp';

/** From the second mail of a connection on, a server that takes commands together gets them so, by our own hand. */
const EHLO = '250-test\r\n250 PIPELINING';

let smtp: Awaited<ReturnType<typeof startScriptedSmtp>>;
let sender: Sender;
const closers: (() => unknown)[] = [];

function open(port: number): Sender {
  const config = { host: '127.0.0.1', port, from: 'no-reply@shop.example', maxConnections: 1, socketTimeoutMs: 500 };
  const opened = openSender('smtp', config, {});
  closers.push(() => opened.close());
  return opened;
}

beforeEach(async () => {
  smtp = await startScriptedSmtp({ EHLO });
  closers.push(() => smtp.close());
  sender = open(smtp.port);
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

test('the mail arrives as it is: dots, line breaks, and the same whichever way it goes', async () => {
  const content = { channel: 'email', subject: 'Dots', text: '.\n..\n.end\r\n\ra', html: '<p>\n.x</p>' } as const;
  const message = outgoingMail({ content });
  expect(await sender.handOver(message)).toMatchObject({ class: 'accepted', code: '250 2.0.0' });
  expect(await open(smtp.port).handOver(message)).toMatchObject({ class: 'accepted' });
  const plain = smtp.mails.slice(1).map((mail) => mail.replaceAll(/_NmP-\w+|Date: .*/g, ''));
  expect(plain[0]).toBe(plain[1]);
  expect(plain[0]).toContain('\r\n..\r\n...\r\n..end\r\n');
});

test.each([
  ['RCPT', '550-5.1.1 no such\r\n550 5.1.1 mailbox', { class: 'refused', suppress: 'hard_bounce' }],
  ['RCPT', '451 4.7.1 greylisted', { class: 'throttled', code: '451 4.7.1', about: 'recipient' }],
  ['DATA', '451 4.3.0 later', { class: 'unavailable', code: '451 4.3.0' }],
  ['dot', '554 5.6.0 not such a mail', { class: 'refused', code: '554 5.6.0' }],
] as const)('%s answered with "%s" leaves the connection to the next mail', async (stage, reply, expected) => {
  const polite = smtp.script[stage] as string;
  smtp.script[stage] = reply;
  expect(await sender.handOver(outgoingMail())).toMatchObject(expected);
  smtp.script[stage] = polite;
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  expect(smtp.connections()).toBe(1);
});

test.each([
  ['552 5.3.4 too big', { class: 'refused', code: '552 5.3.4' }],
  ['550 5.7.1 not you', { class: 'misconfigured', code: '550 5.7.1' }],
])('a server that refuses the sender ("%s") and wants the mail all the same gets none', async (reply, expected) => {
  const before = smtp.mails.length;
  smtp.script.MAIL = reply;
  expect(await sender.handOver(outgoingMail())).toMatchObject(expected);
  smtp.script.MAIL = '250 ok';
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  expect(smtp.mails).toHaveLength(before + 1);
});

test.each(['MAIL', 'RCPT', 'DATA', 'dot'] as const)('421 at %s is no doubt, and ends the connection', async (stage) => {
  const polite = smtp.script[stage] as string;
  smtp.script[stage] = '421 4.3.2 closing';
  expect((await sender.handOver(outgoingMail())).class).toBe('unavailable');
  smtp.script[stage] = polite;
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  expect(smtp.connections()).toBeGreaterThan(1);
});

test('a server that wants the mail of a recipient it refused gets none', async () => {
  smtp.script.RCPT = '550 5.1.1 nobody';
  expect(smtp.script.DATA).toMatch(/^354/);
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'refused', code: '550 5.1.1' });
  smtp.script.RCPT = '250 ok';
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  // One of nothing but its end, which the server gives to nobody.
  expect(smtp.mails.map((mail) => mail === '')).toEqual([false, true, false]);
});

test.each(['reset', 'close'])('%s after the mail is a doubt, before it is not', async (what) => {
  smtp.script.dot = what;
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'ambiguous', code: 'connection_lost' });
  smtp.script.dot = '250 ok';
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  smtp.script.RCPT = what;
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'unavailable' });
});

test('silence after the mail is a doubt, before it is not', async () => {
  smtp.script.dot = 'hang';
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'ambiguous', code: 'timeout' });
  smtp.script.dot = '250 ok';
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  smtp.script.MAIL = 'hang';
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'unavailable', code: 'timeout' });
});

test('an aborted signal stops a mail that has not begun, and leaves one that has', async () => {
  smtp.script.DATA = 'hang';
  const abort = new AbortController();
  const stopped = sender.handOver(outgoingMail(), abort.signal);
  await delay(50);
  abort.abort();
  expect(await stopped).toMatchObject({ class: 'unavailable', code: 'aborted' });
  smtp.script.DATA = '354 go on';
  expect(await sender.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  smtp.script.dot = async () => delay(150, '250 ok');
  const late = new AbortController();
  const begun = sender.handOver(outgoingMail(), late.signal);
  await delay(50);
  late.abort();
  expect(await begun).toMatchObject({ class: 'accepted' });
});

/** A server whose replies come as the test cuts them. */
async function startRaw(onMail: (socket: Socket, no: number) => void, slowly: boolean) {
  let mails = 0;
  let connections = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    connections++;
    sockets.add(socket);
    let text = '';
    let queue = Promise.resolve();
    const say = (reply: string): void => {
      queue = queue.then(async () => {
        if (!slowly) socket.write(reply);
        else
          for (const byte of reply) {
            socket.write(byte);
            await delay(1);
          }
      });
    };
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (line.startsWith('EHLO')) say(`${EHLO}\r\n`);
        else if (line === 'DATA') say('354 go on\r\n');
        else if (line === '.')
          void queue.then(() => {
            onMail(socket, ++mails);
          });
        else if (/^(MAIL|RCPT|RSET)/.test(line)) say('250-well\r\n250 2.1.0 ok\r\n');
      }
    });
    socket.write('220 raw\r\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

test('replies of several lines that come byte by byte are read', async () => {
  const raw = await startRaw((socket) => socket.write('250-2.0.0 taken\r\n250 2.0.0 wörtlich\r\n'), true);
  const account = open(raw.port);
  for (let i = 0; i < 3; i++) {
    expect(await account.handOver(outgoingMail())).toMatchObject({
      class: 'accepted',
      detail: expect.stringMatching(/taken wörtlich$/) as string,
    });
  }
  expect(raw.connections()).toBe(1);
});

test('what a server says unasked after taking a mail ends the connection, not the mail', async () => {
  const raw = await startRaw((socket, no) => {
    socket.write(no === 2 ? '250 2.0.0 ok\r\n421 4.3.2 closing\r\n' : '250 2.0.0 ok\r\n');
    if (no === 2) socket.end();
  }, false);
  const account = open(raw.port);
  await account.handOver(outgoingMail());
  expect(await account.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  await eventually(() => raw.connections() === 1);
  expect(await account.handOver(outgoingMail())).toMatchObject({ class: 'accepted' });
  expect(raw.connections()).toBe(2);
});

test('a reply without an end is given up, as a doubt', async () => {
  const raw = await startRaw((socket, no) => {
    socket.write(no === 1 ? '250 ok\r\n' : `250-${'x'.repeat(100_000)}`);
  }, false);
  const account = open(raw.port);
  await account.handOver(outgoingMail());
  expect(await account.handOver(outgoingMail())).toMatchObject({ class: 'ambiguous' });
});
