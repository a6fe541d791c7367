import type { Organization } from '#shared/orgs/types.ts'
import { newPortalHandle } from '#shared/portals/handle.ts'
import type { Parties } from '#shared/portals/ports.ts'
import { issueSsoToken } from '#shared/portals/sso-token-text.ts'
import type { PortalLogin, SsoToken } from '#shared/portals/types.ts'
import type { Product } from '#shared/products/types.ts'
import { issueLoginToken } from '#shared/tokens/login-token.ts'
import type { User } from '#shared/users/types.ts'

/** A portal, a person and a login token that fit each other. */

export const nowMs = 1_772_619_330_500
const orgId = `org_${'1'.repeat(32)}` as const
const ssoTokenId = `sso_${'1'.repeat(32)}${'2'.repeat(16)}` as const
const userId = `usr_${'3'.repeat(32)}` as const

const issued = issueSsoToken(ssoTokenId)
export const ssoTokenText = issued.text

export const ssoToken: SsoToken = {
  id: ssoTokenId,
  orgId,
  label: 'Portal',
  secretHash: issued.secretHash,
  product: 'billing',
  identifiesBy: 'email',
  createdAt: 1_772_000_000,
  createdBy: 'key:key_1',
}

export const organization: Organization = {
  id: orgId,
  name: 'Customer',
  defaultProduct: 'billing',
  productHosts: [{ product: 'billing', host: 'billing.customer.example' }],
}

export const product: Product = {
  key: 'billing',
  name: 'Billing',
  landingUrl: 'https://billing.example/landing',
  allowedPaths: ['/invoices.html', '/orders'],
}

export const user: User = {
  id: userId,
  orgId,
  state: 'active',
  role: 'member',
  joinedBy: 'admin',
  email: 'Ada@customer.example',
  givenName: 'Ada',
}

export const parties: Parties = { ssoToken, organization, user, seats: [] }

const handle = newPortalHandle({ userId, ssoTokenId })
const first = issueLoginToken(handle)
const second = issueLoginToken(handle)
/** What the portal got, and what the browser goes on with. */
export const portalToken = first.token
export const browserToken = second.token
/** Of the same record, with a secret that nobody issued. */
export const forgedToken = issueLoginToken(handle).token

export const login: PortalLogin = {
  handle,
  secretHash: first.secretHash,
  issuedAtMs: nowMs - 1000,
  redeemableUntilMs: nowMs + 19_000,
  isUsed: false,
  product: 'billing',
  host: 'billing.example',
  orgId,
  userId,
  ssoTokenId,
  receiptId: `rcp_${'4'.repeat(32)}`,
}

/** The same once the browser has come by. */
export const arrivedLogin: PortalLogin = {
  ...login,
  secretHash: second.secretHash,
  portalSecretHash: first.secretHash,
  arrivedAtMs: nowMs - 500,
}
