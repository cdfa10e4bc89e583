import { z } from 'zod';
import { parseCron } from '../domain/cron';
import { isTimezone } from '../domain/day';
import { RETRY_SECONDS } from '../domain/webhook';
import { USER_ROLES, type UserRole } from '../domain/permissions';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
const days = (fallback: number) => z.coerce.number().int().min(0).default(fallback);
const cron = (fallback: string) =>
  z
    .string()
    .trim()
    .refine((line) => line === '' || parseCron(line).ok, 'must be a cron line of five fields, e.g. 0 3 * * *, or empty')
    .default(fallback);
const pauses = (fallback: readonly number[]) =>
  z
    .string()
    .regex(/^\d{1,7}(,\d{1,7})*$/, 'must be seconds with commas between them, e.g. 5,300,1800')
    .transform((text): readonly number[] => text.split(',').map(Number))
    .default(fallback);
const count = (fallback: number) => z.coerce.number().int().positive().default(fallback);

const isRole = (text: string): text is UserRole => (USER_ROLES as readonly string[]).includes(text);
/** `group=role,group=role` as pairs, in this order. */
const roleMap = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((pair) => (pair.trim() === '' ? [] : [pair.split(/=(?=[^=]*$)/)])))
  .transform((pairs) => pairs.map(([value = '', role = '']) => [value.trim(), role.trim()] as const))
  .refine((pairs) => pairs.every(([value, role]) => value !== '' && isRole(role)), {
    message: `must look like it-admins=admin,marketing=editor; roles are ${USER_ROLES.join(', ')}`,
  })
  .transform((pairs) => pairs.flatMap(([value, role]) => (isRole(role) ? [{ value, role }] : [])));
/** Plain http only to this machine. */
const issuer = z
  .url()
  .refine(
    (text) => /^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$))/.test(text),
    'must begin with https:// (http:// only on this machine)',
  );

