import { toSeconds } from '../time.ts'
import { RESTORE_SECONDS } from '../users/delete-user.ts'
import type { UserChange } from '../users/ports.ts'
import { isProvisioned, notProvisionedBy } from '../users/provisioned.ts'
import { isKeptOutBy, letIn, sessionsOver } from '../users/suspend-user.ts'
import type { UserRecord } from '../users/types.ts'
import type { UserRemoval } from './ports.ts'
import type { ScimAct, ScimUser } from './types.ts'

/**
 * What becomes of a person whose SCIM user is removed: they are deleted, and can be restored for 30
 * days. Whom another directory provisions, too, stays. Undefined: they are gone already.
 *
 * @param kept whether they stay all the same; `let-in`: and come in where it had kept them out
 */
export function removedPerson(
  { directoryId }: ScimUser,
  { user }: UserRecord,
  act: ScimAct,
  kept?: UserRemoval['kept'],
): UserChange | undefined {
  const { state } = user
  if (state === 'deleted') return undefined
  const parted = notProvisionedBy(user, directoryId)
  if (kept === 'let-in' && isKeptOutBy(user, directoryId)) {
    return { user: letIn(parted), event: 'reactivated' }
  }
  // Who has only been invited cannot be deleted: the invitation can be revoked.
  if (kept || isProvisioned(parted) || state === 'invited')
    return { user: parted, event: 'updated' }
  const at = toSeconds(act.nowMs)
  const deletion = { at, until: at + RESTORE_SECONDS, from: state }
  const sessionsFrom = sessionsOver(user, act)
  return { user: { ...parted, state: 'deleted', sessionsFrom, deletion }, event: 'deleted' }
}
