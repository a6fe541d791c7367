import type { OrgId, ReceiptId, SsoTokenId, TraceId, UserId } from '../ids.ts'
import type { Organization } from '../orgs/types.ts'
import type { Attributes } from '../products/rules.ts'
import type { Catalogue } from '../products/types.ts'
import type { UsableProduct } from '../tokens/ports.ts'
import type { PortalTraceKind } from '../trace/stage.ts'
import type { User } from '../users/types.ts'
import type { PortalCause } from './errors.ts'
import type { Identifier, PortalLogin, SsoToken } from './types.ts'

/** Whom a portal asks a login token for, in its own words. */
export type Named = { by: Identifier; value: string }

/** Whose sign-in it is, as they are now. */
export type Parties = {
  /** Also one that was removed. */
  ssoToken: SsoToken | undefined
  organization: Organization | undefined
  user: User | undefined
  /** Products that they have a seat of. */
  seats: readonly Omit<UsableProduct, 'reference'>[]
}

export type IssueStore = {
  /** Reads whose SSO token it is and whom it is about: one strongly consistent read. */
  find(
    id: SsoTokenId,
    named: Named,
  ): Promise<
    Pick<Parties, 'ssoToken' | 'organization'> & {
      userId: UserId | undefined
      catalogue: Catalogue
    }
  >
  findPerson(orgId: OrgId, userId: UserId): Promise<Pick<Parties, 'user' | 'seats'>>
  /** Keeps a login token, with its receipt. */
  save(login: PortalLogin): Promise<void>
  /** Notes that an SSO token was used; one that was removed meanwhile does not come back by it. */
  markUsed(ssoToken: Pick<SsoToken, 'orgId' | 'id'>, now: number): Promise<void>
}

export type ArrivalStore = {
  /** Reads all that a browser's token is judged by: one strongly consistent read. */
  find(handle: string): Promise<Parties & { login: PortalLogin | undefined; catalogue: Catalogue }>
  /**
   * Puts another secret in the place of the portal's, with the trace and event of the sign-in. Of
   * any number of callers one gets true.
   */
  arrive(arrival: Arrival): Promise<boolean>
}

export type Arrival = {
  login: PortalLogin
  target: string | undefined
  /** Of the token that the browser has from now on. */
  secretHash: string
  traceId: TraceId
  nowMs: number
}

export type PortalRedeemStore = {
  /** Uses the token up: of any number of callers one gets true. */
  consumePortal(use: PortalUse, nowMs: number): Promise<boolean>
}

export type PortalUse = { login: PortalLogin; nonce: string; traceId: TraceId }

/** What a product is told of somebody whom a portal has signed in. */
export type PortalBearer = Parties & { products: readonly UsableProduct[]; attributes: Attributes }

/** A refusal, and what is known of what was refused. */
export type RefusedPortal<Cause extends PortalCause = PortalCause> = {
  kind: PortalTraceKind
  cause: Cause
  /** Whose it seems to be, where there is such an organization. */
  orgId?: OrgId
  /** Set where it is certain. */
  ssoTokenId?: SsoTokenId
  /** What was presented, where it is not: its receipts are apart, and cost the same time. */
  unprovedId?: SsoTokenId
  userId?: UserId
  product?: string
  receiptId?: ReceiptId
  got?: string
  want?: string
}

export type RefusalStore = {
  /** Keeps the trace of a refusal, and what the receipts say of it. */
  record(refused: RefusedPortal, at: { traceId: TraceId; nowMs: number }): Promise<void>
}
