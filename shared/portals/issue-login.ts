import { type CallCounter, type Limit, secondsToWait } from '../admin/rate-limit.ts'
import { newReceiptId, type UserId } from '../ids.ts'
import { ORGANIZATION_CENTER } from '../products/organization-center.ts'
import type { Product } from '../products/types.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameHash } from '../secrets.ts'
import { toSeconds } from '../time.ts'
import { issueLoginToken, LOGIN_TOKEN_LIFETIME_MS } from '../tokens/login-token.ts'
import type { IssueCause } from './errors.ts'
import { newPortalHandle } from './handle.ts'
import { ownerOf, refuseHost, refusePerson, refuseSsoToken } from './judge.ts'
import type { IssueStore, Named, RefusedPortal } from './ports.ts'
import { hostOf, isTargetOf } from './target.ts'
import type { PortalLogin, SsoToken } from './types.ts'

export type IssueRequest = {
  /** Undefined: what was presented cannot be an SSO token. */
  presented: Pick<SsoToken, 'id' | 'secretHash'> | undefined
  named: Named
  /** As readTarget() reads it. */
  target: string | undefined
  nowMs: number
}

export type Issued = {
  token: string
  login: PortalLogin
  /** How many the portal has asked for, for this person in five minutes. */
  count: number
}

/** Of one SSO token, refused ones too: twenty a second, a morning's rush of a big portal. */
const ISSUES: Limit = { most: 1200, seconds: 60 }

/** In which a person's login tokens are counted, for the portal's own good. */
const PERSON_WINDOW_SECONDS = 300

type Ports = { issues: IssueStore; calls: CallCounter }
type Found = Awaited<ReturnType<IssueStore['find']>>
type Asked = { ssoToken: SsoToken; product: Product; userId: UserId }

/** `wait`: the SSO token has been used too often; so many seconds. */
export type NotIssued = RefusedPortal | { wait: number }

/**
 * Issues a login token for somebody whom a portal has signed in.
 *
 * Two rounds: first all that names the portal, the person and the product is read, and the call is
 * counted; then the person is judged and the token is kept, side by side. Of a token that is kept
 * for nothing nobody learns the secret.
 *
 * Source: R32, R34; ADR 0023.
 */
export async function issueLogin(
  ports: Ports,
  request: IssueRequest,
): Promise<Result<Issued, NotIssued>> {
  const { presented, named, nowMs } = request
  if (!presented) return fail(refused('sso_token_malformed'))
  const [found, wait] = await Promise.all([
    ports.issues.find(presented.id, named),
    // By its secret: who does not have it cannot use up what the portal may ask for.
    secondsToWait(ports.calls, `${presented.id}#${presented.secretHash}`, toSeconds(nowMs), ISSUES),
  ])
  if (wait !== undefined) return fail({ wait })
  const { ssoToken } = found
  const receiptId = newReceiptId(nowMs)
  if (!ssoToken || !isSameHash(ssoToken.secretHash, presented.secretHash)) {
    const unproved = { ...ownerOf(found.organization), unprovedId: presented.id, receiptId }
    return fail(refused(whyUnknown(ssoToken), unproved))
  }
  const asked = judge({ ...found, ssoToken }, request)
  if (asked.ok) return issue(ports, asked.value, request)
  const { id: ssoTokenId, orgId, product } = ssoToken
  return fail(refused(asked.error, { ssoTokenId, orgId, product, receiptId }))
}

const refused = (cause: IssueCause, known: Partial<RefusedPortal> = {}): RefusedPortal => ({
  kind: 'portal-issue',
  cause,
  ...known,
})

function whyUnknown(ssoToken: SsoToken | undefined): IssueCause {
  if (!ssoToken) return 'sso_token_unknown'
  return ssoToken.removedAt === undefined ? 'sso_token_wrong' : 'sso_token_removed'
}

/** The portal first, then where it leads, then who is meant. */
function judge(
  { ssoToken, organization, catalogue, userId }: Found & { ssoToken: SsoToken },
  { named, target, nowMs }: IssueRequest,
): Result<Asked, IssueCause> {
  const unusable = refuseSsoToken(ssoToken, toSeconds(nowMs))
  if (unusable) return fail(unusable)
  if (!organization) return fail('organization_closed')
  if (named.by !== ssoToken.identifiesBy) return fail('identifier_not_enabled')
  const product = catalogue.get(ssoToken.product)
  if (!product || product.key === ORGANIZATION_CENTER) return fail('product_missing')
  const elsewhere = refuseHost(organization, hostFor(ssoToken, product))
  if (elsewhere) return fail(elsewhere)
  if (!isTargetOf(product, target)) return fail('target_not_allowed')
  return userId ? ok({ ssoToken, product, userId }) : fail('user_unknown')
}

const hostFor = ({ host }: SsoToken, product: Product) => ({
  product: product.key,
  host: host ?? hostOf(product),
  ...(host !== undefined && ({ isCustomHost: true } as const)),
})

async function issue(
  { issues, calls }: Ports,
  { ssoToken, product, userId }: Asked,
  { target, nowMs }: IssueRequest,
): Promise<Result<Issued, RefusedPortal>> {
  const { id: ssoTokenId, orgId } = ssoToken
  const handle = newPortalHandle({ userId, ssoTokenId })
  const { token, secretHash } = issueLoginToken(handle)
  const login: PortalLogin = {
    ...{ handle, secretHash, orgId, userId, ssoTokenId, receiptId: newReceiptId(nowMs) },
    issuedAtMs: nowMs,
    redeemableUntilMs: nowMs + LOGIN_TOKEN_LIFETIME_MS,
    isUsed: false,
    ...hostFor(ssoToken, product),
    ...(target !== undefined && { target }),
    ...(product.access === 'assigned' && { requiresAccess: true }),
  }
  const now = toSeconds(nowMs)
  const [person, count] = await Promise.all([
    issues.findPerson(orgId, userId),
    countOf(calls, login, now),
    issues.save(login),
    isUseNoted(ssoToken, now) ? undefined : issues.markUsed(ssoToken, now),
  ])
  const cause = refusePerson(person, login)
  if (!cause) return ok({ token, login, count })
  const { receiptId } = login
  return fail(refused(cause, { ssoTokenId, orgId, userId, product: product.key, receiptId }))
}

const countOf = (calls: CallCounter, { ssoTokenId, userId }: PortalLogin, now: number) => {
  const start = now - (now % PERSON_WINDOW_SECONDS)
  return calls.count(`${ssoTokenId}#${userId}#${start}`, start + 2 * PERSON_WINDOW_SECONDS)
}

/** Uses are noted by the minute: the list of SSO tokens needs no more. */
const isUseNoted = ({ lastUsedAt = 0 }: SsoToken, now: number) => lastUsedAt > now - 60
