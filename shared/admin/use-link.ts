import type { BreakGlassId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { toSeconds } from '../time.ts'
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

export type UseLinkError = LinkError | UseError | BreakGlassError

type Ports = { links: LinkStore; breakGlass: BreakGlassStore }
type Using = { handle: string | undefined; newId: BreakGlassId; nowMs: number }

/** Of two administrators who confirm at once, one asks and the other one opens. */
const MAX_ATTEMPTS = 3

/**
 * Uses a mailed link, once: its use, the check of who uses it, the session and what a confirmation
 * comes to are one write.
 */
export async function useLink(
  { links, breakGlass }: Ports,
  { handle, newId, nowMs }: Using,
): Promise<Result<Begun, UseLinkError>> {
  const judged = judgeLink(
    handle === undefined ? undefined : await links.find(handle),
    toSeconds(nowMs),
  )
  if (!judged.ok) return judged
  const link = judged.value
  return link.kind === 'break-glass'
    ? confirm(breakGlass, link, { newId, nowMs })
    : signIn(links, link, nowMs)
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
