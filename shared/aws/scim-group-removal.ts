import type { Unfinished } from '../scim/groups/unfinished-ports.ts'
import type { GroupWriteError } from '../scim/ports.ts'
import type { ScimAct, ScimGroup } from '../scim/types.ts'
import { epochMilliseconds } from '../time.ts'
import { type GuardedWrite, writeAll } from './guarded-write.ts'
import { clearGroup } from './scim-group-clearing.ts'
import { groupRemovalWrites } from './scim-group-writes.ts'
import { changeRow } from './scim-log.ts'
import { leaveGroups } from './scim-member-leaving.ts'
import { finish, unfinishedItem } from './scim-unfinished.ts'

/** What of a request's time may go into memberships; what is left is done later. */
const CLEARING_MS = 4000
const NO_CONTENT = 204

/** Ends a group at once, and then its memberships: nobody who reads meanwhile sees any. */
export async function removeGroup(
  table: string,
  group: ScimGroup,
  { version, guard }: { version?: number; guard: GuardedWrite<'guarded'>[] },
  act: ScimAct,
): Promise<GroupWriteError | undefined> {
  const { directoryId, id } = group
  const refused = await writeAll<GroupWriteError>([
    ...groupRemovalWrites(table, group, act, version),
    changeRow(table, directoryId, act, {
      status: NO_CONTENT,
      resource: { type: 'Group', id },
      before: JSON.stringify(group.document),
    }),
    ...guard,
  ])
  if (refused) return refused
  await clearRemoved(table, unfinishedItem(group, act, true), epochMilliseconds() + CLEARING_MS)
  return undefined
}

/**
 * Ends the memberships of a group that is no more, in both directions, as far as time allows. Answers
 * whether none is left.
 */
export async function clearRemoved(
  table: string,
  removed: Unfinished,
  untilMs: number,
): Promise<boolean> {
  const { directoryId: directory, groupId: id, act } = removed
  await leaveGroups(table, { directoryId: directory, id }, act)
  const isClear = await clearGroup({ table, directory, id }, untilMs)
  if (isClear) await finish(table, removed)
  return isClear
}
