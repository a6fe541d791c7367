import type { DirectoryId, GroupId } from '../ids.ts'
import type { Member, MemberId, ScimAct } from '../scim/types.ts'
import { toSeconds } from '../time.ts'
import { evt } from './event-attribute.ts'
import type { GuardedWrite } from './guarded-write.ts'
import { condition, guarded, put, remove } from './item-writes.ts'
import { memberKey } from './scim-group-items.ts'
import { scimKeys } from './scim-keys.ts'

/** Why one member of a change is passed over. */
export type PassedOver = { passedOver: MemberId; isUnknown: boolean }

/** A member that comes or goes. */
export type Edge = Member & { kind: 'add' | 'remove' }

type Place = { table: string; directory: DirectoryId; group: GroupId }

const KEPT_SECONDS = 24 * 3600

/** Items of a transaction that an edge takes. */
export const weightOf = ({ kind }: Edge) => (kind === 'add' ? 3 : 2)

/**
 * Writes that put a member into a group, or take it out: found from both ends, and nothing of other
 * members is read or written. Who is added exists, as no user or group can go meanwhile.
 */
export const edgeWrites = (place: Place, edge: Edge, act: ScimAct): GuardedWrite<PassedOver>[] =>
  edge.kind === 'add' ? additionWrites(place, edge, act) : removalWrites(place, edge, act)

const passOver = (passedOver: MemberId, isUnknown = false) => ({ passedOver, isUnknown })

function additionWrites(
  { table, directory, group }: Place,
  { id, type }: Edge,
  act: ScimAct,
): GuardedWrite<PassedOver>[] {
  const ConditionCheck = condition(table, {
    key: memberKey(directory, id),
    condition: 'attribute_exists(#pk) AND attribute_not_exists(#deletedAt)',
    values: {},
  })
  const row = guarded(
    table,
    {
      ...scimKeys.member(directory, group, id),
      type,
      evt: evt('latchkey.group.member-added.v1', toSeconds(act.nowMs), act.actor),
    },
    { condition: 'attribute_not_exists(#pk) OR attribute_exists(#removedAt)', values: {} },
  )
  const membership = put(table, { ...scimKeys.membership(directory, id, group), type })
  return [
    { write: { ConditionCheck }, onFailure: () => passOver(id, true) },
    { write: row, onFailure: () => passOver(id) },
    { write: membership, onFailure: () => passOver(id) },
  ]
}

/** The member's row stays for a day, as its event rides on it. */
function removalWrites(
  { table, directory, group }: Place,
  { id, type }: Edge,
  act: ScimAct,
): GuardedWrite<PassedOver>[] {
  const removedAt = toSeconds(act.nowMs)
  const row = guarded(
    table,
    {
      ...scimKeys.member(directory, group, id),
      type,
      removedAt,
      expiresAt: removedAt + KEPT_SECONDS,
      evt: evt('latchkey.group.member-removed.v1', removedAt, act.actor),
    },
    { condition: 'attribute_exists(#pk) AND attribute_not_exists(#removedAt)', values: {} },
  )
  const membership = remove(table, scimKeys.membership(directory, id, group))
  return [
    { write: row, onFailure: () => passOver(id) },
    { write: membership, onFailure: () => passOver(id) },
  ]
}
