import { BlockList, isIP } from 'node:net'

/**
 * Special-purpose blocks: nothing in them is a server on the Internet that an admin could mean.
 *
 * Source: IANA Special-Purpose Address Registries (RFC 6890), IPv4 and IPv6.
 */
const forbidden4 = [
  ['0.0.0.0', 8], // this network, and unspecified
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT; 100.100.100.200 is a metadata service
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local; 169.254.169.254 and .170.2 are metadata services
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments; 192.0.0.192 is a metadata service
  ['192.0.2.0', 24], // documentation
  ['192.31.196.0', 24], // AS112
  ['192.52.193.0', 24], // AMT
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['192.175.48.0', 24], // AS112
  ['198.18.0.0', 15], // benchmarking
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
  ['168.63.129.16', 32], // Azure's host, public by its number only
] as const

/** Of what is global unicast, the only part of IPv6 that is let through at all. */
const forbidden6 = [
  ['2001::', 23], // protocol assignments: Teredo, ORCHID, benchmarking
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: an IPv4 address inside
  ['2620:4f:8000::', 48], // AS112
  ['3fff::', 20], // documentation
] as const

const forbidden = new BlockList()
for (const [net, prefix] of forbidden4) forbidden.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of forbidden6) forbidden.addSubnet(net, prefix, 'ipv6')

/** All others are loopback, mapped, NAT64, unique local, link-local, multicast or unassigned. */
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')

/**
 * Whether an address is one on the public Internet; undefined if the text is no IP address. An IPv6
 * address that carries an IPv4 one (mapped, translated, 6to4) is none.
 */
export function isPublicAddress(address: string): boolean | undefined {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return family === 0 ? undefined : false
  if (family === 4) return !forbidden.check(address, 'ipv4')
  return globalUnicast.check(address, 'ipv6') && !forbidden.check(address, 'ipv6')
}
