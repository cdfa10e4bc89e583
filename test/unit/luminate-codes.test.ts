import { businessIdOf, MAX_TEMPLATE_ID, parseBusinessId } from '../../api/luminate/business-id';
import { ANCHORS, channelOf, ENDINGS, idTypesOf, messageTypeOf } from '../../api/luminate/codes';
import { isFromPrivateNetwork } from '../../api/luminate/compat-auth';
import { guessChannel } from '../../api/luminate/guess-channel';
import { readReceivers } from '../../api/luminate/read-receivers';
import { chartOf, spanOf } from '../../api/luminate/trace-shapes';
import type { TemplateId } from '../../domain/ids';
import { MESSAGE_STATUS_NAMES, isFinal } from '../../domain/message-status';

const id = (n: number) => n as TemplateId;

describe('business ids', () => {
  test.each([
    [10, 1, '2023-05-01', '1000000120230501'],
    [20, 17, '2023-08-15', '2000001720230815'],
    [10, 9_999_999, '2024-02-29', '1999999920240229'],
  ] as const)('type %i, template %i on %s: %s, and back', (type, template, day, businessId) => {
    expect(businessIdOf(type, id(template), day)).toBe(businessId);
    expect(parseBusinessId(businessId)).toEqual({ templateId: template, day });
  });

  test.each([0, -1, 1.5, MAX_TEMPLATE_ID + 1, Number.NaN])(
    'template %p has none: it would be ambiguous',
    (template) => {
      expect(() => businessIdOf(10, id(template), '2024-02-29')).toThrow(RangeError);
    },
  );

  test.each([
    ...['2000000020240230', '20000000', '3000001720230815', '200000172023081x', '2000001720231301'],
    ...['2000001700000101', '2000001719691231', '2000001799991231'],
  ])('%s is none', (text) => {
    expect(parseBusinessId(text)).toBeUndefined();
  });
});

