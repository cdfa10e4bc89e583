import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of package.json, both from the sources and from dist/. */
export const PROJECT_ROOT = findRoot(__dirname);

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}
