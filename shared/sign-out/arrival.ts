import type { IdentityProvider } from '../idps/types.ts'
import type { TraceId } from '../ids.ts'
import type { Refusal } from '../saml/errors.ts'
import type { UnverifiedMessage } from '../saml/logout-message.ts'
import type { Departure } from '../saml/send-message.ts'
import type { LogoutCause } from './errors.ts'

/** A message as it arrived at one of our single logout services. */
export type Arrival = {
  message: UnverifiedMessage
  parameter: 'SAMLRequest' | 'SAMLResponse'
  relayState: string | undefined
  /** `shared`, or the organization whose address was called. */
  scope: string
  /** Of this deployment. */
  publicUrl: string
  /** A fresh SAML message ID, for the answer. */
  responseId: string
  traceId: TraceId
  nowMs: number
}

/** Where the browser goes next: with a message of ours, to an address, or to a page of ours. */
export type Next =
  | { kind: 'departs'; departure: Departure }
  | { kind: 'goes'; location: string }
  | { kind: 'stays' }

/** A refusal, with the provider where it is known whose it is. */
export type RefusedLogout = {
  refusal: Refusal<LogoutCause>
  idp?: IdentityProvider
  keyFingerprint?: string
  /** The message, where its provider was let in; it may be unreadable. */
  bytes?: Buffer
}
