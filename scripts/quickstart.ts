import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createLuminateClient, LuminateProblem } from '../client/index';
import { HOME, STATE_FILE, devEnv, ownerFile } from './dev-env';
import { ADMIN_EMAIL, ensureAdmin } from './first-messages/ensure-admin';
import { describeResult, linksOf } from './first-messages/describe-result';
import { ensureSetup } from './first-messages/ensure-setup';
import { sendFirstMessages } from './first-messages/send-first-messages';
import { readPorts, requireFreePort, type Ports } from './services/ports';
import { probeHttp } from './services/probes';
import { PROJECT_ROOT } from './services/project-root';
import { provideServices } from './services/provide-services';
import { runWithProgress } from './services/run-with-progress';
import { startService } from './services/running-service';
import { createServiceKeeper, type ServiceKeeper } from './services/service-keeper';
import { Stopped, stopSignal } from './stop-signal';

const LOGS = join(HOME, 'logs');
const KEY_FILE = join(HOME, 'api.key');
const PASSWORD_FILE = join(HOME, 'admin.password');
const run = promisify(execFile);
const say = (line: string) => {
  console.log(line);
};
const built = (path: string) => join(PROJECT_ROOT, 'dist', path);

/** Starts everything, sends the first two messages, tells what became of them; returns the JSON for `--once`. */
async function start(keeper: ServiceKeeper, ports: Ports): Promise<string> {
  await requireFreePort('api', ports.api);
  await requireFreePort('worker', ports.worker);
  const endpoints = await provideServices({ home: HOME, env: process.env, ports, keeper, say });
  const settings = devEnv(endpoints, ports, process.env);
  keeper.saveEnv(settings);
  const env = { ...process.env, ...settings };
  await runWithProgress({
    label: 'Migrating the database',
    command: process.execPath,
    args: [built('scripts/migrate.js')],
    env,
    log: join(LOGS, 'migrate.log'),
    say,
  });
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  await Promise.all([
    startProgram(keeper, { key: 'worker', name: 'Worker', port: ports.worker, program: 'workers/main.js', env }),
    startProgram(keeper, { key: 'api', name: 'API', port: ports.api, program: 'api/main.js', env }),
  ]);
  const key = await apiKey(apiUrl, env);
  const api = createLuminateClient({ url: apiUrl, key });
  await ensureSetup(api, endpoints);
  say('Sending one email and one SMS …');
  const result = await sendFirstMessages(api, endpoints);
  const links = linksOf(apiUrl, endpoints.temporalUiUrl, result);
  const password = await ensureAdmin(apiUrl, PASSWORD_FILE, env);
  say(describeResult(result, links, key));
  say(signInLine(password));
  if (!result.ok) throw new Error('Not both messages went out and arrived: their timelines above say why.');
  const { ok, email, sms, inbox, sandbox } = result;
  return JSON.stringify({ ok, email, sms, inbox, sandbox, links });
}

/** The password is told once, when it is set. */
function signInLine(password: string | undefined): string {
  const secret =
    password === undefined ? `the password is in ${PASSWORD_FILE}, unless it was changed` : `password ${password}`;
  return `People sign in with POST /v1/session: ${ADMIN_EMAIL}, ${secret}.\n`;
}

async function startProgram(
  keeper: ServiceKeeper,
  options: { key: string; name: string; port: number; program: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const { key, name, port, program, env } = options;
  const url = `http://127.0.0.1:${port}`;
  const args = ['--enable-source-maps', built(program)];
  const log = join(LOGS, `${key}.log`);
  const probe = () => probeHttp(`${url}/readyz`);
  await keeper.start(key, [port], () => startService({ name, url, command: process.execPath, args, env, log, probe }));
  say(`${name} is ready on port ${port}.`);
}

/** The admin key of an earlier start if this database still knows it, otherwise a new one. */
async function apiKey(apiUrl: string, env: NodeJS.ProcessEnv): Promise<string> {
  if (existsSync(KEY_FILE)) {
    const key = readFileSync(KEY_FILE, 'utf8');
    const refused = await createLuminateClient({ url: apiUrl, key })
      .get('/v1/accounts')
      .then(() => false)
      .catch((error: unknown) => {
        if (error instanceof LuminateProblem && error.status === 401) return true;
        throw error;
      });
    if (!refused) return key;
    rmSync(KEY_FILE);
  }
  const args = [built('scripts/keys.js'), 'create', '--app', 'quickstart', '--admin', '--json'];
  const { stdout } = await run(process.execPath, args, { env });
  const { key } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { key: string };
  return ownerFile(KEY_FILE, () => key);
}

/** Never resolves; rejects when API or worker has ended by itself. */
async function watch(keeper: ServiceKeeper): Promise<never> {
  for (;;) {
    await sleep(1000);
    for (const key of ['api', 'worker']) {
      if (keeper.running(key) === undefined) throw new Error(`The ${key} has ended by itself.`);
    }
  }
}

async function main(): Promise<number> {
  const once = process.argv.includes('--once');
  const stop = stopSignal();
  const keeper = createServiceKeeper(STATE_FILE);
  let lastLine: string | undefined;
  try {
    lastLine = await Promise.race([start(keeper, readPorts(process.env)), stop]);
    if (!once) {
      say('Everything stays up until Ctrl-C.');
      await Promise.race([watch(keeper), stop]);
    }
    return 0;
  } catch (error) {
    if (error instanceof Stopped) {
      say('\nStopping what was started here …');
      return once ? 1 : 0;
    }
    console.error(`\n${error instanceof Error ? error.message : String(error)}\nLogs: ${LOGS}`);
    return 1;
  } finally {
    await keeper.stopAll();
    if (once && lastLine !== undefined) say(lastLine);
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
