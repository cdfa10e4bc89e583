import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const DAY_MS = 86_400_000;

/**
 * Removes what a process that died has left in a folder: entries whose name begins with `prefix` and which have not changed for a
 * day. Never rejects: what cannot be removed is left to the next time.
 */
export async function removeOld(folder: string, prefix: string, now = Date.now()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(prefix))) {
    const path = join(folder, name);
    try {
      const { mtimeMs } = await stat(path);
      if (now - mtimeMs > DAY_MS) await rm(path, { recursive: true, force: true });
    } catch {
      // Somebody else has removed it, or may.
    }
  }
}
