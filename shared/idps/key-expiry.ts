import type { Management } from './management.ts'
import type { IdentityProvider, SigningKey } from './types.ts'

const DAY_SECONDS = 24 * 3600

/** Days before its end at which a certificate is warned of; 0 is the end itself (R9). */
export const warningDays = [90, 30, 7, 1, 0] as const
type WarningDays = (typeof warningDays)[number]

/** Whether a certificate's validity has ended; `notAfter` itself still belongs to it. */
export const isExpired = ({ notAfter }: SigningKey, now: number) => notAfter < now

/** Whole days that are left, rounded up: 0 on expiry, negative behind it. */
export const daysLeft = ({ notAfter }: SigningKey, now: number) =>
  Math.ceil((notAfter - now) / DAY_SECONDS) + 0 // rounded up, half a day ago is -0

/**
 * The keys that may verify: all of them, or those whose certificate is still valid where the
 * provider is set to block (R9; a key is trusted because it is configured, SAML V2.0 Metadata
 * Interoperability Profile 1.0 §2.6.1).
 *
 * @param now epoch seconds
 */
export const usableKeys = (
  {
    signingKeys,
    expiredCertificates = 'warn',
  }: Pick<IdentityProvider, 'signingKeys' | 'expiredCertificates'>,
  now: number,
): readonly SigningKey[] =>
  expiredCertificates === 'warn' ? signingKeys : signingKeys.filter((key) => !isExpired(key, now))

/** All keys, those first whose certificate is valid: a renewed one may have the same key. */
export const keysByValidity = (
  { signingKeys }: Pick<IdentityProvider, 'signingKeys'>,
  now: number,
): readonly SigningKey[] =>
  signingKeys.toSorted((a, b) => Number(isExpired(a, now)) - Number(isExpired(b, now)))

/** A warning that is due: `days` is the threshold to remember in `Management.warnedDays`. */
export type ExpiryWarning = {
  fingerprint: string
  notAfter: number
  daysLeft: number
  days: WarningDays
  /** Whether another key of the provider is valid for longer: the rollover has begun. */
  isReplaced: boolean
}

/**
 * The warnings about certificates that have not been given yet. Each threshold is warned of once;
 * of several that were passed at once only the last.
 *
 * @param now epoch seconds
 */
export const dueWarnings = (
  { signingKeys }: Pick<IdentityProvider, 'signingKeys'>,
  { warnedDays = {} }: Pick<Management, 'warnedDays'>,
  now: number,
): readonly ExpiryWarning[] =>
  signingKeys.flatMap((key) => {
    const { fingerprint, notAfter } = key
    const days = thresholdOf(key, now)
    if (days === undefined || days >= (warnedDays[fingerprint] ?? Number.POSITIVE_INFINITY)) {
      return []
    }
    const isReplaced = signingKeys.some((other) => isLonger(other, key) && isValid(other, now))
    return [{ fingerprint, notAfter, daysLeft: daysLeft(key, now), days, isReplaced }]
  })

/** The smallest threshold that has been passed. */
function thresholdOf(key: SigningKey, now: number): WarningDays | undefined {
  if (isExpired(key, now)) return 0
  const left = daysLeft(key, now)
  return warningDays.findLast((days) => days > 0 && left <= days)
}

const isLonger = (other: SigningKey, key: SigningKey) => other.notAfter > key.notAfter

const isValid = (key: SigningKey, now: number) =>
  (key.notBefore ?? 0) <= now && !isExpired(key, now)
