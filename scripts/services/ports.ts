import { createServer } from 'node:net';

/** Who listens where by default, and the variable that says otherwise. */
const PORTS = {
  api: { user: 'the API', variable: 'LUMINATE_API_PORT', port: 3000 },
  worker: { user: "the worker's health and metrics", variable: 'LUMINATE_WORKER_PORT', port: 3001 },
  database: { user: 'MariaDB', variable: 'LUMINATE_DB_PORT', port: 3307 },
  redis: { user: 'Redis', variable: 'LUMINATE_REDIS_PORT', port: 6380 },
  temporal: { user: 'Temporal', variable: 'LUMINATE_TEMPORAL_PORT', port: 7233 },
  temporalUi: { user: 'the Temporal Web UI', variable: 'LUMINATE_TEMPORAL_UI_PORT', port: 8233 },
  smtp: { user: 'the mail inbox (SMTP)', variable: 'LUMINATE_SMTP_PORT', port: 1025 },
  inbox: { user: 'the mail inbox (web page)', variable: 'LUMINATE_INBOX_PORT', port: 1080 },
  sms: { user: 'the SMS sandbox', variable: 'LUMINATE_SMS_PORT', port: 1090 },
} as const;

export type PortName = keyof typeof PORTS;
export type Ports = Readonly<Record<PortName, number>>;

/** The ports to use. Throws one sentence when a variable holds no port number, or two users were given the same one. */
export function readPorts(env: NodeJS.ProcessEnv): Ports {
  const users = new Map<number, string>();
  const entries = Object.entries(PORTS).map(([name, { variable, port }]) => {
    const text = env[variable];
    const number = text === undefined || text === '' ? port : Number(text);
    if (!Number.isInteger(number) || number < 1 || number > 65535) {
      throw new Error(`${variable} is "${String(text)}": it must be a port number from 1 to 65535.`);
    }
    const other = users.get(number);
    if (other !== undefined) throw new Error(`${other} and ${variable} both name port ${number}: change one of them.`);
    users.set(number, variable);
    return [name, number];
  });
  return Object.fromEntries(entries) as Ports;
}

/** What to tell a person whose port is taken. */
export function portTakenMessage(name: PortName, port: number): string {
  const { user, variable } = PORTS[name];
  return (
    `Port ${port} is taken, and ${user} needs it. Stop the program that listens there, or choose another port: ` +
    `${variable}=${port + 10000 > 65535 ? port - 10000 : port + 10000}. If an earlier start left it behind, ` +
    '"npm run stack -- down" ends it.'
  );
}

/** Throws `portTakenMessage` when somebody already listens on 127.0.0.1:`port`. */
export async function requireFreePort(name: PortName, port: number): Promise<void> {
  if (!(await isFree(port))) throw new Error(portTakenMessage(name, port));
}

/** A port of 127.0.0.1 on which nobody listens at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
