import { newUserId, type OrgId, type UserId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { ScimError } from '../errors.ts'
import { linkedPerson, newPerson } from '../person.ts'
import type { FoundPerson, ScimUserStore, UserWriteError } from '../ports.ts'
import type { Document, Provisioning, ScimAct, ScimUser } from '../types.ts'
import { MAX_ATTEMPTS, writeError } from './write-errors.ts'

type Store = Pick<ScimUserStore, 'create' | 'findPerson'>
type Creation = { caller: Provisioning; document: Document; act: ScimAct }

/**
 * Makes a SCIM user, and a person where the address is in a proved domain. Nothing is read first:
 * only where the address is somebody's already, who then is that person, and whose id the SCIM user
 * takes, as long as it has not been another SCIM user's.
 */
export async function createScimUser(
  store: Store,
  { caller, document, act }: Creation,
): Promise<Result<ScimUser, ScimError>> {
  const { directory, domains } = caller
  let seen: Seen = { id: newUserId() }
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { id, holder } = seen
    const given = { next: newUser(directory.id, id, document, act), domains, act }
    const decided = holder ? linkedPerson(given, holder) : newPerson(given)
    const error = await store.create(decided.next, decided.person, act)
    if (error === undefined) return ok(decided.next)
    const next = await seenAfter(store, directory.orgId, { seen, error })
    if (!next.ok) return next
    seen = next.value
  }
  return fail(writeError('changed_meanwhile'))
}

/** Its id, and who has the address. */
type Seen = { id: UserId; holder?: FoundPerson }

/** What the next attempt goes by, or why there is none. */
async function seenAfter(
  store: Store,
  orgId: OrgId,
  { seen, error }: { seen: Seen; error: UserWriteError },
): Promise<Result<Seen, ScimError>> {
  if (error === 'id_taken') return ok({ ...seen, id: newUserId() })
  const holderId = typeof error === 'object' ? error.emailOf : undefined
  const holder = holderId && (await store.findPerson(orgId, holderId))
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
