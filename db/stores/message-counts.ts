import type { Knex } from 'knex';
import type { MessageStatus, StatusCounts } from '../../domain/message-status';

interface CountRow {
  status: MessageStatus;
  n: number | string;
}

/** How many rows of a query over `messages` are in each status. */
export async function countByStatus(query: Knex.QueryBuilder): Promise<StatusCounts> {
  const rows: unknown = await query.groupBy('status').select('status').count({ n: '*' });
  return Object.fromEntries((rows as CountRow[]).map((row) => [row.status, Number(row.n)]));
}
