import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';

interface Options {
  /** Name servers, e.g. `127.0.0.1:5353`; default: those of the machine. */
  readonly servers?: readonly string[];
  /** For the first question to a server, in milliseconds; the second one waits twice as long. Default 2,000. */
  readonly timeoutMs?: number;
}

const addressesOf = (addresses: readonly string[], family: number): LookupAddress[] =>
  addresses.map((address) => ({ address, family }));

/**
 * Asks the DNS for the addresses of a name, and does not look into the hosts file. Rejects when it has none, or nobody answers in time.
 * It waits on sockets: `dns.lookup` would hold one of the four threads that the look-ups of MySQL, Redis and mail servers need as well.
 */
export function createResolveName({ servers, timeoutMs = 2_000 }: Options = {}) {
  return async (hostname: string): Promise<readonly LookupAddress[]> => {
    // A new one reads which servers the machine has now.
    const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
    if (servers) resolver.setServers(servers);
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason;
    return [
      ...(four.status === 'fulfilled' ? addressesOf(four.value, 4) : []),
      ...(six.status === 'fulfilled' ? addressesOf(six.value, 6) : []),
    ];
  };
}
