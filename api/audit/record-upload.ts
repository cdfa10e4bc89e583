import type { Request, Response } from 'express';
import type { Upload } from '../upload-audience';
import { recordRequest } from './record-request';

/** Puts the upload of a request down. */
export const recordUpload =
  (req: Request, res: Response): Upload['record'] =>
  (stores, { id, name, appId, channel, rows, accepted, duplicates, invalid, checksum }) => {
    const after = { name, channel, rows, accepted, duplicates, invalid, checksum };
    return recordRequest(stores, req, res, { action: 'audience.upload', subject: { id, name }, appId, after });
  };
