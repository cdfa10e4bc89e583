import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A reply, or what happens instead of one: `reset`, `close` or `hang`. */
type Act = string;

/** What the server does at each step; a function may decide anew each time, or answer later. */
export interface SmtpScript {
  greeting: Act;
  EHLO: Act;
  STARTTLS: Act;
  AUTH: Act;
  MAIL: Act;
  RCPT: Act;
  DATA: Act;
  /** At the first bytes of a mail; `read` goes on to the end of it. */
  body: Act;
  /** After the final dot. */
  dot: Act | (() => Act | Promise<Act>);
}

const POLITE: SmtpScript = {
  greeting: '220 test ready',
  EHLO: '250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN',
  STARTTLS: '502 not here',
  AUTH: '235 2.7.0 welcome',
  MAIL: '250 2.1.0 ok',
  RCPT: '250 2.1.5 ok',
  DATA: '354 go on',
  body: 'read',
  dot: '250 2.0.0 queued',
};

/** A raw SMTP server that plays a script, which may be changed at any time. It counts connections and keeps commands and mails. */
export async function startScriptedSmtp(changes: Partial<SmtpScript> = {}) {
  const script: SmtpScript = { ...POLITE, ...changes };
  const sockets = new Set<Socket>();
  /** Those that have not said goodbye. */
  const serving = new Set<Socket>();
  const commands: string[] = [];
  const mails: string[] = [];
  let connections = 0;
  let most = 0;

  const act = (socket: Socket, what: Act): void => {
    if (what === 'reset') socket.resetAndDestroy();
    else if (what === 'close') socket.end();
    else if (what !== 'hang') socket.write(`${what}\r\n`);
  };

  function converse(socket: Socket): void {
    let text = '';
    let inMail = false;
    const onMail = (mail: string): void => {
      mails.push(mail);
      const decided = typeof script.dot === 'function' ? script.dot() : script.dot;
      void Promise.resolve(decided).then((what) => {
        act(socket, what);
      });
    };
    const onCommand = (line: string): void => {
      commands.push(line);
      const verb = line.slice(0, line.search(/[ :]|$/)).toUpperCase();
      if (verb === 'QUIT') {
        serving.delete(socket);
        socket.end('221 bye\r\n');
      } else if (verb === 'RSET') socket.write('250 ok\r\n');
      else {
        // Refused as EHLO, a client says HELO.
        const what = script[(verb === 'HELO' ? 'EHLO' : verb) as 'EHLO'];
        inMail = verb === 'DATA' && what.startsWith('354');
        act(socket, what);
      }
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (;;) {
        if (inMail && script.body !== 'read') {
          socket.pause();
          act(socket, script.body);
          return;
        }
        // The line break before the final dot of an empty mail is that of DATA.
        if (inMail && text.startsWith('.\r\n')) text = `\r\n${text}`;
        const end = text.indexOf(inMail ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (inMail ? 5 : 2));
        if (inMail) {
          inMail = false;
          onMail(part);
        } else onCommand(part);
      }
    });
  }

  const server = createServer({ noDelay: true }, (socket) => {
    connections++;
    sockets.add(socket);
    serving.add(socket);
    most = Math.max(most, serving.size);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      serving.delete(socket);
    });
    converse(socket);
    act(socket, script.greeting);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    script,
    commands,
    mails,
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    /** The most that were served at one moment. */
    mostConnections: () => most,
    /** Closes every connection from the server's side, as after an idle timeout. */
    hangUp(): void {
      for (const socket of sockets) socket.end();
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
