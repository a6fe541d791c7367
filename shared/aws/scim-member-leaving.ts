import type { DirectoryId, GroupId } from '../ids.ts'
import type { MemberId, ScimAct } from '../scim/types.ts'
import { transact } from './dynamo.ts'
import { remove } from './item-writes.ts'
import { queryAll } from './query.ts'
import { scimKeys } from './scim-keys.ts'
import { atOnce } from './scim-queries.ts'

/** Takes a user out of all groups. */
export async function leaveGroups(
  table: string,
  { directoryId, id }: { directoryId: DirectoryId; id: MemberId },
  _act: ScimAct,
) {
  const { pk } = scimKeys.membership(directoryId, id, 'grp_')
  const rows = await queryAll(table, { pk })
  await atOnce(rows, ({ sk }) =>
    transact([
      remove(table, scimKeys.member(directoryId, sk as GroupId, id)),
      remove(table, scimKeys.membership(directoryId, id, sk as GroupId)),
    ]),
  )
}
