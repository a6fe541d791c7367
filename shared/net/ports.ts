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
  | `status_${number}`

type FetchLimits = {
  /** Of the document, decompressed. */
  limitBytes: number
  /** For everything, from the name's resolution to the last byte. */
  timeoutMs: number
}

/** Downloads a document from an address that somebody outside has named. */
export type FetchDocument = (
  url: string,
  limits: FetchLimits,
) => Promise<Result<Buffer, Refusal<FetchCause>>>
