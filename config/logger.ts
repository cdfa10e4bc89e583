import pino, { type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** JSON logs with ids and without personal data. `error` means that somebody must act now. */
export function createLogger(options: { name: string; level: string }, destination?: DestinationStream): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ['req.headers.authorization', 'req.headers.cookie', '*.secrets', '*.address', '*.to'],
        censor: '[hidden]',
      },
    },
    destination ?? pino.destination({ sync: false }),
  );
}
