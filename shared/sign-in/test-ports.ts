import type { IdpId, OrgId, TestId } from '../ids.ts'
import type { NameId } from '../saml/read-assertion.ts'
import type { Stage } from '../trace/stage.ts'
import type { Profile } from '../users/types.ts'
import type { SignInCause } from './errors.ts'
import type { Sources } from './map-profile.ts'
import type { TraceNote } from './ports.ts'

/** A test sign-in that an admin asked for (R11). Times are epoch seconds. */
export type SignInTest = {
  id: TestId
  orgId: OrgId
  idpId: IdpId
  /** Until then it can be started and its result be read. */
  validUntil: number
  /** When it was answered; absent: it has not been. */
  at?: number
  result?: TestResult
}

export type TestStore = {
  /** Records a test; its id must be new. */
  create(test: SignInTest): Promise<void>
  find(id: TestId): Promise<SignInTest | undefined>
}

/** What came of a test sign-in, for the admin who asked for it (R11). */
export type CompletedTest = {
  testId: TestId
  /** Of the request that was answered. */
  handle: string
  idpId: IdpId
  /** Epoch seconds. */
  at: number
  result: TestResult
}

export type TestResult = {
  outcome: 'succeeded' | 'refused'
  cause?: SignInCause
  got?: string
  want?: string
  stage?: Stage
  keyFingerprint?: string
  message?: string
  nameId?: NameId
  authnContext?: string
  /** Attributes as asserted. */
  claims?: readonly { name: string; values: readonly string[] }[]
  /** What they are read as. */
  profile?: Profile
  groups?: readonly string[]
  /** Which attributes these were read from; absent ones: none, or the NameID. */
  sources?: Sources
  notes: readonly TraceNote[]
}
