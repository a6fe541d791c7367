import type { DirectoryId, GroupId, UserId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import { rendered } from '../documents/rendered.ts'
import { type ScimError, tooMany } from '../errors.ts'
import { neededValues } from '../filter/needed-values.ts'
import type { Filter } from '../filter/types.ts'
import type { SearchPorts } from '../lists/search-ports.ts'
import type { GroupOfUser } from '../ports.ts'
import { userType } from '../schemas/user.ts'
import type { ScimUser } from '../types.ts'
import type { UserPorts } from './ports.ts'
import { groupsAttribute } from './show-users.ts'

/** So many users' groups are read for one filter. */
const MAX_READ = 1000

/** What searches of users are done by. */
export function userSearch(
  { users, bookmarks, now }: UserPorts,
  { directory, baseUrl }: { directory: DirectoryId; baseUrl: string },
): SearchPorts<ScimUser> {
  const membersOf = memo((group: string) => users.idsBy(directory, { by: 'group', value: group }))

  /** Of the groups that the filter names, those that each user is in. */
  async function among(named: ReadonlySet<string>): Promise<Result<GroupsOf, ScimError>> {
    const found = await Promise.all(
      [...named].map(async (group) => [group as GroupId, await membersOf(group)] as const),
    )
    if (found.some(([, { isAll }]) => !isAll))
      return fail(tooMany('The groups have too many members'))
    const sets = found.map(([group, { ids }]) => [group, new Set(ids)] as const)
    return ok((id) =>
      sets.flatMap(([group, ids]) => (ids.has(id) ? [{ id: group, displayName: '' }] : [])),
    )
  }

  async function all(ids: readonly UserId[]): Promise<Result<GroupsOf, ScimError>> {
    if (ids.length > MAX_READ) {
      return fail(tooMany(`The filter would read the groups of more than ${MAX_READ} users`))
    }
    const groups = await users.groupsOf(directory, ids)
    return ok((id) => groups.get(id) ?? [])
  }

  async function seen(found: readonly ScimUser[], filter: Filter) {
    const needed = neededValues(filter, { name: 'groups', untold: 'display' })
    const groupsOf = needed === 'all' ? await all(found.map(({ id }) => id)) : await among(needed)
    if (!groupsOf.ok) return groupsOf
    return ok(
      found.map((user) => ({
        ...rendered(userType, user, baseUrl),
        ...groupsAttribute(groupsOf.value(user.id), baseUrl),
      })),
    )
  }

  return { type: userType, lists: users, bookmarks, seen, now }
}

type GroupsOf = (id: UserId) => readonly GroupOfUser[]

/** Asks once for each text. */
function memo<Answer>(ask: (text: string) => Promise<Answer>) {
  const asked = new Map<string, Promise<Answer>>()
  return (text: string) => {
    const answer = asked.get(text) ?? ask(text)
    asked.set(text, answer)
    return answer
  }
}
