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
}

/** All products, by key. Small and read at every sign-in, so it is one item (ADR 0005). */
export type Catalogue = ReadonlyMap<string, Product>

/** What a product authenticates with when it redeems. */
export type ProductCredential = { id: CredentialId; product: string; secretHash: string }
