import { fail, ok } from '../../result.ts'
import type { Attribute } from '../attributes.ts'
import { isComplex } from '../documents/json.ts'
import { identity } from '../documents/lists.ts'
import { type ReadValue, readValue } from '../documents/read-value.ts'
import { mutability } from '../errors.ts'
import type { Json } from '../types.ts'
import type { Operation } from './read-operations.ts'
import { settledList } from './settled-list.ts'

/** An operation on a list, which `at` names. */
export type ListChange = {
  op: Operation['op']
  value: unknown
  at: string
  before: readonly Json[]
}

/**
 * A list after an operation on all of it.
 *
 * Source: RFC 7644 §3.5.2.1 (add), §3.5.2.2 (remove), §3.5.2.3 (replace).
 */
export function changedList(
  attribute: Attribute,
  { op, value, at, before }: ListChange,
): ReadValue {
  if (op === 'remove' && attribute.required) return fail(mutability(`${at} is required`))
  if (op === 'remove' && (value === undefined || value === null)) return ok(undefined)
  const given = readValue(attribute, value, at)
  if (!given.ok || op === 'replace') return given
  const values = Array.isArray(given.value) ? given.value : []
  const after = op === 'add' ? [...before, ...values] : without(before, values)
  return settledList(before, after, at)
}

/**
 * `remove` with a list of values takes away those only, as Entra ID means it: RFC 7644 would empty
 * the list. A value is named by type and value, or by its value alone.
 */
function without(before: readonly Json[], named: readonly Json[]): readonly Json[] {
  const gone = new Set(named.map(identity))
  const goneOfAnyType = new Set(
    named.flatMap((one) =>
      isComplex(one) && one['type'] === undefined ? (one['value'] ?? []) : [],
    ),
  )
  return before.filter((one) => {
    const value = isComplex(one) ? one['value'] : undefined
    return !gone.has(identity(one)) && (value === undefined || !goneOfAnyType.has(value))
  })
}
