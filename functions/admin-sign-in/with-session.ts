import { claimsOf, type LiveSession } from '#shared/admin/live-session.ts'
import { sessionCookieOf } from '#shared/admin/session.ts'
import type { HttpResponse } from '#shared/http/respond.ts'
import { cookieOf, jwtCookie } from '#shared/http/session-cookies.ts'
import type { Ports } from './ports.ts'

type Held = Pick<LiveSession, 'session' | 'secret' | 'doorClosesAt'>

/** Puts a session into the browser: its secret, and its JWT if it may be used already. */
export async function withSession(
  { signSession, publicUrl }: Ports,
  response: HttpResponse,
  held: Held,
  nowMs: number,
): Promise<HttpResponse> {
  const { session, secret } = held
  const lifetime = (session.endsAtMs - nowMs) / 1000
  const kept = cookieOf('session', sessionCookieOf(session, secret), lifetime)
  const claims = claimsOf(held, publicUrl, nowMs)
  const jwt = claims ? [jwtCookie(await signSession(claims))] : []
  return { ...response, cookies: [...(response.cookies ?? []), kept, ...jwt] }
}
