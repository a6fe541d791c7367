import type { IdentityProvider } from '../idps/types.ts'
import type { IdpId, OrgId, SsoTokenId, TestId, TraceId, UserId } from '../ids.ts'
import type { PortalCause } from '../portals/errors.ts'
import type { AccessAct } from '../products/access.ts'
import type { Arrival } from '../products/entitle.ts'
import type { Landing } from '../products/landing.ts'
import type { Catalogue } from '../products/types.ts'
import type { NameId } from '../saml/read-assertion.ts'
import type { LogoutCause, LogoutNote } from '../sign-out/errors.ts'
import type { PortalTraceKind, Stage } from '../trace/stage.ts'
import type { MetBy, Profile } from '../users/types.ts'
import type { SignInCause } from './errors.ts'
import type { CompletedTest, SignInTest } from './test-ports.ts'

/** A sign-in that we started. Times are epoch seconds. */
export type SignInRequest = {
  requestId: string
  idpId: IdpId
  /** What the browser asked for; absent: the provider's default product. */
  product?: string
  target?: string
  /** Set where an admin tries the provider out: no session comes of it (R11). */
  testId?: TestId
  issuedAt: number
  validUntil: number
  /** Set where the person had to prove themselves anew, after `issuedAt`. */
  forceAuthn?: true
  /** Set where one of these was asked for exactly; what comes then says which. */
  authnContext?: readonly string[]
  /** Whether a response has answered it. */
  isUsed: boolean
}

/** The user that a provider's NameID stands for, and the profile last asserted. */
export type Subject = {
  userId: UserId
  orgId: OrgId
  profile: Profile
  /** Set where it was found by a predecessor of the provider: it is to be found by this one's key. */
  isFormer?: true
  /** How SCIM directories knew them when they first came; `unclear`: they pointed at several. */
  metBy?: MetBy | 'unclear'
  /** What was last made of their groups by this key. */
  groups?: { digest: string; at: number; rulesRev?: number }
}

/** What the provider said of the session: kept for the token's claims and for logout (R19). */
type Authentication = {
  nameId: NameId
  sessionIndex: string | undefined
  /** IssueInstant of the assertion, by the provider's clock. */
  issueInstant: number
  sessionNotOnOrAfter: number | undefined
  authnInstant: number
  authnContext: string | undefined
}

/** All that a successful sign-in writes, in one transaction. */
export type SignIn = {
  handle: string
  /** Whether the record exists, as a request of ours, or is made now for an unsolicited response. */
  isSolicited: boolean
  idp: IdentityProvider
  /** What the person is known by at the provider, in its own words. */
  subject: string
  subjectKey: string
  /** Set where somebody is known by an attribute: key of the NameID, all that a logout has. */
  nameIdKey?: string
  profile: Profile
  /** What the provider says of groups, where it says anything. */
  groups?: readonly string[]
  /** The same, to be kept, where it is not what was kept last. */
  newGroups?: { names: readonly string[]; digest: string; at: number }
  /** Set where only who has a seat may come to the landing page (R18, R20). */
  requiresAccess?: true
  /** Set where the person comes to exist and no more: no token, no trace. */
  isEnrolment?: true
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
  /** Absent: a sign-in. */
  kind?: 'start' | 'logout' | PortalTraceKind
  /** Epoch seconds. */
  at: number
  orgId?: OrgId
  idpId?: IdpId
  /** Where a portal signs people in. */
  ssoTokenId?: SsoTokenId
  userId?: UserId
  product?: string
  /** `restarted`: an unsolicited response became a request of ours (R15). */
  outcome: 'succeeded' | 'refused' | 'restarted'
  cause?: SignInCause | LogoutCause | PortalCause
  got?: string
  want?: string
  /** Where it was refused: all before was passed. */
  stage?: Stage
  /** Fingerprint of the certificate that verified the signature. */
  keyFingerprint?: string
  notes?: readonly (TraceNote | LogoutNote)[]
  /** The message without anything personal or secret, for admins; of refusals only. */
  message?: string
}

/** What did not stop a sign-in but should be known. */
export type TraceNote =
  /** The browser goes to another page than it asked for. */
  | 'landing_not_allowed'
  | 'sha1_signature'
  | 'certificate_expired'
  /** The provider did not hand our RelayState back as it was. */
  | 'relay_state_changed'
  /** The response named us as we were before (R11). */
  | 'former_identity'
  /** The first sign-in of somebody whom a SCIM directory has by this attribute (ADR 0021). */
  | 'directory_external_id'
  | 'directory_user_name'
  | 'directory_email'
  /** SCIM directories pointed at several, or by an identifier alone: the address decided. */
  | 'directory_unclear'

/** What is read by what a document seems to say. Absent parts are not looked up. */
export type Lookup = { issuerKey: string; nameId?: string; requestHandle?: string }

export type Found = {
  idp: IdentityProvider | undefined
  subject: Subject | undefined
  request: SignInRequest | undefined
  catalogue: Catalogue
  /** Revision of the organization's group rules; undefined: it has none. */
  rulesRev: number | undefined
}

/** `subject_changed`: another sign-in of the same person was faster; look it up and try again. */
export type CompletionError =
  | 'already_completed'
  | 'user_suspended'
  | 'user_deleted'
  | 'not_invited'
  | 'email_in_use'
  | 'no_product_access'
  | 'subject_changed'

/** Keeps the groups of somebody who arrives, and gives and takes what rules decide for them. */
export type Entitle = (arrival: Arrival, act: AccessAct) => Promise<void>

export type SignInStore = {
  /**
   * Reads all that a response has to be judged by, strongly consistent: in one round trip where it
   * is remembered which provider it is, else in two. The subject is that of the NameID.
   */
  find(lookup: Lookup): Promise<Found>
  /** Reads what turned out to be another one than `find` was asked for. */
  findSubjects(subjectKeys: readonly string[]): Promise<readonly (Subject | undefined)[]>
  findRequest(handle: string): Promise<SignInRequest | undefined>
  /** Whether a sign-in has been completed by this handle: strongly consistent. */
  isCompleted(handle: string): Promise<boolean>
  /** Completes a sign-in of a known user; refuses it if the user may not sign in. */
  completeKnown(signIn: SignIn, subject: Subject): Promise<CompletionError | undefined>
  /** Completes the first sign-in of a person: the user comes to exist in the same transaction. */
  completeNew(signIn: SignIn): Promise<CompletionError | undefined>
  /** Spends the request of a test and keeps what came of it. */
  completeTest(test: CompletedTest): Promise<'already_completed' | undefined>
}

type FoundProvider = {
  idp: IdentityProvider | undefined
  catalogue: Catalogue
  test?: SignInTest
}

export type RequestStore = {
  /** Reads a provider, the products, and the test if one is to be started. */
  findProvider(idpId: IdpId, testId?: TestId): Promise<FoundProvider>
  /** Records a request, or replaces it by one of the same id that knows more; its id must be new. */
  saveRequest(request: SignInRequest): Promise<void>
}

export type TraceStore = { record(trace: Trace): Promise<void> }
