import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Whole IPv6 addresses, without `::`. */
interface Addresses {
  readonly 4?: readonly string[];
  readonly 6?: readonly string[];
}

/** A name server on the loopback. */
export interface DnsServer {
  readonly address: string;
  close(): Promise<void>;
}

const TYPES = { 1: 4, 28: 6 } as const;

/** The name that a question asks about, and the bytes of the question. */
function questionIn(message: Buffer) {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const type = message.readUInt16BE(at + 1);
  return { name: labels.join('.'), type, bytes: message.subarray(12, at + 5) };
}

const bytesOf = (address: string): number[] =>
  address.includes(':')
    ? address.split(':').flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255])
    : address.split('.').map(Number);

/** Knows these names and no others; a name with `null` is not answered about. */
export async function startDnsServer(names: Readonly<Record<string, Addresses | null>>): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port }) => {
    const { name, type, bytes } = questionIn(message);
    const known = names[name];
    if (known === null) return;
    const family = TYPES[type as keyof typeof TYPES];
    const answers = (known?.[family] ?? []).map((address) => {
      const data = bytesOf(address);
      // The name of the question, the class, a minute to live.
      return Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data]);
    });
    const head = Buffer.from([
      ...message.subarray(0, 2),
      0x81,
      known ? 0x80 : 0x83,
      0,
      1,
      0,
      answers.length,
      0,
      0,
      0,
      0,
    ]);
    socket.send(Buffer.concat([head, bytes, ...answers]), port, '127.0.0.1');
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
