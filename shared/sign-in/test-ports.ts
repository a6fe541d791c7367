import type { IdpId, OrgId, TestId } from '../ids.ts'
import type { TestResult } from './ports.ts'

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
