import pino, { type DestinationStream, type Logger } from 'pino';
import { safeError } from '../domain/safe-error';

export type { Logger };

/** JSON logs with ids and without personal data. `error` means that somebody must act now. */
export function createLogger(options: { name: string; level: string }, destination?: DestinationStream): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: safeError },
      redact: {
        paths: ['req.headers.authorization', 'req.headers.cookie', '*.secrets', '*.address', '*.to'],
        censor: '[hidden]',
      },
    },
    destination ?? pino.destination({ sync: false }),
  );
}
