import { request } from 'node:http';
import type { TestApi, Client } from './test-api';

/** An answer to an upload. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Record<string, any>;
}

/** Posts bytes as they are: no library in between that would change them. */
export function postBytes(
  url: string,
  key: string,
  content: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request(
      url,
      { method: 'POST', headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'text/csv', ...headers } },
      (res) => {
        let text = '';
        res.setEncoding('utf8').on('data', (part: string) => (text += part));
        res.on('end', () => {
          resolve({ status: res.statusCode ?? 0, headers: res.headers, body: JSON.parse(text) });
        });
      },
    );
    req.on('error', reject);
    req.end(content);
  });
}

/** The lines of a file with one good address each, without a line end after the last. */
export const rowsOf = (count: number): string =>
  ['userId,name', ...Array.from({ length: count }, (_one, i) => `u${i + 1}@example.com,N${i + 1}`)].join('\n');

/** Everything that is kept of uploads: files, what imports set down, records. */
export async function remainsOf(api: TestApi): Promise<{ files: string[]; records: number }> {
  const { readdir } = await import('node:fs/promises');
  const entries = await readdir(api.stored.folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const records = (await api.db.knex('audiences').select('id')) as unknown[];
  return { files, records: records.length };
}

export type { Client };
