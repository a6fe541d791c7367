import { orgOfDirectory, type UserId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import { toSeconds } from '../../time.ts'
import { restoreUser } from '../../users/delete-user.ts'
import type { UserStore } from '../../users/ports.ts'
import { isSame } from '../documents/json.ts'
import type { ScimError } from '../errors.ts'
import { type Decision, linkedPerson, newPerson } from '../person.ts'
import { isActive } from '../person-profile.ts'
import type { FoundPerson, FoundUser } from '../ports.ts'
import type { Document, Provisioning, ScimAct } from '../types.ts'
import { changeScimUser } from '../users/change-user.ts'
import type { UserPorts } from '../users/ports.ts'
import { removeScimUser } from '../users/remove-user.ts'
import { writeError } from '../users/write-errors.ts'
import type { Folded } from './fold-changes.ts'

export type UndoUserPorts = Pick<UserPorts, 'users' | 'pause'> & {
  people: Pick<UserStore, 'find' | 'change' | 'findHome' | 'restore'>
}

export type Undoing = { caller: Provisioning; act: ScimAct; isDryRun: boolean }

/** `same`: it is as it was. `changed_since`: others have changed it after what is undone. */
export type Undone = Result<'undone' | 'same', ScimError | 'changed_since'>

/**
 * Makes a SCIM user what it was before some changes, and the person with it, unless something else
 * has become of it since: who was removed comes back by the same id, and who came goes.
 */
export async function undoUser(
  ports: UndoUserPorts,
  { id, document }: Pick<Folded, 'id' | 'document'>,
  undoing: Undoing,
): Promise<Undone> {
  if (!document) return ok('same')
  const { was, left } = document
  const found = await ports.users.find(undoing.caller.directory.id, id as UserId)
  const is = found?.user.document
  if (isSame(is, was)) return ok('same')
  if (!isSame(is, left)) return fail('changed_since')
  if (undoing.isDryRun) return ok('undone')
  const written = await write(ports, { id: id as UserId, found, was }, undoing)
  return written.ok ? ok('undone') : fail(written.error)
}

type Wanted = { id: UserId; found: FoundUser | undefined; was: Document | undefined }

async function write(
  ports: UndoUserPorts,
  { id, found, was }: Wanted,
  { caller, act }: Undoing,
): Promise<Result<unknown, ScimError>> {
  const call = { ifMatch: undefined, ifNoneMatch: undefined }
  if (was === undefined) return removeScimUser(ports, { caller, call, act, id, found })
  if (!found) return revive(ports, { id, was }, { caller, act })
  return changeScimUser(ports, { caller, call, act, found, revise: () => ok(was) })
}

/** With the person, where they can still be restored; they are linked as they were. */
async function revive(
  { users, people }: UndoUserPorts,
  { id, was: document }: { id: UserId; was: Document },
  { caller, act }: Pick<Undoing, 'caller' | 'act'>,
): Promise<Result<unknown, ScimError>> {
  const { directory, domains } = caller
  const orgId = orgOfDirectory(directory.id)
  const { actor, nowMs } = act
  const by = { actor, at: toSeconds(nowMs), nowMs }
  await restoreUser(people, { orgId, userId: id, act: by, seen: undefined, callerId: undefined })
  const holder = await users.findPerson(directory.id, id)
  const next = {
    ...{ id, directoryId: directory.id, document, version: 1 },
    ...{ createdMs: nowMs, modifiedMs: nowMs },
  }
  const given = { next, domains, act }
  const decided = revived(given, holder)
  const error = await users.create({ user: decided.next, person: decided.person }, act)
  return error === undefined ? ok(undefined) : fail(writeError(error))
}

function revived(
  given: Parameters<typeof newPerson>[0],
  holder: FoundPerson | undefined,
): Decision {
  if (!holder) return newPerson(given)
  const { state } = holder.record.user
  if (state === 'deleted') return { next: given.next, person: undefined } // they cannot be restored
  const { next, person } = linkedPerson(given, holder)
  // Who was kept out when they were removed was so by the directory, as far as anybody knows.
  const isHeldBack = state === 'suspended' && !isActive(given.next.document)
  return { next: isHeldBack ? { ...next, isHeldBack } : next, person }
}
