import { isExpired as isKeyExpired, keysByValidity } from '../idps/key-expiry.ts'
import { publicKeyOf } from '../idps/public-key.ts'
import type { IdentityProvider, SigningKey } from '../idps/types.ts'
import { fail, ok, type Result } from '../result.ts'
import type { decryptResponse as DecryptResponse, UnwrapKey } from '../saml/decrypt-response.ts'
import { type Refusal, refusal, type SamlCause } from '../saml/errors.ts'
import type { VerifiedAssertion } from '../saml/read-assertion.ts'
import type { UnverifiedResponse } from '../saml/read-response.ts'
import { verifyResponse } from '../saml/verify-response.ts'
import { toSeconds } from '../time.ts'
import type { SignInCause } from './errors.ts'
import { identitiesOf } from './identities.ts'
import { requestHandle } from './login-handle.ts'
import { type Mapped, mapProfile } from './map-profile.ts'
import type { SignInRequest, TraceNote } from './ports.ts'
import { type Refused, verificationStage } from './refused.ts'
import type { Submission } from './submission.ts'

/** A response whose sender was let in, and the request of ours that it answers. */
export type Candidate = {
  idp: IdentityProvider
  unverified: UnverifiedResponse
  /** Undefined: the response is unsolicited. */
  request: SignInRequest | undefined
}

/** A response that is good, for a provider of ours and from a domain of its organization. */
export type Judged = Mapped & {
  idp: IdentityProvider
  assertion: VerifiedAssertion
  request: SignInRequest | undefined
  /** Of the certificate that verified it. */
  keyFingerprint?: string
  notes: readonly TraceNote[]
}

/** Judges a response by what we know; decides from verified bytes and stored configuration only. */
export async function judgeResponse(
  { idp, unverified, request }: Candidate,
  unwrapKey: UnwrapKey,
  submission: Submission,
): Promise<Result<Judged, Refused>> {
  const known = { idp, response: unverified.response, ...(request && { request }) }
  const refused = request && refuseRequest(idp, request, submission)
  if (refused) return fail({ ...known, refusal: refused, stage: 'request' })
  const verified = await verify({ idp, unverified, request }, unwrapKey, submission)
  if (!verified.ok) {
    return fail({
      ...known,
      refusal: verified.error,
      stage: verificationStage(verified.error.cause),
    })
  }
  const { assertion, key } = verified.value
  const proof = key && { keyFingerprint: key.fingerprint }
  const vouched = { ...known, ...proof }
  const isExpired = key !== undefined && isKeyExpired(key, toSeconds(submission.nowMs))
  const unfit = refuseByPolicy(idp, assertion, isExpired) ?? refuseAuthn(idp, assertion, request)
  if (unfit) return fail({ ...vouched, refusal: unfit, stage: 'policy' })
  const mapped = mapProfile(assertion, idp)
  if (!mapped.ok) return fail({ ...vouched, refusal: mapped.error, stage: 'person' })
  const notes = notesOf(assertion, { isExpired, request, submission })
  return ok({ ...mapped.value, idp, assertion, request, ...proof, notes })
}

/** Few providers encrypt, so what decrypts is loaded once one does. */
const decrypt: typeof DecryptResponse = async (...encrypted) => {
  const { decryptResponse } = await import('../saml/decrypt-response.ts')
  return decryptResponse(...encrypted)
}

type Verified = { assertion: VerifiedAssertion; key: SigningKey | undefined }

async function verify(
  { idp, unverified, request }: Candidate,
  unwrapKey: UnwrapKey,
  { scope, publicUrl, nowMs }: Submission,
): Promise<Result<Verified, Refusal<SamlCause>>> {
  const now = toSeconds(nowMs)
  const signingKeys = keysByValidity(idp, now)
  const keys = signingKeys.map(({ spki }) => publicKeyOf(spki))
  const allowsSha1 = idp.allowsSha1 ?? false
  const serviceProviders = identitiesOf(idp, scope, publicUrl)
  const expected = {
    issuer: idp.entityId,
    keys,
    allowsSha1,
    serviceProviders,
    inResponseTo: request?.requestId,
    clockSkewSeconds: idp.clockSkewSeconds,
    now,
  }
  const opened = unverified.encrypted
    ? await decrypt(unverified, { keys, allowsSha1, unwrapKey, serviceProviders })
    : ok(unverified)
  if (!opened.ok) return opened
  const verified = verifyResponse(opened.value, expected)
  if (!verified.ok) return verified
  const assertion = verified.value
  return ok({ assertion, key: signingKeys[assertion.keyIndex] })
}

/** A request is answered once, in time, and by the provider that it was sent to (R15). */
function refuseRequest(
  idp: IdentityProvider,
  { requestId: got, idpId, isUsed, validUntil }: SignInRequest,
  { nowMs }: Submission,
): Refusal<SignInCause> | undefined {
  if (idpId !== idp.id) return refusal('request_of_another_idp', { got })
  if (isUsed) return refusal('request_used', { got })
  return toSeconds(nowMs) < validUntil ? undefined : refusal('request_expired', { got })
}

function refuseByPolicy(
  { requiresEncryption, expiredCertificates }: IdentityProvider,
  { isEncrypted }: VerifiedAssertion,
  isExpired: boolean,
): Refusal<SignInCause> | undefined {
  if (requiresEncryption && !isEncrypted) return refusal('assertion_not_encrypted')
  return isExpired && expiredCertificates === 'block' ? refusal('certificate_expired') : undefined
}

/** What the request asked of the authentication itself (SAML Core 2.0 §3.3.2.2.1, §3.4.1). */
function refuseAuthn(
  { clockSkewSeconds }: IdentityProvider,
  { authnInstant, authnContext }: VerifiedAssertion,
  request: SignInRequest | undefined,
): Refusal<SignInCause> | undefined {
  const { forceAuthn, issuedAt = 0, authnContext: wanted } = request ?? {}
  if (forceAuthn && authnInstant < issuedAt - clockSkewSeconds) return refusal('authn_too_old')
  const isWanted = wanted === undefined || wanted.includes(authnContext ?? '')
  return isWanted
    ? undefined
    : refusal('authn_context', { got: authnContext, want: wanted.join(' ') })
}

function notesOf(
  { usesSha1, isForFormerIdentity }: VerifiedAssertion,
  {
    isExpired,
    request,
    submission,
  }: {
    isExpired: boolean
    request: SignInRequest | undefined
    submission: Submission
  },
): TraceNote[] {
  const isChanged = request && submission.relayState !== requestHandle(request.requestId)
  return [
    ...(usesSha1 ? (['sha1_signature'] as const) : []),
    ...(isExpired ? (['certificate_expired'] as const) : []),
    ...(isChanged ? (['relay_state_changed'] as const) : []),
    ...(isForFormerIdentity ? (['former_identity'] as const) : []),
  ]
}
