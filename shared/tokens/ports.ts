import type { AccountId, CredentialId, IdpId, OrgId, UserId } from '../ids.ts'
import type { Organization } from '../orgs/types.ts'
import type { PortalRedeemStore } from '../portals/ports.ts'
import type { FoundPortal } from '../portals/redeem-login.ts'
import type { Attributes } from '../products/rules.ts'
import type { ProductCredential } from '../products/types.ts'
import type { SignedOut } from '../sign-out/signed-out.ts'
import type { User } from '../users/types.ts'

/** What a login token stands for. */
export type LoginRecord = {
  handle: string
  secretHash: string
  /** Epoch milliseconds. */
  redeemableUntilMs: number
  isUsed: boolean
  product: string
  target?: string
  orgId: OrgId
  userId: UserId
  email: string
  givenName?: string
  familyName?: string
  displayName?: string
  idpId: IdpId
  /** Epoch seconds: when the person proved who they are to the provider. */
  authnInstant: number
  authnContext?: string
  /** What the provider says of groups, where its mapping names their attribute. */
  groups?: readonly string[]
  /** Set where only who has a seat may come to the product. */
  requiresAccess?: true
  /** The session, as its logout will name it. */
  sid: string
  subjectKey: string
  /** Epoch milliseconds. */
  signedInAtMs: number
  /** Epoch seconds, by the provider's clock. */
  assertedAt: number
}

/** One use of a token: whoever's nonce the record keeps has it. */
type Consumption = {
  handle: string
  secretHash: string
  product: string
  nonce: string
  /** Of the secret that the product will log out with. */
  logoutSecretHash: string
}

export type Bearer = {
  user: User | undefined
  organization: Organization | undefined
  signedOut: SignedOut | undefined
  products: readonly UsableProduct[]
  /** What rules say of the user to each product. */
  attributes: Attributes
}

/** A product that the user has a seat of, by an account. */
export type UsableProduct = {
  product: string
  account: AccountId
  /** The vendor's own id of the account. */
  reference?: string
}

export type RedeemStore = PortalRedeemStore & {
  /**
   * Reads a credential and a token's record, with all that a portal's is judged by: strongly
   * consistent, one round.
   */
  find(
    credentialId: CredentialId,
    handle: string,
  ): Promise<{
    credential: ProductCredential | undefined
    record?: LoginRecord | undefined
    portal?: FoundPortal | undefined
  }>
  /** Uses the token up: of any number of callers one gets true, and gets it again if it repeats. */
  consume(consumption: Consumption, nowMs: number): Promise<boolean>
  /** Reads who the token is for, as they are now, and which of their sessions have ended. */
  findUser(record: Pick<LoginRecord, 'orgId' | 'userId' | 'subjectKey'>): Promise<Bearer>
}

/** Signs a JWT's claims (RS256); answers the compact form. */
export type SignJwt = (claims: Record<string, unknown>) => Promise<string>
