import { parseArgs } from 'node:util';
import { loadConfig } from '../config/env';
import { createLogger } from '../config/logger';
import { isId } from '../domain/ids';
import { createRebuild, type Rebuild, type Rebuilt } from '../trace/rebuild';
import { createTraceStore } from '../trace/trace-store';
import { createRedis } from '../redis/create-redis';
import { createRedisKeys } from '../redis/keys';
import { createDatabase } from '../db/database';
import { createTemporalGateway } from '../temporal/gateway';

const DAY_MS = 86_400_000;
const USAGE = 'Usage: npm run trace:rebuild -- --message msg_… | --day YYYY-MM-DD (a day of DEFAULT_TIMEZONE)';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { message: { type: 'string' }, day: { type: 'string' } } });
  if ((values.message === undefined) === (values.day === undefined)) throw new Error(USAGE);
  const config = loadConfig();
  const log = createLogger({ name: 'trace-rebuild', level: 'warn' });
  const database = createDatabase({ url: config.DATABASE_URL, poolSize: 2, secretKey: config.LUMINATE_SECRET_KEY });
  const redis = await createRedis({ url: config.REDIS_URL, cluster: config.REDIS_CLUSTER, log });
  const gateway = createTemporalGateway({
    address: config.TEMPORAL_ADDRESS,
    namespace: config.TEMPORAL_NAMESPACE,
    uiUrl: config.TEMPORAL_UI_URL,
    publicUrl: config.PUBLIC_URL,
  });
  const timezone = config.DEFAULT_TIMEZONE;
  const rebuild = createRebuild({
    messages: database.stores.messages,
    history: gateway.history,
    receipts: (ids) => database.stores.receipts.ofMessages(ids),
    trace: createTraceStore({
      redis,
      keys: createRedisKeys({ prefix: config.REDIS_PREFIX, shards: config.REDIS_SHARDS }),
      timezone,
      messageTtlMs: config.TRACE_MESSAGE_DAYS * DAY_MS,
      templateTtlMs: config.TRACE_TEMPLATE_DAYS * DAY_MS,
    }),
    timezone,
  });
  try {
    const { messages, templates } = await run(rebuild, values);
    console.log(`Rebuilt the projection of ${messages} messages and recounted ${templates} templates.`);
  } finally {
    await gateway.close();
    redis.disconnect();
    await database.close();
  }
}

async function run(rebuild: Rebuild, { message, day = '' }: { message?: string; day?: string }): Promise<Rebuilt> {
  if (message === undefined) return rebuild.day(day);
  if (!isId('msg', message)) throw new Error(`"${message}" is not a message id. ${USAGE}`);
  return rebuild.message(message);
}

main().catch((error: unknown) => {
  process.exitCode = 1;
  console.error(error instanceof Error ? error.message : String(error));
});
