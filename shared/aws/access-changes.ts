import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { Access, AccessAct, AccessKey, Seat, SeatCount, Waiting } from '../products/access.ts'
import type { Freed } from '../products/access-ports.ts'
import { toSeconds } from '../time.ts'
import {
  accessWrite,
  countWrite,
  holderDelete,
  holderPut,
  noLongerWaiting,
  summaryWrite,
  unchanged,
} from './access-writes.ts'
import * as directoryKeys from './directory-keys.ts'
import { condition } from './item-writes.ts'
import { grantedPlace, type StoredAccess } from './seat-items.ts'

/** Writes of one change each: all or nothing, so that counts and accesses always agree. */

/** Where the writes of a new access stand that explain why it is not given. */
export const USER_CHECK = 1
export const SUMMARY = 2

/** A new access: granted under a free seat, or queued while there is none. */
export function giveWrites(
  table: string,
  key: AccessKey,
  given: Access,
  act: AccessAct,
): TransactWriteItem[] {
  const { userId, state, place, grantedBy, at } = given
  const isGranted = state === 'granted'
  return [
    countWrite(table, key, isGranted ? takesFreeSeat : takesPlaceInQueue),
    {
      ConditionCheck: condition(table, {
        key: directoryKeys.user(key.orgId, userId),
        condition: 'attribute_exists(#pk) AND #state <> :deleted',
        values: { deleted: 'deleted' },
      }),
    },
    summaryWrite(table, key, { userId, count: 1, ...(isGranted && { holds: 'ADD' }) }),
    accessWrite(table, {
      ...{ seat: key, userId, act, set: { state, place, grantedBy } },
      event: `latchkey.product-access.${state}.v1`,
      condition: 'attribute_not_exists(#pk) OR #state = :removed',
      values: { removed: 'removed' },
    }),
    holderPut(table, key, { userId, place, grantedBy, state, at }),
  ]
}

const takesFreeSeat = {
  used: 1,
  condition: '#used < #seats AND #waiting = :none',
  values: { none: 0 },
}

const takesPlaceInQueue = {
  waiting: 1,
  condition: '#used >= #seats OR #waiting > :none',
  values: { none: 0 },
}

/** What a rule gave is an admin's; where it stands does not change. */
export const takeOverWrites = (
  table: string,
  key: AccessKey,
  access: Access,
  act: AccessAct,
): TransactWriteItem[] => {
  const { userId, state, place, at } = access
  return [
    accessWrite(table, {
      ...{ seat: key, userId, act, set: { state, place, grantedBy: 'admin' } },
      event: `latchkey.product-access.${state}.v1`,
      ...unchanged(access),
    }),
    holderPut(table, key, { userId, place, grantedBy: 'admin', state, at }),
  ]
}

/** An access goes, and its seat to who is next, or back to those that are free. */
export function takeWrites(
  table: string,
  key: AccessKey,
  { access, next }: Freed,
  act: AccessAct,
): TransactWriteItem[] {
  const isGranted = access.state === 'granted'
  const isHandedOn = isGranted && next !== undefined
  return [
    countWrite(table, key, isGranted && !next ? freesSeat : noLongerWaiting),
    ...goneWrites(table, key, access, act),
    ...(isHandedOn ? promotionWrites(table, key, next, act) : []),
  ]
}

const freesSeat = {
  used: -1,
  condition: '#used > :none AND #waiting = :none',
  values: { none: 0 },
}

/** All that goes with an access but the count. */
const goneWrites = (table: string, key: AccessKey, access: Access, act: AccessAct) => [
  removalWrite(table, key, access, act),
  holderDelete(table, key, access.place),
  summaryWrite(table, key, {
    userId: access.userId,
    count: -1,
    ...(access.state === 'granted' && { holds: 'REMOVE' }),
  }),
]

type Removal = AccessAct & Pick<StoredAccess, 'lostWith'>

/** The access itself, removed; the item stays for its event. */
export const removalWrite = (
  table: string,
  seat: Seat,
  access: Access,
  { lostWith, ...act }: Removal,
) =>
  accessWrite(table, {
    ...{ seat, userId: access.userId, act },
    set: {
      state: 'removed',
      place: access.place,
      grantedBy: access.grantedBy,
      ...(lostWith && { lostWith }),
    },
    event: 'latchkey.product-access.removed.v1',
    ...unchanged(access),
  })

/** Those who are first in the queue get seats that are free. */
export function promoteWrites(
  table: string,
  seat: Seat,
  { count, first }: { count: SeatCount; first: readonly Waiting[] },
  act: AccessAct,
): TransactWriteItem[] {
  const { used, seats } = count
  return [
    countWrite(table, seat, {
      used: first.length,
      waiting: -first.length,
      condition: '#used = :used AND #seats = :seats AND #waiting >= :enough',
      values: { used, seats, enough: first.length },
    }),
    ...first.flatMap((waiting) => promotionWrites(table, seat, waiting, act)),
  ]
}

const promotionWrites = (table: string, seat: Seat, waiting: Waiting, act: AccessAct) => {
  const { userId, grantedBy } = waiting
  const granted = { state: 'granted', place: grantedPlace(userId), grantedBy } as const
  return [
    accessWrite(table, {
      ...{ seat, userId, act, set: granted },
      event: 'latchkey.product-access.granted.v1',
      ...unchanged({ ...seat, ...waiting, state: 'queued' }),
    }),
    holderDelete(table, seat, waiting.place),
    holderPut(table, seat, { userId, ...granted, at: toSeconds(act.nowMs) }),
    summaryWrite(table, seat, { userId, count: 0, holds: 'ADD' }),
  ]
}
