import { newTraceId, type TraceId } from '../ids.ts'
import { log } from '../log.ts'
import type { PortalCause } from '../portals/errors.ts'
import type { Issued } from '../portals/issue-login.ts'
import type { Named, RefusalStore, RefusedPortal } from '../portals/ports.ts'
import { LOGIN_TOKEN_LIFETIME_MS } from '../tokens/login-token.ts'
import { type HttpResponse, json } from './respond.ts'

/** What portals are told, in the form of OAuth's token endpoint (RFC 6749 §5). */

/**
 * Keeps why a portal, its browser or a product was refused; answers the id by which admins find it,
 * which is all that anybody else is told (R34).
 */
export async function notePortalRefusal(
  refusals: RefusalStore,
  refused: RefusedPortal,
  { requestId, nowMs }: { requestId: string; nowMs: number },
): Promise<TraceId> {
  const traceId = newTraceId(nowMs)
  const { kind, cause, ssoTokenId } = refused
  log.info('portal_refused', { requestId, traceId, kind, cause, ssoTokenId })
  await refusals.record(refused, { traceId, nowMs }).catch((error: unknown) => {
    log.error('trace_not_stored', error, { traceId }) // the answer must not depend on it
  })
  return traceId
}

/**
 * One answer whatever was wrong, but for a target: that is judged where the portal has proved itself,
 * and before the person, so it tells nothing of anybody.
 */
export function refuseIssue(cause: PortalCause, traceId: TraceId): HttpResponse {
  if (cause === 'target_not_allowed') {
    const error_description = 'the product cannot be entered at that target'
    return json(400, { error: 'invalid_target', error_description, trace_id: traceId })
  }
  const error_description = 'Invalid response'
  return json(403, { error: 'access_denied', error_description, trace_id: traceId })
}

/** @param wait seconds */
export const tooManyIssues = (wait: number): HttpResponse =>
  json(
    429,
    { error: 'too_many_requests', error_description: 'this SSO token is used too often' },
    { 'retry-after': String(wait) },
  )

type Asked = { named: Named; target: string | undefined; isAdvised: boolean }

/** The token, and where the portal sends the browser with it. */
export function issuedAnswer(
  publicUrl: string,
  { token }: Pick<Issued, 'token'>,
  { named, target, isAdvised }: Asked,
): HttpResponse {
  const url = new URL(`${publicUrl}/sso`)
  url.searchParams.set('token', token)
  url.searchParams.set(named.by === 'email' ? 'email' : 'user_name', named.value)
  if (target !== undefined) url.searchParams.set('target', target)
  return json(200, {
    token,
    expires_in: LOGIN_TOKEN_LIFETIME_MS / 1000,
    url: url.href,
    ...(isAdvised && { advice: EVERY_PAGE }),
  })
}

const EVERY_PAGE = {
  code: 'every_page',
  detail:
    'This person has got more than ten login tokens in five minutes. Ask for one when a link is opened, not when a page is drawn: it is good for 20 seconds and for one use.',
}
