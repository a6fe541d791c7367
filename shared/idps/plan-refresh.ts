import {
  connectionHash,
  type Difference,
  diffConnections,
  keysMissingIn,
} from './diff-connections.ts'
import { isExpired } from './key-expiry.ts'
import type { Management } from './management.ts'
import { MAX_KEYS, type MetadataDocument } from './metadata-document.ts'
import type { Connection, SigningKey } from './types.ts'

/** What to do with metadata that was read again. */
export type RefreshPlan =
  | { action: 'unchanged' }
  | { action: 'apply'; connection: Connection; differences: readonly Difference[] }
  /** An admin must look; `isNew` if this very connection is not parked already. */
  | { action: 'park'; connection: Connection; differences: readonly Difference[]; isNew: boolean }
  | { action: 'refuse'; cause: 'metadata_expired' | 'metadata_signing_key_missing' }

/**
 * Decides what a refresh changes (R8). Applied: added and removed certificates, other paths on the
 * hosts that are known, the wish for signed requests. Parked: another entity ID, another host of
 * the sign-in, messages to a host that is not known, because whoever takes over the place where
 * metadata lies could lead people there. What is parked is parked whole, certificates included, and
 * what an admin has declined is not offered again.
 *
 * @param now epoch seconds
 */
export function planRefresh(
  idp: Connection,
  management: Pick<Management, 'parked' | 'declined'>,
  { connection: found, validUntil }: Pick<MetadataDocument, 'connection' | 'validUntil'>,
  now: number,
): RefreshPlan {
  if (validUntil !== undefined && validUntil <= now) {
    return { action: 'refuse', cause: 'metadata_expired' }
  }
  if (found.signingKeys.length === 0) {
    return { action: 'refuse', cause: 'metadata_signing_key_missing' }
  }
  if (needsAdmin(idp, found)) {
    const hash = connectionHash(found)
    if (management.declined === hash) return { action: 'unchanged' }
    const { parked } = management
    const isNew = parked === undefined || connectionHash(parked.connection) !== hash
    return { action: 'park', connection: found, differences: diffConnections(idp, found), isNew }
  }
  const connection = { ...found, signingKeys: nextKeys(idp, found, now) }
  const differences = diffConnections(idp, connection)
  if (differences.length === 0) return { action: 'unchanged' }
  return { action: 'apply', connection, differences }
}

function needsAdmin(before: Connection, after: Connection): boolean {
  if (after.entityId !== before.entityId) return true
  const signOnOrigin = originOf(before.singleSignOn.url)
  if (originOf(after.singleSignOn.url) !== signOnOrigin) return true
  const known = new Set([signOnOrigin, ...logoutOrigins(before)])
  return logoutOrigins(after).some((origin) => !known.has(origin))
}

const logoutOrigins = ({ singleLogout }: Connection): readonly string[] =>
  [singleLogout?.url, singleLogout?.responseUrl].flatMap((url) => (url ? [originOf(url)] : []))

/** Scheme, host and port: falling back to http is another origin too. */
const originOf = (url: string) => new URL(url).origin

/**
 * The keys that metadata lists, at most ten. One that is listed no more goes as well, but only if a
 * valid one of before stays: some providers change at once, without announcing the next key, and
 * others serve wrong metadata by mistake. So after such a change the next refresh drops it. An
 * expired one is dropped in any case.
 */
function nextKeys(before: Connection, found: Connection, now: number): readonly SigningKey[] {
  const fresh = keysMissingIn(before, found.signingKeys)
  const staying = found.signingKeys.filter((key) => !fresh.includes(key))
  if (staying.some((key) => !isExpired(key, now))) return found.signingKeys
  const kept = keysMissingIn(found, before.signingKeys).filter((key) => !isExpired(key, now))
  return [...found.signingKeys, ...kept].slice(0, MAX_KEYS)
}
