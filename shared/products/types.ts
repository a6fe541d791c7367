import type { CredentialId } from '../ids.ts'

/** A product of the vendor that people are signed in to (R18). */
export type Product = {
  /** For example `meetings`: lower case letters, digits and hyphens. */
  key: string
  name: string
  /** Where the browser arrives with a login token. */
  landingUrl: string
  /** Path prefixes on the landing URL's origin that may be asked for; `/` allows all. */
  allowedPaths: readonly string[]
  /** Who may use it: absent or `everyone`, all; `assigned`, who has a seat in an account (R20). */
  access?: 'everyone' | 'assigned'
  /** Where the browser arrives after a logout; absent: a page of ours. */
  logoutUrl?: string
  /** Whether people must prove themselves anew at the provider (SAML Core 2.0 §3.4.1). */
  forceAuthn?: boolean
  authnContext?: RequestedAuthnContext
}

/** How people must have proved themselves (SAML Core 2.0 §3.3.2.2.1). */
export type RequestedAuthnContext = {
  classRefs: readonly string[]
  /** Absent: exact. */
  comparison?: 'exact' | 'minimum' | 'maximum' | 'better'
}

/** All products, by key. Small and read at every sign-in, so it is one item (ADR 0005). */
export type Catalogue = ReadonlyMap<string, Product>

/** What a product authenticates with when it redeems. */
export type ProductCredential = { id: CredentialId; product: string; secretHash: string }
