import type { InvitationId, OrgId, UserId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Invitation } from './invitation.ts'
import type { InvitationCause } from './invitation-errors.ts'
import type { InvitationStore } from './invitation-ports.ts'
import type { Act } from './ports.ts'
import type { Profile, UserRecord, UserRole } from './types.ts'
import { whyOutside } from './verified-address.ts'

/** Days that an invitation is good. */
export const INVITATION_DAYS = { least: 1, usual: 14, most: 30 } as const

/**
 * Mails that one organization may cause in a day: its admins say whom they go to, and they are sent
 * in the vendor's name.
 */
export const INVITATION_MAILS = { most: 1000, seconds: 24 * 3600 }

type Inviting = {
  orgId: OrgId
  /** New, or those of a call that may come again. */
  id: InvitationId
  userId: UserId
  profile: Profile
  role: UserRole
  lifetimeSeconds: number
  act: Act
  /** Of the call, where it may come again. */
  callHash?: string | undefined
}

/**
 * Invites somebody: they exist from now on, with an address that is theirs, and are told by mail how
 * to sign in (R21). Also where people join by themselves: an invitation says who is an administrator.
 */
export async function inviteUser(
  store: Pick<InvitationStore, 'findHome' | 'create'>,
  inviting: Inviting,
): Promise<Result<Invitation, Exclude<InvitationCause, 'changed_meanwhile'>>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const invited = await inviteOnce(store, inviting)
    if (invited.ok) return invited
    if (invited.error !== 'changed_meanwhile') return fail(invited.error)
  }
  throw new Error('somebody else changes the organization all the time')
}

const MAX_ATTEMPTS = 5

async function inviteOnce(
  store: Pick<InvitationStore, 'findHome' | 'create'>,
  { orgId, id, userId, profile, role, lifetimeSeconds, act, callHash }: Inviting,
): Promise<Result<Invitation, InvitationCause>> {
  const home = await store.findHome(orgId)
  if (!home) return fail('organization_unknown')
  const outside = whyOutside({ email: profile.email, role }, home)
  if (outside) return fail(outside)
  const { at, actor: createdBy } = act
  const invitation: Invitation = {
    ...{ id, orgId, userId, email: profile.email, role, state: 'pending' },
    ...{ createdAt: at, createdBy, lifetimeSeconds },
    ...{ endsAt: at + lifetimeSeconds, sentAt: at, sentCount: 1, revision: 1 },
    ...(callHash !== undefined && { callHash }),
  }
  const user: UserRecord = {
    user: {
      ...profile,
      ...{ id: userId, orgId, state: 'invited', role, joinedBy: 'invitation', invitationId: id },
    },
    createdAt: at,
    revision: 1,
    subjectCount: 0,
  }
  const error = await store.create(invitation, { user, home }, act)
  if (error === undefined) return ok(invitation)
  if (typeof error === 'string') return fail(error)
  return error.exists.callHash === callHash ? ok(error.exists) : fail('key_reused')
}
