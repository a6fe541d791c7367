import type { AccountId, OrgId, RuleId, UserId } from '../ids.ts'

/** What is counted: the seats of a customer account for one product (R20). */
export type Seat = { orgId: OrgId; account: AccountId; product: string }

/** One person's place in it. */
export type AccessKey = Seat & { userId: UserId }

/** Who wanted it: an admin, or the first rule that did (R23). What an admin gave, no rule takes. */
export type GrantedBy = 'admin' | RuleId

/** What a user may use, or waits for. */
export type Access = {
  userId: UserId
  account: AccountId
  product: string
  state: 'granted' | 'queued'
  grantedBy: GrantedBy
  /** Epoch seconds since which it is in that state. */
  at: number
  /** Where it stands among the holders of the seat: of who waits, earlier ones sort first. */
  place: string
}

/** Somebody who waits for a seat. */
export type Waiting = Pick<Access, 'userId' | 'place' | 'grantedBy'>

/** Seats of an account for a product. `waiting` is above 0 only while all are used or just freed. */
export type SeatCount = { seats: number; used: number; waiting: number }

/** Accesses of one user, those that wait included: all of them go with the user in one write. */
export const MAX_ACCESSES = 20

/** Who changes something, and when, to the millisecond: a queue has an order. */
export type AccessAct = { actor: string; nowMs: number }

/** Whether somebody who comes now gets a seat; who waits already comes first. */
export const hasFreeSeat = ({ seats, used, waiting }: SeatCount) => used < seats && waiting === 0
