import type { DirectoryId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import { toSeconds } from '../../time.ts'
import { type ScimError, tooMany } from '../errors.ts'
import { matches } from '../filter/matches.ts'
import { planFilter } from '../filter/plan-filter.ts'
import type { Filter } from '../filter/types.ts'
import type { Place } from '../ports.ts'
import type { Directory } from '../types.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { ListQuery } from './list-query.ts'
import type { ListPage } from './list-response.ts'
import { fitting } from './page-size.ts'
import type { Listed, SearchPorts, SearchReads } from './search-ports.ts'

/** What a filter begins with: ids that its keys lead to, or nothing, and all have to be looked at. */
export type StartedFilter<Id> = { filter: Filter; ids?: readonly Id[] }

/** What one search looks at, at most. */
export const SEARCH_LIMITS = { resources: 20_000, milliseconds: 5000 } as const

const PORTION = 1000

/** Asks the keys of a filter, all at once. */
export async function startFiltered<Resource extends Listed>(
  { type, lists }: Pick<SearchReads<Resource>, 'type' | 'lists'>,
  directory: DirectoryId,
  filter: Filter,
): Promise<Result<StartedFilter<Resource['id']>, ScimError>> {
  const plan = planFilter(type, filter)
  if (plan === 'scan') return ok({ filter })
  const found = await Promise.all(plan.keys.map((key) => lists.idsBy(directory, key)))
  const ids = [...new Set(found.flatMap((one) => one.ids))]
  const isBounded = found.every(({ isAll }) => isAll) && ids.length <= SEARCH_LIMITS.resources
  return isBounded ? ok({ filter, ids }) : fail(tooMany(TOO_MANY))
}

const TOO_MANY = `The filter would look at more than ${SEARCH_LIMITS.resources} resources`

/** The page of those that match, in the order in which they came. */
export async function finishFiltered<Resource extends Listed>(
  ports: SearchPorts<Resource>,
  directory: Directory,
  query: ListQuery,
  { filter, ids }: StartedFilter<Resource['id']>,
): Promise<Result<ListPage<Resource>, ScimError>> {
  const { now, endMs: end = now() + SEARCH_LIMITS.milliseconds } = ports
  const matched = ids
    ? await matchedOf(ports, await ports.lists.findAll(directory.id, ids), { filter, end })
    : await scan(ports, directory.id, { filter, end })
  if (!matched.ok) return matched
  return pageOf(matched.value.toSorted(byAge), query, {
    ports,
    scope: { directory, list: ports.type.name, filter: query.filter },
    now: toSeconds(now()),
  })
}

/** Until when, in epoch milliseconds, resources are held against what. */
type Matching = { filter: Filter; end: number }

async function matchedOf<Resource extends Listed>(
  { seen, now }: Pick<SearchPorts<Resource>, 'seen' | 'now'>,
  resources: readonly Resource[],
  { filter, end }: Matching,
): Promise<Result<readonly Resource[], ScimError>> {
  const views = await seen(resources, filter)
  if (!views.ok) return views
  const matched: Resource[] = []
  for (const [index, resource] of resources.entries()) {
    if (now() > end) return fail(tooMany(TOO_LONG))
    if (matches(filter, views.value[index] ?? {})) matched.push(resource)
  }
  return ok(matched)
}

const TOO_LONG = 'The filter would look at resources for too long'

/** Looks at all there are, as long as that is not too many. */
async function scan<Resource extends Listed>(
  ports: SearchPorts<Resource>,
  directory: DirectoryId,
  { filter, end }: Matching,
): Promise<Result<readonly Resource[], ScimError>> {
  const { lists, now } = ports
  const total = await lists.count(directory)
  if (total > SEARCH_LIMITS.resources) return fail(tooMany(TOO_MANY))
  const found: Resource[] = []
  let after: Place | undefined
  do {
    if (now() > end) return fail(tooMany(TOO_LONG))
    const page = await lists.page(directory, { ...(after && { after }), limit: PORTION })
    const ids = page.rows.map(({ id }) => id)
    const matched = await matchedOf(ports, await lists.findAll(directory, ids), { filter, end })
    if (!matched.ok) return matched
    found.push(...matched.value)
    after = page.hasMore ? page.rows.at(-1)?.place : undefined
  } while (after !== undefined)
  return ok(found)
}

type Paging<Resource extends Listed> = {
  ports: Pick<SearchPorts<Resource>, 'sizeOf'>
  scope: Parameters<typeof readCursor>[0]
  now: number
}

function pageOf<Resource extends Listed>(
  matched: readonly Resource[],
  { count, from }: ListQuery,
  { ports, scope, now }: Paging<Resource>,
): Result<ListPage<Resource>, ScimError> {
  const total = matched.length
  if (from.by === 'index') {
    const start = from.startIndex - 1
    const resources = fitting(ports, matched.slice(start, start + count))
    return ok({ total, resources, startIndex: from.startIndex })
  }
  const after = from.cursor === '' ? ok('') : readCursor(scope, from.cursor, now)
  if (!after.ok) return after
  const rest = matched.filter((one) => placeOf(one) > after.value)
  const resources = fitting(ports, rest.slice(0, count))
  const last = resources.at(-1)
  if (!last || resources.length === rest.length) return ok({ total, resources })
  return ok({ total, resources, nextCursor: writeCursor(scope, placeOf(last), now) })
}

/** Fixed width, so that texts sort as times do; and by id where two came together. */
const placeOf = ({ createdMs, id }: Listed): Place =>
  `${createdMs.toString(16).padStart(12, '0')}#${id}`

const byAge = (one: Listed, other: Listed) => (placeOf(one) < placeOf(other) ? -1 : 1)
