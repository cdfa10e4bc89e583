import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { contextOf } from '../context';

const SANE = /^[A-Za-z0-9._-]{1,128}$/;

/** Gives the request an id: the caller's `X-Request-Id` if it is sane, else a new one. It is in every answer and log line. */
export const assignRequestId: RequestHandler = (req, res, next) => {
  const given = req.get('x-request-id');
  const requestId = given !== undefined && SANE.test(given) ? given : randomUUID();
  contextOf(res).requestId = requestId;
  res.setHeader('X-Request-Id', requestId);
  next();
};
