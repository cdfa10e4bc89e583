import { encode } from 'iconv-lite';
import { createAudienceFiles } from '../../audiences/audience-files';
import { AUDIENCE_LIMITS } from '../../audiences/limits';
import { createApp } from '../../api/create-app';
import { startServer } from '../../api/start-server';
import { createAudienceTester, rowsOf, type AudienceTester } from '../support/audience-files';

let tester: AudienceTester;
beforeAll(async () => {
  tester = await createAudienceTester();
});
afterAll(() => tester.close());

/** Uploads what must be refused as a whole: it leaves nothing. */
async function refused(content: Buffer | string, query = ''): Promise<Record<string, unknown>> {
  const before = await tester.remains();
  const { status, body, headers } = await tester.upload(content, query);
  expect([status, headers['content-type']]).toEqual([422, expect.stringContaining('application/problem+json')]);
  expect(body).toMatchObject({ code: 'invalid_request', errors: [expect.anything()] });
  expect(await tester.remains()).toEqual(before);
  return body.errors[0];
}

describe('a file that is wrong as a whole is refused, leaves nothing, and the answer says why', () => {
  const zip = Buffer.from('504b0304140006000800', 'hex');
  test.each<[string, Buffer | string, Record<string, unknown>]>([
    ['empty', '', { code: 'empty_file' }],
    ['blank lines only', '\n\r\n', { code: 'empty_file' }],
    ['header only', 'userId,name', { code: 'no_rows' }],
    ['header and blank lines', 'userId,name\n\n\n', { code: 'no_rows' }],
    ['missing address column', 'email,name\na@example.com,x\n', { code: 'missing_column' }],
    ['duplicate column names', 'userId,name, name\na@example.com,x,y\n', { code: 'duplicate_column' }],
    ['a column without a name', 'userId,,name\na@example.com,x,y\n', { code: 'unnamed_column' }],
    ['a line end in a column name', 'userId,"a\nb"\na@example.com,x\n', { code: 'bad_column_name' }],
    ['a workbook', zip, { code: 'not_text' }],
    ['binary', Buffer.from(Array.from({ length: 10_000 }, (_one, i) => (i * 7919) % 256)), { code: 'not_text' }],
    ['a 10 MB cell', `userId,name\na@example.com,${'x'.repeat(10_000_000)}\n`, { code: 'bad_csv', line: 2 }],
    [
      'a 10 MB quoted cell',
      `userId,name\na@x.com,b\nc@x.com,"${'x\n'.repeat(5_000_000)}"\n`,
      { code: 'bad_csv', line: 3 },
    ],
    ['10 MB of separators', `userId,name\na@example.com,x\n${','.repeat(10_000_000)}`, { code: 'bad_csv', line: 3 }],
    [
      'a quote not closed',
      'userId,name\r\na@x.com,"1\r\n2"\r\n\r\nb@x.com,"y\r\nc@x.com,z\r\n',
      { code: 'bad_csv', line: 5 },
    ],
    ['a quote within a cell', 'userId,name\na@example.com,5" pipe\n', { code: 'bad_csv', line: 2 }],
    ['neither UTF-8 nor GBK', encode('userId,name\na@example.com,René\n', 'latin1'), { code: 'bad_encoding' }],
    [
      'UTF-16 cut in a character',
      encode('userId\na@example.com,\ud83d', 'utf16le', { addBOM: true }),
      { code: 'bad_encoding', line: 2 },
    ],
    [
      'marked as UTF-8, but not',
      Buffer.concat([encode('userId,n\n', 'utf8', { addBOM: true }), encode('a@example.com,é', 'latin1')]),
      { code: 'bad_encoding', line: 2 },
    ],
  ])('%s', async (_name, content, fault) => {
    expect(await refused(content)).toMatchObject(fault);
  });

  test('a missing column names the columns that are there', async () => {
    expect((await refused('﻿email;name\na@example.com;x\n'))['detail']).toContain('"email", "name"');
    expect((await refused('userId\na@example.com\n', '&addressColumn=mail'))['detail']).toContain('no column "mail"');
  });

  test('an encoding that is named, and is not the one, is told with the line', async () => {
    const gbk = encode('userId,name\na@example.com,x\nb@example.com,中文\n', 'gbk');
    expect(await refused(gbk, '&encoding=utf-8')).toMatchObject({ code: 'bad_encoding', line: 3 });
    const marked = encode('userId\na@example.com\n', 'utf8', { addBOM: true });
    expect(await refused(marked, '&encoding=gbk')).toMatchObject({ code: 'bad_encoding' });
  });

  test('too many bytes, told or not, are 413; too many rows and columns 422', async () => {
    const limits = { ...AUDIENCE_LIMITS, fileBytes: 5_000, rows: 100, columns: 3 };
    const parts = { files: tester.api.stored.files, tempFolder: `${tester.api.stored.folder}/tmp`, limits };
    const small = await startServer(
      createApp({ ...tester.api.deps, audiences: createAudienceFiles(parts) }),
      '127.0.0.1',
      0,
    );
    const to = (content: string, headers = {}) => tester.upload(content, '', headers, tester.api.shop, small.url);
    const before = await tester.remains();
    const large = `userId\n${'x'.repeat(6_000)}`;
    expect(await to(large)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect(await to(large, { 'Transfer-Encoding': 'chunked' })).toMatchObject({ status: 413 });
    expect(await to(rowsOf(101))).toMatchObject({ status: 422, body: { errors: [{ code: 'too_many_rows' }] } });
    expect(await to('userId,a,b,c\na@example.com,1,2,3')).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'too_many_columns' }] },
    });
    expect(await tester.remains()).toEqual(before);
    expect(await to(rowsOf(100))).toMatchObject({ status: 201, body: { accepted: 100 } });
    await small.close();
  });

  test('what is not the file itself is 415; a query that is wrong is 422', async () => {
    for (const headers of [
      { 'Content-Type': 'multipart/form-data; boundary=x' },
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      { 'Content-Encoding': 'gzip' },
    ]) {
      expect(await tester.upload(rowsOf(1), '', headers)).toMatchObject({ status: 415 });
    }
    expect(await tester.upload(rowsOf(1), '&encoding=klingon')).toMatchObject({ status: 422 });
    expect(await tester.upload(rowsOf(1), '&colour=red')).toMatchObject({ status: 422 });
    const noChannel = await fetch(`${tester.url}/v1/audiences`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${tester.api.shop.key}`, 'Content-Type': 'text/csv' },
      body: rowsOf(1),
    });
    expect(await noChannel.json()).toMatchObject({ errors: [{ parameter: 'channel', code: 'required' }] });
    expect(await tester.upload(rowsOf(1), '', { Authorization: 'Bearer lum_nobody' })).toMatchObject({ status: 401 });
  });
});
