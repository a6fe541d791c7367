import type { BreakGlassId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { toSeconds } from '../time.ts'
import type { InvitationStore } from '../users/invitation-ports.ts'
import { acceptInvitation } from '../users/manage-invitation.ts'
import { type BreakGlassError, confirmBreakGlass, emergencyEnd } from './break-glass.ts'
import { judgeLink, type LinkError, type MailedLink } from './mailed-link.ts'
import { type AdminSession, beginSession } from './session.ts'
import type { BreakGlassStore, LinkStore, UseError } from './session-ports.ts'

/** A session that has begun, for the browser that the link was used in. */
export type Begun = {
  /** Epoch seconds; of an emergency that is open. */
  doorClosesAt?: number

  session: AdminSession
  secret: string
  outcome: 'signed_in' | 'requested' | 'opened' | 'rejoined'
}

export type UseLinkError = LinkError | UseError | BreakGlassError | 'invitation_over'

/** What an invitation is accepted with. */
export type Acceptance = Pick<InvitationStore, 'find' | 'findUser' | 'accept'>

type Ports = { links: LinkStore; breakGlass: BreakGlassStore; invitations: Acceptance }
type Using = { handle: string | undefined; newId: BreakGlassId; nowMs: number }

/** Of two administrators who confirm at once, one asks and the other one opens. */
const MAX_ATTEMPTS = 3

/**
 * Uses a mailed link, once: its use, the check of who uses it, the session and what a confirmation
 * comes to are one write.
 */
export async function useLink(
  { links, breakGlass, invitations }: Ports,
  { handle, newId, nowMs }: Using,
): Promise<Result<Begun, UseLinkError>> {
  const judged = judgeLink(
    handle === undefined ? undefined : await links.find(handle),
    toSeconds(nowMs),
  )
  if (!judged.ok) return judged
  const link = judged.value
  if (link.kind === 'break-glass') return confirm(breakGlass, link, { newId, nowMs })
  if (link.kind === 'invitation' && !(await isAccepted(invitations, link, toSeconds(nowMs)))) {
    return fail('invitation_over')
  }
  return signIn(links, link, nowMs)
}

/**
 * Accepts the invitation that a link is of. One that was accepted before opens nothing more: it
 * lives for days, and a link to sign in with for minutes.
 */
async function isAccepted(
  invitations: Acceptance,
  { orgId, userId, invitationId: id }: MailedLink,
  at: number,
): Promise<boolean> {
  const found = id ? await invitations.find(orgId, id) : undefined
  if (found?.state !== 'pending' || found.userId !== userId) return false
  const act = { actor: `user:${userId}`, at }
  return (await acceptInvitation(invitations, { orgId, id: found.id, act })).ok
}

async function signIn(
  links: LinkStore,
  link: MailedLink,
  nowMs: number,
): Promise<Result<Begun, UseLinkError>> {
  const { orgId, userId } = link
  const begun = beginSession({ orgId, userId, kind: 'normal', nowMs })
  const error = await links.use(link, begun.session, nowMs)
  return error ? fail(error) : ok({ ...begun, outcome: 'signed_in' })
}

async function confirm(
  store: BreakGlassStore,
  link: MailedLink,
  { newId, nowMs }: Omit<Using, 'handle'>,
): Promise<Result<Begun, UseLinkError>> {
  const { orgId, userId } = link
  const now = toSeconds(nowMs)
  for (let attempt = 1; ; attempt++) {
    const before = await store.findCurrent(orgId)
    const confirmed = confirmBreakGlass(before, { orgId, userId, newId, now })
    if (!confirmed.ok) return confirmed
    const { record, outcome } = confirmed.value
    const begun = beginSession({
      ...{ orgId, userId, nowMs, kind: 'emergency', breakGlassId: record.id },
      endsAtMs: emergencyEnd(record) * 1000,
    })
    const error = await store.confirm(link, begun.session, { before, after: record, nowMs })
    const { openUntil: doorClosesAt } = record
    if (!error)
      return ok({ ...begun, outcome, ...(doorClosesAt !== undefined && { doorClosesAt }) })
    if (error !== 'changed_meanwhile' || attempt === MAX_ATTEMPTS) return fail(error)
  }
}
