import type { Filter } from './types.ts'

/** How often a filter compares: what it costs to judge one value by it. */
export function comparisonsIn(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.of.reduce((sum, one) => sum + comparisonsIn(one), 0)
    case 'not':
      return comparisonsIn(filter.of)
    case 'some':
      return comparisonsIn(filter.where)
    case 'present':
    case 'compare':
      return 1
    default:
      return filter satisfies never
  }
}
