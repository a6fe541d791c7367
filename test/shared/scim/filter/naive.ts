import type { Comparison, Filter } from '#shared/scim/filter/types.ts'
import { fold } from '#shared/users/fold.ts'

/** What a filter means, by lists of values: written to be read, not to be fast. */
export function naivelyMatches(filter: Filter, resource: unknown): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.of.filter((one) => !naivelyMatches(one, resource)).length === 0
    case 'or':
      return filter.of.filter((one) => naivelyMatches(one, resource)).length > 0
    case 'not':
      return !naivelyMatches(filter.of, resource)
    case 'some': {
      const values = naiveValues(resource, filter.ref.path).filter((one) => one !== null)
      return values.filter((one) => naivelyMatches(filter.where, one)).length > 0
    }
    case 'present':
      return leaves(naiveValues(resource, filter.ref.path)).length > 0
    case 'compare':
      return naiveValues(resource, filter.ref.path).some((one) => naivelyCompares(filter, one))
    default:
      return filter satisfies never
  }
}

/** All values at a path; null where one is absent. */
export function naiveValues(value: unknown, path: readonly string[]): readonly unknown[] {
  const values = path.reduce<readonly unknown[]>(
    (all, name) => all.flatMap((one) => listed(propertyOf(one, name))),
    [value],
  )
  return values.map((one) => one ?? null)
}

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return name === 'value' ? value : null
  return Object.entries(value).find(([key]) => key === name)?.[1]
}

const listed = (value: unknown): readonly unknown[] =>
  Array.isArray(value) && value.length > 0 ? value : [Array.isArray(value) ? null : value]

const leaves = (value: unknown): readonly unknown[] => {
  if (value === null || value === undefined || value === '') return []
  return typeof value === 'object' ? Object.values(value).flatMap(leaves) : [value]
}

function naivelyCompares(filter: Comparison, value: unknown): boolean {
  const [one, other] = both(filter, value)
  if (one === undefined || Number.isNaN(one)) return filter.op === 'ne'
  const text = String(one)
  const wanted = String(other)
  const isLess = one < other
  const isSame = one === other
  return {
    eq: isSame,
    ne: !isSame,
    co: text.indexOf(wanted) >= 0,
    sw: text.slice(0, wanted.length) === wanted,
    ew: wanted === '' || text.slice(-wanted.length) === wanted,
    gt: !isLess && !isSame,
    ge: !isLess,
    lt: isLess,
    le: isLess || isSame,
  }[filter.op]
}

type Pair = readonly [number | undefined, number] | readonly [string | undefined, string]

/** A value and what it is compared with, both as numbers or both as texts. */
function both({ op, ref: { attribute }, value: wanted }: Comparison, value: unknown): Pair {
  const isPart = op === 'co' || op === 'sw' || op === 'ew'
  if (attribute.type === 'boolean') {
    const known = /^(true|false)$/i.test(String(value))
    return [known ? Number(/true/i.test(String(value))) : undefined, Number(wanted)]
  }
  if (typeof value !== 'string') return [undefined, '']
  if (attribute.type === 'dateTime' && !isPart) return [timeOf(value), timeOf(String(wanted))]
  const seen = (text: string) => (attribute.caseExact ? text : fold(text))
  return [seen(value), seen(String(wanted))]
}

const timeOf = (text: string) => Date.parse(/[Z+]/.test(text) ? text : `${text}Z`)
