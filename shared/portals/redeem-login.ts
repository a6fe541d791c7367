import { newTraceId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameHash, sha256 } from '../secrets.ts'
import { toSeconds } from '../time.ts'
import { identityClaims } from '../tokens/claims.ts'
import type { SignJwt } from '../tokens/ports.ts'
import type { Redeemed, RedeemRequest } from '../tokens/redeem-token.ts'
import type { PortalRedeemCause } from './errors.ts'
import { refuseHost, refuseLogin, refuseParties } from './judge.ts'
import type { PortalBearer, PortalRedeemStore, RefusedPortal } from './ports.ts'
import type { PortalLogin } from './types.ts'

/** A portal's login token as it is stored, and whose it is now. */
export type FoundPortal = { login: PortalLogin; bearer: PortalBearer }

type Ports = { store: PortalRedeemStore; signJwt: SignJwt }
type Presented = RedeemRequest & { secretHash: string; product: string }

/**
 * Redeems a login token of a portal. All has been read by then, so it is judged before anything is
 * used up; then it is consumed while the JWT is signed.
 *
 * Source: R32, R34, R35; ADR 0023.
 *
 * @returns `token_unknown` where the secret is not the token's: nothing is certain of it
 */
export async function redeemPortalLogin(
  { store, signJwt }: Ports,
  { login, bearer }: FoundPortal,
  presented: Presented,
): Promise<Result<Redeemed, RefusedPortal<PortalRedeemCause> | 'token_unknown'>> {
  const isSpent = isSameHash(login.portalSecretHash ?? '', presented.secretHash)
  if (!isSpent && !isSameHash(login.secretHash, presented.secretHash)) return fail('token_unknown')
  const cause = judge(login, bearer, { ...presented, isSpent })
  if (cause) return fail(refusedOf(login, cause, presented.host))
  const { user, organization, products, attributes } = bearer
  if (!user || !organization) return fail(refusedOf(login, 'user_missing'))
  const { nonce, nowMs } = presented
  const sid = sha256(login.handle)
  const { orgId, userId, product, ssoTokenId, target } = login
  const { email, givenName, familyName, displayName } = user
  const authnInstant = toSeconds(login.issuedAtMs)
  const claims = identityClaims(
    {
      ...{ orgId, userId, product, ssoTokenId, sid, authnInstant, email },
      ...{ givenName, familyName, displayName },
    },
    { issuer: presented.issuer, jwtId: nonce, now: toSeconds(nowMs) },
  )
  const [isOurs, jwt] = await Promise.all([
    store.consumePortal({ login, nonce, traceId: newTraceId(nowMs) }, nowMs),
    signJwt(claims),
  ])
  if (!isOurs) return fail(refusedOf(login, 'token_used'))
  return ok({ user, organization, product, target, products, attributes, jwt, sid })
}

function judge(
  login: PortalLogin,
  bearer: PortalBearer,
  { product, host, isSpent, nowMs }: Presented & { isSpent: boolean },
): PortalRedeemCause | undefined {
  if (login.product !== product) return 'token_of_another_product'
  const unusable = refuseLogin(login, { isSpent, nowMs })
  if (unusable) return unusable
  if (host === undefined && login.isCustomHost) return 'host_missing'
  if (host !== undefined && host.toLowerCase() !== login.host) return 'host_mismatch'
  return refuseHost(bearer.organization ?? {}, login) ?? refuseParties(login, bearer, nowMs)
}

function refusedOf(
  login: PortalLogin,
  cause: PortalRedeemCause,
  host?: string,
): RefusedPortal<PortalRedeemCause> {
  const { orgId, ssoTokenId, userId, product, receiptId } = login
  const known = { orgId, ssoTokenId, userId, product, receiptId }
  const differing = cause === 'host_mismatch' && host !== undefined
  return {
    kind: 'portal-redeem',
    cause,
    ...known,
    ...(differing && { got: host, want: login.host }),
  }
}
