import type { RequestHandler } from 'express';

/** Answers have addresses and contents in them: no cache keeps any, unless its route says otherwise. */
export const forbidStoring: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store');
  next();
};
