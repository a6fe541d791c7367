import { createHmac } from 'node:crypto'
import type { BreakGlassId, OrgId, SessionId, UserId } from '../ids.ts'
import { newSessionId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { isSameHash, newSecret, sha256 } from '../secrets.ts'
import { toSeconds } from '../time.ts'

/** `emergency`: through the door that two administrators opened (break-glass). */
export type SessionKind = 'normal' | 'emergency'

/** A session that came by single sign-on ends with what the provider knows of (R19). */
type SignedInBy = {
  subjectKey: string
  sid: string
  /** Epoch milliseconds. */
  signedInAtMs: number
  /** Epoch seconds, by the provider's clock. */
  assertedAt: number
}

/** An administrator's session as it is stored. Times are epoch milliseconds. */
export type AdminSession = {
  id: SessionId
  /** Of the secret in the browser's second cookie. */
  secretHash: string
  orgId: OrgId
  userId: UserId
  kind: SessionKind
  beganMs: number
  /** Without a refresh it is over by then. */
  idleUntilMs: number
  /** By then it is over in any case. */
  endsAtMs: number
  login?: SignedInBy
  /** Of an emergency session: the door that must be open. */
  breakGlassId?: BreakGlassId
}

export const IDLE_MS = 60 * 60_000
const ABSOLUTE_MS = 12 * 60 * 60_000

/** What begins a session; `endsAtMs` only where it must be over earlier than usual. */
type Beginning = Pick<AdminSession, 'orgId' | 'userId' | 'kind' | 'login' | 'breakGlassId'> & {
  nowMs: number
  endsAtMs?: number
}

/** Makes a session with an id and a secret that nobody could know before: see session fixation. */
export function beginSession({ nowMs, endsAtMs, ...rest }: Beginning): {
  session: AdminSession
  secret: string
} {
  const secret = newSecret()
  const end = Math.min(endsAtMs ?? Number.POSITIVE_INFINITY, nowMs + ABSOLUTE_MS)
  const session: AdminSession = {
    id: newSessionId(),
    secretHash: sha256(secret),
    ...rest,
    beganMs: nowMs,
    idleUntilMs: idleEnd(rest.kind, nowMs, end),
    endsAtMs: end,
  }
  return { session, secret }
}

/** Until when a session lives that is used now; one of an emergency waits for its door. */
export const idleEnd = (kind: SessionKind, nowMs: number, endsAtMs: number) =>
  kind === 'emergency' ? endsAtMs : Math.min(nowMs + IDLE_MS, endsAtMs)

const COOKIE = /^(ses_[0-9a-f]{32})_([\w-]{43})$/

/** What the browser's second cookie holds. */
export type PresentedSession = { id: SessionId; secret: string }

export const sessionCookieOf = ({ id }: Pick<AdminSession, 'id'>, secret: string) =>
  `${id}_${secret}`

/** Undefined if it cannot be a session of ours. */
export function readSessionCookie(text: string | undefined): PresentedSession | undefined {
  const [, id, secret] = COOKIE.exec(text ?? '') ?? []
  return id && secret ? { id: id as SessionId, secret } : undefined
}

/**
 * The token that unsafe calls name in a header. It follows from the session's secret, which no
 * script can read, so that it need not be stored and all windows of a browser have the same.
 */
export const csrfTokenOf = (secret: string) =>
  createHmac('sha256', secret).update('csrf').digest('base64url')

/** Why a session is none. Callers learn none of it. */
export type SessionRecordError =
  | 'session_unknown'
  | 'session_wrong'
  | 'session_idle'
  | 'session_over'

/** Whether what a browser presents is this session, and lives. */
export function judgeSession(
  session: AdminSession | undefined,
  { secret }: PresentedSession,
  nowMs: number,
): Result<AdminSession, SessionRecordError> {
  if (!session) return fail('session_unknown')
  if (!isSameHash(session.secretHash, sha256(secret))) return fail('session_wrong')
  if (nowMs >= session.endsAtMs) return fail('session_over')
  return nowMs >= session.idleUntilMs ? fail('session_idle') : ok(session)
}

/** How long a JWT of a session is good, in seconds: a lost role shows at once all the same. */
export const SESSION_JWT_SECONDS = 300

/** What the first cookie says, signed by us. */
export type SessionClaims = {
  iss: string
  aud: typeof SESSION_AUDIENCE
  sub: UserId
  org: OrgId
  sid: SessionId
  /** Epoch seconds, as is `exp`. */
  iat: number
  exp: number
  /** Epoch milliseconds. */
  began: number
  /** SHA-256 of the token that unsafe calls must name. */
  csrf: string
  kind: SessionKind
  /** Epoch seconds; of an emergency session, when its door closes. */
  until?: number
}

export const SESSION_AUDIENCE = 'latchkey-admin'

type Minting = { secret: string; issuer: string; nowMs: number; doorClosesAt?: number | undefined }

/** Claims of a session for the next minutes; never longer than the session itself. */
export function sessionClaims(
  { id, orgId, userId, kind, beganMs, endsAtMs }: AdminSession,
  { secret, issuer, nowMs, doorClosesAt }: Minting,
): SessionClaims {
  const now = toSeconds(nowMs)
  const ends = Math.min(toSeconds(endsAtMs), doorClosesAt ?? Number.POSITIVE_INFINITY)
  return {
    iss: issuer,
    aud: SESSION_AUDIENCE,
    sub: userId,
    org: orgId,
    sid: id,
    iat: now,
    exp: Math.min(now + SESSION_JWT_SECONDS, ends),
    began: beganMs,
    csrf: sha256(csrfTokenOf(secret)),
    kind,
    ...(doorClosesAt !== undefined && { until: doorClosesAt }),
  }
}
