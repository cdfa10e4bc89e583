import type { RequestHandler } from 'express';

/** A body that takes longer to arrive is cut off, in milliseconds. */
const BODY_TIMEOUT_MS = 30_000;

/** Cuts off requests whose body comes in drops, as Node does after the time for uploads: 408, and the connection ends. */
export function limitBodyTime(ms = BODY_TIMEOUT_MS): RequestHandler {
  return (req, _res, next) => {
    if (!req.complete) {
      const timer = setTimeout(() => {
        req.socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n', () => {
          req.destroy();
        });
      }, ms);
      const stop = (): void => {
        clearTimeout(timer);
      };
      req.once('end', stop).once('close', stop);
    }
    next();
  };
}
