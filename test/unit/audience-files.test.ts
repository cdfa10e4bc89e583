import fc from 'fast-check';
import { encode } from 'iconv-lite';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEncodingScan } from '../../audiences/detect-encoding';
import { detectDelimiter } from '../../audiences/detect-delimiter';
import { createRepeatFinder } from '../../audiences/find-repeats';
import { importAudience } from '../../audiences/import-audience';
import { AUDIENCE_LIMITS } from '../../audiences/limits';
import { readRejects, readRows, type AudienceRow, type Reject } from '../../audiences/read-rows';
import { cleanFileName } from '../../domain/file-name';
import { newId, type AudienceId } from '../../domain/ids';
import { createLocalFiles } from '../../storage/local-files';

const folder = mkdtempSync(join(tmpdir(), 'luminate-audience-test-'));
const tempFolder = join(folder, 'tmp');
const files = createLocalFiles({ folder: join(folder, 'files') });
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A text in chunks of so many bytes. */
async function* inChunks(content: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function imported(id: AudienceId, content: AsyncIterable<Buffer>) {
  const options = { id, channel: 'email', addressColumn: 'userId', encoding: undefined, region: 'CN' } as const;
  const result = await importAudience({ files, tempFolder, limits: AUDIENCE_LIMITS }, content, {
    ...options,
    onProgress: async () => undefined,
  });
  if ('fault' in result) throw new Error(`${result.fault.code} ${result.fault.detail} ${result.fault.line}`);
  return result;
}

async function allRows(id: AudienceId, fromByte = 0): Promise<AudienceRow[]> {
  const rows: AudienceRow[] = [];
  for await (const page of readRows(files, id, fromByte)) rows.push(...page.rows);
  return rows;
}

async function allRejects(id: AudienceId): Promise<Reject[]> {
  const rejects: Reject[] = [];
  for await (const reject of readRejects(files, id)) rejects.push(reject);
  return rejects;
}

describe('any table', () => {
  const cell = fc.oneof(
    fc.string({
      unit: fc.constantFrom('a', 'b', ' ', ',', ';', '\t', '"', '#', '\n', '\r', '=', "'", '北', 'é', '😀', '\uFFFD'),
    }),
    fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
  );
  const address = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 30 }).map((n) => `User${n}@Example.com`) },
    { weight: 1, arbitrary: fc.constantFrom('', 'nobody', ' u1@example.com ') },
  );
  const table = fc.record({
    rows: fc.array(fc.tuple(address, cell, cell), { minLength: 1, maxLength: 60 }),
    delimiter: fc.constantFrom(',', ';', '\t'),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    quoteAll: fc.boolean(),
    lastEnd: fc.boolean(),
    encoding: fc.constantFrom('utf8', 'utf8-mark', 'utf16le-mark', 'utf16be-mark'),
    chunk: fc.integer({ min: 1, max: 200 }),
  });

  test('written as CSV in any dialect comes back the same, and its counts add up', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ rows, delimiter, end, quoteAll, lastEnd, encoding, chunk }) => {
        const quote = (text: string) =>
          quoteAll || /[,;\t"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const line = (cells: readonly string[]) => cells.map(quote).join(delimiter);
        const text = [['one', 'userId', 'two'], ...rows.map(([to, one, two]) => [one, to, two])].map(line).join(end);
        const [charset = '', mark] = encoding.split('-');
        const content = encode(lastEnd ? text + end : text, charset, { addBOM: mark !== undefined });
        const id = newId('aud');
        const result = await imported(id, inChunks(content, chunk));

        const seen = new Set<string>();
        const kept: AudienceRow[] = [];
        const left: [number, string][] = [];
        rows.forEach(([to, one, two], i) => {
          const normal = to.trim().toLowerCase();
          if (!normal.includes('@')) left.push([i + 1, 'invalid_address']);
          else if (seen.has(normal)) left.push([i + 1, 'duplicate']);
          else kept.push({ row: i + 1, address: normal, variables: { one, two } });
          seen.add(normal);
        });
        expect(await allRows(id)).toEqual(kept);
        expect((await allRejects(id)).map(({ row, code }) => [row, code])).toEqual(left);
        expect(result).toMatchObject({ delimiter, rows: rows.length, accepted: kept.length, bytes: content.length });
        expect(result.accepted + result.duplicates + result.invalid).toBe(result.rows);
        expect(readdirSync(tempFolder)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

test('pages of rows go on from the byte of any of them, and hold few bytes when rows are large', async () => {
  const id = newId('aud');
  const large = 'x'.repeat(60_000);
  const lines = Array.from({ length: 2_500 }, (_one, i) => `u${i}@example.com,${i % 10 === 0 ? large : '北'}`);
  await imported(id, inChunks(Buffer.from(`userId,v\n${lines.join('\n')}`), 65_536));
  const all = await allRows(id);
  expect(all).toHaveLength(2_500);
  let read = 0;
  let pages = 0;
  for await (const { rows, nextByte } of readRows(files, id)) {
    expect(rows.length).toBeLessThanOrEqual(1_000);
    expect(rows.reduce((sum, row) => sum + (row.variables['v']?.length ?? 0), 0)).toBeLessThan(4_300_000);
    read += rows.length;
    pages++;
    const next = readRows(files, id, nextByte);
    const { value } = await next.next();
    await next.return(undefined);
    expect(value?.rows[0]).toEqual(all[read]);
  }
  expect(read).toBe(2_500);
  expect(pages).toBeGreaterThan(3);
});

test('an import whose stream, storage or listener fails leaves nothing', async () => {
  const id = newId('aud');
  const left = () => [...readdirSync(tempFolder), ...readdirSync(join(folder, 'files', 'audiences', id))];
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('userId\na@example.com\n');
    throw new Error('broke off');
  }
  await expect(imported(id, broken())).rejects.toThrow('broke off');
  const options = { id, channel: 'email', addressColumn: 'userId', encoding: undefined, region: 'CN' } as const;
  const full = {
    ...files,
    write: (name: string, content: Parameters<typeof files.write>[1]) =>
      name.endsWith('rejects.jsonl') ? Promise.reject(new Error('disk full')) : files.write(name, content),
  };
  const content = () => inChunks(Buffer.from('userId\na@example.com\n'), 10);
  await expect(
    importAudience({ files: full, tempFolder, limits: AUDIENCE_LIMITS }, content(), {
      ...options,
      onProgress: async () => undefined,
    }),
  ).rejects.toThrow('disk full');
  expect(left()).toEqual([]);
});

describe('the encoding of a file', () => {
  const found = (content: Buffer, named?: Parameters<ReturnType<typeof createEncodingScan>['end']>[0]) => {
    const scan = createEncodingScan();
    for (let at = 0; at < content.length; at += 7) scan.push(content.subarray(at, at + 7));
    return scan.end(named).encoding;
  };
  const text = 'userId,name\n' + 'a@example.com,王小明\n'.repeat(50);

  test.each([
    ['ASCII', Buffer.from('userId\na@example.com\n'), 'utf-8'],
    ['UTF-8, in chunks that cut characters', Buffer.from(text), 'utf-8'],
    ['GBK, in chunks that cut characters', encode(text, 'gbk'), 'gb18030'],
    ['UTF-16 LE', encode(text, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE', encode(text, 'utf16be'), 'utf-16be'],
    [
      'UTF-16 LE of a character with a zero byte',
      encode('userId,一\n' + 'a@b.cn,一一一一\n'.repeat(9), 'utf16le'),
      'utf-16le',
    ],
  ])('%s is found', (_name, content, encoding) => {
    expect(found(content)).toBe(encoding);
  });

  test.each([
    ['French in Latin-1', encode('userId,nom\na@example.com,Hélène Lefèvre\n', 'latin1'), 'bad_encoding'],
    ['German in Latin-1', encode('userId,name\na@example.com,Jürgen Groß\n', 'latin1'), 'bad_encoding'],
    ['zero bytes in text', Buffer.from('userId\na@example.com,\0\n'), 'not_text'],
    ['gzip', Buffer.from('1f8b0800000000000003', 'hex'), 'not_text'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'not_text'],
    ['a PDF', Buffer.from('%PDF-1.7'), 'not_text'],
  ])('%s is refused', (_name, content, code) => {
    expect(() => found(content)).toThrow(expect.objectContaining({ code }));
  });

  test('is what it is named, unless a mark says otherwise', () => {
    expect(found(encode('userId,é\n', 'latin1'), 'windows-1252')).toBe('windows-1252');
    expect(() => found(encode('userId\n', 'utf16le', { addBOM: true }), 'gbk')).toThrow(
      'begins with the mark of utf-16le',
    );
  });
});

test.each([
  ['userId,name', ','],
  ['userId;name', ';'],
  ['userId\tname', '\t'],
  ['userId', ','],
  ['\n\r\n userId ;"a,b,c,d"\nx,y,z', ';'],
  ['"a;b;c",userId\n', ','],
  ['"a\nb",userId,c;d;e;f\n', ','],
  ['mail;name;city,x', ';'],
  ['mail|name', ','],
  ['', ','],
  ['\n'.repeat(200_000) + 'userId;name', ';'],
])('the line of names of case %# is separated as it should be', (head, delimiter) => {
  expect(detectDelimiter(head, 'userId')).toBe(delimiter);
});

test('repeats are found in memory that does not grow with them, whatever the keys', async () => {
  const place = join(folder, 'repeats');
  mkdirSync(place);
  const finder = await createRepeatFinder(place, 200_000);
  const expected = new Set<number>();
  const seen = new Set<string>();
  for (let n = 1; n <= 200_000; n++) {
    const key = n % 3 === 0 ? 'the same' : `key ${(n * 7919) % 90_000}`;
    if (seen.has(key)) expected.add(n);
    seen.add(key);
    await finder.add(n, key);
  }
  const found = await finder.find();
  expect(found.count).toBe(expected.size);
  for (let n = 1; n <= 200_000; n++) if (found.has(n) !== expected.has(n)) throw new Error(`number ${n} is wrong`);
  await finder.close();
});

test.each([
  ['June.csv', 'June.csv'],
  ['C:\\Users\\me\\收件人.csv', '收件人.csv'],
  ['../../etc/passwd', 'passwd'],
  ['folder/', 'folder'],
  ['..', 'file'],
  ['.hidden', 'hidden'],
  ['a\u0000b\r\nc\u202Etxt.csv', 'abctxt.csv'],
  ['  ', 'file'],
  ['', 'file'],
  ['x'.repeat(500), 'x'.repeat(200)],
])('the name %j of a file becomes %j', (given, clean) => {
  expect(cleanFileName(given, 'file')).toBe(clean);
});
