import { newTraceId, type TraceId } from '../ids.ts'
import type { Product } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameHash } from '../secrets.ts'
import { issueLoginToken, readLoginToken } from '../tokens/login-token.ts'
import { foldEmail } from '../users/email.ts'
import type { User } from '../users/types.ts'
import { foldUserName } from '../users/user-name.ts'
import type { ArrivalCause } from './errors.ts'
import { ownerOf, refuseHost, refuseLogin, refuseParties } from './judge.ts'
import type { ArrivalStore, Parties, RefusedPortal } from './ports.ts'
import { isTargetOf, landingAt, readTarget } from './target.ts'
import type { PortalLogin, SsoToken } from './types.ts'

/** What the browser brings from a portal; undefined: it is not there, or there twice. */
export type Hop = {
  token: string | undefined
  email: string | undefined
  userName: string | undefined
  target: string | undefined
  nowMs: number
}

export type Arrived = { location: string; login: PortalLogin; traceId: TraceId }

type Found = Awaited<ReturnType<ArrivalStore['find']>>
type Known = Parties & { login: PortalLogin; product: Product }

/**
 * Sends a browser from a portal on to the product. The portal's secret is spent by that: the browser
 * goes on with another one, under the same handle and until the same moment, so a link that somebody
 * has read on its way opens nothing.
 *
 * Two rounds: all that it is judged by is read at once, before anything is used up.
 *
 * Source: R33, R34; ADR 0023.
 */
export async function arrive(
  store: ArrivalStore,
  hop: Hop,
): Promise<Result<Arrived, RefusedPortal>> {
  const target = hop.target === undefined ? undefined : readTarget(hop.target)
  const isUnsafe = hop.target !== undefined && target === undefined
  const presented = readLoginToken(hop.token ?? '')
  if (!presented) return fail(refused(isUnsafe ? 'target_unsafe' : 'token_malformed'))
  const { handle, secretHash: presentedHash } = presented
  const found = await store.find(handle)
  const judged: Result<Known, ArrivalCause> = isUnsafe
    ? fail('target_unsafe')
    : judge(found, { ...hop, target }, presentedHash)
  if (!judged.ok) return fail(refusedOf(judged.error, found, presentedHash))
  const { login, product } = judged.value
  const { token, secretHash } = issueLoginToken(handle)
  const traceId = newTraceId(hop.nowMs)
  const wanted = login.target ?? target
  const isOurs = await store.arrive({
    login,
    target: wanted,
    secretHash,
    traceId,
    nowMs: hop.nowMs,
  })
  if (!isOurs) return fail(refusedOf('token_used', found, presentedHash))
  const location = landingAt(product, login.host, { token, target: wanted })
  return ok({ location, login, traceId })
}

const refused = (cause: ArrivalCause, known: Partial<RefusedPortal> = {}): RefusedPortal => ({
  kind: 'portal-arrival',
  cause,
  ...known,
})

/** Nothing is certain of a token whose secret is not known. */
function refusedOf(
  cause: ArrivalCause,
  { login, organization }: Found,
  secretHash: string,
): RefusedPortal {
  if (!login || !isSecretOf(login, secretHash)) return refused(cause, ownerOf(organization))
  const { orgId, ssoTokenId, userId, product, receiptId } = login
  return refused(cause, { orgId, ssoTokenId, userId, product, receiptId })
}

/** The token first, then the portal and the person, then whether the address is theirs. */
function judge(
  { login, catalogue, ...parties }: Found,
  hop: Hop,
  secretHash: string,
): Result<Known, ArrivalCause> {
  if (!login || !isSecretOf(login, secretHash)) return fail('token_unknown')
  const isSpent = login.arrivedAtMs !== undefined
  const cause =
    refuseLogin(login, { isSpent, nowMs: hop.nowMs }) ??
    refuseParties(login, parties, hop.nowMs) ??
    (isOf(parties, hop) ? undefined : 'person_mismatch') ??
    refuseHost(parties.organization ?? {}, login)
  if (cause) return fail(cause)
  const product = catalogue.get(login.product)
  if (!product) return fail('product_missing')
  const isMoved = login.target !== undefined && ![undefined, login.target].includes(hop.target)
  if (isMoved) return fail('target_mismatch')
  if (!isTargetOf(product, hop.target)) return fail('target_not_allowed')
  return ok({ ...parties, login, product })
}

/** Also one that was: what comes a second time is known for that. */
const isSecretOf = ({ secretHash, portalSecretHash = '' }: PortalLogin, presented: string) =>
  isSameHash(secretHash, presented) || isSameHash(portalSecretHash, presented)

/** Whether the browser's address, or user name, is that of the token's user (R33). */
function isOf({ user, ssoToken }: Parties, { email, userName }: Hop): boolean {
  if (!user || !ssoToken) return false
  return identifies[ssoToken.identifiesBy](user, { email, userName })
}

const identifies: Readonly<
  Record<SsoToken['identifiesBy'], (user: User, hop: Pick<Hop, 'email' | 'userName'>) => boolean>
> = {
  email: (user, { email }) => email !== undefined && foldEmail(email) === foldEmail(user.email),
  userName: (user, { userName }) =>
    userName !== undefined &&
    user.userName !== undefined &&
    foldUserName(userName) === foldUserName(user.userName),
}
