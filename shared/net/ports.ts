import type { Result } from '../result.ts'
import type { Refusal } from '../saml/errors.ts'

/** Why a document could not be had, without a word about networks that are none of the admin's. */
export type FetchCause =
  | 'url_malformed'
  | 'url_too_long'
  | 'url_not_https'
  | 'url_credentials'
  | 'address_forbidden'
  | 'unreachable'
  | 'tls_failed'
  | 'timeout'
  | 'too_large'
  | 'encoding_unknown'
  | 'redirect_forbidden'
  /** To another host, where the caller does not want to go. */
  | 'redirect_elsewhere'
  | `status_${number}`

type FetchLimits = {
  /** Of the document, decompressed. */
  limitBytes: number
  /** For everything, from the name's resolution to the last byte. */
  timeoutMs: number
  /** Whether redirects are followed only on the host, and port, of the address itself. */
  staysOnHost?: boolean
}

/** Downloads a document from an address that somebody outside has named. */
export type FetchDocument = (
  url: string,
  limits: FetchLimits,
) => Promise<Result<Buffer, Refusal<FetchCause>>>

/** The strings of one TXT record. */
export type TxtRecord = readonly string[]

/** Why nobody knows what is at a name. */
export type ResolveCause = 'timeout' | 'server_failure' | 'refused' | 'unreachable'

/** Asks DNS for the TXT records of a name; a name that has none, or is none, has an empty list. */
export type ResolveTxt = (name: string) => Promise<Result<readonly TxtRecord[], ResolveCause>>
