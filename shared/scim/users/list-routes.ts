import { fail, ok, type Result } from '../../result.ts'
import type { ScimCall, ScimRoute } from '../calls.ts'
import { type Projection, readProjection } from '../documents/projection.ts'
import type { ScimError } from '../errors.ts'
import {
  type ListParameters,
  readListQuery,
  searchParameters,
  urlParameters,
} from '../lists/list-query.ts'
import { listResponse } from '../lists/list-response.ts'
import { finishSearch, type StartedSearch, startSearch } from '../lists/search.ts'
import { userType } from '../schemas/user.ts'
import type { ScimUser } from '../types.ts'
import type { UserPorts } from './ports.ts'
import { userSearch } from './search-users.ts'
import { readGroups, showUser } from './show-users.ts'

type Started = { search: StartedSearch<ScimUser['id']>; projection: Projection }

/** `GET /Users` (RFC 7644 §3.4.2). */
export const listUsers = (ports: UserPorts) =>
  listing(ports, ({ query }) => ok(urlParameters(query)))

/** `POST /Users/.search`: the same, by a body (RFC 7644 §3.4.3). */
export const searchUsers = (ports: UserPorts): ScimRoute<Started> => ({
  ...listing(ports, (call) => {
    const body = call.body()
    return body.ok ? searchParameters(body.value) : body
  }),
  isRead: true,
})

const listing = (
  ports: UserPorts,
  parametersOf: (call: ScimCall) => Result<ListParameters, ScimError>,
): ScimRoute<Started> => ({
  read: async (call) => {
    const parameters = parametersOf(call)
    if (!parameters.ok) return parameters
    const projection = readProjection(userType, parameters.value)
    if (!projection.ok) return projection
    const query = readListQuery(parameters.value)
    if (!query.ok) return query
    const search = await startSearch(userSearch(ports, call), call.directory, query.value)
    return search.ok ? ok({ search: search.value, projection: projection.value }) : search
  },
  act: async ({ directory }, call, { search, projection }) => {
    const page = await finishSearch(userSearch(ports, call), directory, search)
    if (!page.ok) return fail(page.error)
    const { resources: users, ...numbers } = page.value
    const ids = users.map(({ id }) => id)
    const groups = await readGroups(ports.users, directory.id, { ids, projection })
    const showing = { projection, baseUrl: call.baseUrl }
    const resources = users.map((user) => showUser(user, showing, groups))
    return ok({
      status: 200,
      resource: listResponse(numbers, resources),
      ...(numbers.total === 0 && { foundNothing: true as const }),
    })
  },
})
