import type { Attribute } from '../attributes.ts'
import { withValue } from '../documents/json.ts'
import type { Filter } from '../filter/types.ts'
import type { Document } from '../types.ts'

/**
 * The value that a filter describes by `eq`: `type eq "work" and primary eq true`; undefined: it does
 * more than describe one.
 *
 * Source: RFC 7644 erratum 8097; Microsoft Entra ID (attribute mappings).
 */
export function describedValue(where: Filter): Document | undefined {
  if (where.kind === 'compare') {
    return where.op === 'eq' ? withValue({}, where.ref.path, where.value) : undefined
  }
  if (where.kind !== 'and') return undefined
  return where.of.map(describedValue).reduce(both, {})
}

/** Two that contradict each other describe nothing. */
function both(a: Document | undefined, b: Document | undefined): Document | undefined {
  if (!a || !b) return undefined
  const isContradiction = Object.keys(b).some(
    (name) => Object.hasOwn(a, name) && a[name] !== b[name],
  )
  return isContradiction ? undefined : { ...a, ...b }
}

/**
 * Whether a value is described by which one of the list it is and nothing else: by a type that the
 * schema knows, or where the schema knows none by any, and by being the primary one.
 */
export function isDesignation({ subAttributes = [] }: Attribute, described: Document): boolean {
  const types = subAttributes.find(({ name }) => name === 'type')?.canonicalValues
  return Object.entries(described).every(([name, value]) => {
    if (name === 'primary') return value === true
    return name === 'type' && (!types || types.includes(String(value).toLowerCase()))
  })
}
