import { fail, ok, type Result } from '../result.ts'
import { isSignedOut } from '../sign-out/signed-out.ts'
import { toSeconds } from '../time.ts'
import { type AdministratorError, type JudgedAdministrator, roleOf } from './administrator.ts'
import { isDoorOpen, isWaiting } from './break-glass.ts'
import {
  type AdminSession,
  idleEnd,
  judgeSession,
  readSessionCookie,
  type SessionClaims,
  type SessionRecordError,
  sessionClaims,
} from './session.ts'
import type { SessionOwner, SessionStore } from './session-ports.ts'

/** A session that lives, whose it is, and what they may do now. */
export type LiveSession = JudgedAdministrator & {
  session: AdminSession
  secret: string
  organization: string
  /** Of an emergency session: epoch seconds; absent while the second administrator is awaited. */
  doorClosesAt?: number
}

export type LiveSessionError =
  | 'session_missing'
  | SessionRecordError
  | AdministratorError
  | 'signed_out'
  | 'door_closed'

/** Finds the session that a browser has by its second cookie: what it is refreshed with. */
export async function findLiveSession(
  store: SessionStore,
  cookie: string | undefined,
  nowMs: number,
): Promise<Result<LiveSession, LiveSessionError>> {
  const presented = readSessionCookie(cookie)
  if (!presented) return fail('session_missing')
  const judged = judgeSession(await store.find(presented.id), presented, nowMs)
  if (!judged.ok) return judged
  const session = judged.value
  const owner = await store.findOwner(session)
  const administrator = roleOf(owner.user)
  if (!administrator.ok) return administrator
  const isVoid = (administrator.value.user.sessionsFrom ?? 0) > session.beganMs
  if (isVoid || (session.login && isSignedOut(session.login, owner.signedOut))) {
    return fail('signed_out')
  }
  const door = doorOf(session, owner, toSeconds(nowMs))
  if (!door.ok) return door
  const { organization = '' } = owner
  const { secret } = presented
  return ok({ ...administrator.value, ...door.value, session, secret, organization })
}

function doorOf(
  { kind, userId }: AdminSession,
  { breakGlass, user }: SessionOwner,
  now: number,
): Result<{ doorClosesAt?: number }, 'door_closed' | 'not_administrator'> {
  if (kind === 'normal') return ok({})
  if (user?.role !== 'admin') return fail('not_administrator')
  const isTheirs = breakGlass?.requestedBy === userId || breakGlass?.approvedBy === userId
  if (!breakGlass || !isTheirs) return fail('door_closed')
  const { openUntil } = breakGlass
  if (isDoorOpen(breakGlass, now) && openUntil !== undefined) return ok({ doorClosesAt: openUntil })
  return isWaiting(breakGlass, now) ? ok({}) : fail('door_closed')
}

/** Claims for the next minutes; none while the door is not open yet. */
export function claimsOf(
  { session, secret, doorClosesAt }: Pick<LiveSession, 'session' | 'secret' | 'doorClosesAt'>,
  issuer: string,
  nowMs: number,
): SessionClaims | undefined {
  if (session.kind === 'emergency' && doorClosesAt === undefined) return undefined
  return sessionClaims(session, { secret, issuer, nowMs, doorClosesAt })
}

/** Lets a session live on because it is used; fails where it has ended this very moment. */
export async function extendSession(
  store: SessionStore,
  live: LiveSession,
  nowMs: number,
): Promise<Result<LiveSession, 'session_unknown'>> {
  const { session } = live
  const idleUntilMs = idleEnd(session.kind, nowMs, session.endsAtMs)
  const isExtended = await store.extend(session, idleUntilMs, nowMs)
  return isExtended
    ? ok({ ...live, session: { ...session, idleUntilMs } })
    : fail('session_unknown')
}
