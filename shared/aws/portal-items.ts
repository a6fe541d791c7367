import type { OrgId, UserId } from '../ids.ts'
import { orgOfSsoToken, type SsoTokenId } from '../ids.ts'
import { type Place, placeOf } from '../portals/handle.ts'
import type { Parties } from '../portals/ports.ts'
import { RECEIPT_SECONDS } from '../portals/receipts.ts'
import type { PortalLogin, Receipt } from '../portals/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { organizationOf, userOf } from './entities.ts'
import * as ephemeralKeys from './ephemeral-keys.ts'
import { usableSeatsOf } from './seat-items.ts'
import { ssoTokenOf } from './sso-token-item.ts'

/** Items of portals (docs/storage.md): their login tokens, and what those are judged by. */

/** A used token is known as such for an hour; TTL only cleans up. */
const KEPT_SECONDS = 3600

type StoredLogin = Omit<PortalLogin, 'handle' | 'isUsed'> & {
  pk: string
  expiresAt: number
  usedBy?: string
  usedAtMs?: number
}

export const loginItem = ({ handle, isUsed: _, ...login }: PortalLogin) => ({
  ...ephemeralKeys.login(handle),
  ...login,
  expiresAt: Math.floor(login.redeemableUntilMs / 1000) + KEPT_SECONDS,
})

/** Undefined also of a login token that a provider's response became. */
export function portalLoginOf(handle: string, item: object | undefined): PortalLogin | undefined {
  const stored = item as Partial<StoredLogin> | undefined
  if (stored?.ssoTokenId === undefined) return undefined
  // Written whole by loginItem().
  const { pk: _, expiresAt: __, usedBy, usedAtMs: ___, ...login } = stored as StoredLogin
  return { ...login, handle, isUsed: usedBy !== undefined }
}

/** Stands at no key: what a handle does not name is not there. */
export const NOWHERE: Place = { orgId: 'org_', userId: 'usr_', ssoTokenId: 'sso_' }

/** What a portal's login token is judged by, of the directory table. */
export function partyKeys(handle: string) {
  const { orgId, userId, ssoTokenId } = placeOf(handle) ?? NOWHERE
  return [
    directoryKeys.ssoToken(orgId, ssoTokenId),
    directoryKeys.organization(orgId),
    ...personKeys(orgId, userId),
  ]
}

/** Where the summary of what somebody may use stands in them. */
export const SUMMARY = 3

export const personKeys = (orgId: OrgId, userId: UserId) => [
  directoryKeys.user(orgId, userId),
  directoryKeys.userProducts(orgId, userId),
]

/** The same as they were read, in that order. */
export const partiesOf = ([ssoToken, organization, ...person]: readonly (
  | object
  | undefined
)[]): Parties => ({
  ssoToken: ssoTokenOf(ssoToken),
  organization: organizationOf(organization),
  ...personOf(person),
})

export const personOf = ([user, summary]: readonly (object | undefined)[]) => ({
  user: userOf(user),
  seats: usableSeatsOf(summary),
})

export const ssoTokenKey = (id: SsoTokenId) => directoryKeys.ssoToken(orgOfSsoToken(id), id)

/** A receipt as it is stored first. */
export const receiptItem = ({ id: receiptId, ...receipt }: Receipt, nowMs: number) => ({
  ...directoryKeys.receipt(receipt.ssoTokenId, receiptId),
  ...{ receiptId, ...receipt },
  expiresAt: Math.floor(nowMs / 1000) + RECEIPT_SECONDS,
})
