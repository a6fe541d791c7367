import type { InvitationId, OrgId, UserId } from '../ids.ts'
import type { UserRole } from './types.ts'

/** How somebody is asked to join (R21). Times are epoch seconds. */
export type Invitation = {
  id: InvitationId
  orgId: OrgId
  /** Who exists already, in the state `invited`, and has the address. */
  userId: UserId
  email: string
  role: UserRole
  state: 'pending' | 'accepted' | 'revoked'
  createdAt: number
  /** As events name who did it. */
  createdBy: string
  /** How long it is good from each time that it is sent. */
  lifetimeSeconds: number
  endsAt: number
  sentAt: number
  sentCount: number
  /** Counts changes. */
  revision: number
  /** Of the call that made it, where it may come again. */
  callHash?: string
}

/** As admins see it: who was not quick enough can be sent it again. */
export const invitationStates = ['pending', 'expired', 'accepted', 'revoked'] as const
export type InvitationState = (typeof invitationStates)[number]

/** @param now epoch seconds */
export const stateOf = ({ state, endsAt }: Invitation, now: number): InvitationState =>
  state === 'pending' && endsAt <= now ? 'expired' : state
