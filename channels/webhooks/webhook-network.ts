import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { guardedLookup, NotPublicError, type FileNetwork } from '../email/fetch-file';
import { isPublicAddress } from '../email/public-address';
import { createResolveName } from './resolve-name';

export interface WebhookNetworkOptions extends Partial<FileNetwork> {
  /** Private addresses and plain http are allowed; default false. */
  readonly allowPrivate?: boolean | undefined;
  /** For how long `check` waits for the addresses of a name, in milliseconds; default 3,000. */
  readonly checkMs?: number;
}

/** Where webhooks may go. */
export interface WebhookNetwork {
  /** The addresses of a connection, checked in the same moment: a name cannot lead elsewhere after that. */
  readonly lookup: LookupFunction;
  readonly ca: string | undefined;
  /** What is wrong with a URL as it is written, for people; `undefined`: nothing. */
  problemOf(url: string): string | undefined;
  /** The same, after its name was looked up. A name that has no address just now, or in time, is no problem: each attempt looks again. */
  check(url: string): Promise<string | undefined>;
}

const NOT_PUBLIC = 'leads to an address that is not public (WEBHOOK_ALLOW_PRIVATE allows those)';

const parse = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

/** The address that a URL names itself, without the brackets of IPv6, or as every machine knows it; `undefined`: it has a name. */
function literalOf({ hostname }: URL): string | undefined {
  if (/(^|\.)localhost\.?$/.test(hostname)) return '127.0.0.1';
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) > 0 ? bare : undefined;
}

/**
 * By default names are looked up in the DNS, and only public addresses are connected to, over https. Where private addresses are allowed,
 * names are looked up as the machine does, with its hosts file and search domains.
 */
export function createWebhookNetwork(options: WebhookNetworkOptions = {}): WebhookNetwork {
  const { allowPrivate = false, checkMs = 3_000, ca } = options;
  const asMachine = (hostname: string) => lookup(hostname, { all: true });
  const resolve = options.resolve ?? (allowPrivate ? asMachine : createResolveName());
  const isPublic = options.isPublic ?? (allowPrivate ? () => true : isPublicAddress);
  const guarded = guardedLookup({ resolve, isPublic });

  function problemOf(text: string): string | undefined {
    const url = parse(text);
    if (!url) return 'is not a URL, e.g. https://shop.example/hooks';
    if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) return 'must begin with https://';
    if (url.username !== '' || url.password !== '') return 'must not hold a user name or password: requests are signed';
    if (url.hash !== '') return 'must not have a part after #, which is never sent';
    const literal = literalOf(url);
    return literal !== undefined && !isPublic(literal) ? NOT_PUBLIC : undefined;
  }
  return {
    lookup: guarded,
    ca,
    problemOf,
    async check(text) {
      const problem = problemOf(text);
      const url = parse(text);
      if (problem !== undefined || !url || literalOf(url) !== undefined) return problem;
      const refused = new Promise<boolean>((answer) => {
        guarded(url.hostname, { all: true }, (error) => {
          answer(error instanceof NotPublicError);
        });
        setTimeout(answer, checkMs, false).unref();
      });
      return (await refused) ? NOT_PUBLIC : undefined;
    },
  };
}
