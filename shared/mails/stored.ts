import type { BreakGlassId, InvitationId, OrgId, TraceId, UserId } from '../ids.ts'
import type { AlertKind } from '../portals/types.ts'

/** What mails read of the changed items that ask for them. Times are epoch seconds. */
export type StoredLinkRequest = { email: string; expiresAt: number }

export type StoredInvitation = {
  invitationId: InvitationId
  orgId: OrgId
  userId: UserId
  email: string
  role?: string
  endsAt: number
}

export type StoredDomain = { domain: string; orgId: OrgId; graceEndsAt?: number }

/** As the guard has paused it. */
export type StoredDirectory = {
  orgId: OrgId
  name: string
  paused?: { at: number }
  guard: { share: number; atLeast: number }
}

export type StoredScimToken = {
  orgId: OrgId
  directoryName: string
  label: string
  expiresAt: number
}

/** As its last alert has left it. */
export type StoredSsoToken = {
  orgId: OrgId
  label: string
  product: string
  alert: { kind: AlertKind; at: number; traceId?: TraceId }
}

export type StoredBreakGlass = {
  breakGlassId: BreakGlassId
  orgId: OrgId
  state: 'requested' | 'opened'
  requestedBy: UserId
  requestEndsAt: number
  approvedBy?: UserId
  openUntil?: number
}
