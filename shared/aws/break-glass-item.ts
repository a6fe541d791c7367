import type { BreakGlass } from '../admin/break-glass.ts'
import * as directoryKeys from './directory-keys.ts'

type BreakGlassItem = Omit<BreakGlass, 'id'> & { breakGlassId: BreakGlass['id'] }

/** An emergency as it is stored, beside its key. */
export const storedBreakGlass = ({ id, ...rest }: BreakGlass): BreakGlassItem => ({
  ...rest,
  breakGlassId: id,
})

/** The record that is kept. */
export const breakGlassItem = (record: BreakGlass) => ({
  ...directoryKeys.breakGlass(record.orgId, record.id),
  ...storedBreakGlass(record),
})

export function breakGlassOf(item: object | undefined): BreakGlass | undefined {
  if (!item) return undefined
  const { breakGlassId: id, ...rest } = item as BreakGlassItem
  const { orgId, state, requestedBy, requestedAt, requestEndsAt } = rest
  const { approvedBy, openedAt, openUntil } = rest
  return {
    ...{ id, orgId, state, requestedBy, requestedAt, requestEndsAt },
    ...(approvedBy !== undefined && { approvedBy }),
    ...(openedAt !== undefined && { openedAt }),
    ...(openUntil !== undefined && { openUntil }),
  }
}
