import { isFromOurPage } from '#shared/admin/authenticate-session.ts'
import { extendSession, findLiveSession, type LiveSession } from '#shared/admin/live-session.ts'
import { secondsToWait } from '#shared/admin/rate-limit.ts'
import { csrfTokenOf } from '#shared/admin/session.ts'
import { centerPage, doorPage, signedOutPage } from '#shared/http/admin-pages.ts'
import { refuse } from '#shared/http/refuse.ts'
import type { HttpRequest } from '#shared/http/request.ts'
import { type HttpResponse, json, respond } from '#shared/http/respond.ts'
import { noSession, readCookie } from '#shared/http/session-cookies.ts'
import { log } from '#shared/log.ts'
import { fail, ok, type Result } from '#shared/result.ts'
import { sha256 } from '#shared/secrets.ts'
import { toSeconds } from '#shared/time.ts'
import type { Answer, Ports } from './ports.ts'
import { output } from './schema.ts'
import { withSession } from './with-session.ts'

/** The session of a browser, or the answer that there is none. */
async function find(
  ports: Ports,
  request: HttpRequest,
): Promise<Result<LiveSession, HttpResponse>> {
  const found = await findLiveSession(ports.sessions, readCookie(request, 'session'), ports.now())
  if (found.ok) return found
  const { requestId, routeKey } = request
  log.info('session_refused', { cause: found.error, requestId, route: routeKey })
  return fail(refuse('unauthorized'))
}

/** The same for what changes something: our page has to make the call. */
async function findForChange(
  ports: Ports,
  request: HttpRequest,
): Promise<Result<LiveSession, HttpResponse>> {
  const found = await find(ports, request)
  if (!found.ok) return found
  const { header } = request
  const given = { csrfToken: header('x-csrf-token'), origin: header('origin') }
  const csrfHash = sha256(csrfTokenOf(found.value.secret))
  return isFromOurPage(given, csrfHash, ports.publicUrl) ? found : fail(refuse('csrf'))
}

/** Who is signed in, until when, and what the page needs to go on. */
export const showSession: Answer = async (ports, request) => {
  const found = await find(ports, request)
  return found.ok ? json(200, output(found.value)) : found.error
}

/** Lets the session live on, with a JWT for the next minutes. */
export const refreshSession: Answer = async (ports, request) => {
  const found = await findForChange(ports, request)
  if (!found.ok) return found.error
  const nowMs = ports.now()
  const wait = await secondsToWait(ports.counter, found.value.session.id, toSeconds(nowMs))
  if (wait !== undefined) {
    return refuse('too_many_requests', { headers: { 'retry-after': String(wait) } })
  }
  const extended = await extendSession(ports.sessions, found.value, nowMs)
  if (!extended.ok) return refuse('unauthorized')
  return withSession(ports, json(200, output(extended.value)), extended.value, nowMs)
}

const gone = (): HttpResponse => ({ ...respond(204, {}), cookies: noSession() })

/** Signs out. Where nobody is signed in, there is nothing left to do. */
export const endSession: Answer = async (ports, request) => {
  const live = await ended(ports, request)
  return live.ok ? gone() : live.error
}

/** Signs out in all browsers. */
export const endAllSessions: Answer = async (ports, request) => {
  const live = await ended(ports, request)
  if (!live.ok) return live.error
  if (!live.value) return refuse('unauthorized')
  await ports.sessions.endAll(live.value.user, ports.now())
  return gone()
}

async function ended(
  ports: Ports,
  request: HttpRequest,
): Promise<Result<LiveSession | undefined, HttpResponse>> {
  const found = await findForChange(ports, request)
  if (!found.ok) return found.error.statusCode === 401 ? ok(undefined) : found
  const { session } = found.value
  await ports.sessions.end(session.id)
  const { requestId } = request
  log.info('admin_signed_out', { sessionId: session.id, orgId: session.orgId, requestId })
  return found
}

/** Who is signed in, for people. */
export const showCenter: Answer = async (ports, request) => {
  const found = await find(ports, request)
  if (!found.ok) return signedOutPage()
  const { user, role, organization, session, doorClosesAt } = found.value
  return session.kind === 'emergency'
    ? doorPage(doorClosesAt)
    : centerPage({ email: user.email, role, organization })
}

/** What an emergency has come to. Once its door is open, the browser gets its JWT. */
export const showDoor: Answer = async (ports, request) => {
  const found = await find(ports, request)
  if (!found.ok || found.value.session.kind !== 'emergency') return signedOutPage()
  return withSession(ports, doorPage(found.value.doorClosesAt), found.value, ports.now())
}
