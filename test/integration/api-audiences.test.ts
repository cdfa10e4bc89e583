import { createHash } from 'node:crypto';
import { encode } from 'iconv-lite';
import { createAudienceTester, rowsOf, type AudienceTester } from '../support/audience-files';

let tester: AudienceTester;
beforeAll(async () => {
  tester = await createAudienceTester();
});
afterAll(() => tester.close());

describe('a good file', () => {
  test('is kept row by row, with its variables, zones and number of each row; the answer tells what was understood', async () => {
    const text =
      ' userId ,name,timezone,note\r\n Ada@Example.com ," Ada ""A"" L.\r\nline 2",asia/shanghai,#1\r\n' +
      '\r\nbob@example.com,,, a;b\r\nADA@example.com,x,,\r\n';
    const { status, body, headers } = await tester.upload(text, '&name=..%2Fx%5CJune%0A.csv');
    expect([status, headers['location']]).toEqual([201, `/v1/audiences/${body['id']}`]);
    expect(body).toMatchObject({
      app: tester.api.shop.appId,
      name: 'June.csv',
      channel: 'email',
      status: 'ready',
      addressColumn: 'userId',
      timezoneColumn: 'timezone',
      columns: ['userId', 'name', 'timezone', 'note'],
      variables: ['name', 'note'],
      encoding: 'utf-8',
      delimiter: ',',
      bytes: text.length,
      rows: 3,
      accepted: 2,
      duplicates: 1,
      invalid: 0,
      checksum: createHash('sha256').update(text).digest('hex'),
    });
    expect(body['sample'].map(({ to }: { to: string }) => to)).toEqual(['a***@example.com', 'b***@example.com']);
    expect(await tester.rowsOf(body['id'])).toEqual([
      {
        row: 1,
        address: 'ada@example.com',
        timezone: 'Asia/Shanghai',
        variables: { name: ' Ada "A" L.\r\nline 2', note: '#1' },
      },
      { row: 2, address: 'bob@example.com', variables: { name: '', note: ' a;b' } },
    ]);
    expect(await tester.rejectsOf(body['id'])).toEqual([
      ['3', 'ADA@example.com', 'duplicate', 'the same address came before in this file'],
    ]);
  });

  test.each([1, 99, 100, 101, 999, 1000, 1001, 1999, 2000, 2001])('of %i rows loses none', async (count) => {
    const { body, rows } = await tester.taken(rowsOf(count));
    expect(body).toMatchObject({ rows: count, accepted: count, duplicates: 0, invalid: 0 });
    expect(rows.at(-1)).toEqual({
      row: count,
      address: `u${count}@example.com`,
      variables: { name: `N${count}` },
    });
    expect(await tester.taken(`${rowsOf(count)}\n`)).toMatchObject({ body: { accepted: count } });
  });

  const chinese = 'userId,姓名,城市\r\nli@example.com,李雷,北京市朝阳区\r\nhan@example.com,韩梅梅,上海市浦东新区\r\n';
  test.each([
    ['UTF-8', Buffer.from(chinese), 'utf-8'],
    ['UTF-8 with a mark', encode(chinese, 'utf8', { addBOM: true }), 'utf-8'],
    ['UTF-16 LE with a mark', encode(chinese, 'utf16le', { addBOM: true }), 'utf-16le'],
    ['UTF-16 BE with a mark', encode(chinese, 'utf16be', { addBOM: true }), 'utf-16be'],
    ['UTF-16 LE', encode(chinese, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE', encode(chinese, 'utf16be'), 'utf-16be'],
    ['GBK', encode(chinese, 'gbk'), 'gb18030'],
  ])('in %s is understood', async (_name, content, encoding) => {
    const { body, rows } = await tester.taken(content);
    expect(body).toMatchObject({ encoding, variables: ['姓名', '城市'] });
    expect(rows.map(({ variables }) => variables)).toEqual([
      { 姓名: '李雷', 城市: '北京市朝阳区' },
      { 姓名: '韩梅梅', 城市: '上海市浦东新区' },
    ]);
  });

  test('in an encoding that is named is read so', async () => {
    const text = 'userId,name\nrene@example.com,René\n';
    const { rows } = await tester.taken(encode(text, 'windows-1252'), '&encoding=windows-1252');
    expect(rows[0]?.variables).toEqual({ name: 'René' });
  });

  test.each([
    [';', 'userId;name\na@example.com;"x;y,z"\n'],
    ['\t', 'userId\tname\na@example.com\tx;y,z\n'],
    [',', 'userId,name\na@example.com,"x;y,z"\n'],
  ])('with %j between its cells is understood', async (delimiter, text) => {
    const { body, rows } = await tester.taken(text);
    expect(body).toMatchObject({ delimiter });
    expect(rows).toEqual([{ row: 1, address: 'a@example.com', variables: { name: 'x;y,z' } }]);
  });

  test('may have its addresses in another column, and phone numbers for SMS', async () => {
    const text = 'phone,userId\n13800138000,u1\n+8613800138000,u2\n1380013800,u3\n';
    const { body } = await tester.upload(text, '&channel=sms&addressColumn=phone');
    expect(body).toMatchObject({ rows: 3, accepted: 1, duplicates: 1, invalid: 1, variables: ['userId'] });
    expect(await tester.rowsOf(body['id'])).toEqual([
      { row: 1, address: '+8613800138000', variables: { userId: 'u1' } },
    ]);
  });
});

describe('a bad row harms no other one, and is told', () => {
  test('whatever is wrong with it; a formula in it is neutralised', async () => {
    const rows = [
      'ok@example.com,a,',
      '=cmd|calc,a,',
      'few@example.com,a',
      'many@example.com,a,,b',
      'empty-cell-too-many@example.com,a,,',
      'zone@example.com,a,Mars/Olympus',
      `large@example.com,${'x'.repeat(100_001)},`,
      'offset@example.com,a,+08:00',
      '"",a,',
    ];
    const { body } = await tester.taken(`userId,name,timezone\n${rows.join('\n')}`);
    expect(body).toMatchObject({ rows: 9, accepted: 2, duplicates: 0, invalid: 7 });
    expect((await tester.rejectsOf(body['id'])).map(([row, address, code]) => [row, address, code])).toEqual([
      ['2', "'=cmd|calc", 'invalid_address'],
      ['3', 'few@example.com', 'too_few_cells'],
      ['4', 'many@example.com', 'too_many_cells'],
      ['6', 'zone@example.com', 'invalid_timezone'],
      ['7', 'large@example.com', 'cell_too_large'],
      ['8', 'offset@example.com', 'invalid_timezone'],
      ['9', '', 'invalid_address'],
    ]);
  });

  test('a blank address in the last row is a row, without and with a line end after it', async () => {
    for (const end of ['', '\n', '\r\n\r\n']) {
      const { body, rows } = await tester.taken(`${rowsOf(150)}\n,last${end}`);
      expect(body).toMatchObject({ rows: 151, accepted: 150, invalid: 1 });
      expect(rows.at(-1)).toMatchObject({ row: 150 });
    }
  });

  test('blank lines, and lines of spaces, are no rows', async () => {
    const { body } = await tester.taken('\n \nuserId,name\n\n   \na@example.com,x\n\n\n');
    expect(body).toMatchObject({ rows: 1, accepted: 1 });
  });
});
