import type { OrgId, SessionId, UserId } from '../ids.ts'
import type { SignedOut } from '../sign-out/signed-out.ts'
import type { Administrator } from './administrator.ts'
import type { BreakGlass } from './break-glass.ts'
import type { MailedLink } from './mailed-link.ts'
import type { AdminSession } from './session.ts'

/** Whose session it is, as they are now. */
export type SessionOwner = {
  user: Administrator | undefined
  organization: string | undefined
  /** Of a session that came by single sign-on: what its provider has ended since. */
  signedOut: SignedOut | undefined
  /** Of an emergency session: the emergency. */
  breakGlass: BreakGlass | undefined
}

export type SessionStore = {
  find(id: SessionId): Promise<AdminSession | undefined>
  findOwner(session: AdminSession): Promise<SessionOwner>
  /** Whom a link is for, as its page names them. */
  findPerson(
    orgId: OrgId,
    userId: UserId,
  ): Promise<{ email: string; organization: string } | undefined>
  create(session: AdminSession): Promise<void>
  /** False if it has ended meanwhile. */
  extend(session: AdminSession, idleUntilMs: number, nowMs: number): Promise<boolean>
  end(id: SessionId): Promise<void>
  /** Makes all sessions void that the user has; recorded by an event. */
  endAll(user: Administrator, nowMs: number): Promise<void>
}

/** Why a link was not used: everything else was checked in the same write. */
export type UseError = 'link_used' | 'not_administrator' | 'changed_meanwhile'

export type LinkStore = {
  find(handle: string): Promise<MailedLink | undefined>
  /** Uses a link up and starts the session, if its user still administers: all or nothing. */
  use(link: MailedLink, session: AdminSession, nowMs: number): Promise<UseError | undefined>
}

/** An emergency before and after a confirmation; the same: somebody joins again. */
export type BreakGlassChange = { before: BreakGlass | undefined; after: BreakGlass }

export type BreakGlassStore = {
  /** The latest emergency of an organization. */
  findCurrent(orgId: OrgId): Promise<BreakGlass | undefined>
  /** Uses a link up, starts the session and writes what comes of it: all or nothing. */
  confirm(
    link: MailedLink,
    session: AdminSession,
    change: BreakGlassChange & { nowMs: number },
  ): Promise<UseError | undefined>
}
