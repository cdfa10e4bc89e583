import pino, { type DestinationStream, type LogFn, type Logger } from 'pino';
import { safeError } from '../domain/safe-error';

export type { Logger };

/** Where no message is given, pino takes the error's own, past the serializer. */
function withSafeMessage(this: Logger, args: Parameters<LogFn>, write: LogFn): void {
  const [first] = args as [unknown];
  const error = first instanceof Error ? first : (first as { err?: unknown } | null | undefined)?.err;
  if (args.length === 1 && error instanceof Error) {
    write.call(this, first instanceof Error ? { err: first } : first, safeError(error).message);
  } else write.apply(this, args);
}

/** JSON logs with ids and without personal data. `error` means that somebody must act now. */
export function createLogger(options: { name: string; level: string }, destination?: DestinationStream): Logger {
  return pino(
    {
      name: options.name,
      level: options.level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: safeError },
      hooks: { logMethod: withSafeMessage },
      redact: {
        paths: ['req.headers.authorization', 'req.headers.cookie', '*.secrets', '*.address', '*.to'],
        censor: '[hidden]',
      },
    },
    destination ?? pino.destination({ sync: false }),
  );
}
