import type { Request, Response } from 'express';

/** One cookie of ours, which scripts cannot read. */
export interface Cookie {
  read(req: Request): string | undefined;
  set(res: Response, value: string, maxAgeMs: number): void;
  clear(res: Response): void;
}

/** The value of the first cookie of this name in a `Cookie` header. */
function valueIn(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key = '', value] = pair.split(/=(.*)/s);
    if (key.trim() === name) return value?.trim();
  }
  return undefined;
}

/**
 * A cookie for our own pages: HttpOnly and SameSite=Lax; behind https also Secure, with the `__Host-` prefix, so that no other host and
 * no plain http can set it. Values are base64url and dots.
 */
export function createCookie(plainName: string, publicUrl: string): Cookie {
  const secure = publicUrl.startsWith('https:');
  const name = secure ? `__Host-${plainName}` : plainName;
  const options = { httpOnly: true, sameSite: 'lax', secure, path: '/' } as const;
  return {
    read: (req) => valueIn(req.get('cookie'), name),
    set: (res, value, maxAgeMs) => void res.cookie(name, value, { ...options, maxAge: maxAgeMs }),
    clear: (res) => void res.clearCookie(name, options),
  };
}
