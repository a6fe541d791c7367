import { fail, ok } from '../../result.ts'
import { isComplex } from '../documents/json.ts'
import { distinct, isPrimary, listFault } from '../documents/lists.ts'
import type { ReadValue } from '../documents/read-value.ts'
import type { Json } from '../types.ts'

/**
 * A list after a change: each value once, and where the change makes one the primary value, the
 * others are it no longer.
 *
 * Source: RFC 7644 §3.5.2.
 *
 * @param others values that the change does not mean
 */
export function settledList(
  others: readonly Json[],
  after: readonly Json[],
  at: string,
): ReadValue {
  const values = withOnePrimary(others, distinct(after))
  const fault = listFault(at, values)
  if (fault) return fail(fault)
  return ok(values.length > 0 ? values : undefined)
}

function withOnePrimary(others: readonly Json[], values: readonly Json[]): readonly Json[] {
  if (values.filter(isPrimary).length < 2) return values
  const known = new Set(others)
  if (values.every((value) => known.has(value))) return values
  return values.map((value) =>
    known.has(value) && isPrimary(value) && isComplex(value) ? { ...value, primary: false } : value,
  )
}
