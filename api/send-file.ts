import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Without this mark spreadsheets read a CSV in the encoding of their country. What reads CSV here takes it. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Answers with a file that is made while it is read, no faster than the reader takes it. The first piece is made before the first
 * byte goes, so that what is away then is an error and not half a file. A reader who goes away ends the work. A CSV begins with a byte
 * order mark.
 */
export async function sendFile(
  res: Response,
  file: { readonly name: string; readonly type: string; readonly pieces: AsyncGenerator<string> },
): Promise<void> {
  const first = await file.pieces.next();
  res.type(file.type).setHeader('Content-Disposition', `attachment; filename="${file.name}"`);
  async function* all(): AsyncGenerator<string> {
    if (first.done) return;
    yield file.type === 'text/csv' ? BYTE_ORDER_MARK + first.value : first.value;
    yield* file.pieces;
  }
  try {
    await pipeline(Readable.from(all()), res);
  } catch (error) {
    if (!res.destroyed && !res.headersSent) throw error;
    // Half a file has gone: cutting the connection is the only way to say so.
    res.destroy(error instanceof Error ? error : undefined);
  }
}
