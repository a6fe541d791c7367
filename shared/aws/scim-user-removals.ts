import type { DirectoryId, UserId } from '../ids.ts'
import type { FoundUser, Room, ScimUserStore, UserRemoval, UserWriteError } from '../scim/ports.ts'
import { removedPerson } from '../scim/removed-person.ts'
import type { ScimAct, ScimUser } from '../scim/types.ts'
import { toSeconds } from '../time.ts'
import type { ChangeError } from '../users/ports.ts'
import { readItems } from './dynamo.ts'
import { writeAll } from './guarded-write.ts'
import { guardWrite } from './scim-guard-item.ts'
import { scimKeys } from './scim-keys.ts'
import { leaveGroups } from './scim-member-leaving.ts'
import { scimUserOf } from './scim-user-items.ts'
import { unchangedUser, userRemovals } from './scim-user-writes.ts'
import { isConflict } from './transact.ts'
import { userChangeWrites } from './user-changes.ts'
import { removeUser } from './user-removals.ts'
import { writeUser } from './write-user.ts'

/** How often the SCIM user is read again where others go on changing it. */
const MAX_ATTEMPTS = 8

/**
 * The end of a SCIM user. The person goes first, then memberships, at last the SCIM user: whatever
 * breaks off in between is done by the next call, and nobody is a member who is not there. Nothing is
 * lost unless the SCIM user is as it was read; once something is, no change of it keeps it.
 */
export const scimUserRemovals = (table: string): Pick<ScimUserStore, 'remove' | 'clear'> => ({
  async remove(found, terms, act) {
    try {
      return await remove(table, found, terms, act)
    } catch (error) {
      if (isConflict(error)) return 'busy'
      throw error
    }
  },

  clear: (directoryId: DirectoryId, id: UserId, act) =>
    leaveGroups(table, { directoryId, id }, act),
})

async function remove(
  table: string,
  found: FoundUser,
  terms: UserRemoval,
  act: ScimAct,
): Promise<UserWriteError | undefined> {
  const { user } = found
  const refused =
    (await count(table, user.directoryId, terms.guard)) ??
    (await endPerson(table, found, terms, act))
  if (refused) return refused
  await leaveGroups(table, user, act)
  const failure = await endUser(table, user, act)
  if (failure) return failure
  // Who was put into a group meanwhile: from now on nobody is.
  await leaveGroups(table, user, act)
  return undefined
}

/** Before anything is lost. */
const count = async (table: string, directory: DirectoryId, guard: Room | undefined) =>
  guard && writeAll([guardWrite(table, directory, guard)])

async function endPerson(
  table: string,
  { user, person }: FoundUser,
  { kept }: UserRemoval,
  act: ScimAct,
): Promise<UserWriteError | undefined> {
  const change = person && removedPerson(user, person, act, kept)
  const beside = [unchangedUser(table, user)]
  if (!person || !change) return writeAll(beside)
  const { actor, nowMs } = act
  const by = { actor, at: toSeconds(nowMs), nowMs }
  if (change.event === 'deleted') {
    const removed = await removeUser(table, person, { ...change, beside }, by)
    return removed.ok ? undefined : failureOf(removed.error)
  }
  const next = { ...person, user: change.user, revision: person.revision + 1 }
  const failure = await writeUser([
    ...userChangeWrites(table, person, next, { event: change.event, act: by }),
    ...beside,
  ])
  return failure && failureOf(failure)
}

const failureOf = (error: ChangeError) => (error === 'last_admin' ? error : 'changed_meanwhile')

/** As it is by now, as long as it is the same person's. */
async function endUser(
  table: string,
  before: ScimUser,
  act: ScimAct,
): Promise<UserWriteError | undefined> {
  let user = before
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const failure = await writeAll(userRemovals(table, user, act))
    if (failure !== 'changed_meanwhile') return failure
    const [item] = await readItems([{ table, key: scimKeys.user(user.directoryId, user.id) }])
    const now = scimUserOf(item)
    if (!now || now.personId !== before.personId) return failure
    user = now
  }
  return 'changed_meanwhile'
}
