import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../scripts/services/ports';
import { createTestSystem, type TestSystem } from '../support/test-system';
import { createWorkerProcess, settingsOf, type WorkerProcess } from '../support/worker-process';

const python = process.env['TEST_SCHEMATHESIS'];
const SEED = 20261126;
const EXAMPLES = 5;
const MINUTES = 5;

if (!python)
  console.warn('TEST_SCHEMATHESIS names no Python: the API is not fuzzed. Install python3 and python3-venv.');

(python ? describe : describe.skip)('the API against its own document', () => {
  let system: TestSystem;
  let api: WorkerProcess;
  let folder: string;
  let url: string;
  let key: string;

  beforeAll(async () => {
    system = await createTestSystem({ withoutWorker: true });
    folder = mkdtempSync(path.join(tmpdir(), 'luminate-fuzz-'));
    const { apps } = system.db.database.stores;
    ({ key } = await apps.createKey((await apps.create('fuzzer')).id, 'admin', 'fuzzer'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const limits = { API_RATE_PER_SECOND: '100000', LOG_LEVEL: 'info' };
    api = createWorkerProcess({ ...settingsOf(system.config), ...limits, PORT: String(port) }, 'api');
    await api.start();
  });
  afterAll(async () => {
    await api.stop();
    await system.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function schemathesis(args: readonly string[]): Promise<{ code: number | null; printed: string }> {
    const all = [
      '-m',
      'schemathesis.cli',
      'run',
      `${url}/openapi.json`,
      '--header',
      `Authorization: Bearer ${key}`,
      ...args,
    ];
    const hooks = { SCHEMATHESIS_HOOKS: 'schemathesis_hooks', PYTHONPATH: path.resolve(__dirname, '../support') };
    const env = { ...process.env, ...hooks, PYTHONDONTWRITEBYTECODE: '1' };
    const child = spawn(python ?? '', all, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += String(chunk)));
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, printed };
  }

  test(
    'has no answer of 500 and none that its document does not tell, whatever is sent',
    async () => {
      const checks = [
        'not_a_server_error',
        'status_code_conformance',
        'content_type_conformance',
        'response_schema_conformance',
        'response_headers_conformance',
      ];
      const { code, printed } = await schemathesis([
        ...['--checks', checks.join(','), '--phases', 'examples,coverage,fuzzing', '--seed', String(SEED)],
        ...['--max-examples', String(EXAMPLES), '--workers', '1'],
        ...['--generation-database', 'none', '--no-shrink', '--no-color', '--warnings', 'off'],
        '--continue-on-failure',
      ]);
      if (code !== 0) throw new Error(printed);
      const [, generated] = /(\d+) generated/.exec(printed) ?? [];
      expect(Number(generated)).toBeGreaterThan(1_000);
    },
    MINUTES * 60_000,
  );
});
