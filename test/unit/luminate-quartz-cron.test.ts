import { readQuartzCron } from '../../api/luminate/quartz-cron';

describe("xxl-job's cron lines", () => {
  test.each([
    ['0 30 9 * * ?', '30 9 * * *'],
    ['00 30 9 ? * *', '30 9 * * *'],
    ['0 30 9 * * ? *', '30 9 * * *'],
    ['0 0 9 ? * MON-FRI', '0 9 * * MON-FRI'],
    ['0 0 9 ? * 2-6', '0 9 * * 1-5'],
    ['0 0 9 ? * 1,7', '0 9 * * 0,6'],
    ['0 0 9 ? * 2/2', '0 9 * * 1-6/2'],
    ['0 0/15 * * * ?', '0-59/15 * * * *'],
    ['0 */15 8-18 * * ?', '*/15 8-18 * * *'],
    ['0 5/10 2/4 3/7 2/3 ?', '5-59/10 2-23/4 3-31/7 2-12/3 *'],
    ['0 0 12 1,15 JAN,DEC ?', '0 12 1,15 JAN,DEC *'],
    ['0 0 9 ? * WED', '0 9 * * WED'],
    ['  0  0 9 * * *  ', '0 9 * * *'],
    ['0 0 22-2 * * ?', '0 22-23,0-2 * * *'],
    ['0 50-10,30 9 * * ?', '50-59,0-10,30 9 * * *'],
    ['0 0 9 ? * FRI-MON', '0 9 * * 5-6,0-1'],
    ['0 0 9 ? * 6-2', '0 9 * * 5-6,0-1'],
    ['0 0 9 ? * SAT-SUN', '0 9 * * 6-6,0-0'],
    ['0 0 9 28-3 nov-2 ?', '0 9 28-31,1-3 11-12,1-2 *'],
    ['0 0 22-3/2 * * ?', '0 22,0,2 * * *'],
    ['0 0 9 ? * 5-3/2', '0 9 * * 4,6,1'],
    ['0 0 9 30-5/3 * ?', '0 9 30,2,5 * *'],
    ['0 0 9 */2 * ?', '0 9 */2 * *'],
    ['0 0 9 */1 * 2', '0 9 */1 * 1'],
  ])('%s becomes %s', (quartz, cron) => {
    expect(readQuartzCron(quartz)).toEqual({ ok: true, cron });
  });

  test.each([
    ['30 0 9 * * ?', /^must have 0 as its seconds, not "30"/],
    ['* 0 9 * * ?', /^must have 0 as its seconds/],
    ['0/10 0 9 * * ?', /^must have 0 as its seconds/],
    ['0 0 9 1 5 ? 2031', /^must have no year, not "2031"/],
    ['0 0 9 1 5 ? 2031-2031', /^must have no year/],
    ['0 0 9 L * ?', /^has "L", which no campaign can/],
    ['0 0 9 L-3 * ?', /^has "L-3"/],
    ['0 0 9 15W * ?', /^has "15W"/],
    ['0 0 9 LW * ?', /^has "LW"/],
    ['0 0 9 ? * 6L', /^has "6L"/],
    ['0 0 9 ? * FRI#2', /^has "FRI#2"/],
    ['0 0 9 ? * 6#3', /^has "6#3"/],
    ['0 0 9 1 * 2', /^must not restrict both/],
    ['0 0 9 ? * ?', /^must not have "\?" for both/],
    ['0 0 9 ? * 0', /^has "0" as its days of the week: they are 1 \(Sunday\) to 7/],
    ['0 0 9 ? * 8', /^has "8" as its days/],
    ['0 9 * * *', /it has 5$/],
    ['', /six or seven fields/],
    ['1', /^must be "0", or a cron line/],
    ['0 61 9 * * ?', /no cron line/],
    ['0 0 25 * * ?', /no cron line/],
    ['0 0 9 */2 * 2', /^must not restrict both/],
    ['0 0 9 1 * */2', /^must not restrict both/],
    ['0 0 22-2/0 * * ?', /no cron line/],
    ['0 0 24-2 * * ?', /no cron line/],
    ['0 x 9 * * ?', /cannot be read|no cron line/],
    ['0 ? 9 * * ?', /.+/],
  ])('%s is refused in words', (quartz, reason) => {
    const read = readQuartzCron(quartz);
    expect(read.ok ? read.cron : read.reason).toMatch(reason);
    expect(read.ok).toBe(false);
  });
});
