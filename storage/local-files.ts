import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { checkedName, FileMissingError, type FileStore } from './file-store';
import { removeOld } from './remove-old';

const UNFINISHED = '.unfinished-';

const isMissing = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'ENOENT';

/** Flushed before it gets its name: a crash leaves the whole file, or none. */
async function writeThrough(path: string, content: Readable): Promise<number> {
  const file = createWriteStream(path, { flags: 'wx', flush: true });
  await pipeline(content, file);
  return file.bytesWritten;
}

/** Files in a folder, which is made when needed. API and workers need the same one: on several machines, a shared volume or S3. */
export function createLocalFiles(options: { folder: string }): FileStore {
  const folder = resolve(options.folder);
  const pathOf = (name: string): string => join(folder, checkedName(name));
  return {
    async write(name, content) {
      const path = pathOf(name);
      const unfinished = join(folder, `${UNFINISHED}${randomUUID()}`);
      try {
        await mkdir(dirname(path), { recursive: true });
        await removeOld(folder, UNFINISHED);
        const bytes = await writeThrough(unfinished, content);
        await rename(unfinished, path);
        return { bytes };
      } catch (error) {
        content.destroy();
        await rm(unfinished, { force: true });
        throw error;
      }
    },
    async read(name, fromByte = 0) {
      try {
        const file = await open(pathOf(name));
        return file.createReadStream({ start: fromByte });
      } catch (error) {
        if (isMissing(error)) throw new FileMissingError(name, { cause: error });
        throw error;
      }
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
    },
  };
}
