import type { BreakGlassId, OrgId, UserId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'

/** How long a second administrator may take. */
const REQUEST_SECONDS = 60 * 60
/** How long the door to the settings of identity providers is open. */
const DOOR_SECONDS = 30 * 60

/** An emergency: who asked for it, who approved it, and when. Times are epoch seconds. */
export type BreakGlass = {
  id: BreakGlassId
  orgId: OrgId
  state: 'requested' | 'opened'
  requestedBy: UserId
  requestedAt: number
  requestEndsAt: number
  approvedBy?: UserId
  openedAt?: number
  openUntil?: number
}

/** `requested` until another administrator confirms; `rejoined`: one of the two, once more. */
export type Confirmation = { outcome: 'requested' | 'opened' | 'rejoined'; record: BreakGlass }

export type BreakGlassError =
  /** Nobody opens the door alone. */
  | 'same_administrator'
  /** It is open to the two who opened it, and to nobody else. */
  | 'opened_by_others'

type Confirming = { orgId: OrgId; userId: UserId; newId: BreakGlassId; now: number }

/**
 * What the confirmation of an administrator comes to: the first one asks, the second one opens.
 *
 * @param current the latest emergency of the organization
 */
export function confirmBreakGlass(
  current: BreakGlass | undefined,
  { orgId, userId, newId, now }: Confirming,
): Result<Confirmation, BreakGlassError> {
  if (current && isDoorOpen(current, now)) {
    const isOneOfThem = current.requestedBy === userId || current.approvedBy === userId
    return isOneOfThem ? ok({ outcome: 'rejoined', record: current }) : fail('opened_by_others')
  }
  if (current && isWaiting(current, now)) {
    if (current.requestedBy === userId) return fail('same_administrator')
    const openUntil = now + DOOR_SECONDS
    const opened = { state: 'opened', approvedBy: userId, openedAt: now, openUntil } as const
    return ok({ outcome: 'opened', record: { ...current, ...opened } })
  }
  const record: BreakGlass = {
    id: newId,
    orgId,
    state: 'requested',
    requestedBy: userId,
    requestedAt: now,
    requestEndsAt: now + REQUEST_SECONDS,
  }
  return ok({ outcome: 'requested', record })
}

export const isDoorOpen = ({ state, openUntil = 0 }: BreakGlass, now: number) =>
  state === 'opened' && now < openUntil

export const isWaiting = ({ state, requestEndsAt }: BreakGlass, now: number) =>
  state === 'requested' && now < requestEndsAt

/** By when an emergency session is over at the latest. */
export const emergencyEnd = ({ requestEndsAt, openUntil }: BreakGlass) =>
  openUntil ?? requestEndsAt + DOOR_SECONDS
