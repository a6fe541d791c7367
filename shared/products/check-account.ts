import { type AccountSettings, MAX_ACCOUNT_PRODUCTS, MAX_SEATS } from './account.ts'
import type { FieldProblem } from './field-problem.ts'
import type { Catalogue } from './types.ts'

/** What is wrong with an account, field by field; empty: nothing. */
export function checkAccount({ seats }: AccountSettings, catalogue: Catalogue): FieldProblem[] {
  const entries = Object.entries(seats)
  if (entries.length > MAX_ACCOUNT_PRODUCTS) {
    return [{ field: 'seats', cause: 'too_many', want: `<=${MAX_ACCOUNT_PRODUCTS}` }]
  }
  return entries.flatMap(([product, count]) => {
    const field = `seats.${product}`
    if (!catalogue.has(product)) return [{ field, cause: 'product_unknown' }]
    const isCount = Number.isInteger(count) && count >= 0 && count <= MAX_SEATS
    return isCount ? [] : [{ field, cause: 'malformed', want: `0..${MAX_SEATS}` }]
  })
}
