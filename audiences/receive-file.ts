import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Encoding } from '../domain/encoding';
import type { FileStore } from '../storage/file-store';
import { createEncodingScan } from './detect-encoding';
import { FileFaultError } from './file-fault';
import type { AudienceLimits } from './limits';

export interface ReceivedFile {
  readonly bytes: number;
  /** SHA-256, in hex. */
  readonly checksum: string;
  readonly encoding: Encoding;
  /** False: it is not what its mark or its name says; reading it finds the line. */
  readonly isValid: boolean;
}

export interface ReceiveOptions {
  readonly name: string;
  readonly encoding: Encoding | undefined;
  readonly limits: Pick<AudienceLimits, 'fileBytes'>;
  /** Called with the bytes so far; what it throws ends the upload. */
  readonly onBytes: (bytes: number) => Promise<void>;
}

/** Keeps a file as it comes in. Throws a `FileFaultError` for what is too large or no text, and the error of a stream that breaks. */
export async function receiveFile(
  files: Pick<FileStore, 'write'>,
  content: AsyncIterable<Buffer>,
  { name, encoding, limits, onBytes }: ReceiveOptions,
): Promise<ReceivedFile> {
  const sum = createHash('sha256');
  const scan = createEncodingScan();
  let bytes = 0;
  async function* watched(): AsyncGenerator<Buffer> {
    for await (const chunk of content) {
      bytes += chunk.length;
      if (bytes > limits.fileBytes) {
        throw new FileFaultError('too_large', `has more than ${limits.fileBytes} bytes: split it.`);
      }
      sum.update(chunk);
      scan.push(chunk);
      await onBytes(bytes);
      yield chunk;
    }
  }
  await files.write(name, Readable.from(watched(), { objectMode: false }));
  if (bytes === 0) throw new FileFaultError('empty_file', 'is empty: the body of the request is the file.');
  return { bytes, checksum: sum.digest('hex'), ...scan.end(encoding) };
}
