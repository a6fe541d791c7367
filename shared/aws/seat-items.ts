import type { AccountId, OrgId, UserId } from '../ids.ts'
import type { Access, GrantedBy, SeatCount } from '../products/access.ts'
import type { Account } from '../products/account.ts'
import type { Attributes } from '../products/rules.ts'

/** Items of accounts, seats and accesses (docs/storage.md). */

type StoredAccount = Omit<Account, 'id'> & { accountId: AccountId; state?: 'removed' }

/** Undefined also of what was removed: its item stays a while for its event. */
export function accountOf(item: object | undefined): Account | undefined {
  if (!item) return undefined
  const { accountId: id, state, ...stored } = item as StoredAccount
  const { orgId, name, reference, overAllocation, seats, createdAt, rev } = stored
  if (state === 'removed') return undefined
  const account = { id, orgId, name, overAllocation, seats, createdAt, rev }
  return reference === undefined ? account : { ...account, reference }
}

/** Counts of an account for a product; undefined: it has no seats for it. */
export function seatCountOf(item: object | undefined): SeatCount | undefined {
  if (!item) return undefined
  const { seats, used, waiting } = item as SeatCount
  return { seats, used, waiting }
}

/** A user's access as it is stored. What was removed stays a while for its event. */
export type StoredAccess = {
  orgId: OrgId
  userId: UserId
  accountId: AccountId
  product: string
  state: Access['state'] | 'removed'
  grantedBy: GrantedBy
  /** Epoch seconds. */
  at: number
  /** Sort key of its row in the list of holders. */
  place: string
  /** Set where the user was deleted, who may be restored. */
  lostWith?: typeof LOST_WITH_USER
  rev: number
}

export const LOST_WITH_USER = 'user'

export function accessOf(item: object | undefined): Access | undefined {
  if (!item) return undefined
  const { state, userId, accountId: account, ...rest } = item as StoredAccess
  const { product, grantedBy, at, place } = rest
  return state === 'removed' ? undefined : { userId, account, product, state, grantedBy, at, place }
}

const GRANTED = 'granted#'
export const QUEUED = 'queued#'

/** Who has a seat, by id; then who waits, by time. */
export const grantedPlace = (userId: UserId) => `${GRANTED}${userId}`
export const queuedPlace = (userId: UserId, nowMs: number) =>
  `${QUEUED}${String(nowMs).padStart(14, '0')}#${userId}`

const SEAT = 'seat:'

/** Attribute of a user's summary that is there while they have the seat. */
export const seatAttribute = (account: AccountId, product: string) => `${SEAT}${product}#${account}`

/** Products that a user may use, by a summary, and by which accounts; in order. */
export const usableSeatsOf = (summary: object | undefined) =>
  Object.keys(summary ?? {})
    .filter((name) => name.startsWith(SEAT))
    .sort(byCode)
    .map((name) => {
      const [product = '', account] = name.slice(SEAT.length).split('#')
      return { product, account: account as AccountId }
    })

const byCode = (a: string, b: string) => (a < b ? -1 : 1)

/** What rules say of a user to products, by a summary. */
export const attributesIn = (summary: object | undefined): Attributes =>
  (summary as { attributes?: Attributes } | undefined)?.attributes ?? {}
