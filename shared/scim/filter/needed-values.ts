import type { Filter } from './types.ts'

/** A list that is kept apart from its resource: `members` of a group, `groups` of a user. */
type ApartList = {
  name: string
  /** A sub-attribute that is not known where the value alone is. */
  untold?: string
}

/**
 * How much of a list that is kept apart must be rendered for the filter to be decided: those of its
 * values that are in the set, or `all`. The empty set: nothing of it.
 */
export function neededValues(filter: Filter, list: ApartList): ReadonlySet<string> | 'all' {
  const values = new Set<string>()
  return collect(filter, list, values) ? values : 'all'
}

/** Whether the values that were collected are enough. */
function collect(filter: Filter, list: ApartList, values: Set<string>): boolean {
  if ('of' in filter) return partsOf(filter).every((one) => collect(one, list, values))
  if (filter.ref.path[0] !== list.name) return true
  const named =
    filter.kind === 'some' ? namedInside(filter.where, list) : namedBy(filter, list.name)
  for (const value of named ?? []) values.add(value)
  return named !== undefined
}

const partsOf = (filter: Extract<Filter, { of: unknown }>) =>
  filter.kind === 'not' ? [filter.of] : filter.of

const namedInside = (where: Filter, { untold }: ApartList) =>
  untold !== undefined && asksFor(where, untold) ? undefined : namedBy(where, 'value')

const asksFor = (where: Filter, name: string): boolean =>
  'of' in where
    ? partsOf(where).some((one) => asksFor(one, name))
    : where.ref.attribute.name === name

/** The only values that can be so; undefined: any may. */
function namedBy(filter: Filter, first: string): readonly string[] | undefined {
  if (filter.kind === 'and') return filter.of.map((one) => namedBy(one, first)).find((one) => one)
  if (filter.kind === 'or') {
    const all = filter.of.map((one) => namedBy(one, first))
    return all.every((one) => one !== undefined) ? all.flat() : undefined
  }
  if (filter.kind !== 'compare' || filter.op !== 'eq') return undefined
  const { path, attribute } = filter.ref
  const isValue = path[0] === first && attribute.name === 'value' && attribute.caseExact
  return isValue ? [String(filter.value)] : undefined
}
