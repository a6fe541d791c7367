import type { Catalogue, Product } from './types.ts'

/** Where a sign-in goes: a product, and a path in it if one was asked for. */
export type Landing = { product: string; target?: string }

const MAX_LENGTH = 2048

/**
 * Reads what a caller asks for, a product key or a URL of a product, and answers undefined unless
 * it is on the list: never an open redirect (R18).
 */
export function findLanding(catalogue: Catalogue, wanted: string): Landing | undefined {
  if (catalogue.has(wanted)) return { product: wanted }
  if (wanted.length > MAX_LENGTH || !URL.canParse(wanted)) return undefined
  const url = new URL(wanted)
  for (const product of catalogue.values()) {
    const landing = new URL(product.landingUrl)
    if (url.origin !== landing.origin || url.username || url.password) continue
    if (url.href === landing.href) return { product: product.key }
    const target = url.pathname + url.search
    if (isAllowedTarget(product, target)) return { product: product.key, target }
  }
  return undefined
}

/** A product and a path in it, if both are on the list. */
export function allowedLanding(
  catalogue: Catalogue,
  key: string,
  target: string | undefined,
): Landing | undefined {
  const product = catalogue.get(key)
  if (!product) return undefined
  if (target === undefined) return { product: key }
  return isAllowedTarget(product, target) ? { product: key, target } : undefined
}

/**
 * Whether a path may be asked for in a product: an absolute path without anything that another
 * URL parser could read as a host, a scheme or a way up, also if it decodes the path once more.
 */
export function isAllowedTarget(
  { allowedPaths }: Pick<Product, 'allowedPaths'>,
  target: string,
): boolean {
  if (target.length > MAX_LENGTH || !SAFE_PATH.test(target)) return false
  const [path = ''] = target.split('?')
  if (HIDING_ESCAPE.test(path) || path.split('/').some(isDotSegment)) return false
  return allowedPaths.some((prefix) => path === prefix || path.startsWith(withSlash(prefix)))
}

/** Begins with one slash; no backslash, control character, white space, quote or fragment. */
const SAFE_PATH = /^\/(?!\/)[A-Za-z0-9\-._~!$&()*+,;=:@%/?]*$/

/** An escape of what gives a path its structure, of a control character, or of nothing. */
const HIDING_ESCAPE = /%(?:[01]|2[35f]|3[bf]|5c|7f|(?![\da-f]{2}))/i

/** Also before `;` and a space: some servers cut path parameters off, some parsers trim. */
const isDotSegment = (segment: string) => /^(?:\.|%2e){1,2}(?:;|%20|$)/i.test(segment)

const withSlash = (prefix: string) => (prefix.endsWith('/') ? prefix : `${prefix}/`)

/** The address that the browser is sent to, with the login token that the product redeems. */
export function landingUrl({ landingUrl: base }: Product, token: string, target?: string): string {
  const url = new URL(base)
  url.searchParams.set('token', token)
  if (target !== undefined) url.searchParams.set('target', target)
  return url.href
}
