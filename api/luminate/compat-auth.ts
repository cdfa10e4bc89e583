import type { Request } from 'express';
import { BlockList } from 'node:net';
import { callerOf, contextOf } from '../context';
import type { Authenticator } from '../middleware/auth';
import { ApiError } from '../problem';

const PRIVATE = new BlockList();
for (const [address, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  PRIVATE.addSubnet(address, bits, 'ipv4');
}
PRIVATE.addSubnet('::1', 128, 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** What proxies add: behind one, everybody comes from the private network. */
const PROXIED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** What browsers add, and servers do not: in one, any page may make requests from within. */
const BROWSED = /^(origin|referer|cookie|sec-.+)$/;

/** Whether a server in the private network makes the request itself: no proxy that stands in it, and no page in a browser. */
export function isFromPrivateNetwork(remoteAddress: string, headers: Request['headers']): boolean {
  if (PROXIED.some((name) => headers[name] !== undefined)) return false;
  if (Object.keys(headers).some((name) => BROWSED.test(name))) return false;
  return PRIVATE.check(remoteAddress, remoteAddress.includes(':') ? 'ipv6' : 'ipv4');
}

/** The key in a Basic password: what clients make of `http://any:lum_…@host`. */
function basicKey(header: string | undefined): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  return encoded === undefined ? undefined : /^[^:]*:(.+)$/.exec(Buffer.from(encoded, 'base64').toString())?.[1];
}

/**
 * Signs in as everywhere, and also those who can only change an address: with the key as the password of HTTP Basic, and, where
 * `compatKey` is set, without any from servers of the private network. That key must be an `app` key.
 */
export function createCompatAuth(auth: Authenticator, compatKey: string | undefined): Authenticator {
  return {
    forget: auth.forget,
    require(role) {
      const check = auth.require(role);
      return async (req, res, next) => {
        const header = req.get('authorization');
        const { remoteAddress = '' } = req.socket;
        const assumed =
          header === undefined && isFromPrivateNetwork(remoteAddress, req.headers) ? compatKey : undefined;
        // One program in a loop must not use up the requests of all others.
        if (assumed !== undefined) contextOf(res).countedAs = remoteAddress;
        const key = assumed ?? basicKey(header);
        if (key !== undefined) req.headers.authorization = `Bearer ${key}`;
        await check(req, res, (error?: unknown) => {
          if (error === undefined && assumed !== undefined && callerOf(res).role === 'admin') {
            next(new ApiError('forbidden', 'LUMINATE_COMPAT_KEY is an admin key: it must be an app key.'));
          } else {
            next(error);
          }
        });
      };
    },
  };
}
