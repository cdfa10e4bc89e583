import type http from 'node:http';
import type { Duplex } from 'node:stream';

/** Gives up on connections that do not open within `timeoutMs`, and knows the sockets that never opened. */
export function watchOpening(
  agent: http.Agent,
  opened: 'connect' | 'secureConnect',
  timeoutMs: number,
): WeakSet<Duplex> {
  const unopened = new WeakSet<Duplex>();
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback);
    if (!socket) return socket;
    unopened.add(socket);
    const timer = setTimeout(() => {
      const error = new Error(`no connection within ${timeoutMs} ms`);
      socket.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
    });
    socket.once(opened, () => {
      clearTimeout(timer);
      unopened.delete(socket);
    });
    return socket;
  };
  return unopened;
}
