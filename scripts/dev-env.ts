import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PROJECT_ROOT } from './services/project-root';
import type { Ports } from './services/ports';
import type { Endpoints } from './services/provide-services';

/** Data, logs and keys of everything the launcher starts: what LUMINATE_HOME names, otherwise `.luminate` in the checkout. */
export const HOME = resolve(PROJECT_ROOT, process.env['LUMINATE_HOME'] ?? '.luminate');
/** What the launcher has running; see services/service-keeper.ts. */
export const STATE_FILE = join(HOME, 'stack.json');

/** The settings of API and worker on this machine; what the environment already sets wins. */
export function devEnv(
  endpoints: Endpoints,
  ports: Ports,
  env: NodeJS.ProcessEnv,
  home = HOME,
): Record<string, string> {
  const optional = (name: string, fallback: string) => ({ [name]: env[name] ?? fallback });
  return {
    DATABASE_URL: endpoints.databaseUrl,
    REDIS_URL: endpoints.redisUrl,
    TEMPORAL_ADDRESS: endpoints.temporalAddress,
    TEMPORAL_UI_URL: endpoints.temporalUiUrl,
    HOST: '127.0.0.1',
    PORT: String(ports.api),
    WORKER_PORT: String(ports.worker),
    PUBLIC_URL: `http://127.0.0.1:${ports.api}`,
    ...optional('TEMPORAL_NAMESPACE', 'default'),
    ...optional('LUMINATE_SECRET_KEY', secretKey(home)),
    ...optional('LOG_LEVEL', 'info'),
    ...optional('DEFAULT_REGION', 'CN'),
    ...optional('DEFAULT_TIMEZONE', 'Asia/Shanghai'),
    // On one's own machine the receiver one tries is there, too.
    ...optional('WEBHOOK_ALLOW_PRIVATE', 'true'),
    ...optional('STORAGE_DIR', join(home, 'files')),
    ...optional('STORAGE_TEMP_DIR', join(home, 'tmp')),
  };
}

/** The key of `home` for account secrets, made at first use: base64 of 32 random bytes. */
export function secretKey(home: string): string {
  return ownerFile(join(home, 'secret.key'), () => randomBytes(32).toString('base64'));
}

/** The content of a file that only its owner may read; `create` fills it when it is missing. */
export function ownerFile(file: string, create: () => string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, create(), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}
