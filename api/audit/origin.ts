import type { Request, Response } from 'express';
import type { AuditOrigin } from '../../domain/audit';
import { contextOf } from '../context';

/** Where a request comes from, for the audit log. */
export const originOf = (req: Request, res: Response): AuditOrigin => ({
  requestId: contextOf(res).requestId,
  ip: req.ip?.replace(/^::ffff:(?=\d+\.)/i, '') ?? null,
  userAgent: req.get('user-agent')?.slice(0, 255) ?? null,
});
