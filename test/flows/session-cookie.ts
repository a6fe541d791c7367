import { beginSession, csrfTokenOf, sessionClaims } from '#shared/admin/session.ts'
import { kmsJwtSigner } from '#shared/aws/kms-jwt-signer.ts'
import { cookieNames } from '#shared/http/session-cookies.ts'
import type { OrgId, UserId } from '#shared/ids.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { runningStack } from './running-stack.ts'

/**
 * The cookie of a session that was begun just now, as a browser sends it, and the token that its
 * page knows. Nobody has signed in: tests of the sign-in itself are elsewhere.
 */
export async function newSessionCookie(orgId: OrgId, userId: UserId) {
  const { stack } = await runningStack()
  const { ADMIN_SESSION_KEY_ARN = '' } = stack.environmentOf('orgs')
  const nowMs = epochMilliseconds()
  const { session, secret } = beginSession({ orgId, userId, kind: 'normal', nowMs })
  const claims = sessionClaims(session, { secret, issuer: stack.url, nowMs })
  const jwt = await kmsJwtSigner(ADMIN_SESSION_KEY_ARN, 'admin+jwt')(claims)
  return { cookie: `${cookieNames.jwt}=${jwt}`, csrfToken: csrfTokenOf(secret) }
}
