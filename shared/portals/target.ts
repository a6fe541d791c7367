import { isAllowedTarget, landingUrl } from '../products/landing.ts'
import type { Product } from '../products/types.ts'

/**
 * A portal's target as a path of the product: `invoices.html` is `/invoices.html`. Undefined of
 * what might lead anywhere else: a scheme, a host, a way up, an empty segment (R33).
 *
 * Source: RFC 3986 §4.2 (a relative reference has no colon in its first segment) and §5.2.4.
 */
export function readTarget(text: string): string | undefined {
  const isRooted = text.startsWith('/')
  const [path = ''] = text.split('?')
  if (!isRooted && (path.split('/')[0] ?? '').includes(':')) return undefined
  const target = isRooted ? text : `/${text}`
  return path.includes('//') || !isAllowedTarget(anywhere, target) ? undefined : target
}

/** Whatever is safe. */
const anywhere = { allowedPaths: ['/'] }

/** Whether the product lets people in there. */
export const isTargetOf = (product: Product, target: string | undefined) =>
  target === undefined || isAllowedTarget(product, target)

/** The landing page of a product at the host that a login token is for. */
export function landingAt(
  product: Product,
  host: string,
  { token, target }: { token: string; target: string | undefined },
): string {
  const url = new URL(product.landingUrl)
  url.port = '' // a host without one would leave it
  url.host = host
  return landingUrl({ ...product, landingUrl: url.href }, token, target)
}

/** The host of its landing page. */
export const hostOf = ({ landingUrl: url }: Product) => new URL(url).host
