import { newUserId, type UserId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { ScimError } from '../errors.ts'
import { linkedPerson, newPerson } from '../person.ts'
import type { FoundPerson, UserWriteError } from '../ports.ts'
import type { Directory, Document, Provisioning, ScimAct, ScimUser } from '../types.ts'
import type { UserPorts } from './ports.ts'
import { isSuspension, withRoom } from './user-guard.ts'
import { MAX_ATTEMPTS, writeError } from './write-errors.ts'

type Ports = Pick<UserPorts, 'users' | 'pause'>
type Creation = { caller: Provisioning; document: Document; act: ScimAct }

/**
 * Makes a SCIM user, and a person where the address is in a proved domain. Nothing is read first:
 * only where the address is somebody's already, who then is that person, and whose id the SCIM user
 * takes, unless another SCIM user of the directory has it. Whom that keeps out the guard counts.
 */
export async function createScimUser(
  ports: Ports,
  { caller, document, act }: Creation,
): Promise<Result<ScimUser, ScimError>> {
  const { directory, domains } = caller
  let seen: Seen = { id: newUserId() }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { id, holder } = seen
    const given = { next: newUser(directory.id, id, document, act), domains, act }
    const decided = holder ? linkedPerson(given, holder) : newPerson(given)
    const { next: user, person } = decided
    const taken = holder?.guard ?? nothing
    const keeping = { ports, caller, taken, isKeptOut: isSuspension(person), act }
    const error = await withRoom(keeping, (guard) =>
      ports.users.create({ user, person, guard }, act),
    )
    if (error === undefined) return ok(user)
    const next = await seenAfter(ports, directory, { seen, error })
    if (!next.ok) return next
    seen = next.value
  }
  return fail(writeError('changed_meanwhile'))
}

/** Who comes to exist keeps nobody out. */
const nothing = { deactivated: {}, removed: {} }

/** Its id, and who has the address. */
type Seen = { id: UserId; holder?: FoundPerson }

/** What the next attempt goes by, or why there is none. */
async function seenAfter(
  { users }: Ports,
  directory: Directory,
  { seen, error }: { seen: Seen; error: UserWriteError },
): Promise<Result<Seen, ScimError>> {
  if (error === 'id_taken') return ok({ ...seen, id: newUserId() })
  const holderId = typeof error === 'object' ? error.emailOf : undefined
  const holder = holderId && (await users.findPerson(directory.id, holderId))
  if (holder) return ok({ id: holder.record.user.id, holder })
  const isOvertaken = error === 'changed_meanwhile' || typeof error === 'object'
  return isOvertaken ? ok({ id: newUserId() }) : fail(writeError(error))
}

const newUser = (
  directoryId: ScimUser['directoryId'],
  id: ScimUser['id'],
  document: Document,
  { nowMs }: ScimAct,
): ScimUser => ({
  ...{ id, directoryId, document, version: 1 },
  ...{ createdMs: nowMs, modifiedMs: nowMs },
})
