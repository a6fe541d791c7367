import { fail, ok, type Result } from '../../result.ts'
import type { ResourceType } from '../attributes.ts'
import { invalidFilter, type ScimError } from '../errors.ts'
import { expression } from './expression.ts'
import { expected, readerOf, take } from './reader.ts'
import { anyScope } from './scope.ts'
import type { Filter } from './types.ts'

/**
 * Reads a filter in linear time: up to 8,192 characters, 50 brackets deep, 200 comparisons. Errors
 * are invalidFilter, and sensitive of what is never returned.
 *
 * Source: RFC 7644 §3.4.2.2.
 *
 * @param others types whose attributes may be named as well: see narrowed()
 */
export function parseFilter(
  type: ResourceType,
  text: string,
  others: readonly ResourceType[] = [],
): Result<Filter, ScimError> {
  const reader = readerOf(type, text, (detail) => invalidFilter(`filter: ${detail}`))
  const filter = expression(reader, anyScope([type, ...others]))
  if (filter && take(reader, 'end') !== undefined) return ok(filter)
  expected(reader, '"and" or "or"')
  return fail(reader.error ?? invalidFilter('filter: It cannot be read.'))
}
