import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './usage-error';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options and the words beside them, of which there must be as many as `words` names. Throws `UsageError`. */
export function parseOptions<O extends Options>(args: readonly string[], options: O, words: readonly string[]) {
  const parsed = parse(args, options);
  const { positionals } = parsed;
  const missing = words[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing.`);
  const unknown = positionals[words.length];
  if (unknown !== undefined) throw new UsageError(`"${unknown}" is one word too many.`);
  return { values: parsed.values, words: positionals };
}

function parse<O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** An option that must be there. Throws `UsageError`. */
export function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new UsageError(`${option} is missing.`);
  return value;
}

/** `name=value`, any number of times; values are texts. Throws `UsageError`. */
export function variablesOf(pairs: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--var ${pair} must be name=value.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** `500` messages a second, or `500/60` in any 60 seconds. Throws `UsageError`. */
export function rateOf(text: string): { messages: number; perSeconds: number } {
  const [, messages, perSeconds = '1'] = /^([1-9]\d{0,6})(?:\/([1-9]\d{0,4}))?$/.exec(text) ?? [];
  if (messages === undefined) throw new UsageError(`--rate ${text} must be messages a second, as 500, or 500/60.`);
  return { messages: Number(messages), perSeconds: Number(perSeconds) };
}
