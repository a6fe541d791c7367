import type { InvitationStore } from '../users/invitation-ports.ts'
import type { Act } from '../users/ports.ts'
import type { UserRecord } from '../users/types.ts'
import { closeInvitation } from './invitation-items.ts'
import { userChangeWrites } from './user-changes.ts'
import { type UserFailure, writeUser } from './write-user.ts'

/** How invitations end, each in one transaction with what becomes of who is invited. */
export const invitationEnds = (directory: string): Pick<InvitationStore, 'revoke' | 'accept'> => ({
  async revoke(invitation, user, act) {
    const error = await writeUser<UserFailure>([
      closeInvitation(directory, invitation, 'revoked', act),
      ...(user ? goneWrites(directory, user, act) : []),
    ])
    return error && 'changed_meanwhile'
  },

  async accept(invitation, before, act) {
    const { invitationId, ...user } = before.user
    const next = { ...before, user: { ...user, state: 'active' } as const }
    const error = await writeUser<UserFailure>([
      closeInvitation(directory, invitation, 'accepted', act),
      ...userChangeWrites(directory, before, next, { event: 'updated', act }),
    ])
    return error && 'changed_meanwhile'
  },
})

/** How long the item of who never came stays, for its event: seconds. */
const KEPT_SECONDS = 24 * 3600

/** Who was never more than invited cannot be restored: the address can be invited anew. */
function goneWrites(directory: string, before: UserRecord, act: Act) {
  const deletion = { at: act.at, until: act.at + KEPT_SECONDS }
  const next = { ...before, user: { ...before.user, state: 'deleted', deletion } as const }
  return userChangeWrites(directory, before, next, { event: 'deleted', act })
}
