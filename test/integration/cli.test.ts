import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Template } from '../../db/stores/template-store';
import { freePort } from '../../scripts/services/ports';
import { requireApproval } from '../support/approvals';
import { startCli, type CliResult } from '../support/run-cli';
import { listen } from '../support/sandbox';
import { answer, silence, startScriptedHttp } from '../support/scripted-http';
import { createSystemApi } from '../support/system-api';
import type { Client, TestApi } from '../support/test-api';
import { addressesOf, csvOf } from '../support/test-runs';
import { createTestSystem, type TestSystem } from '../support/test-system';

let system: TestSystem;
let api: TestApi;
let server: Awaited<ReturnType<typeof listen>>;
let shop: Client;
let template: Template;
let folder: string;
beforeAll(async () => {
  system = await createTestSystem();
  api = await createSystemApi(system);
  server = await listen(api.app);
  shop = await api.client(system.app, 'app');
  template = await system.template({ lane: 'email.notice' });
  folder = mkdtempSync(join(tmpdir(), 'luminate-cli-'));
}, 90_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
  await api.close();
  await system.close();
});

const environment = (): Record<string, string> => ({ LUMINATE_URL: server.url, LUMINATE_API_KEY: shop.key });
const start = (...args: string[]) => startCli(args, environment());
const cli = (...args: string[]): Promise<CliResult> => start(...args).ended;
const jsonOf = ({ out }: CliResult): Record<string, unknown> => JSON.parse(out) as Record<string, unknown>;
const received = (to: string): number => system.sink.mails.filter((mail) => mail.to === to).length;
function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('help and usage', () => {
  test('--help tells every command, and each its options', async () => {
    const all = await cli('--help');
    expect(all).toMatchObject({ code: 0, err: '' });
    for (const name of ['send', 'trace', 'recall', 'campaign run', 'campaign cancel', 'campaign retry']) {
      expect(all.out).toContain(`luminate ${name}`);
      expect((await cli(...name.split(' '), '--help')).out).toContain(`luminate ${name} `);
    }
    expect(all.out).toContain('LUMINATE_API_KEY');
  });

  test.each([
    [[], 'A command is missing'],
    [['fly'], 'no command "fly"'],
    [['send', '--to', 'a@example.com'], '--template is missing'],
    [['send', '--template', 't', '--to', 'a@example.com', '--var', 'x'], 'name=value'],
    [['send', '--speed', '3'], '--speed'],
    [['trace'], 'MESSAGE is missing'],
    [['trace', 'a', 'b'], '"b" is one word too many'],
    [['recall', 'run_1'], 'no id of a send'],
    [['campaign', 'run', 'x.csv', '--template', 't', '--rate', 'fast'], '--rate fast'],
    [['campaign', 'run', '/no/such.csv', '--template', 't', '--channel', 'email'], 'There is no file /no/such.csv'],
    [['campaign', 'run', '/', '--template', 't', '--channel', 'email'], '/ is no file'],
  ])('%j is a mistake of usage', async (args, words) => {
    const { code, out, err } = await cli(...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(out).toBe('');
  });

  test('without a key says where it belongs; with a wrong one, what the API says; with no API, where it looked', async () => {
    const args = ['trace', 'msg_1'];
    const without = await startCli(args, { LUMINATE_URL: server.url }).ended;
    expect(without).toMatchObject({ code: 2, err: expect.stringContaining('LUMINATE_API_KEY is not set') });
    const wrong = await startCli(args, { ...environment(), LUMINATE_API_KEY: 'lum_wrong' }).ended;
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('API key') });
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const away = await startCli(args, { ...environment(), LUMINATE_URL: nowhere }).ended;
    expect(away.code).toBe(1);
    expect(away.err).toContain(`${nowhere} does not answer (ECONNREFUSED)`);
    expect(away.err).not.toMatch(/^\s+at /m);
  });

  const memory = '/proc/self/mem';
  (existsSync(memory) ? test : test.skip)('a file that cannot be read is one, too', async () => {
    const { code, err } = await cli('campaign', 'run', memory, '--template', template.key);
    expect(code).toBe(2);
    expect(err).toContain(`The file ${memory} cannot be read (EIO).`);
    expect(err).not.toContain('defect');
  });

  test('an address with a password in it is refused, and the password is not repeated', async () => {
    const env = { ...environment(), LUMINATE_URL: 'http://user:open-sesame@127.0.0.1:1' };
    const { code, err } = await startCli(['trace', 'msg_1'], env).ended;
    expect(code).toBe(2);
    expect(err).toContain('LUMINATE_URL has a user or password in it');
    expect(err).not.toMatch(/open-sesame|defect/);
  });
});

