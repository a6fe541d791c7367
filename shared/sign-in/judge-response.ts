import { publicKeyOf } from '../idps/public-key.ts'
import type { IdentityProvider } from '../idps/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { type Refusal, refusal } from '../saml/errors.ts'
import type { VerifiedAssertion } from '../saml/read-assertion.ts'
import type { UnverifiedResponse } from '../saml/read-response.ts'
import { verifyResponse } from '../saml/verify-response.ts'
import { toSeconds } from '../time.ts'
import type { Profile } from '../users/types.ts'
import type { SignInCause } from './errors.ts'
import { mapProfile } from './map-profile.ts'
import type { Found, SignInRequest } from './ports.ts'
import type { Submission } from './submission.ts'

/** A response that is good, for a provider of ours and from a domain of its organization. */
export type Judged = {
  idp: IdentityProvider
  assertion: VerifiedAssertion
  profile: Profile
  /** The request that it answers; undefined: unsolicited. */
  request: SignInRequest | undefined
}

/** A refusal, with the provider where it is known whose it is. */
export type Refused = { refusal: Refusal<SignInCause>; idp?: IdentityProvider }

/** Judges a response by what we know; decides from verified bytes and stored configuration only. */
export function judgeResponse(
  unverified: UnverifiedResponse,
  found: Found,
  submission: Submission,
): Result<Judged, Refused> {
  const { idp, request } = found
  if (!idp) return fail({ refusal: refusal('idp_unknown', { got: unverified.unverifiedIssuer }) })
  const refused = refuseProvider(idp, submission) ?? refuseRequest(unverified, found, submission)
  if (refused) return fail({ refusal: refused, idp })

  const verified = verifyResponse(unverified, {
    issuer: idp.entityId,
    keys: idp.signingKeys.map(({ spki }) => publicKeyOf(spki)),
    audience: submission.serviceProvider.entityId,
    acsUrl: submission.serviceProvider.acsUrl,
    inResponseTo: request?.requestId,
    clockSkewSeconds: idp.clockSkewSeconds,
    now: toSeconds(submission.nowMs),
  })
  if (!verified.ok) return fail({ refusal: verified.error, idp })
  const assertion = verified.value
  // The subject was looked up by what the unverified document said.
  if (assertion.nameId.value !== unverified.unverifiedNameId) {
    return fail({ refusal: refusal('subject_missing'), idp })
  }
  const profile = mapProfile(assertion, idp)
  if (!profile.ok) return fail({ refusal: profile.error, idp })
  return ok({ idp, assertion, profile: profile.value, request })
}

function refuseProvider(idp: IdentityProvider, { scope }: Submission) {
  if (idp.state !== 'active') return refusal('idp_inactive')
  const expected = idp.identifiers === 'shared' ? 'shared' : idp.orgId
  return scope === expected ? undefined : refusal('organization_mismatch', { got: scope })
}

/** A request is answered once, in time, and by the provider that it was sent to (R15). */
function refuseRequest(
  { unverifiedInResponseTo }: UnverifiedResponse,
  { idp, request }: Found,
  { nowMs }: Submission,
): Refusal<SignInCause> | undefined {
  if (unverifiedInResponseTo === undefined) {
    return idp?.allowsUnsolicited ? undefined : refusal('unsolicited_forbidden')
  }
  const got = unverifiedInResponseTo
  if (!request) return refusal('request_unknown', { got })
  if (request.idpId !== idp?.id) return refusal('request_of_another_idp', { got })
  if (request.isUsed) return refusal('request_used', { got })
  return toSeconds(nowMs) < request.validUntil ? undefined : refusal('request_expired', { got })
}
