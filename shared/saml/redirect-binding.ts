import { deflateRawSync } from 'node:zlib'

/**
 * The address that carries a request by HTTP-Redirect: DEFLATE, base64, URL encoding. A query that
 * the provider's address has already is kept (SAML Bindings 2.0 §3.4.4.1).
 */
export function redirectUrl(location: string, message: string): string {
  const url = new URL(location)
  url.searchParams.append('SAMLRequest', deflateRawSync(message).toString('base64'))
  return url.href
}
