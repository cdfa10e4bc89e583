import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import { temporal } from '@temporalio/proto';
import { quietTemporal } from './quiet-temporal';

export interface TestNamespace {
  readonly address: string;
  readonly namespace: string;
  readonly connection: NativeConnection;
  close(): Promise<void>;
}

const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_INT } = temporal.api.enums.v1.IndexedValueType;

/** A namespace that only this test file uses, so that its lanes' task queues are its own; by default on the server of all tests. */
export async function createTestNamespace(address = process.env['TEST_TEMPORAL_ADDRESS']): Promise<TestNamespace> {
  quietTemporal();
  if (!address) throw new Error('TEST_TEMPORAL_ADDRESS is not set. Run `npm test`, which starts Temporal.');
  const namespace = `test-${randomBytes(4).toString('hex')}`;
  const connection = await NativeConnection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: (24 * 3600) as unknown as Long },
  });
  const searchAttributes = {
    LuminateLane: INDEXED_VALUE_TYPE_KEYWORD,
    LuminateApp: INDEXED_VALUE_TYPE_KEYWORD,
    LuminateMessages: INDEXED_VALUE_TYPE_INT,
  };
  // The server reads its list of namespaces every few seconds.
  for (let tries = 0; ; tries++) {
    try {
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await sleep(200);
    }
  }
  return { address, namespace, connection, close: () => connection.close() };
}
