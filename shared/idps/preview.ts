import { isoTime } from '../time.ts'
import { guessKind } from './guess-kind.ts'
import { daysLeft, isExpired, warningDays } from './key-expiry.ts'
import type { MetadataDocument, SourceWarning } from './metadata-document.ts'
import type { Connection, ProviderKind, SigningKey } from './types.ts'

type CertificateState = 'ok' | 'expiring' | 'expired' | 'not_yet_valid'

/** A certificate as an admin knows it; times are epoch seconds. */
export type CertificatePreview = {
  fingerprint: string
  subject?: string
  notBefore?: number
  notAfter: number
  daysLeft: number
  state: CertificateState
  /** `RSA 2048`, `EC P-256`. */
  keyType?: string
}

/** What an admin should look at before or while a provider is used. */
export type PreviewWarning =
  | SourceWarning
  | { code: `certificate_${Exclude<CertificateState, 'ok'>}`; field: string; got: string }
  | { code: 'certificate_single' | 'single_logout_missing' }
  | { code: 'metadata_expiring'; got: string }

/** "This is what we read" (R7). */
export type Preview = Omit<Connection, 'signingKeys'> &
  Omit<MetadataDocument, 'connection' | 'warnings'> & {
    certificates: readonly CertificatePreview[]
    kind: ProviderKind
    warnings: readonly PreviewWarning[]
  }

/**
 * Shows a document to an admin, whichever source it was read from.
 *
 * @param now epoch seconds
 */
export function preview(document: MetadataDocument, now: number): Preview {
  const { connection, warnings, ...rest } = document
  const { signingKeys, ...shown } = connection
  const certificates = signingKeys.map((key) => certificatePreview(key, now))
  return {
    ...shown,
    ...rest,
    certificates,
    kind: guessKind(connection.entityId, [connection.singleSignOn.url]),
    warnings: [
      ...warnings,
      ...connectionWarnings(connection, now),
      ...validityWarnings(document, now),
    ],
  }
}

/** A certificate with its state. */
export const certificatePreview = (key: SigningKey, now: number): CertificatePreview => ({
  fingerprint: key.fingerprint,
  ...(key.subject !== undefined && { subject: key.subject }),
  ...(key.notBefore !== undefined && { notBefore: key.notBefore }),
  notAfter: key.notAfter,
  daysLeft: daysLeft(key, now),
  state: stateOf(key, now),
  ...(key.keyType !== undefined && { keyType: key.keyType }),
})

function stateOf(key: SigningKey, now: number): CertificateState {
  if (isExpired(key, now)) return 'expired'
  if ((key.notBefore ?? 0) > now) return 'not_yet_valid'
  return daysLeft(key, now) <= warningDays[0] ? 'expiring' : 'ok'
}

/**
 * What is worth a warning in a connection that is in use, too.
 *
 * @param now epoch seconds
 */
export const connectionWarnings = (
  { signingKeys, singleLogout }: Connection,
  now: number,
): readonly PreviewWarning[] => [
  ...signingKeys.flatMap((key, index) => certificateWarning(key, index, now)),
  ...(signingKeys.length === 1 ? ([{ code: 'certificate_single' }] as const) : []),
  ...(singleLogout ? [] : ([{ code: 'single_logout_missing' }] as const)),
]

function certificateWarning(
  key: SigningKey,
  index: number,
  now: number,
): readonly PreviewWarning[] {
  const state = stateOf(key, now)
  if (state === 'ok') return []
  return [{ code: `certificate_${state}`, field: `certificates[${index}]`, got: key.fingerprint }]
}

/** A provider that renews its metadata does so days before; what is short-lived by design is fine. */
const NEAR_SECONDS = 24 * 3600

function validityWarnings(
  { validUntil }: Pick<MetadataDocument, 'validUntil'>,
  now: number,
): readonly PreviewWarning[] {
  if (validUntil === undefined || validUntil - now > NEAR_SECONDS) return []
  return [{ code: 'metadata_expiring', got: isoTime(validUntil) }]
}
