import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { OrgId, UserId } from '../ids.ts'
import { type Access, type AccessAct, MAX_ACCESSES } from '../products/access.ts'
import { toSeconds } from '../time.ts'
import { removalWrite } from './access-changes.ts'
import { accessWrite, holderDelete, holderPut } from './access-writes.ts'
import { toItem } from './dynamo-item.ts'
import { directoryKeys } from './keys.ts'
import { productAttribute } from './product-attribute.ts'
import { seatAttribute } from './seat-items.ts'

/** Two users of an organization who are one person, and what the one who stays uses or waits for. */
type Merging = { orgId: OrgId; from: UserId; into: UserId; own: readonly Access[] }

/** Writes of one access that goes over, and of one that is freed instead. */
const MOVED = 4
const FREED = 3

/**
 * What goes over from one to the other, seats before places in queues, and what is freed: what the
 * other has already, and what a user, or the transaction, has no room for.
 *
 * @param room writes that the transaction has left
 */
export function splitSeats(
  { theirs, own }: { theirs: readonly Access[]; own: readonly Access[] },
  room: number,
) {
  const nameOf = ({ account, product }: Access) => `${account} ${product}`
  const names = new Set(own.map(nameOf))
  const most = Math.min(
    MAX_ACCESSES - own.length,
    Math.floor((room - FREED * theirs.length) / (MOVED - FREED)),
  )
  const others = theirs.filter((access) => !names.has(nameOf(access)))
  const granted = others.filter(({ state }) => state === 'granted')
  const queued = others.filter(({ state }) => state === 'queued')
  const moved = [...granted, ...queued].slice(0, Math.max(0, most))
  return { moved, freed: theirs.filter((access) => !moved.includes(access)) }
}

/**
 * Writes that make accesses the other user's, in the same place of the queue. The seats stay used,
 * so nobody else can get them in between. They fail where the other's accesses are not these any more.
 */
export function movingWrites(
  directory: string,
  merging: Merging,
  moved: readonly Access[],
  act: AccessAct,
): TransactWriteItem[] {
  if (moved.length === 0) return []
  return [
    summaryWrite(directory, merging, moved),
    ...moved.flatMap((access) => moveWrites(directory, merging, access, act)),
  ]
}

function moveWrites(
  directory: string,
  { orgId, from, into }: Merging,
  access: Access,
  act: AccessAct,
): TransactWriteItem[] {
  const { state, grantedBy } = access
  const seat = { orgId, account: access.account, product: access.product }
  const place = `${access.place.slice(0, -from.length)}${into}`
  return [
    removalWrite(directory, seat, access, act),
    holderDelete(directory, seat, access.place),
    accessWrite(directory, {
      ...{ seat, userId: into, act, set: { state, place, grantedBy } },
      event: `latchkey.product-access.${state}.v1`,
      condition: 'attribute_not_exists(#pk) OR #state = :removed',
      values: { removed: 'removed' },
    }),
    holderPut(directory, seat, {
      ...{ userId: into, place, grantedBy, state },
      at: toSeconds(act.nowMs),
    }),
  ]
}

/** All that the other's summary gains, in one write: a transaction takes no second one of an item. */
function summaryWrite(
  TableName: string,
  { orgId, into, own }: Merging,
  moved: readonly Access[],
): TransactWriteItem {
  const granted = moved.filter(({ state }) => state === 'granted')
  const products = [...new Set(granted.map(({ product }) => product))]
  const seats = granted.map(({ account, product }) => seatAttribute(account, product))
  const counts = products.map((one) => granted.filter(({ product }) => product === one).length)
  const none = own.length === 0 ? 'attribute_not_exists(#count) OR ' : ''
  return {
    Update: {
      TableName,
      Key: toItem(directoryKeys.userProducts(orgId, into)),
      UpdateExpression: [
        ...(seats.length > 0 ? [`SET ${seats.map((_, i) => `#seat${i} = :true`).join(', ')}`] : []),
        `ADD ${['#count :more', ...products.map((_, i) => `#product${i} :held${i}`)].join(', ')}`,
      ].join(' '),
      ConditionExpression: `${none}#count = :own`,
      ExpressionAttributeNames: {
        '#count': 'count',
        ...numbered('#seat', seats),
        ...numbered('#product', products.map(productAttribute)),
      },
      ExpressionAttributeValues: toItem({
        ':more': moved.length,
        ':own': own.length,
        ...(seats.length > 0 && { ':true': true }),
        ...numbered(':held', counts),
      }),
    },
  }
}

const numbered = <Value>(name: string, values: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(values.map((value, index) => [`${name}${index}`, value]))
