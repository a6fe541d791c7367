import { isPublicAddress } from '../net/public-addresses.ts'
import type { SourceWarning } from './metadata-document.ts'
import type { Connection } from './types.ts'

/**
 * What is unusual about the addresses of a provider. An address that only a company's own network
 * reaches is no danger to us: browsers open it, we never do.
 */
export function endpointWarnings({ singleSignOn, singleLogout }: Connection): SourceWarning[] {
  const urls = [
    ['singleSignOn.url', singleSignOn.url],
    ['singleLogout.url', singleLogout?.url],
    ['singleLogout.responseUrl', singleLogout?.responseUrl],
  ] as const
  return urls.flatMap(([field, url]) => (url === undefined ? [] : warningsOf(field, url)))
}

function warningsOf(field: string, url: string): readonly SourceWarning[] {
  const { protocol, hostname } = new URL(url)
  const address = hostname.replace(/^\[|\]$/g, '')
  const isPrivate = hostname === 'localhost' || isPublicAddress(address) === false
  return [
    ...(protocol === 'http:' ? [{ code: 'http_endpoint', field, got: url } as const] : []),
    ...(isPrivate ? [{ code: 'private_endpoint', field, got: url } as const] : []),
  ]
}
