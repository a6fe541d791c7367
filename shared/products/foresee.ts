import type { AccountId } from '../ids.ts'
import { hasFreeSeat, MAX_ACCESSES, type SeatCount } from './access.ts'
import type { Account } from './account.ts'
import type { CountedSeats } from './account-ports.ts'
import { type SeatDecision, seatName } from './decide-access.ts'
import type { GrantError } from './grant-access.ts'

/** What would come of a decision, as far as the seats go. */
export type Outlook = 'kept' | 'taken' | 'granted' | 'queued' | MissedCause

/** Why a rule's seat is not given. */
type MissedCause = Extract<
  GrantError,
  'account_unknown' | 'account_without_product' | 'no_seats' | 'too_many_accesses'
>

/** Seats of an organization, to count on. */
export type Capacity = {
  accounts: ReadonlyMap<AccountId, Account>
  counts: ReadonlyMap<string, SeatCount>
}

export const capacityOf = (
  accounts: readonly Account[],
  counts: readonly CountedSeats[],
): Capacity => ({
  accounts: new Map(accounts.map((account) => [account.id, account])),
  counts: new Map(counts.map((count) => [seatName(count), count])),
})

/**
 * Foresees what one person's decisions come to: what is taken goes first, then what is given, first
 * rules first. Answers what is left for the next person beside it; nothing is changed.
 */
export function foresee(
  decisions: readonly SeatDecision[],
  capacity: Capacity,
): { outlooks: readonly Outlook[]; left: Capacity } {
  const counts = new Map(capacity.counts)
  let held = decisions.filter((one) => one.held).length
  const outlooks = new Map<SeatDecision, Outlook>()
  for (const one of decisions.filter(({ decision }) => decision === 'take')) {
    counts.set(seatName(one), withoutOne(counts.get(seatName(one)), one))
    held--
    outlooks.set(one, 'taken')
  }
  for (const one of decisions.filter(({ decision }) => decision !== 'take')) {
    const outlook = one.decision === 'keep' ? 'kept' : outlookOf(one, { ...capacity, counts }, held)
    outlooks.set(one, outlook)
    if (outlook !== 'granted' && outlook !== 'queued') continue
    counts.set(seatName(one), withOne(counts.get(seatName(one)), outlook))
    held++
  }
  const left = { ...capacity, counts }
  return { outlooks: decisions.map((one) => outlooks.get(one) ?? 'kept'), left }
}

function outlookOf(
  { account: id, product }: SeatDecision,
  { accounts, counts }: Capacity,
  held: number,
): Outlook {
  const account = accounts.get(id)
  const count = counts.get(seatName({ account: id, product }))
  if (!account) return 'account_unknown'
  if (!count) return 'account_without_product'
  if (!hasFreeSeat(count) && account.overAllocation === 'refuse') return 'no_seats'
  if (held >= MAX_ACCESSES) return 'too_many_accesses'
  return hasFreeSeat(count) ? 'granted' : 'queued'
}

const none = { seats: 0, used: 0, waiting: 0 }

const withOne = (count: SeatCount = none, outlook: 'granted' | 'queued'): SeatCount =>
  outlook === 'granted'
    ? { ...count, used: count.used + 1 }
    : { ...count, waiting: count.waiting + 1 }

/** Who waits gets the seat that comes free. */
function withoutOne(count: SeatCount = none, { held }: SeatDecision): SeatCount {
  const isHandedOn = held?.state === 'queued' || count.waiting > 0
  return isHandedOn ? { ...count, waiting: count.waiting - 1 } : { ...count, used: count.used - 1 }
}
