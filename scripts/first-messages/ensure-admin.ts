import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLuminateClient } from '../../client/index';
import { ownerFile } from '../dev-env';
import { PROJECT_ROOT } from '../services/project-root';

export const ADMIN_EMAIL = 'admin@luminate.local';

const run = promisify(execFile);

/** What `npm run users -- create --json` prints; without a token somebody has set a password. */
interface Created {
  readonly setPasswordToken?: string;
}

/** Makes the first administrator of a new database, with a random password that is kept in `file`; returns it when it was set just now. */
export async function ensureAdmin(apiUrl: string, file: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const program = join(PROJECT_ROOT, 'dist/scripts/users.js');
  const who = ['--email', ADMIN_EMAIL, '--name', 'Administrator', '--role', 'admin'];
  const { stdout } = await run(process.execPath, [program, 'create', ...who, '--if-missing', '--json'], { env });
  const { setPasswordToken: token } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Created;
  if (token === undefined) return undefined;
  const password = ownerFile(file, () => randomBytes(18).toString('base64url'));
  await createLuminateClient({ url: apiUrl }).post('/v1/session/set-password', { body: { token, password } });
  return password;
}
