/**
 * The way in, from a bare clone: checks Node, installs and builds what is missing or has changed, then runs
 * `dist/scripts/<command>.js` with the arguments. Uses Node built-ins only: node_modules may not exist yet.
 * `install` and `build` stop after that step.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const bundle = join(dist, 'workflow-bundle.js');
const buildStamp = join(dist, '.build-stamp');
const notBuilt = new Set(['node_modules', 'dist', 'test', 'docs', 'console', 'coverage']);
/** Commands that work on the services of a running quickstart or stack, unless the environment names others. */
const usesRunningStack = new Set(['migrate', 'keys', 'users', 'audit', 'trace-rebuild']);

class Stop extends Error {}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Stop(
    `Luminate needs Node 20.19 or newer, and this is Node ${process.versions.node}. Install a newer one from https://nodejs.org or with "nvm install 22".`,
  );
}

/** Runs one command to its end, telling every ten seconds that it is still going. */
function run(label, command, args, env = process.env) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  console.log(`${label} …`);
  const tick = setInterval(() => console.log(`${label} … ${seconds()} s`), 10_000);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', (error) => reject(new Stop(`${label}: cannot run ${command}: ${error.message}`)));
    child.once('exit', (code) => {
      if (code === 0) resolve(console.log(`${label}: done in ${seconds()} s`));
      else
        reject(
          new Stop(
            `${label} failed (exit code ${code}). What it printed is above; the command was: ${command} ${args.join(' ')}`,
          ),
        );
    });
  }).finally(() => clearInterval(tick));
}

/** Whether node_modules holds exactly what package-lock.json names; packages for other platforms may be missing. */
function isInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const same = (path) => installed[path]?.version === wanted[path]?.version;
  const missing = (path) => !installed[path] && path !== '' && !wanted[path].optional && !wanted[path].devOptional;
  return Object.keys(installed).every(same) && !Object.keys(wanted).some(missing);
}

async function install() {
  if (isInstalled()) return;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  await (npm?.endsWith('.js')
    ? run('Installing packages', process.execPath, [npm, ...args])
    : run('Installing packages', process.platform === 'win32' ? 'npm.cmd' : 'npm', args));
}

/** Every file below `folder` whose name ends in `ending`, sorted. */
function filesIn(folder, ending) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return entry.name.startsWith('.') || notBuilt.has(entry.name) ? [] : filesIn(path, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    });
}

/** Outputs of deleted sources; a leftover migration, for one, would still be run. */
function dropStaleOutputs() {
  for (const path of filesIn(dist, '.js')) {
    const source = join(root, relative(dist, path).replace(/\.js$/, '.ts'));
    if (path === bundle || existsSync(source)) continue;
    rmSync(path);
    rmSync(`${path}.map`, { force: true });
  }
}

/** With `anyhow` errors of types do not stop it: whoever makes the types of the client may lack them yet. */
async function build(anyhow) {
  const hash = createHash('sha256');
  const configs = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name));
  for (const path of [...configs, ...filesIn(root, '.ts')]) hash.update(path).update(readFileSync(path));
  const stamp = hash.digest('hex');
  if (existsSync(bundle) && existsSync(buildStamp) && readFileSync(buildStamp, 'utf8') === stamp) return;

  mkdirSync(dist, { recursive: true });
  rmSync(buildStamp, { force: true });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const compiling = run('Compiling', process.execPath, [tsc, '-p', 'tsconfig.build.json']);
  await (anyhow
    ? compiling.catch(() => console.log('Going on: the types of the client may be what is missing.'))
    : compiling);
  dropStaleOutputs();
  if (anyhow) return;
  await run('Bundling the workflows', process.execPath, [join(dist, 'workers/bundle-workflows.js')]);
  writeFileSync(buildStamp, stamp);
}

function stackEnvironment(command) {
  if (!usesRunningStack.has(command)) return {};
  const file = join(resolve(root, process.env.LUMINATE_HOME ?? '.luminate'), 'stack.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).env : {};
}

function start(command, args) {
  const file = join(dist, 'scripts', `${command}.js`);
  if (!existsSync(file)) {
    throw new Stop(
      `There is no command "${command}". Use one of: quickstart, stack, test, migrate, keys, users, bench, trace-rebuild, client-generate, install, build.`,
    );
  }
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], {
    cwd: root,
    env: { ...stackEnvironment(command), ...process.env },
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? 1 : code));
  });
}

try {
  const [command = 'help', ...args] = process.argv.slice(2);
  checkNode();
  await install();
  if (command !== 'install') await build(command === 'client-generate');
  if (command !== 'install' && command !== 'build') process.exitCode = await start(command, args);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = 1;
}
