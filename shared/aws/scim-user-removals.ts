import type { DirectoryId, UserId } from '../ids.ts'
import type { FoundUser, Room, ScimUserStore, UserWriteError } from '../scim/ports.ts'
import { removedPerson } from '../scim/removed-person.ts'
import type { ScimAct } from '../scim/types.ts'
import { toSeconds } from '../time.ts'
import { writeAll } from './guarded-write.ts'
import { guardWrite } from './scim-guard-item.ts'
import { leaveGroups } from './scim-member-leaving.ts'
import { userRemovals } from './scim-user-writes.ts'
import { userChangeWrites, writeUser } from './user-changes.ts'
import { dynamoUsers } from './user-store.ts'

/**
 * The end of a SCIM user. The person goes first, then memberships, at last the SCIM user: whatever
 * breaks off in between is done by the next call, and nobody is a member who is not there.
 */
export const scimUserRemovals = (table: string): Pick<ScimUserStore, 'remove' | 'clear'> => ({
  async remove(found, guard, act) {
    const { user } = found
    const refused =
      (await count(table, user.directoryId, guard)) ?? (await endPerson(table, found, act))
    if (refused) return refused
    await leaveGroups(table, user, act)
    const failure = await writeAll(userRemovals(table, user, act))
    if (failure) return failure
    // Who was put into a group meanwhile: from now on nobody is.
    await leaveGroups(table, user, act)
    return undefined
  },

  clear: (directoryId: DirectoryId, id: UserId, act) =>
    leaveGroups(table, { directoryId, id }, act),
})

/** Before anything is lost. */
const count = async (table: string, directory: DirectoryId, guard: Room | undefined) =>
  guard && writeAll([guardWrite(table, directory, guard)])

async function endPerson(
  table: string,
  { user, person }: FoundUser,
  act: ScimAct,
): Promise<UserWriteError | undefined> {
  const change = person && removedPerson(user, person, act)
  if (!person || !change) return undefined
  const { actor, nowMs } = act
  const by = { actor, at: toSeconds(nowMs), nowMs }
  if (change.event === 'deleted') {
    const removed = await dynamoUsers(table).remove(person, change, by)
    return removed.ok ? undefined : failureOf(removed.error)
  }
  const next = { ...person, user: change.user, revision: person.revision + 1 }
  const failure = await writeUser(
    userChangeWrites(table, person, next, { event: change.event, act: by }),
  )
  return failure && failureOf(failure)
}

const failureOf = (error: 'changed_meanwhile' | 'email_in_use' | 'last_admin') =>
  error === 'last_admin' ? error : 'changed_meanwhile'
