import type { AccountId, OrgId } from '../ids.ts'

/**
 * A customer account of an organization: what the vendor bills. An organization may have several,
 * and one person may hold products by any of them.
 */
export type Account = {
  id: AccountId
  orgId: OrgId
  name: string
  /** The vendor's own id of it, for example in its billing. */
  reference?: string
  /** What happens when all seats are taken: the next one is refused, or waits for a seat (R20). */
  overAllocation: 'refuse' | 'queue'
  /** How many seats, by product key. */
  seats: Readonly<Record<string, number>>
  /** Epoch seconds. */
  createdAt: number
  rev: number
}

/** What an operator decides of an account. */
export type AccountSettings = Pick<Account, 'name' | 'reference' | 'overAllocation' | 'seats'>

/** Customer accounts of one organization. */
export const MAX_ACCOUNTS = 50
/** Products of one account: all of them may be replaced by others in one write. */
export const MAX_ACCOUNT_PRODUCTS = 24
/** Seats of an account for one product. */
export const MAX_SEATS = 10_000_000
