import { newUserId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { ScimCall } from '../calls.ts'
import { isSame } from '../documents/json.ts'
import type { ScimError } from '../errors.ts'
import { notFound } from '../errors.ts'
import { changedPerson, type Decision, linkedPerson, newPerson } from '../person.ts'
import type { FoundPerson, FoundUser, UserWriteError } from '../ports.ts'
import type { Document, Provisioning, ScimAct, ScimUser } from '../types.ts'
import { refusedByVersion } from '../versions.ts'
import type { UserPorts } from './ports.ts'
import { isSuspension, isTurnedOff, withRoom } from './user-guard.ts'
import { MAX_ATTEMPTS, writeError } from './write-errors.ts'

type Changing = {
  caller: Provisioning
  call: Pick<ScimCall, 'ifMatch' | 'ifNoneMatch'>
  act: ScimAct
  /** The user as first read. */
  found: FoundUser | undefined
  /** What the document becomes. */
  revise: (document: Document) => Result<Document, ScimError>
}

type Ports = Pick<UserPorts, 'users' | 'pause'>

/** What an attempt goes by: the user as read, and who has the address. */
type Seen = { found: FoundUser; holder?: FoundPerson }
type Tried = { error: UserWriteError } | { changed: ScimUser }

/**
 * Changes a SCIM user, and the person with it. Where somebody else was faster, it is read again and
 * the same is done to what it is then, so that nobody's change is lost; unless the request names the
 * version that it has seen. What changes nothing is not written.
 */
export async function changeScimUser(
  ports: Ports,
  changing: Changing,
): Promise<Result<ScimUser, ScimError>> {
  let seen: Seen | undefined = changing.found && { found: changing.found }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (!seen) return fail(unknownUser)
    const tried = await change(ports, changing, seen)
    if (!tried.ok) return tried
    if ('changed' in tried.value) return ok(tried.value.changed)
    const next = await seenAfter(ports, seen.found, tried.value.error)
    if (!next.ok) return next
    seen = next.value
  }
  return fail(writeError('changed_meanwhile'))
}

export const unknownUser = notFound('There is no such user')

async function change(
  ports: Ports,
  { caller, call, revise, act }: Changing,
  { found, holder }: Seen,
): Promise<Result<Tried, ScimError>> {
  const { user: before } = found
  const refused = refusedByVersion(call, before.version)
  if (refused) return fail(refused)
  const document = revise(before.document)
  if (!document.ok) return document
  if (isSame(document.value, before.document)) return ok({ changed: before })
  const modifiedMs = Math.max(act.nowMs, before.modifiedMs)
  const next = { ...before, document: document.value, version: before.version + 1, modifiedMs }
  const decided = decide({ next, domains: caller.domains, act }, found, holder)
  const isKeptOut = isTurnedOff(before.document, document.value) || isSuspension(decided.person)
  const keeping = { ports, caller, taken: found.guard, isKeptOut, act }
  const error = await withRoom(keeping, (guard) =>
    ports.users.change({ before, next: decided.next, person: decided.person, guard }, act),
  )
  return ok(error === undefined ? { changed: decided.next } : { error })
}

function decide(
  given: Parameters<typeof newPerson>[0],
  { user, person, isIdTaken }: FoundUser,
  holder: FoundPerson | undefined,
): Decision {
  if (user.personId !== undefined) return changedPerson(given, user, person)
  if (holder) return linkedPerson(given, holder)
  return isIdTaken ? newPerson(given, newUserId()) : newPerson(given)
}

/** What the next attempt goes by, or why there is none. */
async function seenAfter(
  { users }: Pick<Ports, 'users'>,
  found: FoundUser,
  error: UserWriteError,
): Promise<Result<Seen | undefined, ScimError>> {
  const { id, directoryId, personId } = found.user
  const holderId = typeof error === 'object' ? error.emailOf : undefined
  if (holderId !== undefined) {
    if (personId !== undefined) return fail(writeError(error))
    const holder = await users.findPerson(directoryId, holderId)
    return ok({ found, ...(holder && { holder }) })
  }
  if (typeof error === 'string' && error !== 'changed_meanwhile') return fail(writeError(error))
  const again = await users.find(directoryId, id)
  return ok(again && { found: again })
}
