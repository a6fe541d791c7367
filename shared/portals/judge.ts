import type { OrgId } from '../ids.ts'
import type { Organization } from '../orgs/types.ts'
import type { User } from '../users/types.ts'
import type { LandingCause, LoginTokenCause, PersonCause, SsoTokenCause } from './errors.ts'
import type { Parties } from './ports.ts'
import type { PortalLogin, SsoToken } from './types.ts'

/** Why an SSO token is not good, or no longer; undefined: it is. `now`: epoch seconds. */
export function refuseSsoToken(
  ssoToken: SsoToken | undefined,
  now: number,
): SsoTokenCause | undefined {
  if (!ssoToken) return 'sso_token_unknown'
  if (ssoToken.removedAt !== undefined) return 'sso_token_removed'
  const isExpired = ssoToken.expiresAt !== undefined && ssoToken.expiresAt <= now
  return isExpired ? 'sso_token_expired' : undefined
}

/** Why somebody may not come to the product. */
export function refusePerson(
  { user, seats }: Pick<Parties, 'user' | 'seats'>,
  { product, requiresAccess }: Pick<PortalLogin, 'product' | 'requiresAccess'>,
): PersonCause | undefined {
  if (!user) return 'user_missing'
  const inactive = refuseState[user.state]
  if (inactive) return inactive
  const isUsable = !requiresAccess || seats.some((seat) => seat.product === product)
  return isUsable ? undefined : 'no_product_access'
}

const refuseState: Readonly<Record<User['state'], PersonCause | undefined>> = {
  active: undefined,
  invited: 'user_invited',
  suspended: 'user_suspended',
  deleted: 'user_missing',
}

/** Why a host is not one for a product: where operators took it away, nobody is sent there (R18). */
export const refuseHost = (
  { productHosts = [] }: Pick<Organization, 'productHosts'>,
  { product, host, isCustomHost }: Pick<PortalLogin, 'product' | 'host' | 'isCustomHost'>,
): Extract<LandingCause, 'host_not_listed'> | undefined =>
  isCustomHost && !productHosts.some((one) => one.product === product && one.host === host)
    ? 'host_not_listed'
    : undefined

/**
 * Why a login token is not good, by itself. The secret has been compared. One that was used is known
 * as that also when its time is over: it may have been read in a log.
 */
export function refuseLogin(
  login: PortalLogin,
  { isSpent, nowMs }: { isSpent: boolean; nowMs: number },
): Extract<LoginTokenCause, 'token_expired' | 'token_used'> | undefined {
  if (isSpent || login.isUsed) return 'token_used'
  return nowMs >= login.redeemableUntilMs ? 'token_expired' : undefined
}

/** What has changed since the issue, twenty seconds ago at most. */
export function refuseParties(
  login: PortalLogin,
  parties: Parties,
  nowMs: number,
): SsoTokenCause | PersonCause | 'session_ended' | undefined {
  const { ssoToken, organization, user } = parties
  const portal = refuseSsoToken(ssoToken, Math.floor(nowMs / 1000))
  if (portal) return portal
  if (!organization) return 'organization_closed'
  const person = refusePerson(parties, login)
  if (person) return person
  return login.issuedAtMs < (user?.sessionsFrom ?? 0) ? 'session_ended' : undefined
}

/** Whose trace it is: nobody has an organization that is not there. */
export const ownerOf = (organization: Organization | undefined): { orgId?: OrgId } =>
  organization ? { orgId: organization.id } : {}
