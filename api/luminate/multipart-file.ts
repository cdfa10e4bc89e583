import type { Request } from 'express';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { Readable } from 'node:stream';
import { badParameters } from './envelope';

/** The file of a multipart body, as it arrives. */
export interface MultipartFile {
  readonly name: string;
  readonly content: Readable;
  /** What was wrong with the form after the file had begun; then reading the content has failed, too. */
  fault(): Error | undefined;
  /** Gives up what was not read, so that the answer can be given on the same connection. */
  release(): void;
}

const FIELD = 'file';
/** Other fields are of no use: they are read and forgotten. */
const LIMITS = { files: 1, fields: 20, parts: 25, fieldSize: 10_000, headerPairs: 50, headerSize: 16_384 };
/** A body that stands still for so long is cut off, in milliseconds. */
const STANDSTILL_MS = 60_000;

function createParser(req: Request): BusboyInstance {
  const type = req.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) {
    throw badParameters('Send the file as multipart/form-data, in the field "file".');
  }
  try {
    const headers = { ...req.headers, 'content-type': type };
    return new Busboy({ headers, limits: LIMITS, isPartAFile: (name) => name === FIELD });
  } catch {
    throw badParameters('The Content-Type of the form has no boundary.');
  }
}

/** Waits for the field `file` of the body. Throws A0001 when there is none, or the body is no form. */
export function readMultipartFile(req: Request): Promise<MultipartFile> {
  const parser = createParser(req);
  req.setTimeout(STANDSTILL_MS, () => {
    req.destroy();
  });
  let content: Readable | undefined;
  let broken: Error | undefined;
  const release = (): void => {
    req.unpipe(parser);
    req.resume();
    content?.destroy();
  };
  return new Promise((resolve, reject) => {
    const fail = (detail: string): void => {
      const error = badParameters(detail);
      if (content) content.destroy(error);
      else {
        release();
        reject(error);
      }
    };
    parser.on('file', (_field, stream, name) => {
      content = stream;
      stream.on('error', () => {
        broken ??= badParameters('The form breaks off; nothing was kept.');
      });
      resolve({ name, content: stream, fault: () => broken, release });
    });
    parser.on('error', () => {
      fail('The form breaks off, or is none.');
    });
    parser.on('finish', () => {
      if (!content) fail('The form has no field "file".');
    });
    req.once('close', () => {
      req.setTimeout(0);
      if (!req.complete) fail('The upload broke off; nothing was kept.');
    });
    req.pipe(parser);
  });
}
