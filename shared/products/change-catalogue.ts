import { fail, ok, type Result } from '../result.ts'
import type { CatalogueStore } from './catalogue-ports.ts'
import { checkProduct } from './check-product.ts'
import type { FieldProblem } from './field-problem.ts'
import type { Product } from './types.ts'

/** Products of the vendor: all of them are one item, which every sign-in reads. */
export const MAX_PRODUCTS = 200

export type SaveProductError =
  | { cause: 'changed_meanwhile' | 'too_many_products' }
  | { cause: 'product_refused'; problems: readonly FieldProblem[] }

/** Takes a product into the catalogue, or replaces it there by its key. */
export async function saveProduct(
  store: CatalogueStore,
  product: Product,
): Promise<Result<{ isNew: boolean }, SaveProductError>> {
  const problems = checkProduct(product)
  if (problems.length > 0) return fail({ cause: 'product_refused' as const, problems })
  const before = await store.find()
  const isNew = !before.catalogue.has(product.key)
  if (isNew && before.catalogue.size >= MAX_PRODUCTS) {
    return fail({ cause: 'too_many_products' as const })
  }
  const cause = await store.save(before, product)
  return cause ? fail({ cause }) : ok({ isNew })
}

export type RemoveProductError = 'product_unknown' | 'product_in_use' | 'changed_meanwhile'

/** Takes a product out of the catalogue; not while accounts have seats of it. */
export async function removeProduct(
  store: CatalogueStore,
  key: string,
  now: number,
): Promise<Result<undefined, RemoveProductError>> {
  const before = await store.find()
  if (!before.catalogue.has(key)) return fail('product_unknown')
  const cause = await store.remove(before, key, now)
  return cause ? fail(cause) : ok(undefined)
}
