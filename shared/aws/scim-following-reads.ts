import type { GroupReads } from '../scim/following/follow-access.ts'
import { readItems } from './dynamo.ts'
import { findGroups } from './scim-group-reads.ts'
import { readGroupsAbove, ruleNamesOf } from './scim-groups-above.ts'
import { scimKeys } from './scim-keys.ts'
import { LAST, memberPage } from './scim-member-reads.ts'
import { inPortions } from './scim-queries.ts'
import { scimUserOf } from './scim-user-items.ts'

/** Members that are followed before it is looked at the time. */
const MEMBERS_A_PAGE = 100

/** What is read of a directory to follow who is in which group. */
export const groupReads = (table: string): GroupReads => ({
  async namesAbove(directory, id) {
    const [[group], above] = await Promise.all([
      findGroups(table, directory, [id]),
      readGroupsAbove(table, directory, id),
    ])
    return group && new Set([group, ...above].flatMap(ruleNamesOf))
  },

  async members(directory, id, after) {
    const from = after === undefined ? 'grp_' : `${after}\0`
    const asked = { limit: MEMBERS_A_PAGE, withGone: true }
    const page = await memberPage({ table, directory, id }, from, LAST, asked)
    return {
      members: page.members.map((member) => member.id),
      ...(page.next !== undefined && { next: page.next }),
    }
  },

  async peopleOf(directory, scimUsers) {
    const items = await inPortions(scimUsers, (some) =>
      readItems(some.map((id) => ({ table, key: scimKeys.user(directory, id) }))),
    )
    return items.flatMap((item) => scimUserOf(item)?.personId ?? [])
  },
})
