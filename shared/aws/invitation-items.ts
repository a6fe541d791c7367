import type { InvitationId } from '../ids.ts'
import type { Invitation } from '../users/invitation.ts'
import type { Act } from '../users/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { evt } from './event-attribute.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { update } from './item-writes.ts'

/** How long an invitation that is over stays, in seconds. */
const KEPT_SECONDS = 30 * 24 * 3600

type Stored = Omit<Invitation, 'id' | 'revision'> & { invitationId: InvitationId; rev: number }

export function invitationOf(item: object | undefined): Invitation | undefined {
  if (!item) return undefined
  const stored = item as Stored
  const { orgId, userId, email, role, state, createdAt, createdBy } = stored
  const { lifetimeSeconds, endsAt, sentAt, sentCount, callHash } = stored
  return {
    id: stored.invitationId,
    ...{ orgId, userId, email, role, state, createdAt, createdBy },
    ...{ lifetimeSeconds, endsAt, sentAt, sentCount },
    revision: stored.rev,
    ...(callHash !== undefined && { callHash }),
  }
}

export const invitationItem = ({ id: invitationId, revision: rev, ...rest }: Invitation) => ({
  ...directoryKeys.invitation(rest.orgId, invitationId),
  invitationId,
  ...rest,
  rev,
})

/** Ends an invitation that is as it was read. */
export function closeInvitation(
  directory: string,
  { orgId, id, revision }: Pick<Invitation, 'orgId' | 'id' | 'revision'>,
  state: 'accepted' | 'revoked',
  { actor, at }: Act,
): GuardedWrite<'changed_meanwhile'> {
  const Update = update(directory, {
    key: directoryKeys.invitation(orgId, id),
    set: {
      state,
      expiresAt: at + KEPT_SECONDS,
      evt: evt(`latchkey.invitation.${state}.v1`, at, actor),
    },
    condition: '#rev = :revision AND #state = :pending',
    values: { revision, pending: 'pending' },
    increment: 'rev',
  })
  return { write: { Update }, onFailure: () => 'changed_meanwhile' }
}
