import { fail, ok, type Result } from '../../result.ts'
import type { ResourceType } from '../attributes.ts'
import type { ScimCall, ScimRoute } from '../calls.ts'
import { invalidCursor, type ScimError } from '../errors.ts'
import { narrowed } from '../filter/narrowed.ts'
import { parseFilter } from '../filter/parse-filter.ts'
import type { Filter } from '../filter/types.ts'
import { type ListParameters, readListQuery } from '../lists/list-query.ts'
import { listResponse } from '../lists/list-response.ts'
import { bodyParameters } from '../lists/listing.ts'
import type { Directory } from '../types.ts'
import { fittingBytes } from './fitting-bytes.ts'
import type { BegunSearch, TypeSearch } from './type-search.ts'

/** A page by index. */
type Wanted = { count: number; startIndex: number }
type Started = { wanted: Wanted; searches: readonly BegunSearch[] }

/**
 * `POST /.search`: resources of all types in one list, those of the first type first.
 *
 * Source: RFC 7644 §3.4.3, §3.4.2.1.
 *
 * @param types what finds and shows them, one of each type
 */
export const searchAll = (types: readonly TypeSearch[]): ScimRoute<Started> => ({
  isRead: true,
  read: async (call) => {
    const parameters = bodyParameters(call)
    if (!parameters.ok) return parameters
    const wanted = readWanted(parameters.value)
    if (!wanted.ok) return wanted
    const searches = await begun(types, call, parameters.value)
    return searches.ok ? ok({ wanted: wanted.value, searches: searches.value }) : searches
  },
  act: async ({ directory }, _call, started) => {
    const found = await pageOf(directory, started)
    if (!found.ok) return found
    const { total, resources } = found.value
    const { startIndex } = started.wanted
    return ok({
      status: 200,
      resource: listResponse({ total, startIndex }, resources),
      ...(total === 0 && { foundNothing: true as const }),
    })
  },
})

function readWanted(parameters: ListParameters): Result<Wanted, ScimError> {
  const query = readListQuery(parameters)
  if (!query.ok) return query
  const { count, from } = query.value
  return from.by === 'index' ? ok({ count, startIndex: from.startIndex }) : fail(noCursor)
}

const noCursor = invalidCursor(
  'Pages of several types go by startIndex; /Users/.search and /Groups/.search have cursors',
)

/** Begins the search of each type, once the filter can be read for all of them. */
async function begun(
  searches: readonly TypeSearch[],
  call: ScimCall,
  parameters: ListParameters,
): Promise<Result<readonly BegunSearch[], ScimError>> {
  const types = searches.map(({ type }) => type)
  const filters: (Filter | boolean)[] = []
  for (const type of types) {
    const filter = filterOf(type, types, parameters.filter)
    if (!filter.ok) return filter
    filters.push(filter.value)
  }
  const all = await Promise.all(
    searches.map((one, index) => one.begin(call, parameters, filters[index] ?? true)),
  )
  const failed = all.find((one) => !one.ok)
  return failed && !failed.ok ? failed : ok(all.flatMap((one) => (one.ok ? one.value : [])))
}

function filterOf(
  type: ResourceType,
  types: readonly ResourceType[],
  text: string | undefined,
): Result<Filter | boolean, ScimError> {
  if (text === undefined) return ok(true)
  const filter = parseFilter(type, text, types)
  return filter.ok ? ok(narrowed(type, filter.value)) : filter
}

/** The page over all types: where those of one end, those of the next go on. */
async function pageOf(
  directory: Directory,
  { wanted, searches }: Started,
): Promise<Result<{ total: number; resources: readonly object[] }, ScimError>> {
  let total = 0
  const resources: object[] = []
  for (const search of searches) {
    const isReached = resources.length === 0 || wanted.startIndex - 1 + resources.length >= total
    const count = isReached ? wanted.count - resources.length : 0
    const startIndex = Math.max(wanted.startIndex - total, 1)
    const found = await search(directory, { count, from: { by: 'index', startIndex } })
    if (!found.ok) return found
    total += found.value.total
    resources.push(...found.value.resources)
  }
  return ok({ total, resources: fittingBytes(resources) })
}
