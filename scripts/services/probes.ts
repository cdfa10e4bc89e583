import { once } from 'node:events';
import { connect } from 'node:net';
import { Connection } from '@temporalio/client';
import Redis from 'ioredis';
import { createConnection } from 'mysql2/promise';

const PATIENCE_MS = 3000;

/** Resolves when the database answers a query on `url`; throws what it says otherwise. */
export async function probeDatabase(url: string): Promise<void> {
  const connection = await createConnection({ uri: url, connectTimeout: PATIENCE_MS });
  try {
    await connection.query('SELECT 1');
  } finally {
    connection.destroy();
  }
}

/** Resolves when Redis answers PING, that is also: when it has read its files. */
export async function probeRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Without a listener ioredis prints each refused connection; connect() throws it as well.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
}

/** Resolves when the Temporal server at host:port knows its namespace, which is later than its port opening. */
export async function probeTemporal(address: string, namespace = 'default'): Promise<void> {
  await probePort(address);
  const connection = await Connection.connect({ address, connectTimeout: PATIENCE_MS });
  try {
    await connection.withDeadline(Date.now() + PATIENCE_MS, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
  } finally {
    await connection.close();
  }
}

/** Resolves when `url` answers with a 2xx status. */
export async function probeHttp(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}

/** A refused connection is known at once, while gRPC keeps trying for seconds. */
async function probePort(address: string): Promise<void> {
  const colon = address.lastIndexOf(':');
  const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
  } finally {
    socket.destroy();
  }
}
