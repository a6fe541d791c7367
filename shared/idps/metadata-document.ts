import type { Connection, Endpoint, LogoutEndpoint } from './types.ts'

/**
 * What a source says of a provider, whichever of the three kinds it is of (R7). Times are epoch
 * seconds.
 */
export type MetadataDocument = {
  connection: Connection
  /** All that the provider offers and we can use, the one in `connection` among them. */
  singleSignOnServices: readonly Endpoint[]
  singleLogoutServices: readonly LogoutEndpoint[]
  /** The earliest that the document gives (SAML Metadata 2.0 §2.3.1). */
  validUntil?: number
  /** Seconds; the shortest that the document gives. */
  cacheDuration?: number
  nameIdFormats: readonly string[]
  organizationName?: string
  warnings: readonly SourceWarning[]
}

type SourceWarningCode =
  | 'http_endpoint'
  | 'private_endpoint'
  | 'certificate_repeated'
  | 'certificate_unusable'

/** What is taken, and worth an admin's look; `field` as in a problem. */
export type SourceWarning = { code: SourceWarningCode; field: string; got?: string }

/** Most keys of one provider; five are needed for a rollover (R9), more make verifying slow. */
export const MAX_KEYS = 10

/** In characters (SAML Core 2.0 §8.3.6). */
export const MAX_ENTITY_ID = 1024
