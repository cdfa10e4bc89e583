import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clientFiles } from './client-files';
import { PROJECT_ROOT } from './services/project-root';

/** `npm run client:generate` writes what client/ has of the OpenAPI document; with `--check` it only tells whether that is still so. */
async function main(): Promise<number> {
  const files = Object.entries(await clientFiles());
  const stale = files.filter(([path, text]) => textOf(path) !== text);
  if (process.argv.includes('--check')) {
    for (const [path] of stale) console.error(`${path} is not what the API is now. Run: npm run client:generate`);
    return stale.length === 0 ? 0 : 1;
  }
  for (const [path, text] of stale) {
    mkdirSync(dirname(join(PROJECT_ROOT, path)), { recursive: true });
    writeFileSync(join(PROJECT_ROOT, path), text);
  }
  console.log(stale.length === 0 ? 'Nothing has changed.' : `Written: ${stale.map(([path]) => path).join(', ')}`);
  return 0;
}

function textOf(path: string): string | undefined {
  const file = join(PROJECT_ROOT, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
