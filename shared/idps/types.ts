import type { IdpId, OrgId } from '../ids.ts'

/** A key that signs assertions. Its certificate is judged once, when it is configured. */
export type SigningKey = {
  /** SHA-256 fingerprint of the certificate, hex: what traces and admins know it by. */
  fingerprint: string
  /** SubjectPublicKeyInfo, DER in base64. */
  spki: string
  /** Epoch seconds; end of the certificate's validity. */
  notAfter: number
}

/** Which of our identifiers a provider is configured with (R10). */
export type IdentifierScope = 'shared' | 'organization'

/**
 * An identity provider of an organization, with all that a sign-in needs to know: what belongs to
 * the organization is copied in here, in the transaction that changes it (ADR 0005).
 */
export type IdentityProvider = {
  id: IdpId
  orgId: OrgId
  name: string
  state: 'active' | 'inactive'
  entityId: string
  identifiers: IdentifierScope
  /** Where AuthnRequests go, by HTTP-Redirect. */
  singleSignOnUrl: string
  signingKeys: readonly SigningKey[]
  /** Whether a response may come without a request of ours (R15). */
  allowsUnsolicited: boolean
  clockSkewSeconds: number
  /** Domains that the organization has proved, lower case: the only ones it can assert (R16). */
  verifiedDomains: readonly string[]
  /** Where sign-ins go that name no product, or one that is not on the list (R18). */
  defaultProduct: string
  /** Attribute names to read, first match wins; where absent, the common names. */
  attributeNames: Partial<AttributeNames>
}

/** Names of the attributes that hold a profile. */
export type AttributeNames = {
  email: readonly string[]
  givenName: readonly string[]
  familyName: readonly string[]
  displayName: readonly string[]
}