describe('codes', () => {
  test('channels, message types and id types have the numbers of luminate', () => {
    expect([30, 40, 10, 50].map(channelOf)).toEqual(['sms', 'email', undefined, undefined]);
    expect([10, 20, 30, 40].map(messageTypeOf)).toEqual(['notice', 'marketing', 'verification', undefined]);
    expect([idTypesOf('sms'), idTypesOf('email')]).toEqual([[30], [40, 50]]);
    expect(Object.values(ANCHORS)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  test('every final status is one anchor, save for what nobody knows, and no other status is any', () => {
    for (const status of MESSAGE_STATUS_NAMES)
      expect([status, ENDINGS[status] !== undefined]).toEqual([status, isFinal(status)]);
    const without = MESSAGE_STATUS_NAMES.filter((status) => ENDINGS[status]?.anchor === null);
    expect(without).toEqual(['unknown']);
  });
});

describe('the chart of a template', () => {
  test('has RECEIVE as the sum, bars by their number, and only those that somebody is in', () => {
    const chart = chartOf('Code', '2023-08-15', {
      sent: 2,
      delivered: 3,
      capped: 1,
      deferred: 1,
      unknown: 1,
      shielded: 2,
    });
    expect(chart).toEqual({
      title: { text: '【Code】在2023年08月15日的下发情况：' },
      tooltip: {},
      legend: { data: ['人数'] },
      xAxis: { data: ['消息接收成功', '消息被丢弃', '消息被频次限制', '消息下发成功', '下发结果未知'] },
      yAxis: {},
      series: [{ name: '人数', type: 'bar', data: [10, 2, 1, 5, 1] }],
    });
  });

  test('a day begins and ends at local midnight, also when the clocks change', () => {
    const hours = (day: string, zone: string) => {
      const { from, until } = spanOf(day, zone);
      return [from.toISOString(), (until.getTime() - from.getTime()) / 3_600_000];
    };
    expect(hours('2023-08-15', 'Asia/Shanghai')).toEqual(['2023-08-14T16:00:00.000Z', 24]);
    expect(hours('2026-03-29', 'Europe/Vienna')).toEqual(['2026-03-28T23:00:00.000Z', 23]);
  });
});

describe('receivers', () => {
  const read = async (...receivers: (string | null)[]) => {
    const rows = await readReceivers(
      receivers.map((receiver) => ({ receiver })),
      'CN',
    );
    return rows.map(({ to, round }) => [to, round]);
  };
  const many = (n: number) => Array.from({ length: n }, (_, i) => `p${i}@x.cn`).join(',');

  test('are split at commas and trimmed; blanks, and repeats within an entry, are left out', async () => {
    expect(await read('a@x.cn, b@x.cn,,a@x.cn', ' ', 'c@x.cn,')).toEqual([
      ['a@x.cn', 0],
      ['b@x.cn', 0],
      ['c@x.cn', 0],
    ]);
    expect(await read(',')).toEqual([]);
  });

  test('the same address in another entry is another message, however it is written', async () => {
    expect(await read('13800138000', '+8613800138000', 'A@x.cn', 'a@x.cn')).toEqual([
      ['13800138000', 0],
      ['+8613800138000', 1],
      ['A@x.cn', 0],
      ['a@x.cn', 1],
    ]);
  });

  test('100 are allowed, 101 are not; repeats and blanks between count, commas at the end do not', async () => {
    expect(await read(many(100))).toHaveLength(100);
    expect(await read(`${many(100)},,,`)).toHaveLength(100);
    for (const text of [many(101), `${many(99)},,z@x.cn`, 'a@x.cn,'.repeat(101)]) {
      await expect(read('ok@x.cn', text)).rejects.toThrow('at most 100');
    }
  });

  test('are so many that others have their turn in between', async () => {
    let turns = 0;
    const other = setInterval(() => turns++, 0);
    const rows = await read(...Array.from({ length: 2_000 }, (_, i) => `1380013${String(i).padStart(4, '0')}`));
    clearInterval(other);
    expect([rows.length, turns > 0]).toEqual([2_000, true]);
  });

  test.each([[[]], [['']], [['  ', null]]])('%j: none is named', async (receivers) => {
    await expect(read(...receivers)).rejects.toThrow('receiver is missing');
  });
});

describe('the channel of a file', () => {
  const guess = async (text: string, size = 5, encoding: BufferEncoding = 'utf8') => {
    async function* pieces() {
      const bytes = Buffer.from(text, encoding);
      for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
    }
    const { channel, content } = await guessChannel(pieces());
    const parts: Buffer[] = [];
    for await (const piece of content) parts.push(piece);
    expect(Buffer.concat(parts).equals(Buffer.from(text, encoding))).toBe(true);
    return channel;
  };
  test.each([
    ['userId,name\na@x.cn,A\n', 'email'],
    ['\uFEFFuserId;name\n"a@x.cn";A', 'email'],
    ['name\tuserId\r\nA\ta@x.cn', 'email'],
    ['userId,mail\n13800138000,a@x.cn\n', 'sms'],
    ['userId,n\n,1\na@x.cn,2\n', 'email'],
    ['userId\n', 'sms'],
    ['', 'sms'],
  ])('%j is for %s, and the file is whole', async (text, channel) => {
    expect(await guess(text)).toBe(channel);
    expect(await guess(text, 100_000)).toBe(channel);
    expect(await guess(text, 7, 'utf16le')).toBe(channel);
  });
});

describe('the private network', () => {
  const from = (remoteAddress: string, headers = {}) => isFromPrivateNetwork(remoteAddress, headers);
  test.each(['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.9.9', '::1', '::ffff:10.0.0.1', 'fd00::1'])(
    'has %s',
    (ip) => {
      expect(from(ip)).toBe(true);
      const proxied = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'];
      const browsed = ['origin', 'referer', 'cookie', 'sec-fetch-site', 'sec-ch-ua'];
      for (const header of [...proxied, ...browsed]) expect(from(ip, { [header]: 'x' })).toBe(false);
      expect(from(ip, { accept: '*/*', 'user-agent': 'Mozilla/5.0', 'accept-language': 'zh-CN' })).toBe(true);
    },
  );
  test.each(['8.8.8.8', '172.32.0.1', '2001:db8::1', '::ffff:8.8.8.8', ''])('does not have %p', (ip) => {
    expect(from(ip)).toBe(false);
  });
});
