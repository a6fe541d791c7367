import type { InvitationId, OrgId, UserId } from '../ids.ts'

/** What a provider says of a person. */
export type Profile = {
  email: string
  givenName?: string
  familyName?: string
  displayName?: string
}

/**
 * `invited` have an address here and have not come yet; `deleted` are remembered for a while, so
 * that they can be restored.
 */
export type UserState = 'invited' | 'active' | 'suspended' | 'deleted'

/** What a person may do in the administration of their organization (R6); `member`: nothing. */
export type UserRole = 'admin' | 'reader' | 'member'

/** How somebody came to be a user (R21). */
type JoinedBy = 'automatic' | 'invitation' | 'admin'

/** A person of one organization. */
export type User = Profile & {
  id: UserId
  orgId: OrgId
  state: UserState
  role: UserRole
  joinedBy: JoinedBy
  /** Epoch milliseconds: sessions that began before are over. */
  sessionsFrom?: number
  /** Of an invited user: what they were invited by. */
  invitationId?: InvitationId
}
