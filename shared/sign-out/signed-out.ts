/** When a session ended. */
export type Ended = {
  /** Epoch milliseconds, by our clock. */
  atMs: number
  /**
   * Epoch seconds, by the provider's clock: what it had asserted until then is over also where it
   * arrives later (SAML Core 2.0 §3.7.3.2). Absent: the product ended it, not the provider.
   */
  issuedBefore?: number
}

/**
 * What of a person's sessions has ended: all until a moment, and some by their id. A provider may
 * use a SessionIndex again after a logout, so it always depends on when a sign-in was.
 */
export type SignedOut = { all?: Ended; sessions?: Readonly<Record<string, Ended>> }

/** What of a sign-in decides whether it is over. */
type SignedIn = {
  sid: string
  /** Epoch milliseconds, by our clock. */
  signedInAtMs: number
  /** Epoch seconds: IssueInstant of the assertion. */
  assertedAt: number
}

/** Whether a sign-in is over; `sid` is a hash, so it is no name that objects have by nature. */
export function isSignedOut(
  { sid, signedInAtMs, assertedAt }: SignedIn,
  signedOut: SignedOut = {},
) {
  return [signedOut.all, signedOut.sessions?.[sid]].some(
    (ended) =>
      ended !== undefined && (signedInAtMs <= ended.atMs || assertedAt < (ended.issuedBefore ?? 0)),
  )
}

/** As many as one LogoutRequest may name. */
const MAX_SESSIONS = 100
const KEPT_MS = 7 * 24 * 3600 * 1000

/**
 * Adds that sessions have ended. What has ended long ago is left out: no token or assertion of that
 * time is good any more.
 *
 * @param sids undefined: all sessions
 */
export function withEnded(
  signedOut: SignedOut,
  sids: readonly string[] | undefined,
  ended: Ended,
): SignedOut {
  if (sids === undefined) return { ...signedOut, all: later(signedOut.all, ended) }
  const sessions = { ...signedOut.sessions }
  for (const sid of sids) sessions[sid] = later(sessions[sid], ended)
  const newest = Object.entries(sessions)
    .filter(([, { atMs }]) => atMs > ended.atMs - KEPT_MS)
    .sort(([, a], [, b]) => b.atMs - a.atMs)
    .slice(0, MAX_SESSIONS)
  return { ...signedOut, sessions: Object.fromEntries(newest) }
}

function later(before: Ended | undefined, ended: Ended): Ended {
  const issuedBefore = Math.max(before?.issuedBefore ?? 0, ended.issuedBefore ?? 0)
  return {
    atMs: Math.max(before?.atMs ?? 0, ended.atMs),
    ...(issuedBefore > 0 && { issuedBefore }),
  }
}
