import { allowedLanding, findLanding, type Landing, landingUrl } from '../products/landing.ts'
import type { Catalogue } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import { readResponse, type UnverifiedResponse } from '../saml/read-response.ts'
import { toSeconds } from '../time.ts'
import { issueLoginToken, LOGIN_TOKEN_LIFETIME_MS } from '../tokens/login-token.ts'
import { type Judged, judgeResponse, type Refused } from './judge-response.ts'
import { assertionHandle, requestHandle } from './login-handle.ts'
import type { CompletionError, Lookup, SignIn, SignInStore, Subject, Trace } from './ports.ts'
import { issuerKey, subjectKey } from './subject-key.ts'
import type { Submission } from './submission.ts'

/** Where the browser goes, with the login token. */
export type Completed = { location: string; signIn: SignIn }

const MAX_ATTEMPTS = 3

/**
 * Completes a sign-in: judges the response, lets the user exist, and issues the login token, in one
 * read and one write. Nothing is written for a response that is refused.
 *
 * Source: SAML Profiles 2.0 §4.1.4.3, §4.1.5; R15, R16, R18, R21.
 */
export async function completeSignIn(
  store: SignInStore,
  submission: Submission,
): Promise<Result<Completed, Refused>> {
  const read = readResponse(submission.samlResponse)
  if (!read.ok) return fail({ refusal: read.error })
  const lookup = lookupOf(read.value, submission.scope)
  for (let attempt = 1; ; attempt++) {
    const found = await store.find(lookup)
    const judged = judgeResponse(read.value, found, submission)
    if (!judged.ok) return judged
    const prepared = prepare(judged.value, found.catalogue, lookup.subjectKey, submission)
    if (!prepared.ok) return prepared
    const error = await write(store, prepared.value.signIn, found.subject)
    if (!error) return prepared
    if (error === 'subject_changed' && attempt < MAX_ATTEMPTS) continue
    return fail({ refusal: refuse(error, judged.value), idp: judged.value.idp })
  }
}

const write = (store: SignInStore, signIn: SignIn, subject: Subject | undefined) =>
  subject ? store.completeKnown(signIn, subject) : store.completeNew(signIn)

/** What the unverified document says chooses what is read; it decides nothing. */
function lookupOf(unverified: UnverifiedResponse, scope: string) {
  const { unverifiedIssuer, unverifiedNameId = '', unverifiedInResponseTo } = unverified
  const issuer = issuerKey(scope, unverifiedIssuer)
  return {
    issuerKey: issuer,
    subjectKey: subjectKey(issuer, unverifiedNameId),
    ...(unverifiedInResponseTo !== undefined && {
      requestHandle: requestHandle(unverifiedInResponseTo),
    }),
  } satisfies Lookup
}

function prepare(
  judged: Judged,
  catalogue: Catalogue,
  subject: string,
  submission: Submission,
): Result<Completed, Refused> {
  const { idp, assertion, profile, request } = judged
  const { landing, isSubstitute } = chooseLanding(judged, catalogue, submission.relayState)
  const product = catalogue.get(landing.product)
  if (!product) return fail({ refusal: refusal('product_unknown', { got: landing.product }), idp })
  const handle = request ? requestHandle(request.requestId) : assertionHandle(idp.id, assertion.id)
  const { token, secretHash } = issueLoginToken(handle)
  const signIn: SignIn = {
    handle,
    isSolicited: request !== undefined,
    idp,
    subjectKey: subject,
    profile,
    authentication: assertion,
    landing,
    secretHash,
    redeemableUntilMs: submission.nowMs + LOGIN_TOKEN_LIFETIME_MS,
    replayableUntil: assertion.notOnOrAfter + idp.clockSkewSeconds,
    trace: successTrace(judged, isSubstitute, submission),
  }
  return ok({ location: landingUrl(product, token, landing.target), signIn })
}

type ChosenLanding = { landing: Landing; isSubstitute: boolean }

/** What the browser asked for if it is on the list, else the provider's default page (R18). */
function chooseLanding(
  { idp, request }: Judged,
  catalogue: Catalogue,
  relayState: string | undefined,
): ChosenLanding {
  const byDefault = { product: idp.defaultProduct }
  const wanted = request
    ? allowedLanding(catalogue, request.product ?? idp.defaultProduct, request.target)
    : relayState
      ? findLanding(catalogue, relayState)
      : byDefault
  return { landing: wanted ?? byDefault, isSubstitute: wanted === undefined }
}

function successTrace(
  { idp, assertion }: Judged,
  isSubstitute: boolean,
  submission: Submission,
): Trace {
  const fingerprint = idp.signingKeys[assertion.keyIndex]?.fingerprint
  return {
    id: submission.traceId,
    at: toSeconds(submission.nowMs),
    orgId: idp.orgId,
    idpId: idp.id,
    outcome: 'succeeded',
    ...(fingerprint !== undefined && { keyFingerprint: fingerprint }),
    ...(isSubstitute && { note: 'landing_not_allowed' }),
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
