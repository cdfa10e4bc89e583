import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { readRows, type AudienceRow } from '../../audiences/read-rows';
import { startServer } from '../../api/start-server';
import { parseCsv } from '../../domain/csv';
import type { AudienceId } from '../../domain/ids';
import { createTestApi, type Client, type TestApi } from './test-api';

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: ReturnType<typeof JSON.parse>;
}

/** Posts bytes as they are: no library in between that would change them. */
function postBytes(url: string, content: Buffer | string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request(url, { method: 'POST', headers }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part: string) => (text += part));
      res.on('end', () => {
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: JSON.parse(text) });
      });
    });
    req.on('error', reject);
    req.end(content);
  });
}

/** Lines of a file with one good address each, without a line end after the last. */
export const rowsOf = (count: number): string =>
  ['userId,name', ...Array.from({ length: count }, (_one, i) => `u${i + 1}@example.com,N${i + 1}`)].join('\n');

/** The API on a port, with what tests of audiences ask of it. */
export interface AudienceTester {
  readonly api: TestApi;
  readonly url: string;
  /** `query` begins with `&` and follows `channel=email`, unless it names a channel; without a client it is the shop's. */
  upload(
    content: Buffer | string,
    query?: string,
    headers?: Readonly<Record<string, string>>,
    client?: Client,
    url?: string,
  ): Promise<Answer>;
  /** Uploads what must be taken: every row must be accounted for. */
  taken(content: Buffer | string, query?: string): Promise<{ body: Answer['body']; rows: AudienceRow[] }>;
  rowsOf(id: string): Promise<AudienceRow[]>;
  /** Rows that were not taken: row, address, code, detail. */
  rejectsOf(id: string): Promise<string[][]>;
  /** Everything that is kept of uploads: files, what imports set down, records. */
  remains(): Promise<{ files: string[]; records: number }>;
  close(): Promise<void>;
}

export async function createAudienceTester(): Promise<AudienceTester> {
  const api = await createTestApi();
  const server = await startServer(api.app, '127.0.0.1', 0);
  const tester: AudienceTester = {
    api,
    url: server.url,
    upload: (content, query = '', headers = {}, client = api.shop, url = server.url) =>
      postBytes(`${url}/v1/audiences?${query.includes('channel=') ? '' : 'channel=email'}${query}`, content, {
        Authorization: `Bearer ${client.key}`,
        'Content-Type': 'text/csv',
        ...headers,
      }),
    async taken(content, query) {
      const { status, body } = await tester.upload(content, query);
      expect([status, body]).toEqual([201, expect.objectContaining({ status: 'ready' })]);
      const rows = await tester.rowsOf(body.id);
      const rejects = await tester.rejectsOf(body.id);
      expect([rows.length, rejects.length]).toEqual([body.accepted, Number(body.duplicates) + Number(body.invalid)]);
      const numbers = [...rows.map(({ row }) => row), ...rejects.map(([row]) => Number(row))];
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: body.rows }, (_one, i) => i + 1));
      return { body, rows };
    },
    async rowsOf(id) {
      const rows: AudienceRow[] = [];
      for await (const page of readRows(api.stored.files, id as AudienceId)) rows.push(...page.rows);
      return rows;
    },
    async rejectsOf(id) {
      const headers = { Authorization: `Bearer ${api.shop.key}` };
      const response = await fetch(`${server.url}/v1/audiences/${id}/rejects`, { headers });
      expect(response.headers.get('content-type')).toContain('text/csv');
      const [head, ...rows] = parseCsv(await response.text()).map(({ cells }) => [...(cells ?? [])]);
      expect(head).toEqual(['row', 'address', 'code', 'detail']);
      return rows;
    },
    async remains() {
      const entries = await readdir(api.stored.folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
      const records = (await api.db.knex('audiences').select('id')) as unknown[];
      return { files, records: records.length };
    },
    async close() {
      await server.close();
      await api.close();
    },
  };
  return tester;
}
