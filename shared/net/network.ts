import { lookup, Resolver } from 'node:dns/promises'
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
  /** Where https is spoken in place of port 443. */
  httpsPort?: number
}

const resolve = async (hostname: string): Promise<readonly string[]> =>
  (await lookup(hostname, { all: true })).map(({ address }) => address)

/** The Internet, and nothing else. */
export const publicNetwork: Network = {
  resolve,
  isAllowed: (address) => isPublicAddress(address) === true,
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The Internet; where the environment has `LOCAL_FETCH_CA`, also servers of this machine with a
 * certificate of that authority (PEM), at names that the server `LOCAL_DNS_SERVER` knows and at
 * `LOCAL_HTTPS_PORT` in place of 443. It is for the local stack and its tests: no deployed function
 * has it, and no request can set it.
 */
export function networkOf(environment: Environment): Network {
  const { LOCAL_FETCH_CA: localCa, LOCAL_DNS_SERVER, LOCAL_HTTPS_PORT } = environment
  if (!localCa) return publicNetwork
  return {
    resolve: LOCAL_DNS_SERVER ? resolveAt(LOCAL_DNS_SERVER) : resolve,
    isAllowed: (address) => publicNetwork.isAllowed(address) || isLoopback(address),
    ca: [...rootCertificates, localCa],
    ...(LOCAL_HTTPS_PORT && { httpsPort: Number(LOCAL_HTTPS_PORT) }),
  }
}

/** Names that the server does not know are looked up as always. */
function resolveAt(server: string): Network['resolve'] {
  const resolver = new Resolver({ timeout: 1000, tries: 1 })
  resolver.setServers([server])
  return (hostname) => resolver.resolve4(hostname).catch(() => resolve(hostname))
}

const isLoopback = (address: string) =>
  address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
