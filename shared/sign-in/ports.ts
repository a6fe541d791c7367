import type { IdentityProvider } from '../idps/types.ts'
import type { IdpId, OrgId, TraceId, UserId } from '../ids.ts'
import type { Landing } from '../products/landing.ts'
import type { Catalogue } from '../products/types.ts'
import type { NameId } from '../saml/read-assertion.ts'
import type { Profile } from '../users/types.ts'
import type { SignInCause } from './errors.ts'

/** A sign-in that we started. Times are epoch seconds. */
export type SignInRequest = {
  requestId: string
  idpId: IdpId
  /** What the browser asked for; absent: the provider's default product. */
  product?: string
  target?: string
  validUntil: number
  /** Whether a response has answered it. */
  isUsed: boolean
}

/** The user that a provider's NameID stands for, and the profile last asserted. */
export type Subject = { userId: UserId; profile: Profile }

/** What the provider said of the session: kept for the token's claims and for logout (R19). */
type Authentication = {
  nameId: NameId
  sessionIndex: string | undefined
  authnInstant: number
  authnContext: string | undefined
}

/** All that a successful sign-in writes, in one transaction. */
export type SignIn = {
  handle: string
  /** Whether the record exists, as a request of ours, or is made now for an unsolicited response. */
  isSolicited: boolean
  idp: IdentityProvider
  subjectKey: string
  profile: Profile
  authentication: Authentication
  landing: Landing
  secretHash: string
  /** Epoch milliseconds: a second is too coarse for a lifetime of twenty. */
  redeemableUntilMs: number
  /** Epoch seconds until which the response could be presented again. */
  replayableUntil: number
  trace: Trace
}

/** A line of the sign-in trace (R40). */
export type Trace = {
  id: TraceId
  /** Epoch seconds. */
  at: number
  orgId?: OrgId
  idpId?: IdpId
  outcome: 'succeeded' | 'refused'
  cause?: SignInCause
  got?: string
  want?: string
  /** Fingerprint of the certificate that verified the signature. */
  keyFingerprint?: string
  /** Set where the browser goes to another page than it asked for. */
  note?: 'landing_not_allowed'
}

export type Lookup = { issuerKey: string; subjectKey: string; requestHandle?: string }

export type Found = {
  idp: IdentityProvider | undefined
  subject: Subject | undefined
  request: SignInRequest | undefined
  catalogue: Catalogue
}

/** `subject_changed`: another sign-in of the same person was faster; look it up and try again. */
export type CompletionError =
  | 'already_completed'
  | 'user_suspended'
  | 'email_in_use'
  | 'subject_changed'

export type SignInStore = {
  /** Reads all that a response has to be judged by: one strongly consistent read. */
  find(lookup: Lookup): Promise<Found>
  /** Completes a sign-in of a known user; refuses it if the user may not sign in. */
  completeKnown(signIn: SignIn, subject: Subject): Promise<CompletionError | undefined>
  /** Completes the first sign-in of a person: the user comes to exist in the same transaction. */
  completeNew(signIn: SignIn): Promise<CompletionError | undefined>
}

export type RequestStore = {
  /** Reads a provider and the products. */
  findProvider(idpId: IdpId): Promise<{ idp: IdentityProvider | undefined; catalogue: Catalogue }>
  /** Records a request; its id must be new. */
  saveRequest(request: SignInRequest): Promise<void>
}

export type TraceStore = { record(trace: Trace): Promise<void> }
