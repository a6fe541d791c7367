import { deflateRawSync } from 'node:zlib'
import { OUR_SIGNATURE_METHOD, type Sign } from './sign-message.ts'

/** A message of ours on its way to a provider, by either binding. */
export type Outgoing = {
  /** The provider's address. */
  location: string
  parameter: 'SAMLRequest' | 'SAMLResponse'
  /** XML, unsigned. */
  message: string
  /** At most 80 bytes (SAML Bindings 2.0 §3.4.3, §3.5.3). */
  relayState?: string | undefined
}

/**
 * The address that carries a message by HTTP-Redirect: DEFLATE, base64, URL encoding, and where a
 * signer is given, the signature over the query's octets. A query that the provider's address has
 * already is kept.
 *
 * Source: SAML Bindings 2.0 §3.4.4.1.
 */
export async function redirectUrl(outgoing: Outgoing, sign?: Sign): Promise<string> {
  const { location, parameter, message, relayState } = outgoing
  const fields = [
    [parameter, deflateRawSync(message).toString('base64')],
    ...(relayState === undefined ? [] : [['RelayState', relayState]]),
    ...(sign ? [['SigAlg', OUR_SIGNATURE_METHOD]] : []),
  ]
  const query = fields.map(([name, value = '']) => `${name}=${encode(value)}`).join('&')
  if (!sign) return withQuery(location, query)
  const signature = (await sign(Buffer.from(query))).toString('base64')
  return withQuery(location, `${query}&Signature=${encode(signature)}`)
}

/**
 * Encodes all that RFC 3986 does not call unreserved. What encodeURIComponent() leaves alone,
 * others may encode on the way, the URL class itself its `'`: the signed octets would be others.
 */
const encode = (value: string) =>
  encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)

function withQuery(location: string, query: string): string {
  const url = new URL(location)
  url.search = url.search === '' ? query : `${url.search}&${query}`
  return url.href
}
