import { setTimeout } from 'node:timers/promises'
import type { UserId } from '../ids.ts'
import type { Access, AccessAct, AccessKey, Seat, SeatCount, Waiting } from '../products/access.ts'
import type { AccessStore, FoundAccess, GiveError } from '../products/access-ports.ts'
import { fail, ok } from '../result.ts'
import { toSeconds } from '../time.ts'
import {
  giveWrites,
  promoteWrites,
  SUMMARY,
  takeOverWrites,
  takeWrites,
  USER_CHECK,
} from './access-changes.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { listHolders } from './holder-list.ts'
import { queryPage } from './query.ts'
import {
  accessOf,
  accountOf,
  grantedPlace,
  QUEUED,
  queuedPlace,
  seatCountOf,
} from './seat-items.ts'
import { transact } from './transact.ts'

/** Dozens may want one seat at once, and all of them count it. */
const ATTEMPTS = 12
/** Of five writes each, beside the count: under the hundred of a transaction. */
const PROMOTED_AT_ONCE = 20

/** Seats, and who has them, in the directory. */
export const dynamoAccess = (directory: string): AccessStore => ({
  find: (key) => find(directory, key),

  async findNext(seat) {
    const [next] = await findWaiting(directory, seat, 1)
    return next
  },

  async give(key, { state, grantedBy }, act) {
    const { userId, account, product } = key
    const place = state === 'granted' ? grantedPlace(userId) : queuedPlace(userId, act.nowMs)
    const at = toSeconds(act.nowMs)
    const access: Access = { userId, account, product, state, grantedBy, at, place }
    const failed = await transact(giveWrites(directory, key, access, act), ATTEMPTS)
    return failed.length === 0 ? ok(access) : fail(whyNotGiven(failed.map(({ index }) => index)))
  },

  async takeOver(key, access, act) {
    const failed = await transact(takeOverWrites(directory, key, access, act), ATTEMPTS)
    const at = toSeconds(act.nowMs)
    return failed.length === 0
      ? ok({ ...access, at, grantedBy: 'admin' as const })
      : fail('changed_meanwhile' as const)
  },

  async take(key, freed, act) {
    const failed = await transact(takeWrites(directory, key, freed, act), ATTEMPTS)
    return failed.length > 0 ? 'changed_meanwhile' : undefined
  },

  promote: (seat, act) => promote(directory, seat, act),

  listHolders: (seat, page) => listHolders(directory, seat, page),
})

async function find(
  directory: string,
  { orgId, account, product, userId }: AccessKey,
): Promise<FoundAccess> {
  const keys = [
    directoryKeys.account(orgId, account),
    directoryKeys.seats(orgId, account, product),
    directoryKeys.user(orgId, userId),
    directoryKeys.access(orgId, userId, account, product),
  ]
  const items = await readItems(keys.map((key) => ({ table: directory, key })))
  const [accountItem, count, user, access] = items
  return {
    account: accountOf(accountItem),
    count: seatCountOf(count),
    isUser: user !== undefined && (user as { state?: string }).state !== 'deleted',
    access: accessOf(access),
  }
}

function whyNotGiven(failed: readonly number[]): GiveError {
  if (failed.includes(USER_CHECK)) return 'user_unknown'
  return failed.includes(SUMMARY) ? 'too_many_accesses' : 'changed_meanwhile'
}

/** Those who wait longest, first. */
async function findWaiting(directory: string, seat: Seat, limit: number): Promise<Waiting[]> {
  const { pk } = directoryKeys.holder(seat.orgId, seat.account, seat.product, '')
  const { items } = await queryPage(directory, { pk, prefix: QUEUED, limit })
  return (items as Stored[]).map(({ sk, userId, grantedBy }) => ({ userId, place: sk, grantedBy }))
}

type Stored = { pk: string; sk: string; userId: UserId; grantedBy: Waiting['grantedBy'] }

/** Reads count and queue, which may not be of one instant, so a write that fails looks again. */
async function promote(directory: string, seat: Seat, act: AccessAct): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const [[item], waiting] = await Promise.all([
      readItems([{ table: directory, key: keyOf(seat) }]),
      findWaiting(directory, seat, PROMOTED_AT_ONCE),
    ])
    const count = seatCountOf(item)
    if (!count || freeFor(count) === 0) return 0
    const first = waiting.slice(0, freeFor(count))
    const writes = promoteWrites(directory, seat, { count, first }, act)
    if (first.length > 0 && (await transact(writes, ATTEMPTS)).length === 0) return first.length
    await setTimeout(Math.random() * 10 * attempt)
  }
  return 0
}

const keyOf = ({ orgId, account, product }: Pick<AccessKey, 'orgId' | 'account' | 'product'>) =>
  directoryKeys.seats(orgId, account, product)

/** Seats that are free while people wait. */
const freeFor = ({ seats, used, waiting }: SeatCount) =>
  Math.max(0, Math.min(seats - used, waiting))
