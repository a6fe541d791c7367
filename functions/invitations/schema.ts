import * as v from 'valibot'
import { paging } from '#shared/http/paging.ts'
import { Email, PersonName, Role } from '#shared/http/user-fields.ts'
import { id, next, time } from '#shared/http/wire.ts'
import { isInvitationId } from '#shared/ids.ts'
import { isoTime } from '#shared/time.ts'
import { type Invitation, invitationStates, stateOf } from '#shared/users/invitation.ts'
import { INVITATION_DAYS } from '#shared/users/invite-user.ts'

const { least, usual, most } = INVITATION_DAYS

export const Inviting = v.strictObject({
  email: Email,
  givenName: v.exactOptional(PersonName),
  familyName: v.exactOptional(PersonName),
  displayName: v.exactOptional(PersonName),
  role: v.optional(Role, 'member'),
  /** Whole days that it is good. */
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)), usual),
})

export const Paging = v.strictObject(paging(isInvitationId))

export const ShownInvitation = v.strictObject({
  id: id('inv'),
  user: id('usr'),
  email: v.string(),
  role: Role,
  state: v.picklist(invitationStates),
  createdAt: time,
  createdBy: v.string(),
  endsAt: time,
  sentAt: time,
  sentCount: v.number(),
  instructions: v.string(),
})

export const InvitationList = v.strictObject({ invitations: v.array(ShownInvitation), next })

/** @param now epoch seconds */
export function output(
  invitation: Invitation,
  { now, publicUrl }: { now: number; publicUrl: string },
) {
  const { id, userId, email, role, createdAt, createdBy, endsAt, sentAt, sentCount } = invitation
  const byLink = role === 'member' ? '' : ', or the link in the mail where there is no provider yet'
  return {
    ...{ id, user: userId, email, role, state: stateOf(invitation, now), createdBy, sentCount },
    createdAt: isoTime(createdAt),
    endsAt: isoTime(endsAt),
    sentAt: isoTime(sentAt),
    instructions: `Open ${publicUrl}/login and sign in with ${email}${byLink}.`,
  }
}
