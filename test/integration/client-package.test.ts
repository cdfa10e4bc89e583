import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../scripts/services/project-root';
import { answer, startScriptedHttp } from '../support/scripted-http';

const run = promisify(execFile);
const CLIENT = join(PROJECT_ROOT, 'client');
const TSC = join(PROJECT_ROOT, 'node_modules/typescript/bin/tsc');

test('what client/ has of the API is what the API is now', async () => {
  const program = join(PROJECT_ROOT, 'dist/scripts/client-generate.js');
  if (!existsSync(program)) throw new Error('dist/ is not built. Run `npm run build`, or `npm test`, which does.');
  await run(process.execPath, [program, '--check']);
});

/** As somebody gets it who has nothing else of this repository. */
describe('the package, installed from its tarball into an empty folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'luminate-client-'));
    await run('npm', ['pack', '--pack-destination', folder, '--loglevel=error'], { cwd: CLIENT });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    // Offline: it has no dependencies.
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder });
  }, 120_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds what is needed, and nothing else', () => {
    const installed = join(folder, 'node_modules');
    expect(readdirSync(installed).filter((name) => !name.startsWith('.'))).toEqual(['@luminate']);
    const files = readdirSync(join(installed, '@luminate/client'), { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']));
    expect(files.filter((name) => /(?<!\.d)\.ts$|tsconfig|test/.test(name))).toEqual([]);
  });

  test.each([
    ['import', 'mjs', "import { createLuminateClient, LuminateProblem } from '@luminate/client';"],
    ['require', 'cjs', "const { createLuminateClient, LuminateProblem } = require('@luminate/client');"],
  ])('works with %s', async (_how, ending, head) => {
    const server = await startScriptedHttp([answer(202, { id: 'snd_1' }), answer(404, { code: 'not_found' })]);
    const program = join(folder, `program.${ending}`);
    const body = `${head}
      (async () => {
        const luminate = createLuminateClient({ url: process.argv[2], key: 'lum_test' });
        const { data } = await luminate.post('/v1/sends', { body: { template: 't', recipients: [{ to: 'a' }] } });
        const problem = await luminate.get('/v1/messages/{id}', { path: { id: 'msg_1' } }).catch((error) => error);
        console.log(data.id, problem instanceof LuminateProblem, problem.code);
      })();`;
    writeFileSync(program, body);
    const { stdout, stderr } = await run(process.execPath, [program, server.url]);
    await server.close();
    expect([stdout, stderr]).toEqual(['snd_1 true not_found\n', '']);
    expect(server.heard.map(({ url }) => url)).toEqual(['/v1/sends', '/v1/messages/msg_1']);
    expect(server.heard[0]!.headers['idempotency-key']).toMatch(/./);
  });

  test('has types with which the examples of its README compile, and a call without an address does not', async () => {
    const blocks = [...readFileSync(join(CLIENT, 'README.md'), 'utf8').matchAll(/```ts\n([^]*?)```/g)];
    expect(blocks.length).toBeGreaterThan(4);
    const imports = blocks.flatMap(([, block = '']) => block.match(/^import .*$/gm) ?? []);
    // Each in a block of its own, so that they may use the same names; the client of the first is that of all.
    const [first = '', ...others] = blocks.map(([, block = '']) => block.replace(/^import .*$/gm, ''));
    const program = [...imports, first, ...others.map((block) => `{\n${block}\n}`)].join('\n');
    writeFileSync(join(folder, 'readme.mts'), program);
    writeFileSync(join(folder, 'wrong.cts'), "import c = require('@luminate/client');\nc.createLuminateClient({});\n");
    const types = join(PROJECT_ROOT, 'node_modules/@types');
    const how = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2023', '--module', 'node20'];
    const files = ['--types', 'node', '--typeRoots', types, 'readme.mts', 'wrong.cts'];
    const checked = run(process.execPath, [TSC, ...how, ...files], { cwd: folder });
    await expect(checked).rejects.toMatchObject({
      stdout: expect.stringMatching(/^wrong\.cts.*TS2345.*'url'[^\n]*\n$/s),
    });
  }, 120_000);
});
