import type { Connection, Endpoint, LogoutEndpoint } from './types.ts'

/** Where a provider's connection comes from, as an admin hands it in (R7). */
export type SourceInput =
  | { kind: 'url'; url: string }
  | { kind: 'file'; document: string }
  | ({ kind: 'parameters' } & Parameters)

/** What an admin enters who has no metadata. */
export type Parameters = {
  entityId: string
  singleSignOn: Endpoint
  singleLogout?: LogoutEndpoint
  /** PEM, the base64 of the DER in one line or several; one to ten. */
  certificates: readonly string[]
  wantsSignedRequests?: boolean
}

/** What is kept of the source: metadata by URL is read again on a schedule (R8). */
export type ConnectionSource = { kind: 'url'; url: string } | { kind: 'file' | 'parameters' }

/**
 * What is known of a provider that sign-ins do not need: an item of its own, so that they do not
 * read it. Times are epoch seconds.
 */
export type Management = {
  source: ConnectionSource
  /** When it was activated for the first time; absent: not by this API. */
  activatedAt?: number
  /** The connection before the present one, which an admin can bring back. */
  previous?: Connection
  /** Where that one came from. */
  previousSource?: ConnectionSource
  /** Found at the metadata URL, and too different to be applied without an admin's click (R8). */
  parked?: { connection: Connection; foundAt: number }
  /** SHA-256 of the connection that an admin has declined: it is not parked again. */
  declined?: string
  /** When its metadata was last read in full. */
  refreshedAt?: number
  /** When the schedule last looked at it. */
  visitedAt?: number
  /** Why the last refresh failed; absent: it did not. */
  refreshCause?: string
  /** Certificate fingerprint → the smallest number of days that a warning has been given for. */
  warnedDays?: Readonly<Record<string, number>>
}
