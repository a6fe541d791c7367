import { landingUrl } from '../products/landing.ts'
import type { Catalogue, Product } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import { toSeconds } from '../time.ts'
import { issueLoginToken, LOGIN_TOKEN_LIFETIME_MS } from '../tokens/login-token.ts'
import type { Admitted } from './admit-response.ts'
import { complete, isUpToDate, withGroups } from './arriving.ts'
import { chooseLanding } from './choose-landing.ts'
import { keysOf, subjectOf } from './find-subject.ts'
import type { Judged } from './judge-response.ts'
import { assertionHandle, requestHandle } from './login-handle.ts'
import type { CompletionError, Entitle, SignIn, SignInStore, Trace } from './ports.ts'
import type { Refused } from './refused.ts'
import type { Submission } from './submission.ts'

/** Where the browser goes, with the login token. */
export type Completed = { kind: 'signed_in'; location: string; signIn: SignIn }

export type FinishPorts = { signIns: SignInStore; entitle: Entitle }

/**
 * Lets the user exist and issues the login token, in one write. Where rules are still to be applied
 * to what the provider says of groups, or the landing page needs a seat that the user has not got,
 * rules come first (R23).
 */
export async function finishSignIn(
  { signIns, entitle }: FinishPorts,
  judged: Judged,
  admitted: Admitted,
  submission: Submission,
): Promise<Result<Completed, Refused>> {
  const { catalogue, rulesRev } = admitted.found
  const prepared = prepare(judged, catalogue, submission)
  if (!prepared.ok) return prepared
  const subject = await subjectOf(signIns, judged, admitted)
  const signIn = withGroups(prepared.value.signIn, judged, subject)
  const arriving = { judged, subject, rulesRev, signIn, nowMs: submission.nowMs }
  const first = isUpToDate(arriving) ? await complete(signIns, arriving) : 'rules_pending'
  const isForRules = first === 'rules_pending' || first === 'no_product_access'
  const error = isForRules
    ? await (await loadEntitled()).completeEntitled({ signIns, entitle }, arriving)
    : first
  return error
    ? fail(refused(error, judged, catalogue.get(signIn.landing.product)))
    : ok({ ...prepared.value, signIn })
}

/** Few sign-ins change what somebody may use. */
const loadEntitled = () => import('./complete-entitled.ts')

/** What is known of a response that was good. */
const vouched = ({ idp, keyFingerprint }: Judged) => ({
  idp,
  ...(keyFingerprint !== undefined && { keyFingerprint }),
})

function prepare(
  judged: Judged,
  catalogue: Catalogue,
  submission: Submission,
): Result<Completed, Refused> {
  const { idp, assertion, profile, groups, request } = judged
  const { landing, isSubstitute } = chooseLanding(judged, catalogue, submission.relayState)
  const product = catalogue.get(landing.product)
  if (!product) {
    const unknown = refusal('product_unknown', { got: landing.product })
    return fail({ ...vouched(judged), refusal: unknown, stage: 'landing' })
  }
  const handle = request ? requestHandle(request.requestId) : assertionHandle(idp.id, assertion.id)
  const { token, secretHash } = issueLoginToken(handle)
  const signIn: SignIn = {
    handle,
    isSolicited: request !== undefined,
    idp,
    ...keysOf(judged),
    profile,
    ...(groups && { groups }),
    authentication: assertion,
    landing,
    ...(product.access === 'assigned' && { requiresAccess: true }),
    secretHash,
    redeemableUntilMs: submission.nowMs + LOGIN_TOKEN_LIFETIME_MS,
    replayableUntil: assertion.notOnOrAfter + idp.clockSkewSeconds,
    trace: successTrace(judged, isSubstitute, submission),
  }
  return ok({ kind: 'signed_in', location: landingUrl(product, token, landing.target), signIn })
}

function successTrace(judged: Judged, isSubstitute: boolean, submission: Submission): Trace {
  const { idp, notes, keyFingerprint } = judged
  const all = isSubstitute ? [...notes, 'landing_not_allowed' as const] : notes
  return {
    id: submission.traceId,
    at: toSeconds(submission.nowMs),
    orgId: idp.orgId,
    idpId: idp.id,
    outcome: 'succeeded',
    ...(keyFingerprint !== undefined && { keyFingerprint }),
    ...(all.length > 0 && { notes: all }),
  }
}

/** A sign-in that could not be written, of a response that was good. */
const refused = (
  error: CompletionError,
  judged: Judged,
  product: Product | undefined,
): Refused => ({
  ...vouched(judged),
  refusal: refusalOf(error, judged, product),
  ...(error === 'no_product_access' && product && { product: product.name }),
  stage: 'account',
})

/** What the write found out, in the words of a refusal. */
function refusalOf(error: CompletionError, { request }: Judged, product: Product | undefined) {
  switch (error) {
    case 'already_completed':
      return refusal(request ? 'request_used' : 'assertion_replayed')
    case 'subject_changed': // after several attempts: somebody else is writing all the time
      return refusal('email_in_use')
    case 'no_product_access':
      return refusal(error, { got: product?.key })
    case 'user_suspended':
    case 'user_deleted':
    case 'not_invited':
    case 'email_in_use':
      return refusal(error)
    default:
      return error satisfies never
  }
}
