import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'

/** Why a text is no address that a browser is sent to with a message. */
export type ProviderUrlCause =
  | 'url_missing'
  | 'url_malformed'
  | 'url_scheme'
  | 'url_credentials'
  | 'url_fragment'
  | 'url_too_long'

/** In characters, what browsers and proxies pass on with room for a message behind it. */
const MAX_URL = 2048

/**
 * Reads an address of a provider's service. It stays as it is written, since a provider may compare
 * `Destination` with it; so what a URL parser would silently repair is refused. http is taken, as
 * some providers inside of a company have nothing else: see `urlWarnings`.
 */
export function readProviderUrl(text: string): Result<string, Refusal<ProviderUrlCause>> {
  const url = text.trim()
  const refused = refuse(url)
  return refused ? fail(refusal(refused, { got: url })) : ok(url)
}

function refuse(url: string): ProviderUrlCause | undefined {
  if (url === '') return 'url_missing'
  if (url.length > MAX_URL) return 'url_too_long'
  if (!URL.canParse(url)) return 'url_malformed'
  const { protocol, username, password } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return 'url_scheme'
  if (!PLAIN.test(url)) return 'url_malformed'
  if (username !== '' || password !== '' || AUTHORITY_AT.test(url)) return 'url_credentials'
  return url.includes('#') ? 'url_fragment' : undefined
}

/** Two slashes, a host, and no character that RFC 3986 §2 leaves out of URIs. */
const PLAIN = /^https?:\/\/[^/?#][A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/i
const AUTHORITY_AT = /^https?:\/\/[^/?#]*@/i
