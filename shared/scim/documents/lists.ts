import { invalidValue, type ScimError } from '../errors.ts'
import type { Json } from '../types.ts'
import { isComplex, isSame } from './json.ts'

/** More than any directory has of one user, and few enough to go through at each change. */
const MAX_VALUES = 1000

/** Each e-mail address is an item of its own that one transaction writes: it takes 100. */
const MAX_EMAILS = 80

/** What is wrong with a list as a whole; undefined: nothing. */
export function listFault(at: string, values: readonly Json[]): ScimError | undefined {
  const most = at === 'emails' ? MAX_EMAILS : MAX_VALUES
  if (values.length > most) return invalidValue(`${at} can have ${most} values at most`)
  // RFC 7643 §2.4: primary is true of one value at most.
  if (values.filter(isPrimary).length > 1) {
    return invalidValue(`${at} can have one primary value only`)
  }
  return undefined
}

/** Whether a value of a list is the preferred one. */
export const isPrimary = (value: Json): boolean => isComplex(value) && value['primary'] === true

/**
 * A list without repetitions: what is said twice of one value is put together, the later one wins.
 * The very same list where nothing is repeated.
 *
 * Source: RFC 7643 §2.4 (type and value together stand once).
 */
export function distinct(values: readonly Json[]): readonly Json[] {
  const found = new Map<string, Json>()
  for (const value of values) {
    const key = identity(value)
    const before = found.get(key)
    found.set(key, before === undefined ? value : joined(before, value))
  }
  return found.size === values.length ? values : [...found.values()]
}

function joined(before: Json, later: Json): Json {
  if (!isComplex(before) || !isComplex(later)) return before
  const both = { ...before, ...later }
  return isSame(before, both) ? before : both
}

/** What two values of a list have in common if they are one. */
export function identity(value: Json): string {
  if (!isComplex(value)) return JSON.stringify(value)
  const type = value['type'] ?? ''
  const itself = value['value']
  // The first with its length before it: no two pairs look alike.
  if (typeof itself === 'string') return `${String(type).length}:${type}${itself}`
  const parts = Object.entries(value).filter(([name]) => name !== 'primary')
  return JSON.stringify(parts.sort(([a], [b]) => (a < b ? -1 : 1)))
}
