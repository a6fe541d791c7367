import type { Organization } from '../orgs/types.ts'
import type { PortalRedeemCause } from '../portals/errors.ts'
import type { RefusedPortal } from '../portals/ports.ts'
import { ORGANIZATION_CENTER } from '../products/organization-center.ts'
import type { Attributes } from '../products/rules.ts'
import type { ProductCredential } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameHash, sha256 } from '../secrets.ts'
import { isSignedOut } from '../sign-out/signed-out.ts'
import { toSeconds } from '../time.ts'
import type { User } from '../users/types.ts'
import { identityClaims } from './claims.ts'
import type { RedeemError } from './errors.ts'
import { issueLoginToken, readLoginToken } from './login-token.ts'
import type { Bearer, LoginRecord, RedeemStore, SignJwt, UsableProduct } from './ports.ts'
import { readCredential } from './product-credential.ts'

export type RedeemRequest = {
  /** As presented in the Authorization header. */
  credential: string
  token: string
  /** Where the product was reached, if it says so. */
  host?: string | undefined
  /** Identifies this call: a repeat of the same call is the same use. */
  nonce: string
  issuer: string
  nowMs: number
}

export type Redeemed = {
  user: User
  organization: Organization
  product: string
  target: string | undefined
  /** Not in the JWT: there may be a thousand. */
  groups?: readonly string[] | undefined
  /** Those that the user has a seat of; what everyone may use is not among them. */
  products: readonly UsableProduct[]
  attributes: Attributes
  jwt: string
  sid: string
  /** Where the product sends the browser to sign it out (R19); absent: the portal signs people out. */
  logoutUrl?: string
}

/**
 * Redeems a login token for the identity of its user, once, for the product it was issued for.
 *
 * Two rounds: everything is read and judged first, so that a stranger's call costs nothing and uses
 * nothing up; then the token is consumed while the user is read and the JWT is signed. The JWT goes
 * out only if this very call consumed the token.
 *
 * Source: R32, R35; RFC 6749 §4.1.3 (client authentication first) and §10.5 (single use).
 */
export async function redeemToken(
  store: RedeemStore,
  signJwt: SignJwt,
  request: RedeemRequest,
): Promise<Result<Redeemed, RedeemError | RefusedPortal<PortalRedeemCause>>> {
  const presented = readCredential(request.credential)
  if (!presented) return fail('credential_malformed')
  const token = readLoginToken(request.token)
  const handle = token?.handle ?? sha256(request.token)
  const { credential, record, portal } = await store.find(presented.id, handle)
  if (!credential || !isSameHash(credential.secretHash, presented.secretHash)) {
    return fail('credential_unknown')
  }
  if (!token) return fail('token_malformed')
  const { secretHash } = token
  if (portal) {
    const { product } = credential
    const { redeemPortalLogin } = await import('../portals/redeem-login.ts') // most are of sign-ins
    return redeemPortalLogin({ store, signJwt }, portal, { ...request, secretHash, product })
  }
  const usable = judge(record, secretHash, credential, request.nowMs)
  if (!usable.ok) return usable
  return consume(store, signJwt, usable.value, request)
}

function judge(
  record: LoginRecord | undefined,
  secretHash: string,
  { product }: ProductCredential,
  nowMs: number,
): Result<LoginRecord, RedeemError> {
  if (!record || !isSameHash(record.secretHash, secretHash)) return fail('token_unknown')
  // That of the Organization Center is for us alone, whatever a credential says it is of.
  const isTheirs = record.product === product && product !== ORGANIZATION_CENTER
  if (!isTheirs) return fail('token_of_another_product')
  if (nowMs >= record.redeemableUntilMs) return fail('token_expired')
  return ok(record)
}

async function consume(
  store: RedeemStore,
  signJwt: SignJwt,
  record: LoginRecord,
  { nonce, issuer, nowMs }: RedeemRequest,
): Promise<Result<Redeemed, RedeemError>> {
  if (record.isUsed) return fail('token_used')
  const { handle, secretHash, product, target, sid } = record
  // Of the same form as the login token: where the record is, and a secret that only this product
  // gets. The handle alone could be derived from what the browser carried.
  const { token: session, secretHash: logoutSecretHash } = issueLoginToken(handle)
  const claims = identityClaims(record, { issuer, jwtId: nonce, now: toSeconds(nowMs) })
  const [isOurs, bearer, jwt] = await Promise.all([
    store.consume({ handle, secretHash, product, nonce, logoutSecretHash }, nowMs),
    store.findUser(record),
    signJwt(claims),
  ])
  if (!isOurs) return fail('token_used')
  const refused = refuseBearer(record, bearer)
  if (refused) return fail(refused)
  const { user, organization, products, attributes } = bearer
  if (!user || !organization) return fail('user_missing')
  const logoutUrl = `${issuer}/saml/logout?session=${session}`
  const { groups } = record
  return ok({
    ...{ user, organization, product, target, groups, products, attributes },
    ...{ jwt, sid, logoutUrl },
  })
}

/** What has changed since the sign-in, twenty seconds ago at most. */
function refuseBearer(
  record: LoginRecord,
  { user, organization, signedOut, products }: Bearer,
): RedeemError | undefined {
  if (!user || !organization) return 'user_missing'
  if (user.state !== 'active') return 'user_suspended'
  const isOver = record.signedInAtMs < (user.sessionsFrom ?? 0)
  if (isOver || isSignedOut(record, signedOut)) return 'session_ended'
  const isUsable = products.some(({ product }) => product === record.product)
  return record.requiresAccess && !isUsable ? 'no_product_access' : undefined
}
