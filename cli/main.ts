#!/usr/bin/env node
import { LuminateProblem } from '../client/index';
import { EXIT, type Command, type Context } from './command';
import { campaignControlCommands } from './commands/campaign-control';
import { campaignRunCommand } from './commands/campaign-run';
import { recallCommand } from './commands/recall';
import { sendCommand } from './commands/send';
import { traceCommand } from './commands/trace';
import { connect } from './connect';
import { UsageError } from './usage-error';

const COMMANDS: readonly Command[] = [
  sendCommand,
  traceCommand,
  recallCommand,
  campaignRunCommand,
  ...campaignControlCommands,
];

const ENVIRONMENT = `LUMINATE_URL      address of the API; default http://127.0.0.1:3000
LUMINATE_API_KEY  an API key; never on the command line, where others see it`;

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  luminate ${name.padEnd(width)}  ${summary}`);
  const rest = 'With --json each prints one JSON object. luminate COMMAND --help tells its options.';
  return `Usage:\n${lines.join('\n')}\n\n${rest}\n\n${ENVIRONMENT}\n`;
}

const helpOf = ({ name, usage, summary, help }: Command): string =>
  `luminate ${name} ${usage}\n\n${summary}\n\n${help}\n  --json             print one JSON object, and nothing else on stdout\n\n${ENVIRONMENT}\n`;

function find(args: readonly string[]): { command: Command; rest: readonly string[] } {
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    const command = COMMANDS.find((known) => known.name === name);
    if (command) return { command, rest: args.slice(words) };
  }
  throw new UsageError(args.length === 0 ? 'A command is missing.' : `There is no command "${args.join(' ')}".`);
}

let interrupted = 'Nothing was begun.';

function createContext(json: boolean): Context {
  return {
    api: connect(process.env),
    say(text) {
      if (!json) console.log(text);
    },
    warn(text) {
      console.error(`warning: ${text}`);
    },
    result(value) {
      if (json) console.log(JSON.stringify(value));
    },
    onInterrupt(text) {
      interrupted = text;
    },
  };
}

async function main(all: readonly string[]): Promise<number> {
  const json = all.includes('--json');
  const args = all.filter((arg) => arg !== '--json');
  const wantsHelp = args.some((arg) => arg === '--help' || arg === '-h');
  const words = args.filter((arg) => arg !== '--help' && arg !== '-h');
  if (wantsHelp) {
    process.stdout.write(words.length === 0 ? overview() : helpOf(find(words).command));
    return EXIT.ok;
  }
  const { command, rest } = find(words);
  let context: Context | undefined;
  return command.run(rest, () => (context ??= createContext(json)));
}

process.on('SIGINT', () => {
  console.error(`\n${interrupted}`);
  process.exit(EXIT.interrupted);
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    process.exitCode = isUsage ? EXIT.usage : EXIT.failed;
    const message = error instanceof Error ? error.message : String(error);
    const isAway = error instanceof LuminateProblem && error.status === 0;
    console.error(isAway ? `${message} Is LUMINATE_URL right?` : message);
    if (isUsage) console.error('luminate --help tells what there is.');
    else if (!(error instanceof LuminateProblem)) console.error('This is a defect of luminate.');
  },
);
