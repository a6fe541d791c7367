import type { SsoTokenId } from '../ids.ts'
import { RECEIPT_SECONDS } from '../portals/receipts.ts'
import { type AlertKind, alertKinds, type SsoToken } from '../portals/types.ts'
import * as directoryKeys from './directory-keys.ts'

type AlertAttribute = 'replayAt' | 'otherHostAt' | 'oddRatioAt' | 'everyPageAt'

type StoredToken = Omit<SsoToken, 'id' | 'secretHash' | 'expiresAt' | 'alerts'> &
  Partial<Record<AlertAttribute, number>> & {
    ssoTokenId: SsoTokenId
    secretHash?: string
    endsAt?: number
  }

/**
 * How long an SSO token can still be seen when it is good for nothing any more: as long as its
 * receipts.
 */
export const REMEMBERED_SECONDS = RECEIPT_SECONDS

/** Where the time of the last alert of a kind stands on the item. */
export const alertAttributes = {
  replay: 'replayAt',
  other_host: 'otherHostAt',
  odd_ratio: 'oddRatioAt',
  every_page: 'everyPageAt',
} as const satisfies Record<AlertKind, AlertAttribute>

/** An SSO token as it is stored. Where it expires, TTL removes it and its receipts later. */
export const ssoTokenItem = ({ id, alerts = {}, expiresAt, ...rest }: SsoToken) => ({
  ...directoryKeys.ssoToken(rest.orgId, id),
  ssoTokenId: id,
  ...rest,
  ...(expiresAt !== undefined && { endsAt: expiresAt, expiresAt: expiresAt + REMEMBERED_SECONDS }),
  ...Object.fromEntries(alertKinds.map((kind) => [alertAttributes[kind], alerts[kind]])),
})

/**
 * Also one that has expired or was removed, which is the caller's to see. Of a removed one the hash
 * is gone, and reads as empty, which is that of no secret.
 */
export function ssoTokenOf(item: object | undefined): SsoToken | undefined {
  if (!item || !('ssoTokenId' in item)) return undefined
  const stored = item as StoredToken
  const { ssoTokenId: id, orgId, label, secretHash = '', product, host, identifiesBy } = stored
  const { createdAt, createdBy, endsAt, lastUsedAt, removedAt } = stored
  const alerts = alertsOf(stored)
  return {
    ...{ id, orgId, label, secretHash, product, identifiesBy, createdAt, createdBy },
    ...(host !== undefined && { host }),
    ...(endsAt !== undefined && { expiresAt: endsAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(removedAt !== undefined && { removedAt }),
    ...(alerts && { alerts }),
  }
}

function alertsOf(stored: StoredToken): SsoToken['alerts'] {
  const raised = alertKinds.flatMap((kind) => {
    const at = stored[alertAttributes[kind]]
    return at === undefined ? [] : [[kind, at] as const]
  })
  return raised.length > 0 ? Object.fromEntries(raised) : undefined
}
