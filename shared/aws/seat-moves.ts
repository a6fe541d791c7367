import type { TransactWriteItem } from '@aws-sdk/client-dynamodb'
import type { OrgId, UserId } from '../ids.ts'
import { type Access, type AccessAct, MAX_ACCESSES } from '../products/access.ts'
import { toSeconds } from '../time.ts'
import { removalWrite } from './access-changes.ts'
import {
  accessWrite,
  countWrite,
  holderDelete,
  holderPut,
  noLongerWaiting,
  unchanged,
} from './access-writes.ts'
import * as directoryKeys from './directory-keys.ts'
import { toItem } from './dynamo-item.ts'
import { productAttribute } from './product-attribute.ts'
import { seatAttribute } from './seat-items.ts'

/** Two users of an organization who are one person, and what the one who stays uses or waits for. */
type Merging = { orgId: OrgId; from: UserId; into: UserId; own: readonly Access[] }

/** An access that goes over, and where the one who stays waits for a seat of just that, if they do. */
type Move = { access: Access; waiting?: Access }

/** Writes of one access that is freed, and of one that goes over instead. */
const FREED = 3
const writesOf = ({ waiting }: Move) => (waiting ? 6 : 4)

/**
 * What goes over from one to the other, seats before places in queues, and what is freed: what the
 * other has already, and what a user, or the transaction, has no room for.
 *
 * @param room writes that the transaction has left
 */
export function splitSeats(
  { theirs, own }: { theirs: readonly Access[]; own: readonly Access[] },
  room: number,
): { moved: readonly Move[]; freed: readonly Access[] } {
  const moved: Move[] = []
  let left = room - FREED * theirs.length
  let places = MAX_ACCESSES - own.length
  for (const move of movesOf(theirs, own)) {
    const more = writesOf(move) - FREED
    const place = move.waiting ? 0 : 1
    if (more > left || place > places) continue
    left -= more
    places -= place
    moved.push(move)
  }
  const going = new Set(moved.map(({ access }) => access))
  return { moved, freed: theirs.filter((access) => !going.has(access)) }
}

/** Whoever waits for what the other has got has it then; a place in a queue is worth no seat. */
function movesOf(theirs: readonly Access[], own: readonly Access[]): Move[] {
  const moves = theirs.flatMap((access): Move[] => {
    const same = own.find(
      ({ account, product }) => account === access.account && product === access.product,
    )
    if (!same) return [{ access }]
    const isBetter = access.state === 'granted' && same.state === 'queued'
    return isBetter ? [{ access, waiting: same }] : []
  })
  const isGranted = ({ access }: Move) => access.state === 'granted'
  return [...moves.filter(isGranted), ...moves.filter((move) => !isGranted(move))]
}

/**
 * Writes that make accesses the other user's, in the same place of the queue. The seats stay used,
 * so nobody else can get them in between. They fail where the other's accesses are not these any more.
 */
export function movingWrites(
  directory: string,
  merging: Merging,
  moved: readonly Move[],
  act: AccessAct,
): TransactWriteItem[] {
  if (moved.length === 0) return []
  return [
    summaryWrite(directory, merging, moved),
    ...moved.flatMap((move) => moveWrites(directory, merging, move, act)),
  ]
}

function moveWrites(
  directory: string,
  { orgId, from, into }: Merging,
  { access, waiting }: Move,
  act: AccessAct,
): TransactWriteItem[] {
  const { state, account, product } = access
  const seat = { orgId, account, product }
  const grantedBy = waiting?.grantedBy === 'admin' ? waiting.grantedBy : access.grantedBy
  const place = `${access.place.slice(0, -from.length)}${into}`
  return [
    removalWrite(directory, seat, access, act),
    holderDelete(directory, seat, access.place),
    accessWrite(directory, {
      ...{ seat, userId: into, act, set: { state, place, grantedBy } },
      event: `latchkey.product-access.${state}.v1`,
      ...(waiting ? unchanged(waiting) : isFree),
    }),
    holderPut(directory, seat, {
      ...{ userId: into, place, grantedBy, state },
      at: toSeconds(act.nowMs),
    }),
    ...(waiting
      ? [countWrite(directory, seat, noLongerWaiting), holderDelete(directory, seat, waiting.place)]
      : []),
  ]
}

const isFree = {
  condition: 'attribute_not_exists(#pk) OR #state = :removed',
  values: { removed: 'removed' },
}

/** All that the other's summary gains, in one write: a transaction takes no second one of an item. */
function summaryWrite(
  TableName: string,
  { orgId, into, own }: Merging,
  moved: readonly Move[],
): TransactWriteItem {
  const granted = moved.flatMap(({ access }) => (access.state === 'granted' ? [access] : []))
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
        ':more': moved.filter(({ waiting }) => !waiting).length,
        ':own': own.length,
        ...(seats.length > 0 && { ':true': true }),
        ...numbered(':held', counts),
      }),
    },
  }
}

const numbered = <Value>(name: string, values: readonly Value[]): Record<string, Value> =>
  Object.fromEntries(values.map((value, index) => [`${name}${index}`, value]))
