import type { OrgId, ReceiptId, SsoTokenId, UserId } from '../ids.ts'
import type { PortalCause } from './errors.ts'

/** What portals may tell people apart by. */
export const identifiers = ['email', 'userName'] as const
export type Identifier = (typeof identifiers)[number]

/** What a partner portal authenticates with; only the hash of its secret is stored (R31). */
export type SsoToken = {
  id: SsoTokenId
  orgId: OrgId
  label: string
  secretHash: string
  /** The product that its people are signed in to, and no other. */
  product: string
  /** The host that they arrive at, one of the organization's; absent: that of the landing page. */
  host?: string
  identifiesBy: Identifier
  /** Epoch seconds. */
  createdAt: number
  createdBy: string
  /** Epoch seconds; absent: it does not expire. */
  expiresAt?: number
  /** Epoch seconds, by the minute. */
  lastUsedAt?: number
  /** Epoch seconds: it has been good for nothing since. */
  removedAt?: number
  /** What has been noticed of its use, each with its time in epoch seconds. */
  alerts?: Partial<Record<AlertKind, number>>
}

/**
 * `replay`: a used login token came again; `other_host`: one came to another host than it was for;
 * `odd_ratio`: most are never redeemed; `every_page`: the portal asks for one on every page.
 */
export const alertKinds = ['replay', 'other_host', 'odd_ratio', 'every_page'] as const
export type AlertKind = (typeof alertKinds)[number]

/** A login token that a portal got, as it is stored until it is redeemed. Epoch milliseconds. */
export type PortalLogin = {
  handle: string
  secretHash: string
  /** Of the secret that the portal got, once the browser has another. */
  portalSecretHash?: string
  issuedAtMs: number
  redeemableUntilMs: number
  /** When the browser came by. */
  arrivedAtMs?: number
  isUsed: boolean
  product: string
  /** The host that the product must have it at. */
  host: string
  /** Set where the SSO token names the host. */
  isCustomHost?: true
  target?: string
  /** Set where only who has a seat may come to the product. */
  requiresAccess?: true
  orgId: OrgId
  userId: UserId
  ssoTokenId: SsoTokenId
  receiptId: ReceiptId
}

/** What is remembered of a login token, or of a request for one that was refused. Epoch milliseconds. */
export type Receipt = {
  id: ReceiptId
  ssoTokenId: SsoTokenId
  orgId: OrgId
  userId?: UserId
  product?: string
  host?: string
  /** Absent: it was refused. */
  issuedAtMs?: number
  arrivedAtMs?: number
  redeemedAtMs?: number
  /** How often it was refused, and why at last. */
  refusals?: number
  lastCause?: PortalCause
}
