import type { IdentityProvider } from '../idps/types.ts'
import type { IdpId, OrgId, UserId } from '../ids.ts'
import type { Catalogue } from '../products/types.ts'
import type { NameId } from '../saml/read-assertion.ts'
import type { Sign } from '../saml/sign-message.ts'
import type { Trace, TraceStore } from '../sign-in/ports.ts'
import type { Ended, SignedOut } from './signed-out.ts'

/** Somebody who has signed in here, and which of their sessions have ended. */
export type KnownSubject = { key: string; userId: UserId; orgId: OrgId; signedOut?: SignedOut }

/** A LogoutRequest of ours whose answer is awaited. */
export type Outstanding = {
  requestId: string
  idpId: IdpId
  product: string
  /** A path of the product that is on its list. */
  target?: string
  /** Epoch seconds. */
  validUntil: number
  isAnswered: boolean
}

/** A session, as the sign-in left it. */
export type Session = {
  sid: string
  /** Hash of the secret in the product's logout address. */
  logoutSecretHash: string
  subjectKey: string
  nameId: NameId
  sessionIndex?: string
  signedInAtMs: number
  assertedAt: number
  idpId: IdpId
  orgId: OrgId
  userId: UserId
  product: string
}

/** What is read by what a message seems to say. Absent parts are not looked up. */
export type LogoutLookup = { issuerKey: string; nameId?: string; logoutHandle?: string }

export type FoundForLogout = {
  idp: IdentityProvider | undefined
  subject: KnownSubject | undefined
  outstanding: Outstanding | undefined
  catalogue: Catalogue
}

/** All that an end of sessions writes, in one transaction. */
export type Ending = {
  idpId: IdpId
  /** Undefined: there is nothing to end. */
  subject: KnownSubject | undefined
  /** Undefined: all sessions. */
  sids: readonly string[] | undefined
  ended: Ended
  endedBy: 'identity-provider' | 'product'
  /** For the event. */
  actor: string
  /** A provider's message, which is good once, and until when (epoch seconds). */
  seen?: { handle: string; until: number }
  /** A request of ours that the provider gets now. */
  outstanding?: Outstanding
  trace: Trace
}

export type SignOutStore = {
  /**
   * Reads all that a message has to be judged by, strongly consistent: in one round trip where it is
   * remembered which provider it is, else in two.
   */
  find(lookup: LogoutLookup): Promise<FoundForLogout>
  /** Reads who is meant by a NameID that `find` was not asked for. */
  findSubject(idpId: IdpId, nameId: string): Promise<KnownSubject | undefined>
  /** Reads the session of a sign-in that was redeemed. */
  findSession(handle: string): Promise<Session | undefined>
  /** Reads who has to do with a session. */
  findParties(session: Session): Promise<Omit<FoundForLogout, 'outstanding'>>
  /** Ends sessions, with their event. `replayed`: the provider's message was here before. */
  end(ending: Ending): Promise<'replayed' | undefined>
  /** Takes the answer to a request of ours: of any number of callers one gets true. */
  takeAnswer(requestId: string, trace: Trace): Promise<boolean>
}

/** What both logout endpoints work with. */
export type SignOutPorts = {
  signOuts: SignOutStore
  sign: Sign
  traces: TraceStore
  publicUrl: string
  /** Epoch milliseconds. */
  now: () => number
}
