import { newUserId, orgOfDirectory, type UserId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import { toSeconds } from '../../time.ts'
import { restoreUser } from '../../users/delete-user.ts'
import type { UserStore } from '../../users/ports.ts'
import type { User, UserRecord } from '../../users/types.ts'
import { isSame } from '../documents/json.ts'
import { conflict, type ScimError } from '../errors.ts'
import { type Decision, linkedPerson, newPerson } from '../person.ts'
import type { FoundPerson, FoundUser } from '../ports.ts'
import type { Document, Provisioning, RemovedUser, ScimAct } from '../types.ts'
import { changeScimUser } from '../users/change-user.ts'
import type { UserPorts } from '../users/ports.ts'
import { removeScimUser } from '../users/remove-user.ts'
import { writeError } from '../users/write-errors.ts'
import type { Folded } from './fold-changes.ts'

export type UndoUserPorts = Pick<UserPorts, 'users' | 'pause'> & {
  people: Pick<UserStore, 'find' | 'findDirectories' | 'change' | 'findHome' | 'restore'>
}

export type Undoing = { caller: Provisioning; act: ScimAct; isDryRun: boolean }

/** `same`: it is as it was. `changed_since`: others have changed it after what is undone. */
export type Undone = Result<'undone' | 'same', ScimError | 'changed_since'>

/**
 * Makes a SCIM user what it was before some changes, and the person with it, unless something else
 * has become of it since: who was removed comes back by the same id, and who came goes. People who
 * were there before their SCIM user came stay, or come back where they went with it.
 */
export async function undoUser(
  ports: UndoUserPorts,
  { id, document, removedUser }: Pick<Folded, 'id' | 'document' | 'removedUser'>,
  undoing: Undoing,
): Promise<Undone> {
  if (!document) return ok('same')
  const { was, left } = document
  const found = await ports.users.find(undoing.caller.directory.id, id as UserId)
  const is = found?.user.document
  if (!is && !was) return undoPassing(ports.people, removedUser?.personId, undoing)
  if (isSame(is, was)) return ok('same')
  if (!isSame(is, left)) return fail('changed_since')
  if (undoing.isDryRun) return ok('undone')
  const written = await write(ports, { id: id as UserId, found, was, removedUser }, undoing)
  return written.ok ? ok('undone') : fail(written.error)
}

/** Of a SCIM user that came and went: who was there before it came is there again. */
async function undoPassing(
  people: UndoUserPorts['people'],
  personId: UserId | undefined,
  { caller, act, isDryRun }: Undoing,
): Promise<Undone> {
  const { orgId } = caller.directory
  const record = personId && (await people.find(orgId, personId))
  if (record?.user.state !== 'deleted' || cameByScim(record)) return ok('same')
  if (isDryRun) return ok('undone')
  const restored = await restoreUser(people, targetOf(record.user, act))
  return restored.ok ? ok('undone') : fail(conflict('The user cannot be restored'))
}

const cameByScim = ({ user }: UserRecord) => user.joinedBy === 'scim'

const targetOf = ({ orgId, id: userId }: Pick<User, 'orgId' | 'id'>, act: ScimAct) => {
  const { actor, nowMs } = act
  return { orgId, userId, act: { actor, at: toSeconds(nowMs), nowMs } }
}

type Wanted = {
  id: UserId
  found: FoundUser | undefined
  was: Document | undefined
  removedUser: RemovedUser | undefined
}

async function write(
  ports: UndoUserPorts,
  { id, found, was, removedUser = {} }: Wanted,
  { caller, act }: Undoing,
): Promise<Result<unknown, ScimError>> {
  const call = { ifMatch: undefined, ifNoneMatch: undefined }
  if (was === undefined) {
    const kept = (await wasThere(ports.people, found)) ? ('let-in' as const) : undefined
    return removeScimUser(ports, { caller, call, act, id, found, kept })
  }
  if (!found) return revive(ports, { id, was, removedUser }, { caller, act })
  return changeScimUser(ports, { caller, call, act, found, revise: () => ok(was) })
}

/** Whether a person did not come to exist by their SCIM user. */
async function wasThere(
  { findDirectories }: UndoUserPorts['people'],
  found: FoundUser | undefined,
) {
  const { personId, directoryId } = found?.user ?? {}
  if (!personId || !directoryId) return false
  const links = await findDirectories(orgOfDirectory(directoryId), personId)
  return links.every((link) => link.directoryId !== directoryId || link.how !== 'created')
}

type Removed = { id: UserId; was: Document; removedUser: RemovedUser }

const USER_NAME_TAKEN = conflict(
  'The user cannot be restored: another user of the organization has the user name',
)

/** With the person that it was, where they can still be restored; apart from them, if it was so. */
async function revive(
  { users, people }: UndoUserPorts,
  { id, was: document, removedUser }: Removed,
  { caller, act }: Pick<Undoing, 'caller' | 'act'>,
): Promise<Result<unknown, ScimError>> {
  const { directory, domains } = caller
  const { personId, isApart } = removedUser
  const person = { orgId: directory.orgId, id: personId ?? id }
  const restored = personId && (await restoreUser(people, targetOf(person, act)))
  // Who comes back without their user name would be nobody to portals: an admin frees it first.
  if (restored && !restored.ok && restored.error === 'user_name_in_use')
    return fail(USER_NAME_TAKEN)
  const holder = personId && (await users.findPerson(directory.id, personId))
  const next = {
    ...{ id, directoryId: directory.id, document, version: 1 },
    ...{ createdMs: act.nowMs, modifiedMs: act.nowMs },
    ...(isApart && { isApart }),
  }
  const given = { next, domains, act }
  const decided = holder
    ? revived(given, holder)
    : newPerson(given, await freeId(users, directory, id))
  const error = await users.create({ user: decided.next, person: decided.person }, act)
  return error === undefined ? ok(undefined) : fail(writeError(error))
}

/** Its own, unless some user has it: somebody whom it was once, and could not become again. */
const freeId = async (
  { findPerson }: UndoUserPorts['users'],
  { id: directory }: Provisioning['directory'],
  id: UserId,
) => ((await findPerson(directory, id)) ? newUserId() : id)

function revived(given: Parameters<typeof newPerson>[0], holder: FoundPerson): Decision {
  const { state } = holder.record.user
  // They cannot be restored: the next change finds or makes somebody, as of any without person.
  if (state === 'deleted') return { next: given.next, person: undefined }
  const how = cameByScim(holder.record) ? 'created' : 'email'
  return linkedPerson(given, holder, how)
}
