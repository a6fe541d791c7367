import { isAllowedTarget } from '../products/landing.ts'
import type { Catalogue } from '../products/types.ts'
import type { Next } from './arrival.ts'

/**
 * Where the browser goes after a logout: to the product's own page, with the path that was asked for
 * if it is on the product's list (R18), else to a page of ours.
 */
export function afterLogout(
  catalogue: Catalogue,
  { product: key, target }: { product: string; target?: string },
): Next {
  const product = catalogue.get(key)
  if (!product?.logoutUrl) return { kind: 'stays' }
  const url = new URL(product.logoutUrl)
  const isAllowed = target !== undefined && isAllowedTarget(product, target)
  if (isAllowed) url.searchParams.set('target', target)
  return { kind: 'goes', location: url.href }
}