describe('one message', () => {
  test('is sent, waited for and traced', async () => {
    const args = ['--template', template.key, '--to', 'ada@example.com', '--var', 'order=A=1', '--wait'];
    const sent = await cli('send', ...args);
    expect(sent.err).toBe('');
    expect(sent.code).toBe(0);
    const [, id = ''] = /(msg_\w+) sent/.exec(sent.out) ?? [];
    expect(received('ada@example.com')).toBe(1);
    const trace = await cli('trace', id);
    expect(trace.code).toBe(0);
    expect(trace.out).toContain('accepted: written to MySQL');
    expect(trace.out).toContain('attempt 1');
    expect(jsonOf(await cli('trace', id, '--json'))).toMatchObject({ attempts: [{ class: 'accepted' }] });
    const late = await cli('recall', id);
    expect(late).toMatchObject({ code: 1, out: expect.stringContaining(`${id} too late, sent since`) });
  });

  test('that is refused says every place that is wrong', async () => {
    const bad = await cli('send', '--template', template.key, '--to', 'nobody');
    expect(bad.code).toBe(1);
    expect(bad.err).toContain('/recipients/0/to');
    expect(bad.err).toContain('/recipients/0/variables/order');
    expect(bad.out).toBe('');
  });

  test('is recalled while it waits', async () => {
    const sendAt = new Date(Date.now() + 3_600_000);
    const { id, messages } = await system.send(template, ['later@example.com'], { sendAt });
    const answer = await cli('recall', id, '--json');
    expect(answer.code).toBe(0);
    expect(jsonOf(answer)).toMatchObject({ id, recalled: 1, messages: [{ id: messages[0], result: 'recalled' }] });
  });

  test('tells once that it goes on waiting while the API is away', async () => {
    const sent = answer(202, { id: 'snd_1', messages: [{ id: 'msg_1' }], warnings: [] });
    const away = answer(503, { detail: 'The database is away.' });
    const final = answer(200, { id: 'msg_1', status: 'sent', reason: null });
    const api = await startScriptedHttp([sent, ...Array<typeof away>(8).fill(away), final]);
    const args = ['send', '--template', 't', '--to', 'ada@example.com', '--wait'];
    const { code, err } = await startCli(args, { ...environment(), LUMINATE_URL: api.url }).ended;
    await api.close();
    expect([code, err.match(/still waiting: The database is away\./g)]).toEqual([
      0,
      ['still waiting: The database is away.'],
    ]);
  }, 60_000);
});

