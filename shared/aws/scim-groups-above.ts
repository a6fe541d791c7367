import type { DirectoryId, GroupId } from '../ids.ts'
import type { DirectoryGroups } from '../products/rule-ports.ts'
import type { MemberId, ScimGroup } from '../scim/types.ts'
import { namesOf } from './scim-group-items.ts'
import { findGroups } from './scim-group-reads.ts'
import { readMemberships } from './scim-member-reads.ts'
import { type LinkedPerson, readPersonLinks } from './scim-person-links.ts'
import { atOnce } from './scim-queries.ts'

/** Groups in groups are followed so far, and so many are looked at. */
const MAX_DEPTH = 10
const MOST_GROUPS = 1000

/** Groups that a member is in, directly or by other groups, each once; strongly consistent. */
export async function readGroupsAbove(
  table: string,
  directory: DirectoryId,
  member: MemberId,
): Promise<readonly ScimGroup[]> {
  const seen = new Set<GroupId>()
  const above: ScimGroup[] = []
  let level: readonly MemberId[] = [member]
  for (let depth = 1; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const ids = await atOnce(level, (id) => readMemberships(table, directory, id))
    const others = [...new Set(ids.flat())].filter((id) => !seen.has(id))
    const some = others.slice(0, MOST_GROUPS - seen.size)
    for (const id of some) seen.add(id)
    const groups = await findGroups(table, directory, some)
    above.push(...groups)
    level = groups.map(({ id }) => id)
  }
  return above
}

/** What rules can name a group by. */
export function ruleNamesOf({ id, document }: ScimGroup): readonly string[] {
  const { displayName, externalId } = namesOf(document)
  return [displayName, ...(externalId === undefined ? [] : [externalId]), id]
}

/** Groups that directories have a user in, as rules see them. */
export async function readDirectoryGroups(
  table: string,
  person: LinkedPerson,
): Promise<readonly DirectoryGroups[]> {
  const links = await readPersonLinks(table, person)
  return Promise.all(
    links.map(async ({ directoryId, scimUserId }) => {
      const groups = await readGroupsAbove(table, directoryId, scimUserId)
      return { directoryId, names: [...new Set(groups.flatMap(ruleNamesOf))] }
    }),
  )
}
