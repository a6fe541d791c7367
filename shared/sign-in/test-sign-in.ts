import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import { toSeconds } from '../time.ts'
import type { Judged } from './judge-response.ts'
import { requestHandle } from './login-handle.ts'
import { sourcesOf } from './map-profile.ts'
import type { SignInRequest, SignInStore } from './ports.ts'
import { messageOf } from './refusal-trace.ts'
import type { Refused } from './refused.ts'
import type { Submission } from './submission.ts'
import type { TestResult } from './test-ports.ts'

/** A test came to an end: its result is for the admin who sits at the browser. */
export type Tested = {
  kind: 'tested'
  /** Of the provider; absent: nobody knows who answered. */
  name: string | undefined
  result: TestResult
}

type Test = SignInRequest & { name: string | undefined }

/** The most that a test keeps of what was asserted; an item of DynamoDB has 400 KB. */
const kept = { claims: 50, values: 20, length: 200 } as const

/**
 * Ends a test sign-in: its request is spent, and what came of it is kept for the admin, good or bad.
 * No user, no token and no session come of it (R11).
 */
export async function concludeTest(
  store: SignInStore,
  { testId, requestId, idpId, name }: Test,
  result: TestResult,
  { nowMs }: Submission,
): Promise<Result<Tested, Refused>> {
  if (testId === undefined) throw new Error('not the request of a test')
  const handle = requestHandle(requestId)
  const error = await store.completeTest({ testId, handle, idpId, at: toSeconds(nowMs), result })
  return error
    ? fail({ refusal: refusal('request_used'), stage: 'account' })
    : ok({ kind: 'tested', name, result })
}

export function refusedResult(refused: Refused): TestResult {
  const { stage, keyFingerprint } = refused
  return {
    outcome: 'refused',
    ...refused.refusal,
    stage,
    ...(keyFingerprint !== undefined && { keyFingerprint }),
    ...messageOf(refused),
    notes: [],
  }
}

export function succeededResult(judged: Judged): TestResult {
  const { assertion, profile, groups, keyFingerprint, notes } = judged
  const { nameId, authnContext, attributes } = assertion
  const claims = [...attributes].slice(0, kept.claims).map(([name, values]) => ({
    name: name.slice(0, kept.length),
    values: values.slice(0, kept.values).map((value) => value.slice(0, kept.length)),
  }))
  return {
    outcome: 'succeeded',
    ...(keyFingerprint !== undefined && { keyFingerprint }),
    nameId,
    ...(authnContext !== undefined && { authnContext }),
    claims,
    profile,
    ...(groups && { groups: groups.slice(0, kept.values) }),
    sources: sourcesOf(assertion, judged.idp),
    notes,
  }
}
