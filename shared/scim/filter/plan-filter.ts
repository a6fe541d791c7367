import { fold } from '#shared/users/fold.ts'
import type { ResourceType } from '../attributes.ts'
import type { IndexKey } from '../types.ts'
import type { Comparison, Filter, Operator } from './types.ts'

const MAX_KEYS = 100

type Plan = { keys: readonly IndexKey[] } | 'scan'
type Keys = readonly IndexKey[] | undefined

type KeyOf = (value: string) => IndexKey

/** Attributes that lead to resources without a search. */
const byEquality: Record<ResourceType['name'], ReadonlyMap<string, KeyOf>> = {
  User: new Map<string, KeyOf>([
    ['id', (value) => ({ by: 'id', value })],
    ['userName', (value) => ({ by: 'userName', value })],
    ['externalId', (value) => ({ by: 'externalId', value })],
    ['emails.value', (value) => ({ by: 'email', value })],
    ['groups.value', (value) => ({ by: 'group', value })],
  ]),
  Group: new Map<string, KeyOf>([
    ['id', (value) => ({ by: 'id', value })],
    ['displayName', (value) => ({ by: 'displayName', value })],
    ['externalId', (value) => ({ by: 'externalId', value })],
    ['members.value', (value) => ({ by: 'member', value })],
  ]),
}

/** The same for how their values begin. */
const byBeginning: Record<ResourceType['name'], ReadonlyMap<string, KeyOf>> = {
  User: new Map([['userName', (text) => ({ by: 'userName', startsWith: beginningOf(text) })]]),
  Group: new Map([
    ['displayName', (text) => ({ by: 'displayName', startsWith: beginningOf(text) })],
  ]),
}

/** Keys of long names keep 200 characters as they are, or one less. */
const MAX_BEGINNING = 199

const beginningOf = (text: string) =>
  fold(text)
    .slice(0, MAX_BEGINNING)
    .replace(/[\uD800-\uDBFF]$/, '') // half a character

/** How many resources a key leads to, roughly: one, a few, or as many as there are. */
const costs = {
  id: 1,
  userName: 2,
  displayName: 2,
  externalId: 3,
  email: 3,
  member: 20,
  group: 1000,
} as const satisfies Record<IndexKey['by'], number>

const BEGINNING_COST = 1000

/**
 * Keys that lead to every resource that can match, or `scan` where none do. They may lead to more:
 * the whole filter runs over what they lead to. Values are as the filter has them, beginnings are
 * folded and cut. Of terms joined by `and` the cheapest one with keys is taken; joined by `or`, all
 * must have some, 100 together at most.
 */
export function planFilter(type: ResourceType, filter: Filter): Plan {
  const keys = keysOf(type, filter, [])
  return keys ? { keys } : 'scan'
}

/** @param within the path of the attribute in whose value the filter is */
function keysOf(type: ResourceType, filter: Filter, within: readonly string[]): Keys {
  switch (filter.kind) {
    case 'and':
      return cheapest(filter.of.map((one) => keysOf(type, one, within)))
    case 'or':
      return union(filter.of.map((one) => keysOf(type, one, within)))
    case 'some':
      return keysOf(type, filter.where, [...within, ...filter.ref.path])
    case 'compare':
      return keyOf(type, filter, [...within, ...filter.ref.path].join('.'))
    case 'not':
    case 'present':
      return undefined
    default:
      return filter satisfies never
  }
}

/** Nothing has an empty key, and every name begins with the empty text. */
function keyOf({ name }: ResourceType, { op, value }: Comparison, path: string): Keys {
  if (typeof value !== 'string' || value === '') return undefined
  const key = keyMakers(name, op)?.get(path)
  return key && [key(value)]
}

function keyMakers(name: ResourceType['name'], op: Operator) {
  if (op === 'eq') return byEquality[name]
  return op === 'sw' ? byBeginning[name] : undefined
}

function cheapest(all: readonly Keys[]): Keys {
  return all.reduce((best, keys) => (costOf(keys) < costOf(best) ? keys : best), undefined)
}

const costOf = (keys: Keys) =>
  keys?.reduce((sum, key) => sum + ('value' in key ? costs[key.by] : BEGINNING_COST), 0) ??
  Number.POSITIVE_INFINITY

function union(all: readonly Keys[]): Keys {
  const keys = all.flatMap((one) => one ?? [])
  const isComplete = all.every((one) => one !== undefined)
  return isComplete && keys.length <= MAX_KEYS ? keys : undefined
}