/** Every setting, its default and what it does. This file is the only reader of the environment. */
const schema = z.object({
  DATABASE_URL: z.string().regex(/^mysql:\/\//, 'must look like mysql://user:password@host:3306/database'),
  /** Connections to MySQL of one process. */
  DATABASE_POOL: count(10),
  REDIS_URL: z.string().regex(/^rediss?:\/\//, 'must look like redis://host:6379'),
  /** REDIS_URL names one node of a Redis Cluster. */
  REDIS_CLUSTER: z.stringbool().default(false),
  /** First part of every Redis key. */
  REDIS_PREFIX: z.string().min(1).default('lum'),
  /** Hash tags to spread recipients over; 1 on a single node, e.g. 64 on Redis Cluster. Changing it forgets windows and caps. */
  REDIS_SHARDS: count(1),
  TEMPORAL_ADDRESS: z.string().regex(/^[^/]+:\d+$/, 'must look like host:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  /** Base address of the Temporal Web UI, for the links in timelines. */
  TEMPORAL_UI_URL: z.url().default('http://127.0.0.1:8233'),
  HOST: z.string().default('127.0.0.1'),
  /** Port of the API. */
  PORT: port(3000),
  /** Port of the worker's /healthz, /readyz and /metrics. */
  WORKER_PORT: port(3001),
  /** Address under which providers and people reach the API; default: http://HOST:PORT. */
  PUBLIC_URL: z.url().optional(),
  /** Key for the secrets of accounts: base64 of 32 random bytes. Losing it means entering every secret again. */
  LUMINATE_SECRET_KEY: z
    .base64()
    .refine(
      (text) => Buffer.from(text, 'base64').length === 32,
      'must be base64 of exactly 32 bytes: openssl rand -base64 32',
    ),
  /** An `app` key that requests to /luminate/* without a key have, where servers of the private network make them. Default: none has. */
  LUMINATE_COMPAT_KEY: z
    .string()
    .regex(/^lum_[\x21-\x7e]+$/, 'must be an API key, lum_…')
    .optional(),
  /** Region in which a phone number without country code is read (ISO 3166-1 alpha-2). */
  DEFAULT_REGION: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default('CN'),
  /** Zone of calendar days where neither recipient nor template names one. */
  DEFAULT_TIMEZONE: z
    .string()
    .refine(isTimezone, 'is not an IANA time zone, e.g. Asia/Shanghai')
    .default('Asia/Shanghai'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** Workflow starts the API may have in flight for sends it dispatches itself, while it is quiet; the rest is left to the relay. */
  API_START_SLOTS: z.coerce.number().int().min(0).default(2),
  /** Requests of one API key in a second, over all processes; 0: no limit. */
  API_RATE_PER_SECOND: z.coerce.number().int().min(0).default(200),
  /** Further requests of one API key in ten seconds, once those of a second are used up; 0: none. */
  API_RATE_BURST: z.coerce.number().int().min(0).default(1000),
  /** A provider that does not list a message so long after a hand-over without an answer is believed not to have it. */
  RECONCILE_SECONDS: count(60),
  /** For how many days the projection keeps a message, and a template's daily counts. */
  TRACE_MESSAGE_DAYS: count(3),
  TRACE_TEMPLATE_DAYS: count(30),
  /** Folder of uploaded files; API and workers must see the same one. Not used where STORAGE_S3_BUCKET is set. */
  STORAGE_DIR: z.string().min(1).default('.luminate/files'),
  /** Bucket for uploaded files, in S3 or a store that speaks it. */
  STORAGE_S3_BUCKET: z.string().min(1).optional(),
  /** Address of a store that speaks S3; default: Amazon's. */
  STORAGE_S3_ENDPOINT: z.url().optional(),
  STORAGE_S3_REGION: z.string().min(1).default('us-east-1'),
  /** Both or none: without them, what the machine's own role gives. */
  STORAGE_S3_ACCESS_KEY: z.string().min(1).optional(),
  STORAGE_S3_SECRET_KEY: z.string().min(1).optional(),
  /** Folder for what an import sets down meanwhile, up to twice the size of its file. On a disk, not in memory. */
  STORAGE_TEMP_DIR: z.string().min(1).default('.luminate/tmp'),
  /** Messages that ended, with all that belongs to them, are deleted so many days after they were made; 0: never. */
  RETENTION_MESSAGE_DAYS: days(90),
  /** Uploaded audiences that no campaign and no open run uses are deleted after so many days; 0: never. */
  RETENTION_UPLOAD_DAYS: days(30),
  /**
   * Webhooks may go to private addresses and over plain http, and names are looked up as the machine does, with its hosts file: for trying
   * things on one machine, never where others choose the URLs.
   */
  WEBHOOK_ALLOW_PRIVATE: z.stringbool().default(false),
  /** Pauses in seconds before each further attempt at a webhook; when the last one has failed, too, it is given up. Default: over three days. */
  WEBHOOK_RETRY_SECONDS: pauses(RETRY_SECONDS),
  /** Statistics are deleted so many days after the hour they are of; 0: never. They outlive their messages. */
  RETENTION_STATISTICS_DAYS: days(730),
  /** When each job of maintenance runs, in DEFAULT_TIMEZONE; empty: only by hand. */
  MAINTENANCE_RETENTION_CRON: cron('0 3 * * *'),
  MAINTENANCE_RECONCILE_CRON: cron('17 * * * *'),
  MAINTENANCE_RELAY_CHECK_CRON: cron('*/5 * * * *'),
  MAINTENANCE_PROJECTION_REPAIR_CRON: cron('40 * * * *'),
  MAINTENANCE_STATISTICS_CRON: cron('*/5 * * * *'),
  /** People sign in again after so many hours, and when they did nothing for so many minutes. */
  SESSION_HOURS: count(12),
  SESSION_IDLE_MINUTES: count(60),
  /** Reverse proxies before the API, whose X-Forwarded-For tells the address of a client; too many, and clients can name any. */
  PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  /** Address of an OpenID provider; people sign in there (docs/people.md). Needs OIDC_CLIENT_ID. */
  OIDC_ISSUER: issuer.optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  /** Not needed by a provider that takes public clients with PKCE. */
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Claim that tells the role, e.g. groups; with OIDC_ROLE_MAP, e.g. it-admins=admin,marketing=editor: the first that fits counts. */
  OIDC_ROLE_CLAIM: z.string().min(1).optional(),
  OIDC_ROLE_MAP: roleMap,
  /** Role of people that nobody invited and no claim names; default: they are refused. */
  OIDC_DEFAULT_ROLE: z.enum(USER_ROLES).optional(),
});

type Raw = z.infer<typeof schema>;
export type Config = Readonly<Omit<Raw, 'PUBLIC_URL'> & { PUBLIC_URL: string }>;

/**
 * Reads and checks the environment. Throws one Error that names every wrong variable and what it should be, without
 * repeating values (they may be secrets).
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const name = issue.path.join('.');
      return `  ${name}: ${env[name] === undefined ? 'is not set' : issue.message}`;
    });
    throw new Error(`The environment is not complete:\n${problems.join('\n')}\nconfig/env.ts lists every variable.`);
  }
  const raw = parsed.data;
  if ((raw.OIDC_ISSUER === undefined) !== (raw.OIDC_CLIENT_ID === undefined)) {
    throw new Error('The environment is not complete:\n  OIDC_ISSUER and OIDC_CLIENT_ID: set both, or none.');
  }
  return Object.freeze({ ...raw, PUBLIC_URL: raw.PUBLIC_URL ?? `http://${raw.HOST}:${raw.PORT}` });
}
