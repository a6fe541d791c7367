import type { AccountId, RuleId } from '../ids.ts'
import type { Access } from './access.ts'
import { type Attributes, inOrder, type Rule } from './rules.ts'

/** Why a rule counts for somebody: they are in its group. */
type Reason = { group: string; rule: RuleId }

/** What rules mean for one seat of one person: group → rule → seat → decision (R23). */
export type SeatDecision = {
  account: AccountId
  product: string
  /** All rules that want it, first ones first; empty: no rule does. */
  because: readonly Reason[]
  /** What is there now. */
  held: Access | undefined
  /** `take` is only of what a rule has given: what an admin gave stays. */
  decision: 'give' | 'keep' | 'take'
}

/** The value that holds, by the first rule that sets it, and those that lost to it. */
export type AttributeDecision = Reason & {
  product: string
  name: string
  value: string
  over: readonly (Reason & { value: string })[]
}

export type Decisions = {
  seats: readonly SeatDecision[]
  attributes: readonly AttributeDecision[]
}

/**
 * Decides what somebody in these groups should have. It depends on nothing else, on no order of what
 * is given, and where it has been done there is nothing left to do.
 */
export function decideAccess(
  rules: readonly Rule[],
  groups: readonly string[],
  current: readonly Access[],
): Decisions {
  const asserted = new Set(groups)
  const counting = inOrder(rules).filter(({ group }) => asserted.has(group))
  return { seats: decideSeats(counting, current), attributes: decideAttributes(counting) }
}

function decideSeats(counting: readonly Rule[], current: readonly Access[]): SeatDecision[] {
  const wanted = new Map<string, { account: AccountId; product: string; because: Reason[] }>()
  for (const { id: rule, group, grants } of counting) {
    for (const { account, product } of grants) {
      const name = seatName({ account, product })
      const seat = wanted.get(name) ?? { account, product, because: [] }
      if (!seat.because.some((reason) => reason.rule === rule)) seat.because.push({ group, rule })
      wanted.set(name, seat)
    }
  }
  const held = new Map(current.map((access) => [seatName(access), access]))
  const unwanted = current
    .filter((access) => !wanted.has(seatName(access)))
    .toSorted((a, b) => (seatName(a) < seatName(b) ? -1 : 1))
  return [
    ...[...wanted.values()].map((seat) => decideWanted(seat, held.get(seatName(seat)))),
    ...unwanted.map(decideUnwanted),
  ]
}

const decideWanted = (
  seat: Pick<SeatDecision, 'account' | 'product' | 'because'>,
  held: Access | undefined,
): SeatDecision => ({ ...seat, held, decision: held ? 'keep' : 'give' })

const decideUnwanted = (held: Access): SeatDecision => ({
  account: held.account,
  product: held.product,
  because: [],
  held,
  decision: held.grantedBy === 'admin' ? 'keep' : 'take',
})

/** Names a seat in maps. */
export const seatName = ({ account, product }: { account: AccountId; product: string }) =>
  `${account}#${product}`

function decideAttributes(counting: readonly Rule[]): AttributeDecision[] {
  type Open = Omit<AttributeDecision, 'over'> & { over: (Reason & { value: string })[] }
  const decided = new Map<string, Open>()
  for (const { id: rule, group, attributes } of counting) {
    for (const [product, values] of Object.entries(attributes)) {
      for (const [name, value] of Object.entries(values)) {
        const key = JSON.stringify([product, name])
        const first = decided.get(key)
        if (first) first.over.push({ group, rule, value })
        else decided.set(key, { product, name, value, group, rule, over: [] })
      }
    }
  }
  return [...decided.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** What products are told. */
export function attributesOf(decisions: readonly AttributeDecision[]): Attributes {
  const attributes: Record<string, Record<string, string>> = {}
  for (const { product, name, value } of decisions) {
    attributes[product] = { ...attributes[product], [name]: value }
  }
  return attributes
}
