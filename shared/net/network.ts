import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import { isPublicAddress } from './public-addresses.ts'

/** Which hosts a download may reach. */
export type Network = {
  /** All addresses of a name; throws if it has none. */
  resolve(hostname: string): Promise<readonly string[]>
  isAllowed(address: string): boolean
  /** Certificates (PEM) that are trusted; absent: those that Node comes with. */
  ca?: readonly string[]
}

const resolve = async (hostname: string): Promise<readonly string[]> =>
  (await lookup(hostname, { all: true })).map(({ address }) => address)

/** The Internet, and nothing else. */
export const publicNetwork: Network = {
  resolve,
  isAllowed: (address) => isPublicAddress(address) === true,
}

/**
 * The Internet; where the environment has `LOCAL_FETCH_CA`, also servers of this machine with a
 * certificate of that authority (PEM). It is for the local stack and its tests: no deployed function
 * has it, and no request can set it.
 */
export function networkOf({
  LOCAL_FETCH_CA: localCa,
}: Readonly<Record<string, string | undefined>>): Network {
  if (!localCa) return publicNetwork
  return {
    resolve,
    isAllowed: (address) => publicNetwork.isAllowed(address) || isLoopback(address),
    ca: [...rootCertificates, localCa],
  }
}

const isLoopback = (address: string) =>
  address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
