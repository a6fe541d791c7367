import { fail, type Result } from '../result.ts'
import type { UnwrapKey } from '../saml/decrypt-response.ts'
import { admitResponse } from './admit-response.ts'
import { type Completed, type FinishPorts, finishSignIn } from './finish-sign-in.ts'
import { judgeResponse } from './judge-response.ts'
import type { SignInStore } from './ports.ts'
import { readCandidate } from './read-candidate.ts'
import type { Refused } from './refused.ts'
import { type Restarted, restart } from './restart.ts'
import type { Submission } from './submission.ts'
import type { Tested } from './test-sign-in.ts'

type Ports = FinishPorts & { unwrapKey: UnwrapKey }

/** What a response that is not refused comes to. */
export type Outcome = Completed | Restarted | Tested

/**
 * Completes a sign-in: lets the sender in, judges the response, lets the user exist, and issues the
 * login token. One read and one write, and one read more where the text did not tell what to look
 * up. Nothing is written for a response that is refused, but for what an admin's test came to.
 *
 * Source: SAML Profiles 2.0 §4.1.4.3, §4.1.5; R11, R15, R16, R18, R21.
 */
export async function completeSignIn(
  { signIns, unwrapKey, entitle }: Ports,
  submission: Submission,
): Promise<Result<Outcome, Refused>> {
  const admitted = await admitResponse(signIns, submission)
  if (!admitted.ok) return refuse(signIns, admitted.error, submission)
  const candidate = await readCandidate(signIns, admitted.value)
  if (!candidate.ok) return refuse(signIns, candidate.error, submission)
  const { idp, request } = candidate.value
  if (!request && !idp.allowsUnsolicited) {
    return restart(idp, admitted.value.found.catalogue, submission)
  }
  const judged = await judgeResponse(candidate.value, unwrapKey, submission)
  if (!judged.ok) return refuse(signIns, judged.error, submission)
  if (request?.testId === undefined) {
    return finishSignIn({ signIns, entitle }, judged.value, admitted.value, submission)
  }
  const { concludeTest, succeededResult } = await loadTests()
  const test = { ...request, name: idp.name }
  return concludeTest(signIns, test, succeededResult(judged.value), submission)
}

/** Few responses are those of tests. */
const loadTests = () => import('./test-sign-in.ts')

/** The refusal of a test is what the test came to; also where its provider is unknown. */
async function refuse(
  store: SignInStore,
  refused: Refused,
  submission: Submission,
): Promise<Result<Tested, Refused>> {
  const { request, idp } = refused
  const isTest = request?.testId !== undefined && (!idp || request.idpId === idp.id)
  if (!isTest) return fail(refused)
  const { concludeTest, refusedResult } = await loadTests()
  return concludeTest(store, { ...request, name: idp?.name }, refusedResult(refused), submission)
}
