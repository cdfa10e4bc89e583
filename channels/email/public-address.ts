import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net';

type Range = readonly [network: string, prefix: number];

function listOf(ranges: readonly Range[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family);
  return list;
}

/** IANA's registry of special addresses, and where the clouds keep the data of their machines. */
const NOT_PUBLIC_4 = listOf(
  [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['168.63.129.16', 32],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ],
  'ipv4',
);

/** Everything that is assigned for use in the whole internet; the rest (ULA, link-local, mapped IPv4 …) is outside of it. */
const GLOBAL_6 = listOf([['2000::', 3]], 'ipv6');
/** Special within it: protocol assignments with Teredo, documentation, 6to4. */
const NOT_PUBLIC_6 = listOf(
  [
    ['2001::', 23],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['3fff::', 20],
  ],
  'ipv6',
);
/** NAT64: an IPv4 address as networks without IPv4 see it. */
const NAT64 = listOf([['64:ff9b::', 96]], 'ipv6');

/** The IPv4 address in the last 32 bits of a NAT64 address. */
function embedded(address: string): string {
  const { address: normal } = new SocketAddress({ address, family: 'ipv6' });
  const groups = normal.slice('64:ff9b::'.length).split(':');
  const bits = groups.slice(-2).reduce((sum, group) => sum * 65_536 + parseInt(group || '0', 16), 0);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

/** True for an IP address in the public internet; false for everything else, whatever it is. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !NOT_PUBLIC_4.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) belongs to addresses of the local link only.
  if (!isIPv6(address) || address.includes('%')) return false;
  if (NAT64.check(address, 'ipv6')) return isPublicAddress(embedded(address));
  return GLOBAL_6.check(address, 'ipv6') && !NOT_PUBLIC_6.check(address, 'ipv6');
}
