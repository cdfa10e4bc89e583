import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort, requireFreePort } from '../../scripts/services/ports';
import { PROJECT_ROOT } from '../../scripts/services/project-root';

const PORTS = ['API', 'WORKER', 'DB', 'REDIS', 'TEMPORAL', 'TEMPORAL_UI', 'SMTP', 'INBOX', 'SMS'];
const PROGRAM = join(PROJECT_ROOT, 'dist/scripts/quickstart.js');

/** The first command of the README, in a folder and on ports of its own: a quickstart that is up is not disturbed. */
describe('npm run quickstart -- --once', () => {
  const home = mkdtempSync(join(tmpdir(), 'luminate-quickstart-'));
  const ports: Record<string, string> = {};

  beforeAll(async () => {
    while (new Set(Object.values(ports)).size < PORTS.length) {
      for (const name of PORTS) ports[`LUMINATE_${name}_PORT`] = String(await freePort());
    }
  });
  afterAll(() => {
    rmSync(home, { recursive: true, force: true });
  });

  /** Only what the launcher may find on a bare machine; none of this test run's services. */
  const environment = (): Record<string, string> => {
    const kept = ['PATH', 'HOME', 'LUMINATE_STARTED_FILE'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    });
    return { ...Object.fromEntries(kept), ...ports, LUMINATE_HOME: home, LUMINATE_DOCKER: 'off' };
  };

  async function runOnce(): Promise<{ code: number | null; printed: string; complaints: string }> {
    if (!existsSync(PROGRAM)) throw new Error('dist/ is not built. Run `npm run build`, or `npm test`, which does.');
    const child = spawn(process.execPath, [PROGRAM, '--once'], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit') as Promise<[number | null]>;
    const [[code], printed, complaints] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
    return { code, printed, complaints };
  }

  /** Processes whose command line or environment names the folder, on Linux; elsewhere the ports must do. */
  const leftOvers = (): string[] =>
    (existsSync('/proc') ? readdirSync('/proc') : [])
      .filter((pid) => /^\d+$/.test(pid))
      .filter((pid) => ['cmdline', 'environ'].some((file) => readOrNothing(`/proc/${pid}/${file}`).includes(home)))
      .map((pid) => readOrNothing(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));

  it('sends an email and a text that arrive, tells their lives in JSON, and leaves nothing running', async () => {
    const { code, printed, complaints } = await runOnce();
    expect({ code, complaints, printed }).toMatchObject({ code: 0, complaints: '' });
    const result = JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '') as Record<'email' | 'sms', Told>;
    expect(result).toMatchObject({
      ok: true,
      email: { id: expect.stringMatching(/^msg_/), status: expect.stringMatching(/^(sent|delivered)$/) },
      sms: { id: expect.stringMatching(/^msg_/), status: expect.stringMatching(/^(sent|delivered)$/) },
      inbox: { found: true },
      sandbox: { found: true },
    });
    // The first administrator: the password is told once, and kept where only the owner reads it.
    const password = readFileSync(join(home, 'admin.password'), 'utf8');
    expect(printed).toContain(`admin@luminate.local, password ${password}.`);
    expect(statSync(join(home, 'admin.password')).mode & 0o777).toBe(0o600);
    for (const { timeline } of [result.email, result.sms]) {
      // Receipts may or may not be there yet.
      const steps = timeline.map(({ step }) => step).filter((step) => !step.startsWith('receipt:'));
      expect(steps).toEqual(LIFE);
      for (const { text: words } of timeline) expect(words).toMatch(/\w+/);
    }
    expect(leftOvers()).toEqual([]);
    for (const port of Object.values(ports)) await requireFreePort('api', Number(port));
    expect(existsSync(join(home, 'stack.json'))).toBe(false);
  }, 240_000);

  it('goes on with the data and the key of the start before', async () => {
    const key = readFileSync(join(home, 'api.key'), 'utf8');
    const { code, printed, complaints } = await runOnce();
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
    expect(JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ ok: true });
    expect(printed).not.toContain(readFileSync(join(home, 'admin.password'), 'utf8'));
    expect(readFileSync(join(home, 'api.key'), 'utf8')).toBe(key);
    expect(leftOvers()).toEqual([]);
  }, 240_000);
});

interface Told {
  readonly timeline: readonly { readonly step: string; readonly text: string }[];
}

const LIFE = ['accepted', 'rendered', 'passed', 'allowed:1', 'claimed:1', 'attempted:1'];

/** A process may end, or belong to somebody else. */
function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
