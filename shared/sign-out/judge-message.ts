import { isExpired, keysByValidity } from '../idps/key-expiry.ts'
import { publicKeyOf } from '../idps/public-key.ts'
import { fail, ok, type Result } from '../result.ts'
import { refusal } from '../saml/errors.ts'
import {
  type LogoutExpectations,
  type VerifiedMessage,
  verifyLogoutMessage,
} from '../saml/logout-message.ts'
import { toSeconds } from '../time.ts'
import type { AdmittedMessage } from './admit-message.ts'
import type { Arrival, RefusedLogout } from './arrival.ts'
import type { LogoutNote } from './errors.ts'

/** A message that its provider signed, lately, for us. */
export type JudgedMessage = {
  verified: VerifiedMessage
  expected: LogoutExpectations
  keyFingerprint: string | undefined
  notes: readonly LogoutNote[]
}

/** Verifies a message with the keys of the provider that was let in. */
export function judgeMessage(
  { idp, identities }: AdmittedMessage,
  { message, parameter, nowMs }: Arrival,
): Result<JudgedMessage, RefusedLogout> {
  const now = toSeconds(nowMs)
  const signingKeys = keysByValidity(idp, now)
  const expected: LogoutExpectations = {
    issuer: idp.entityId,
    keys: signingKeys.map(({ spki }) => publicKeyOf(spki)),
    allowsSha1: idp.allowsSha1 ?? false,
    serviceProviders: identities,
    clockSkewSeconds: idp.clockSkewSeconds,
    now,
  }
  const kind = parameter === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse'
  const verified = verifyLogoutMessage(message, kind, expected)
  if (!verified.ok) return fail({ refusal: verified.error, idp })
  const { keyIndex, usesSha1, serviceProvider } = verified.value
  const key = signingKeys[keyIndex]
  const keyFingerprint = key?.fingerprint
  const hasExpired = key !== undefined && isExpired(key, expected.now)
  if (hasExpired && idp.expiredCertificates === 'block') {
    const vouched = keyFingerprint === undefined ? {} : { keyFingerprint }
    return fail({ refusal: refusal('certificate_expired'), idp, ...vouched })
  }
  const notes: LogoutNote[] = []
  if (usesSha1) notes.push('sha1_signature')
  if (hasExpired) notes.push('certificate_expired')
  if (serviceProvider.entityId !== identities[0]?.entityId) notes.push('former_identity')
  return ok({ verified: verified.value, expected, keyFingerprint, notes })
}
