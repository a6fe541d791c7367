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
import { groupType } from '../schemas/group.ts'
import type { Member, ScimGroup } from '../types.ts'
import type { GroupPorts } from './ports.ts'
import { idOf, projectionOf } from './routes.ts'
import { groupSearch, readAllMembers } from './search-groups.ts'
import { showGroup } from './show-groups.ts'
import { unknownGroup } from './write-errors.ts'

/** Longer than a request lasts: who changed the group before that has written its members. */
const SETTLED_MS = 30_000

type Read = {
  group: ScimGroup
  projection: Projection
  /** Undefined: they have to be read again. */
  members: readonly Member[] | undefined
}

/**
 * `GET /Groups/{id}` (RFC 7644 §3.4.1). Members are read beside the group; where it changed just now
 * once more after it, so that its version never comes with members that it had before.
 */
export const getGroup = ({ groups, now }: GroupPorts): ScimRoute<Read> => ({
  read: async (call) => {
    const projection = projectionOf(call)
    if (!projection.ok) return projection
    const id = idOf(call)
    if (!id.ok) return id
    const areAsked = projection.value.has('members')
    const [found, first] = await Promise.all([
      groups.find(call.directory, id.value),
      areAsked ? groups.firstMembers(call.directory, id.value) : nobody,
    ])
    if (!found) return fail(unknownGroup)
    const { group } = found
    const isSettled = !areAsked || group.modifiedMs < now() - SETTLED_MS
    const members = isSettled && first.isAll ? first.members : undefined
    return ok({ group, projection: projection.value, members })
  },
  act: async (_caller, { directory, baseUrl }, { group, projection, members }) => {
    const all = members ?? (await groups.members(directory, group.id))
    const resource = showGroup(group, { projection, baseUrl }, all)
    return ok({ status: 200, resource, version: group.version })
  },
})

const nobody = { members: [], isAll: true } as const

type Started = {
  search: StartedSearch<ScimGroup['id']>
  by: ReturnType<typeof groupSearch>
  projection: Projection
}

/** `GET /Groups` (RFC 7644 §3.4.2). */
export const listGroups = (ports: GroupPorts) =>
  listing(ports, ({ query }) => ok(urlParameters(query)))

/** `POST /Groups/.search`: the same, by a body (RFC 7644 §3.4.3). */
export const searchGroups = (ports: GroupPorts): ScimRoute<Started> => ({
  ...listing(ports, (call) => {
    const body = call.body()
    return body.ok ? searchParameters(body.value) : body
  }),
  isRead: true,
})

const listing = (
  ports: GroupPorts,
  parametersOf: (call: ScimCall) => Result<ListParameters, ScimError>,
): ScimRoute<Started> => ({
  read: async (call) => {
    const parameters = parametersOf(call)
    if (!parameters.ok) return parameters
    const projection = readProjection(groupType, parameters.value)
    if (!projection.ok) return projection
    const query = readListQuery(parameters.value)
    if (!query.ok) return query
    const { directory, baseUrl } = call
    const by = groupSearch(ports, { directory, baseUrl, projection: projection.value })
    const search = await startSearch(by, directory, query.value)
    if (!search.ok) return search
    await by.begin(search.value.filtered)
    return ok({ search: search.value, by, projection: projection.value })
  },
  act: async ({ directory }, { baseUrl }, { search, by, projection }) => {
    const page = await finishSearch(by, directory, search)
    if (!page.ok) return fail(page.error)
    const { resources: groups, ...numbers } = page.value
    const members = await membersOf(ports, groups, projection)
    if (!members.ok) return members
    const showing = { projection, baseUrl }
    const resources = groups.map((group) => showGroup(group, showing, members.value(group.id)))
    return ok({
      status: 200,
      resource: listResponse(numbers, resources),
      ...(numbers.total === 0 && { foundNothing: true as const }),
    })
  },
})

const membersOf = async (
  { groups }: GroupPorts,
  found: readonly ScimGroup[],
  projection: Projection,
): ReturnType<typeof readAllMembers> =>
  projection.has('members') ? readAllMembers(groups, found) : ok(() => [])
