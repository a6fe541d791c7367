import type { OrgId, SessionId, UserId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameHash, sha256 } from '../secrets.ts'
import { type AdministratorError, type AdministratorStore, roleOf } from './administrator.ts'
import type { SessionClaims } from './session.ts'
import { type SessionJwtError, type SessionKey, verifySessionJwt } from './session-jwt.ts'

/** What a browser sends that matters for who is calling. */
export type SessionRequest = {
  method: string
  /** What the first cookie holds; undefined: there is none, or several. */
  jwt: string | undefined
  /** Header `x-csrf-token`. */
  csrfToken: string | undefined
  /** Header `origin`. */
  origin: string | undefined
}

export type SessionPorts = {
  /** The key that sessions are signed with; fetched when first asked for. */
  sessionKey: () => Promise<SessionKey>
  administrators: AdministratorStore
  publicUrl: string
}

/** Who calls by a session, with what they may do now. */
export type SessionCaller = {
  id: SessionId
  orgId: OrgId
  userId: UserId
  /** `emergency`: identity providers and nothing else, until the door closes. */
  role: 'admin' | 'reader' | 'emergency'
}

/** `csrf`: somebody else's page may have made the call. Of the others callers learn nothing. */
export type SessionError =
  | 'session_missing'
  | SessionJwtError
  | AdministratorError
  | 'signed_out'
  | 'csrf'

const SAFE = ['GET', 'HEAD']

/**
 * Finds whose session a call belongs to. The JWT is verified here, without a call; the user is read
 * with strong consistency, so that a role that was taken away and a sign-out everywhere hold at once.
 */
export async function authenticateSession(
  { sessionKey, administrators, publicUrl }: SessionPorts,
  request: SessionRequest,
  /** Epoch seconds. */
  now: number,
): Promise<Result<SessionCaller, SessionError>> {
  if (request.jwt === undefined) return fail('session_missing')
  const key = await sessionKey()
  const verified = verifySessionJwt(request.jwt, { key, issuer: publicUrl, now })
  if (!verified.ok) return verified
  const claims = verified.value
  if (!SAFE.includes(request.method) && !isFromOurPage(request, claims.csrf, publicUrl)) {
    return fail('csrf')
  }
  const judged = roleOf(await administrators.find(claims.org, claims.sub))
  if (!judged.ok) return judged
  const { user, role } = judged.value
  if ((user.sessionsFrom ?? 0) > claims.began) return fail('signed_out')
  return callerOf(claims, role)
}

function callerOf(
  { sid, org, sub, kind }: SessionClaims,
  role: 'admin' | 'reader',
): Result<SessionCaller, SessionError> {
  const known = { id: sid, orgId: org, userId: sub }
  if (kind === 'normal') return ok({ ...known, role })
  return role === 'admin' ? ok({ ...known, role: 'emergency' }) : fail('not_administrator')
}

/**
 * Whether an unsafe call is made by our own page: it knows the token, and where the browser says
 * whose page it is, it is ours.
 *
 * @param csrfHash SHA-256 of the token
 */
export function isFromOurPage(
  { csrfToken, origin }: Pick<SessionRequest, 'csrfToken' | 'origin'>,
  csrfHash: string,
  publicUrl: string,
): boolean {
  if (origin !== undefined && origin !== new URL(publicUrl).origin) return false
  return csrfToken !== undefined && isSameHash(sha256(csrfToken), csrfHash)
}
