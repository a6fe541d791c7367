import type { DirectoryId } from '../ids.ts'
import { memberOf } from '../scim/groups/named-members.ts'
import type { MemberId, ScimAct } from '../scim/types.ts'
import { remove } from './item-writes.ts'
import { scimKeys } from './scim-keys.ts'
import { changeGroup } from './scim-member-change.ts'
import { readMemberships } from './scim-member-reads.ts'
import { atOnce } from './scim-queries.ts'
import { transact } from './transact.ts'

const NO_CONTENT = 204

/**
 * Takes a user or group out of all groups; once it is gone itself, nobody can add it to one
 * meanwhile. It may be called again where it was not finished.
 */
export async function leaveGroups(
  table: string,
  { directoryId, id }: { directoryId: DirectoryId; id: MemberId },
  act: ScimAct,
) {
  const member = memberOf(id)
  if (!member) return
  const groups = await readMemberships(table, directoryId, id)
  await atOnce(groups, async (group) => {
    const edges = [{ ...member, kind: 'remove' as const }]
    const change = { of: { directoryId, id: group }, edges, status: NO_CONTENT }
    const changed = await changeGroup(table, change, act)
    if (changed.ok || changed.error !== 'group_unknown') return
    await transact([
      remove(table, scimKeys.member(directoryId, group, id)),
      remove(table, scimKeys.membership(directoryId, id, group)),
    ])
  })
}
