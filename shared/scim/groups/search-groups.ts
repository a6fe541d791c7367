import type { DirectoryId, GroupId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import { sideBySide } from '../../side-by-side.ts'
import type { Projection } from '../documents/projection.ts'
import { rendered } from '../documents/rendered.ts'
import { type ScimError, tooMany } from '../errors.ts'
import { neededValues } from '../filter/needed-values.ts'
import type { Filter } from '../filter/types.ts'
import type { StartedFilter } from '../lists/filtered.ts'
import type { SearchPorts } from '../lists/search-ports.ts'
import { groupType } from '../schemas/group.ts'
import type { ScimGroup } from '../types.ts'
import { knownMemberships, type Members } from './known-memberships.ts'
import type { GroupPorts } from './ports.ts'
import { MAX_SHOWN, memberShown } from './show-groups.ts'

/** As a page has them: see memberShown(). */
const BYTES_A_MEMBER = 200
const AT_A_TIME = 16

type Search = { directory: DirectoryId; baseUrl: string; projection: Projection }

/** What a search of groups is done by. Members are read as far as the filter asks for them. */
export function groupSearch(
  { groups, bookmarks, now }: GroupPorts,
  { directory, baseUrl, projection }: Search,
) {
  const memberships = knownMemberships(groups, directory)
  /** Of the only group that the filter can be about. */
  let known: Result<Members, ScimError> | undefined

  /** Reads what decides a filter such as `id eq "g" and members eq "u"`, before the group is read. */
  async function begin(started: StartedFilter<GroupId> | undefined): Promise<void> {
    const { ids = [], filter } = started ?? {}
    const needed = filter && neededValues(filter, { name: 'members' })
    if (ids.length !== 1 || !needed || needed === 'all') return
    known = await memberships.among(ids, needed)
  }

  async function membersFor(found: readonly ScimGroup[], filter: Filter) {
    const needed = neededValues(filter, { name: 'members' })
    if (needed === 'all') return readAllMembers(groups, found)
    const ids = found.map(({ id }) => id)
    return known ?? memberships.among(ids, needed)
  }

  async function seen(found: readonly ScimGroup[], filter: Filter) {
    const members = await membersFor(found, filter)
    if (!members.ok) return members
    return ok(
      found.map((group) => ({
        ...rendered(groupType, group, baseUrl),
        members: members.value(group.id).map((member) => memberShown(member, baseUrl)),
      })),
    )
  }

  const areShown = projection.has('members')
  const sizeOf = ({ memberCount }: ScimGroup) => (areShown ? memberCount * BYTES_A_MEMBER : 0)
  const lists = { ...groups, idsBy: memberships.idsBy }
  const ports: SearchPorts<ScimGroup> = {
    ...{ type: groupType, lists, bookmarks },
    ...{ seen, sizeOf, now },
  }
  return { ...ports, begin }
}

/** All members of some groups, as many as one answer holds. */
export async function readAllMembers(
  groups: GroupPorts['groups'],
  found: readonly ScimGroup[],
): Promise<Result<Members, ScimError>> {
  const count = found.reduce((sum, { memberCount }) => sum + memberCount, 0)
  if (found.length > 1 && count > MAX_SHOWN) {
    return fail(tooMany(`The filter would read more than ${MAX_SHOWN} members`))
  }
  const filled = found.filter(({ memberCount }) => memberCount > 0 || found.length === 1)
  const all = await sideBySide(
    filled,
    AT_A_TIME,
    async ({ directoryId, id }) => [id, await groups.members(directoryId, id)] as const,
  )
  const members = new Map(all)
  return ok((id) => members.get(id) ?? [])
}
