import { fail, ok } from '../../result.ts'
import type { ScimRoute } from '../calls.ts'
import type { Projection } from '../documents/projection.ts'
import { listRoute, searchRoute } from '../lists/listing.ts'
import type { Source } from '../lists/source.ts'
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

/** How groups are found and shown. */
export const groupSource = (ports: GroupPorts): Source<ScimGroup> => ({
  type: groupType,
  pagesFor: ({ directory, baseUrl }, projection) => {
    const { begin, ...by } = groupSearch(ports, { directory, baseUrl, projection })
    const show = async (groups: readonly ScimGroup[]) => {
      const members = await membersOf(ports, groups, projection)
      if (!members.ok) return members
      const showing = { projection, baseUrl }
      return ok(groups.map((group) => showGroup(group, showing, members.value(group.id))))
    }
    return { by, begin, show }
  },
})

/** `GET /Groups` (RFC 7644 §3.4.2). */
export const listGroups = (ports: GroupPorts) => listRoute(groupSource(ports))

/** `POST /Groups/.search`: the same, by a body (RFC 7644 §3.4.3). */
export const searchGroups = (ports: GroupPorts) => searchRoute(groupSource(ports))

const membersOf = async (
  { groups }: GroupPorts,
  found: readonly ScimGroup[],
  projection: Projection,
): ReturnType<typeof readAllMembers> =>
  projection.has('members') ? readAllMembers(groups, found) : ok(() => [])
