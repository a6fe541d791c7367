import type { IdentityProvider } from '../idps/types.ts'
import type { Refusal, SamlCause } from '../saml/errors.ts'
import type { XmlElement } from '../saml/xml-tree.ts'
import type { Stage } from '../trace/stage.ts'
import type { SignInCause } from './errors.ts'
import type { SignInRequest } from './ports.ts'

/** A refusal, where it was made, and what is known of the message then. */
export type Refused = {
  refusal: Refusal<SignInCause>
  /** All before it was passed. */
  stage: Stage
  /** Where it is known whose it is. */
  idp?: IdentityProvider
  /** The request that it answers, or seems to. */
  request?: SignInRequest
  /** Where it could be parsed. */
  response?: XmlElement
  /** Name of the product that the person may not use, where that is why. */
  product?: string
  /** Of the certificate that verified it; absent: nothing vouches for the message. */
  keyFingerprint?: string
}

/** Checks of the Response around the assertion: see validateEnvelope(). */
const envelopeCauses: ReadonlySet<SamlCause> = new Set([
  'response_version',
  'response_destination',
  'response_issuer',
  'response_status',
  // Also of the assertion's confirmation, but then no more is said than what is true.
  'in_response_to',
])

/** Checks of the assertion itself: see validateAssertion(). */
const assertionCauses: ReadonlySet<SamlCause> = new Set([
  'assertion_malformed',
  'assertion_issuer',
  'assertion_time_malformed',
  'assertion_not_yet_valid',
  'assertion_expired',
  'assertion_from_the_future',
  'audience',
  'conditions_missing',
  'conditions_unknown',
  'subject_missing',
  'subject_encrypted',
  'attribute_encrypted',
  'subject_confirmation',
  'subject_confirmation_recipient',
  'subject_confirmation_expired',
  'authn_statement_missing',
  'session_expired',
])

/** Where verifyResponse() or decryptResponse() has refused. */
export function verificationStage(cause: SamlCause): Stage {
  if (envelopeCauses.has(cause)) return 'envelope'
  return assertionCauses.has(cause) ? 'assertion' : 'verification'
}
