import { ok, type Result } from '../../result.ts'
import type { ScimCall, ScimRoute } from '../calls.ts'
import { readProjection } from '../documents/projection.ts'
import type { ScimError } from '../errors.ts'
import {
  type ListParameters,
  readListQuery,
  searchParameters,
  urlParameters,
} from './list-query.ts'
import { listResponse } from './list-response.ts'
import { finishSearch, type StartedSearch, startSearch } from './search.ts'
import type { Listed } from './search-ports.ts'
import type { Pages, Source } from './source.ts'

type Started<Resource extends Listed> = {
  search: StartedSearch<Resource['id']>
  pages: Pages<Resource>
}

/** A route that lists resources of one type, by its URL (RFC 7644 §3.4.2). */
export const listRoute = <Resource extends Listed>(source: Source<Resource>) =>
  listing(source, ({ query }) => ok(urlParameters(query)))

/** The same by a body (RFC 7644 §3.4.3). */
export const searchRoute = <Resource extends Listed>(
  source: Source<Resource>,
): ScimRoute<Started<Resource>> => ({ ...listing(source, bodyParameters), isRead: true })

/** What the body of a search asks for. */
export function bodyParameters(call: ScimCall): Result<ListParameters, ScimError> {
  const body = call.body()
  return body.ok ? searchParameters(body.value) : body
}

const listing = <Resource extends Listed>(
  { type, pagesFor }: Source<Resource>,
  parametersOf: (call: ScimCall) => Result<ListParameters, ScimError>,
): ScimRoute<Started<Resource>> => ({
  read: async (call) => {
    const parameters = parametersOf(call)
    if (!parameters.ok) return parameters
    const projection = readProjection(type, parameters.value)
    if (!projection.ok) return projection
    const query = readListQuery(parameters.value)
    if (!query.ok) return query
    const pages = pagesFor(call, projection.value)
    const search = await startSearch(pages.by, call.directory, query.value)
    if (!search.ok) return search
    await pages.begin?.(search.value.filtered)
    return ok({ search: search.value, pages })
  },
  act: async ({ directory }, _call, { search, pages }) => {
    const page = await finishSearch(pages.by, directory, search)
    if (!page.ok) return page
    const { resources: found, ...numbers } = page.value
    const resources = await pages.show(found)
    if (!resources.ok) return resources
    return ok({
      status: 200,
      resource: listResponse(numbers, resources.value),
      ...(numbers.total === 0 && { foundNothing: true as const }),
    })
  },
})
