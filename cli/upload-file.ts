import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { LuminateClient, Schemas, UploadOptions } from '../client/index';
import { createProgressBar } from './progress-bar';
import { UsageError } from './usage-error';

const MB = 1_048_576;

/** Uploads a file of recipients, whatever its size, with progress. Throws `UsageError` for one that cannot be read, `LuminateProblem` for a refused one. */
export async function uploadFile(
  api: LuminateClient,
  file: string,
  query: UploadOptions<'/v1/audiences'>['query'],
): Promise<Schemas['Audience']> {
  const size = await sizeOf(file);
  const bar = createProgressBar('upload');
  try {
    const { data } = await api.upload('/v1/audiences', {
      query: { name: path.basename(file), uploadId: randomUUID(), ...query },
      content: () => readFile(file),
      size,
      onSent(sent) {
        const note = sent < size ? `${(sent / MB).toFixed(1)} of ${(size / MB).toFixed(1)} MB` : 'being read';
        bar.update(sent, size, note);
      },
    });
    return data;
  } finally {
    bar.end();
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if (!found.isFile()) throw new UsageError(`${file} is no file.`);
  return found.size;
}

async function* readFile(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): UsageError {
  const { code = String(error) } = Object(error) as { code?: string };
  return new UsageError(code === 'ENOENT' ? `There is no file ${file}.` : `The file ${file} cannot be read (${code}).`);
}
