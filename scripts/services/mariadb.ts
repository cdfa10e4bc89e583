import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinary, findDatabaseServer } from './find-binary';
import { probeDatabase } from './probes';
import { startService, type RunningService } from './running-service';

const run = promisify(execFile);

export interface MariaDbOptions {
  /** Holds the data and the password; created and filled when missing. A start on the same folder continues with the same data. */
  readonly dir: string;
  readonly port: number;
  readonly log: string;
}

/**
 * Starts MariaDB (or MySQL, where only that is installed) on 127.0.0.1 with a database `luminate` and a user `luminate`, who may
 * create further databases, and waits until it answers. Every commit is on disk. Url: `mysql://luminate:…@127.0.0.1:port/luminate`.
 */
export async function startMariaDb({ dir, port, log }: MariaDbOptions): Promise<RunningService> {
  const command = findDatabaseServer();
  if (command === undefined) throw new Error('No database server is installed: install the package mariadb-server.');
  const isMariaDb = (await run(command, ['--version'])).stdout.includes('MariaDB');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const data = join(dir, 'data');
  if (!existsSync(data)) await createDataFolder(command, isMariaDb, data);

  const password = ownPassword(dir);
  const initFile = join(dir, 'init.sql');
  writeFileSync(initFile, initStatements(isMariaDb, password), { mode: 0o600 });
  const url = `mysql://luminate:${password}@127.0.0.1:${port}/luminate`;
  const args = [
    '--no-defaults',
    ...asUser(),
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    // A socket's path may have 107 characters at most, and a checkout may lie deep.
    `--socket=${join(tmpdir(), `luminate-${port}.sock`)}`,
    // Not the shared one: a server clears away every temporary table that it finds there when it starts.
    `--tmpdir=${ownFolder(dir, 'tmp')}`,
    `--pid-file=${join(dir, 'server.pid')}`,
    `--init-file=${initFile}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--character-set-server=utf8mb4',
    '--performance-schema=OFF',
    '--max-connections=200',
    '--innodb-buffer-pool-size=256M',
    '--innodb-flush-log-at-trx-commit=1',
    ...(isMariaDb ? [] : ['--mysqlx=OFF']),
  ];
  return startService({ name: 'MariaDB', url, command, args, log, probe: () => probeDatabase(url) });
}

function ownFolder(dir: string, name: string): string {
  const path = join(dir, name);
  mkdirSync(path, { recursive: true });
  return path;
}

/** Fills a folder next to the final one and renames it, so that an interrupted start leaves nothing half-made behind. */
async function createDataFolder(command: string, isMariaDb: boolean, data: string): Promise<void> {
  const unfinished = `${data}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  if (isMariaDb) {
    const installer = findBinary(['mariadb-install-db', 'mysql_install_db']);
    if (installer === undefined) throw new Error('mariadb-install-db is missing: install the package mariadb-server.');
    const rootBySocket = ['--auth-root-authentication-method=socket', '--skip-test-db'];
    await run(installer, ['--no-defaults', `--datadir=${unfinished}`, ...rootBySocket, ...asUser()]);
  } else {
    await run(command, ['--no-defaults', '--initialize-insecure', `--datadir=${unfinished}`, ...asUser()]);
  }
  renameSync(unfinished, data);
}

/** Run by the server at each start: one statement a line. */
function initStatements(isMariaDb: boolean, password: string): string {
  const statements = [
    'CREATE DATABASE IF NOT EXISTS luminate CHARACTER SET utf8mb4',
    `CREATE USER IF NOT EXISTS 'luminate'@'%' IDENTIFIED BY '${password}'`,
    "GRANT ALL PRIVILEGES ON *.* TO 'luminate'@'%' WITH GRANT OPTION",
    // MySQL is initialised with an open root account; MariaDB lets only the system's root in, through the socket.
    ...(isMariaDb ? [] : [`ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}'`]),
  ];
  return statements.map((statement) => `${statement};\n`).join('');
}

function ownPassword(dir: string): string {
  const file = join(dir, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** The server refuses to run as root unless told to. */
function asUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}