describe('a campaign', () => {
  test('sends a file to the end, with progress on stderr and the result on stdout', async () => {
    const to = addressesOf('all', 300);
    const file = fileOf('all.csv', `${csvOf(to)}\nnobody,1\nall0@example.com,2\n`);
    const run = await cli('campaign', 'run', file, '--template', template.key);
    expect(run.code).toBe(0);
    expect(run.out).toContain('300 recipients, 1 duplicates, 1 invalid');
    expect(run.out).toMatch(/finished: 300 recipients, 300 sent/);
    expect(run.err).toContain('upload');
    expect(run.err).toContain('300 of 300');
    expect(to.map(received)).toEqual(to.map(() => 1));
    const [, id = ''] = /(run_\w+) started/.exec(run.out) ?? [];
    expect(jsonOf(await cli('campaign', 'status', id, '--json'))).toMatchObject({ state: 'finished', total: 300 });
    const ended = await cli('campaign', 'cancel', id);
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('finished') });
  }, 90_000);

  test('detached, is paused, resumed and cancelled', async () => {
    const file = fileOf('slow.csv', csvOf(addressesOf('slow', 500)));
    const args = ['--template', template.key, '--rate', '5', '--detach', '--json', '--name', 'slow'];
    const { run } = jsonOf(await cli('campaign', 'run', file, ...args)) as { run: string };
    expect((await cli('campaign', 'pause', run, '--note', 'wait')).out).toMatch(/^paused/);
    expect((await cli('campaign', 'resume', run)).out).toMatch(/^running/);
    expect((await cli('campaign', 'cancel', run)).code).toBe(0);
    const end = await cli('campaign', 'status', run, '--follow', '--json');
    expect(end.code).toBe(1);
    expect(jsonOf(end)).toMatchObject({ state: 'cancelled', total: 500 });
  }, 90_000);

  test('goes on after Ctrl-C, which says so and ends with 130', async () => {
    const file = fileOf('left.csv', csvOf(addressesOf('left', 60)));
    const watched = start('campaign', 'run', file, '--template', template.key, '--rate', '10');
    while (!/run_\w+ started/.test(watched.out())) await sleep(50);
    const [, id = ''] = /(run_\w+) started/.exec(watched.out()) ?? [];
    // Until it watches the run.
    while (!watched.err().includes('run ')) await sleep(50);
    watched.child.kill('SIGINT');
    const { code, err } = await watched.ended;
    expect(code).toBe(130);
    expect(err).toContain(`luminate campaign cancel ${id}`);
    expect((await cli('campaign', 'status', id, '--follow')).out).toContain('finished: 60 recipients, 60 sent');
  }, 90_000);

  test('cut off after its upload does not say that nothing is sent', async () => {
    const uploaded = answer(201, { id: 'aud_1', accepted: 1, duplicates: 0, invalid: 0 });
    const slow = await startScriptedHttp([uploaded, silence]);
    const args = ['--template', template.key, '--channel', 'email'];
    const run = startCli(['campaign', 'run', fileOf('one.csv', csvOf(addressesOf('cut', 1))), ...args], {
      ...environment(),
      LUMINATE_URL: slow.url,
    });
    while (slow.heard.length < 2) await sleep(20);
    run.child.kill('SIGINT');
    const { code, err } = await run.ended;
    await slow.close();
    expect(slow.heard.map(({ url }) => url?.split('?')[0])).toEqual(['/v1/audiences', '/v1/campaigns']);
    expect(code).toBe(130);
    expect(err).toContain(`aud_1 is uploaded, and its run may have begun: GET ${slow.url}/v1/campaigns tells.`);
    expect(err).not.toContain('nothing');
  });

  test('that has to be approved first says so, and ends', async () => {
    await requireApproval(api, { campaignsOver: 1 });
    const file = fileOf('approval.csv', csvOf(addressesOf('unapproved', 2)));
    const result = await cli('campaign', 'run', file, '--template', template.key, '--json');
    await requireApproval(api, {});
    expect(result.code).toBe(0);
    expect(jsonOf(result)).toMatchObject({ approval: expect.stringMatching(/^apv_/) });
    expect(received('unapproved0@example.com')).toBe(0);
  });

  test('what failed is sent again', async () => {
    let refuses = true;
    system.sink.onMail = ({ to }) => {
      if (refuses && to === 'again1@example.com') {
        throw Object.assign(new Error('5.3.0 not now'), { responseCode: 554 });
      }
    };
    const file = fileOf('again.csv', csvOf(addressesOf('again', 3)));
    const first = await cli('campaign', 'run', file, '--template', template.key, '--json');
    expect(jsonOf(first)).toMatchObject({ state: 'finished', counts: { sent: 2, failed: 1 } });
    refuses = false;
    const retry = await cli('campaign', 'retry', String(jsonOf(first)['id']));
    expect(retry.out).toContain('finished: 1 recipients, 1 sent');
    expect(received('again1@example.com')).toBe(1);
  }, 90_000);

  test.each([
    ['an empty file', '', 'empty'],
    ['a file without the column', 'name\nAda\n', 'userId'],
  ])('of %s is refused with the reason', async (_what, text, words) => {
    const run = await cli('campaign', 'run', fileOf('bad.csv', text), '--template', template.key);
    expect(run.code).toBe(1);
    expect(run.err).toContain(words);
    expect(run.out).toBe('');
  });
});
