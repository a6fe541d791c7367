import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { EventType } from '../events/catalogue.ts'
import type { UserId } from '../ids.ts'
import { type Access, type AccessAct, MAX_ACCESSES, type Seat } from '../products/access.ts'
import { toSeconds } from '../time.ts'
import * as directoryKeys from './directory-keys.ts'
import { toItem } from './dynamo-item.ts'
import { evt } from './event-attribute.ts'
import { type Condition, update } from './item-writes.ts'
import { productAttribute } from './product-attribute.ts'
import { type StoredAccess, seatAttribute } from './seat-items.ts'

const KEPT_SECONDS = 30 * 24 * 3600

type CountChange = { used?: number; waiting?: number } & Pick<Condition, 'condition' | 'values'>

/** Counts seats under a condition that names attributes with `#` and values with `:`. */
export function countWrite(
  table: string,
  { orgId, account, product }: Seat,
  { used = 0, waiting = 0, condition, values }: CountChange,
): TransactWriteItem {
  const given = Object.entries(values).map(([name, value]) => [`:${name}`, value])
  return {
    Update: {
      TableName: table,
      Key: toItem(directoryKeys.seats(orgId, account, product)),
      UpdateExpression: 'ADD #used :moreUsed, #waiting :moreWaiting',
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#used': 'used', '#waiting': 'waiting', ...namesIn(condition) },
      ExpressionAttributeValues: toItem({
        ':moreUsed': used,
        ':moreWaiting': waiting,
        ...Object.fromEntries(given),
      }),
    },
  }
}

/** Of a place in the queue that goes, or whose seat is somebody's now. */
export const noLongerWaiting = {
  waiting: -1,
  condition: '#waiting > :none',
  values: { none: 0 },
}

const namesIn = (text: string) => (text.includes('#seats') ? { '#seats': 'seats' } : {})

type AccessChange = {
  seat: Seat
  userId: UserId
  set: Pick<StoredAccess, 'state' | 'place' | 'grantedBy' | 'lostWith'>
  event: Extract<EventType, `latchkey.product-access.${string}`>
  act: AccessAct
} & Pick<Condition, 'condition' | 'values'>

/** The user's access as it is from now on, with the event of the change. */
export function accessWrite(table: string, change: AccessChange): TransactWriteItem {
  const { seat, userId, set, event, act, condition, values } = change
  const { orgId, account: accountId, product } = seat
  const at = toSeconds(act.nowMs)
  const isRemoved = set.state === 'removed'
  return {
    Update: update(table, {
      key: directoryKeys.access(orgId, userId, accountId, product),
      set: {
        ...{ orgId, userId, accountId, product, ...set, at },
        evt: evt(event, at, act.actor),
        expiresAt: isRemoved ? at + KEPT_SECONDS : undefined,
      },
      remove: isRemoved ? [] : ['expiresAt', 'lostWith'],
      increment: 'rev',
      condition,
      values,
    }),
  }
}

/** The access must still be as it was seen. */
export const unchanged = ({ state, place, grantedBy }: Omit<Access, 'at'>) => ({
  condition: '#state = :state AND #place = :place AND #grantedBy = :grantedBy',
  values: { state, place, grantedBy },
})

/** A row in the list of who has, or waits for, a seat. */
export const holderPut = (
  table: string,
  { orgId, account, product }: Seat,
  holder: Pick<Access, 'userId' | 'place' | 'grantedBy' | 'state'> & { at: number },
): TransactWriteItem => {
  const { place, ...rest } = holder
  const key = directoryKeys.holder(orgId, account, product, place)
  return { Put: { TableName: table, Item: toItem({ ...key, ...rest }) } }
}

export const holderDelete = (
  table: string,
  { orgId, account, product }: Seat,
  place: string,
): TransactWriteItem => ({
  Delete: {
    TableName: table,
    Key: toItem(directoryKeys.holder(orgId, account, product, place)),
  },
})

/**
 * The user's summary: products that they may use by which accounts, and how many accesses they have
 * in all, which is bounded.
 */
export function summaryWrite(
  table: string,
  { orgId, account, product }: Seat,
  { userId, holds, count }: { userId: UserId; holds?: 'ADD' | 'REMOVE'; count: -1 | 0 | 1 },
): TransactWriteItem {
  const isHeld = holds === 'ADD'
  const added = ['#count :more', ...(holds ? ['#product :held'] : [])].join(', ')
  const changed = holds ? (isHeld ? 'SET #seat = :true ' : 'REMOVE #seat ') : ''
  const isMore = count > 0
  return {
    Update: {
      TableName: table,
      Key: toItem(directoryKeys.userProducts(orgId, userId)),
      UpdateExpression: `${changed}ADD ${added}`,
      ...(isMore && { ConditionExpression: 'attribute_not_exists(#count) OR #count < :max' }),
      ExpressionAttributeNames: {
        '#count': 'count',
        ...(holds && {
          '#product': productAttribute(product),
          '#seat': seatAttribute(account, product),
        }),
      },
      ExpressionAttributeValues: toItem({
        ':more': count,
        ...(isMore && { ':max': MAX_ACCESSES }),
        ...(holds && { ':held': isHeld ? 1 : -1 }),
        ...(isHeld && { ':true': true }),
      }),
    },
  }
}
