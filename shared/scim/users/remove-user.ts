import type { UserId } from '../../ids.ts'
import { fail, ok, type Result } from '../../result.ts'
import type { ScimCall } from '../calls.ts'
import type { ScimError } from '../errors.ts'
import type { FoundUser, Room, UserRemoval } from '../ports.ts'
import type { Provisioning, ScimAct } from '../types.ts'
import { refusedByVersion } from '../versions.ts'
import { unknownUser } from './change-user.ts'
import type { UserPorts } from './ports.ts'
import { isLoss, withRoom } from './user-guard.ts'
import { MAX_ATTEMPTS, writeError } from './write-errors.ts'

type Removal = {
  caller: Provisioning
  call: Pick<ScimCall, 'ifMatch' | 'ifNoneMatch'>
  act: ScimAct
  id: UserId
  /** The user as first read. */
  found: FoundUser | undefined
  /** Whether the person stays. */
  kept?: UserRemoval['kept']
}

/**
 * Removes a SCIM user, and deletes the person. A second call finds nobody, but ends what a first one
 * may have left undone.
 */
export async function removeScimUser(
  ports: Pick<UserPorts, 'users' | 'pause'>,
  removal: Removal,
): Promise<Result<undefined, ScimError>> {
  const { caller, call, act, id, kept } = removal
  let { found } = removal
  let isCounted = false
  for (let attempt = 1; found && attempt <= MAX_ATTEMPTS; attempt++) {
    const one: FoundUser = found
    const refused = refusedByVersion(call, one.user.version)
    if (refused) return fail(refused)
    const remove = async (room: Room | undefined) => {
      const guard = isCounted ? undefined : room
      const error = await ports.users.remove(one, { guard, kept }, act)
      isCounted ||= guard !== undefined && error !== 'guarded'
      return error
    }
    const keeping = { ports, caller, taken: one.guard, isKeptOut: isLoss(one), act }
    const error = await withRoom(keeping, remove)
    if (error === undefined) return ok(undefined)
    if (error !== 'changed_meanwhile') return fail(writeError(error))
    found = await ports.users.find(caller.directory.id, id)
  }
  if (found) return fail(writeError('changed_meanwhile'))
  await ports.users.clear(caller.directory.id, id, act)
  return fail(unknownUser)
}
