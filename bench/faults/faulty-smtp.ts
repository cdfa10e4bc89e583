import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { actsOf, SMTP_ACTS, type SmtpAct } from './smtp-acts';
import type { Taken } from './story';

/**
 * The faulty SMTP server, a process of its own that outlives every fault: the witness. The local part of an address says what
 * happens to it (smtp-acts.ts). `PORT` is an open server, `SECOND_PORT` wants a sign-in; on `HTTP_PORT`, `GET /taken` tells
 * every mail that was taken, and `POST /trouble` asks for trouble on the connections to come.
 */
const { PORT, SECOND_PORT, HTTP_PORT, DELAY_MS = '200' } = process.env;

const taken: (Taken & { told: boolean })[] = [];
const arrivals = new Map<string, number>();
/** How often yet: a 421 instead of the greeting (first port), a 535 to AUTH, a 535 to MAIL (second port). */
const trouble = { greeting: 0, auth: 0, mail: 0 };

function spend(kind: keyof typeof trouble, here: boolean): boolean {
  if (!here || trouble[kind] <= 0) return false;
  trouble[kind]--;
  return true;
}

const OK = SMTP_ACTS['ok'] as SmtpAct;

/** The act of this arrival at an address: each is counted, whichever process it comes from. */
function arrive(address: string): SmtpAct {
  const acts = actsOf(address) ?? [OK];
  const n = arrivals.get(address) ?? 0;
  arrivals.set(address, n + 1);
  return acts[Math.min(n, acts.length - 1)] ?? OK;
}

function converse(socket: Socket, second: boolean): void {
  let text = '';
  let mode: 'commands' | 'mail' | 'deaf' = 'commands';
  let act = OK;
  const say = (line: string): void => {
    if (!socket.destroyed) socket.write(`${line}\r\n`);
  };
  /** Performs the act if now is its time. */
  const meets = (at: SmtpAct['at']): boolean => {
    if (act.at !== at) return false;
    if (act.does === 'reset') socket.resetAndDestroy();
    else if (act.does === 'hang') mode = 'deaf';
    else say(act.does);
    if (act.does.startsWith('421')) socket.end();
    return true;
  };
  const onMail = async (mail: string): Promise<void> => {
    const now = act;
    mode = 'deaf';
    const entry = { mark: /^X-Luminate-Message-Id: *(\S+)/im.exec(mail)?.[1] ?? '', at: Date.now(), told: false };
    if (now.takes) taken.push(entry);
    await sleep(Number(DELAY_MS) + (now.afterMs ?? 0));
    mode = 'commands';
    entry.told = !socket.destroyed && now.means === 'taken';
    meets('dot');
    read();
  };
  const onCommand = (line: string): void => {
    const verb = line.slice(0, line.search(/[ :]|$/)).toUpperCase();
    if (verb === 'EHLO') say('250-faulty.example\r\n250-8BITMIME\r\n250 AUTH PLAIN');
    else if (verb === 'AUTH') say(spend('auth', second) ? '535 5.7.8 credentials invalid' : '235 2.7.0 welcome');
    else if (verb === 'MAIL') say(spend('mail', second) ? '535 5.7.8 credentials invalid' : '250 2.1.0 ok');
    else if (verb === 'RCPT') {
      act = arrive(/<([^>]*)>/.exec(line)?.[1] ?? '');
      if (!meets('RCPT')) say('250 2.1.5 ok');
    } else if (verb === 'DATA') {
      if (meets('DATA')) return;
      mode = 'mail';
      say('354 go on');
    } else if (verb === 'QUIT') socket.end('221 2.0.0 bye\r\n');
    else say('250 2.0.0 ok');
  };
  /** One command or mail after the other, as far as they have come. */
  function read(): void {
    while (mode !== 'deaf' && !socket.destroyed) {
      if (mode === 'mail' && text !== '' && meets('body')) return;
      const mark = mode === 'mail' ? '\r\n.\r\n' : '\r\n';
      const end = text.indexOf(mark);
      if (end < 0) return;
      const part = text.slice(0, end);
      text = text.slice(end + mark.length);
      if (mode === 'mail') void onMail(part);
      else onCommand(part);
    }
  }
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    read();
  });
}

function listen(port: string | undefined, second: boolean): void {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (spend('greeting', !second)) {
      socket.end('421 4.3.2 too busy, come back later\r\n');
      return;
    }
    converse(socket, second);
    socket.write('220 faulty.example ESMTP\r\n');
  });
  server.listen(Number(port), '127.0.0.1');
}
listen(PORT, false);
listen(SECOND_PORT, true);

createHttpServer((req, res) => {
  if (req.method === 'POST') {
    const { searchParams } = new URL(req.url ?? '/', 'http://127.0.0.1');
    for (const kind of ['greeting', 'auth', 'mail'] as const) trouble[kind] += Number(searchParams.get(kind) ?? 0);
  }
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify(req.method === 'POST' ? trouble : taken));
}).listen(Number(HTTP_PORT), '127.0.0.1');
