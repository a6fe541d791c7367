/** A label of a DNS name (RFC 1123 §2.1); the last one of a name is no number (RFC 3696 §2). */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const NAME = new RegExp(`^(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`)
const MAX_NAME = 253

/** What leads to the machine itself, for development. */
const LOCAL = ['localhost', '127.0.0.1']

/**
 * Whether a text can be the host of a product: a DNS name as a browser writes it, with a port where it
 * has another than 443; on the machine itself always with a port. It only says where browsers are
 * sent, so several organizations may have the same one.
 */
export function isProductHost(text: string): boolean {
  const origin = `https://${text}`
  if (!URL.canParse(origin)) return false
  const { host, hostname, port } = new URL(origin)
  if (host !== text || port === '0') return false
  if (LOCAL.includes(hostname)) return port !== ''
  return hostname.length <= MAX_NAME && NAME.test(hostname)
}
