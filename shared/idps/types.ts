import type { IdpId, OrgId } from '../ids.ts'

/** A key that signs assertions. Its certificate is judged once, when it is configured. */
export type SigningKey = {
  /** SHA-256 fingerprint of the certificate, hex: what traces and admins know it by. */
  fingerprint: string
  /** SubjectPublicKeyInfo, DER in base64. */
  spki: string
  /** Epoch seconds; end of the certificate's validity. */
  notAfter: number
  /** Epoch seconds; its beginning. */
  notBefore?: number
  /** Common name of the certificate's subject; absent where it has none. */
  subject?: string
  /** As admins say it: `RSA 2048`, `EC P-256`. */
  keyType?: string
}

/** Which of our identifiers a provider is configured with (R10). */
export type IdentifierScope = 'shared' | 'organization'

/** How a message travels through the browser (SAML Bindings 2.0 §3.4, §3.5). */
export type Binding = 'redirect' | 'post'

/** Where messages to a provider go, and how. */
export type Endpoint = { binding: Binding; url: string }

/** Single logout service; a `responseUrl` takes responses where requests go to another address. */
export type LogoutEndpoint = Endpoint & { responseUrl?: string }

/** What a provider says of itself, by its metadata or by parameters that an admin enters (R7). */
export type Connection = {
  entityId: string
  singleSignOn: Endpoint
  /** Absent: the provider has no single logout. */
  singleLogout?: LogoutEndpoint
  signingKeys: readonly SigningKey[]
  /** WantAuthnRequestsSigned (SAML Metadata 2.0 §2.4.3). */
  wantsSignedRequests: boolean
}

/** The product a provider is made with: chooses attribute names and hints (R13, R40). */
export const providerKinds = [
  'entra-id',
  'okta',
  'jumpcloud',
  'adfs',
  'google',
  'onelogin',
  'keycloak',
  'shibboleth',
  'other',
] as const
export type ProviderKind = (typeof providerKinds)[number]

/** Names of the attributes that hold a profile. */
export type AttributeNames = {
  email: readonly string[]
  givenName: readonly string[]
  familyName: readonly string[]
  displayName: readonly string[]
  /** Multi-valued. */
  groups: readonly string[]
  /** What a person is known by instead of the NameID, where that changes at each sign-in. */
  subject: readonly string[]
}

/** What an organization's admin decides about a provider. */
export type ProviderSettings = {
  name: string
  kind?: ProviderKind
  identifiers: IdentifierScope
  /** Whether a response may come without a request of ours (R15). */
  allowsUnsolicited: boolean
  clockSkewSeconds: number
  /** Whether our requests are signed; absent: where the provider wants it. */
  signsRequests?: boolean
  /** Whether SHA-1 signatures are taken; shown as a warning (R12). */
  allowsSha1?: boolean
  /** Whether a plain assertion is refused. */
  requiresEncryption?: boolean
  /** What an expired certificate means; absent: `warn` (R9). */
  expiredCertificates?: 'warn' | 'block'
  /** Where sign-ins go that name no product, or one that is not on the list (R18). */
  defaultProduct: string
  /** Attribute names to read, first match wins; where absent, those of its kind. */
  attributeNames: Partial<AttributeNames>
  /** Domains whose people are sent to this provider; absent or empty: all of the organization. */
  routedDomains?: readonly string[]
}

/** Whom a provider was told that we are: kept until an admin says that it knows better (R11). */
export type KnownAs = { publicUrl: string; identifiers: IdentifierScope }

/**
 * An identity provider of an organization, with all that a sign-in needs to know: what belongs to
 * the organization is copied in here, in the transaction that changes it (ADR 0005).
 */
export type IdentityProvider = Connection &
  ProviderSettings & {
    id: IdpId
    orgId: OrgId
    /** Removed ones are kept for a while, so that their event has something to ride on. */
    state: 'active' | 'inactive' | 'removed'
    /** Domains that the organization has proved, lower case: the only ones it can assert (R16). */
    verifiedDomains: readonly string[]
    /** Absent: it is what we are now. */
    knownAs?: KnownAs
    /** Removed providers whose people an admin has said are those of this one, the latest first. */
    predecessors?: readonly IdpId[]
  }
