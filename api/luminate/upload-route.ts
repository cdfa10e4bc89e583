import type { Request, Response } from 'express';
import { recordUpload } from '../audit/record-upload';
import { callerOf } from '../context';
import { uploadQuery } from '../schemas/audiences';
import type { createAudienceUploads } from '../upload-audience';
import { parsePart } from '../validate';
import { channelOf } from './codes';
import { badParameters, succeeded } from './envelope';
import { guessChannel } from './guess-channel';
import { readMultipartFile } from './multipart-file';

export type Uploads = ReturnType<typeof createAudienceUploads>;

/** Makes an audience of the file in a form; the answer's `data` is its id. */
export async function takeUpload(uploads: Uploads, req: Request, res: Response): Promise<void> {
  const { appId } = callerOf(res);
  const asked = req.query['sendChannel'];
  const given = asked === undefined ? undefined : channelOf(Number(asked));
  if (asked !== undefined && !given) throw badParameters('sendChannel must be 30 (SMS) or 40 (email).');
  const { name, content: file, fault, release } = await readMultipartFile(req);
  const record = recordUpload(req, res);
  try {
    const { channel, content } = given ? { channel: given, content: file } : await guessChannel(file);
    const query = parsePart(uploadQuery, { channel, name: name.slice(0, 2_000) }, 'query');
    const { audience } = await uploads.upload({ appId, query, uploadId: undefined, content, record });
    res.json(succeeded(audience.id));
  } catch (error) {
    throw fault() ?? error;
  } finally {
    release();
  }
}
