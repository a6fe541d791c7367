import { landingUrl } from '../products/landing.ts'
import type { Catalogue } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import { toSeconds } from '../time.ts'
import { issueLoginToken, LOGIN_TOKEN_LIFETIME_MS } from '../tokens/login-token.ts'
import type { Admitted } from './admit-response.ts'
import { chooseLanding } from './choose-landing.ts'
import { findSubject, keysOf, type SubjectKeys, subjectOf } from './find-subject.ts'
import type { Judged } from './judge-response.ts'
import { assertionHandle, requestHandle } from './login-handle.ts'
import type { CompletionError, SignIn, SignInStore, Subject, Trace } from './ports.ts'
import type { Refused } from './refused.ts'
import type { Submission } from './submission.ts'

/** Where the browser goes, with the login token. */
export type Completed = { kind: 'signed_in'; location: string; signIn: SignIn }

const MAX_ATTEMPTS = 3

/** Lets the user exist and issues the login token, in one write; tries again if another was faster. */
export async function finishSignIn(
  store: SignInStore,
  judged: Judged,
  admitted: Admitted,
  submission: Submission,
): Promise<Result<Completed, Refused>> {
  const keys = keysOf(judged)
  const prepared = prepare(judged, admitted.found.catalogue, keys, submission)
  if (!prepared.ok) return prepared
  let subject = await subjectOf(store, judged, admitted)
  for (let attempt = 1; ; attempt++) {
    const error = await write(store, prepared.value.signIn, subject)
    if (!error) return prepared
    if (error !== 'subject_changed' || attempt === MAX_ATTEMPTS) {
      return fail({ ...vouched(judged), refusal: refuse(error, judged), stage: 'account' })
    }
    subject = await findSubject(store, judged)
  }
}

/** What is known of a response that was good. */
const vouched = ({ idp, keyFingerprint }: Judged) => ({
  idp,
  ...(keyFingerprint !== undefined && { keyFingerprint }),
})

const write = (store: SignInStore, signIn: SignIn, subject: Subject | undefined) =>
  subject ? store.completeKnown(signIn, subject) : store.completeNew(signIn)

function prepare(
  judged: Judged,
  catalogue: Catalogue,
  keys: SubjectKeys,
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
    ...keys,
    profile,
    ...(groups && { groups }),
    authentication: assertion,
    landing,
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

/** What the write found out, in the words of a refusal. */
function refuse(error: CompletionError, { request }: Judged) {
  switch (error) {
    case 'already_completed':
      return refusal(request ? 'request_used' : 'assertion_replayed')
    case 'subject_changed': // after several attempts: somebody else is writing all the time
      return refusal('email_in_use')
    case 'user_suspended':
    case 'email_in_use':
      return refusal(error)
    default:
      return error satisfies never
  }
}
