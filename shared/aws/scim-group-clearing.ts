import type { DirectoryId, GroupId } from '../ids.ts'
import type { Member } from '../scim/types.ts'
import { partsOf, sideBySide } from '../side-by-side.ts'
import { epochMilliseconds, toSeconds } from '../time.ts'
import { transact } from './dynamo.ts'
import { put, remove } from './item-writes.ts'
import { scimKeys } from './scim-keys.ts'
import { LAST, memberPage } from './scim-member-reads.ts'

type Group = { table: string; directory: DirectoryId; id: GroupId }

/** Two items each. */
const MEMBERS_A_TRANSACTION = 50
const MEMBERS_A_PAGE = 1000
const AT_A_TIME = 8
const KEPT_SECONDS = 30 * 24 * 3600

/**
 * Takes all members from a group that is no more; who they were stays for as long as the log of
 * changes does. Answers whether none is left; until then it has to be called again.
 *
 * @param untilMs when to leave the rest to another time
 */
export async function clearGroup(group: Group, untilMs: number): Promise<boolean> {
  let from: string | undefined = 'grp_'
  while (from !== undefined) {
    if (epochMilliseconds() > untilMs) return false
    const page: Awaited<ReturnType<typeof memberPage>> = await memberPage(
      group,
      from,
      LAST,
      MEMBERS_A_PAGE,
    )
    await sideBySide(partsOf(page.members, MEMBERS_A_TRANSACTION), AT_A_TIME, (members) =>
      transact(members.flatMap((member) => clearingWrites(group, member))),
    )
    from = page.next === undefined ? undefined : `${page.next}\0`
  }
  return true
}

function clearingWrites({ table, directory, id }: Group, member: Member) {
  const removedAt = toSeconds(epochMilliseconds())
  const row = {
    ...scimKeys.member(directory, id, member.id),
    type: member.type,
    ...{ removedAt, withGroup: true, expiresAt: removedAt + KEPT_SECONDS },
  }
  return [put(table, row), remove(table, scimKeys.membership(directory, member.id, id))]
}
