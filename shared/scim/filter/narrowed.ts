import { type AttributeRef, findAttribute, type ResourceType } from '../attributes.ts'
import { fullName } from '../documents/names.ts'
import { matches } from './matches.ts'
import type { Filter } from './types.ts'

/**
 * What of a filter over resources of several types is left to decide of those of one type: attributes
 * that only other types have are without a value, and `meta.resourceType` is known. True: all are as
 * the filter says; false: none is.
 *
 * Source: RFC 7644 §3.4.2.1.
 */
export function narrowed(type: ResourceType, filter: Filter): Filter | boolean {
  switch (filter.kind) {
    case 'and':
      return joined(type, filter, false)
    case 'or':
      return joined(type, filter, true)
    case 'not': {
      const of = narrowed(type, filter.of)
      return typeof of === 'boolean' ? !of : { kind: 'not', of }
    }
    case 'some':
    case 'present':
    case 'compare':
      return decided(type, filter)
    default:
      return filter satisfies never
  }
}

/** @param decisive what, of one part, decides the whole */
function joined(
  type: ResourceType,
  { kind, of }: Extract<Filter, { kind: 'and' | 'or' }>,
  decisive: boolean,
): Filter | boolean {
  const parts = of.map((one) => narrowed(type, one))
  if (parts.includes(decisive)) return decisive
  const left = parts.filter((one) => typeof one !== 'boolean')
  const [only] = left
  if (only === undefined) return !decisive
  return left.length === 1 ? only : { kind, of: left }
}

function decided(
  type: ResourceType,
  filter: Extract<Filter, { ref: AttributeRef }>,
): Filter | boolean {
  const { path, attribute } = filter.ref
  const name = fullName(path)
  if (findAttribute(type, name)?.attribute !== attribute) return matches(filter, {})
  if (name !== 'meta.resourceType') return filter
  return matches(filter, { meta: { resourceType: type.name } })
}
