import { fail, ok, type Result } from '../result.ts'
import type { CatalogueStore } from './catalogue-ports.ts'
import { checkProduct } from './check-product.ts'
import type { FieldProblem } from './field-problem.ts'
import type { Product } from './types.ts'

/** Products of the vendor: all of them are one item, which every sign-in reads. */
export const MAX_PRODUCTS = 200

export type SaveProductError =
  | { cause: 'too_many_products' }
  | { cause: 'product_refused'; problems: readonly FieldProblem[] }

/** Who is overtaken has been so by one change each time, and products are changed by a few at once. */
const MAX_ATTEMPTS = 16

/** Takes a product into the catalogue, or replaces it there by its key. */
export async function saveProduct(
  store: CatalogueStore,
  product: Product,
): Promise<Result<{ isNew: boolean }, SaveProductError>> {
  const problems = checkProduct(product)
  if (problems.length > 0) return fail({ cause: 'product_refused' as const, problems })
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await store.find()
    const isNew = !before.catalogue.has(product.key)
    if (isNew && before.catalogue.size >= MAX_PRODUCTS) {
      return fail({ cause: 'too_many_products' as const })
    }
    // Another product's change is none of the caller's business.
    const isOvertaken = (await store.save(before, product)) !== undefined
    if (!isOvertaken) return ok({ isNew })
  }
  throw new Error('the catalogue changes all the time')
}

export type RemoveProductError = 'product_unknown' | 'product_in_use'

/** Takes a product out of the catalogue; not while accounts have seats of it. */
export async function removeProduct(
  store: CatalogueStore,
  key: string,
  now: number,
): Promise<Result<undefined, RemoveProductError>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await store.find()
    if (!before.catalogue.has(key)) return fail('product_unknown')
    const cause = await store.remove(before, key, now)
    if (cause !== 'changed_meanwhile') return cause ? fail(cause) : ok(undefined)
  }
  throw new Error('the catalogue changes all the time')
}
