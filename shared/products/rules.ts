import type { AccountId, RuleId } from '../ids.ts'
import { MAX_ACCESSES } from './access.ts'

/** A seat that a rule gives. */
type GivenSeat = { account: AccountId; product: string }

/** Single values that a product is told of a person, by product and name. */
export type Attributes = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What members of a group get (R23). */
export type Rule = {
  id: RuleId
  /** Lower comes first; no two rules have the same. */
  order: number
  /** The group's name as providers assert it, letter by letter. */
  group: string
  /** All that any rule gives is given. */
  grants: readonly GivenSeat[]
  /** Of what several rules set, the first one's value holds. */
  attributes: Attributes
}

/** All rules of an organization; `rev` is 0 while it never had any. */
export type RuleSet = { rules: readonly Rule[]; rev: number }

export const ruleLimits = {
  rules: 200,
  order: 1_000_000,
  groupLength: 256,
  /** Seats of one rule: more than one person can have, nobody would get. */
  grants: MAX_ACCESSES,
  /** Names of one rule, over all products. */
  attributes: 50,
  /** Of all rules as JSON, in bytes: they are one item. */
  bytes: 256 * 1024,
} as const

/** Rules in the order in which they count. */
export const inOrder = (rules: readonly Rule[]) =>
  rules.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
