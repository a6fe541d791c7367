import { isDeepStrictEqual } from 'node:util'
import type { OrgId } from '../ids.ts'
import type { Account } from './account.ts'
import type { AccountStore, CountedSeats } from './account-ports.ts'
import type { CatalogueStore } from './catalogue-ports.ts'
import {
  type AttributeDecision,
  attributesOf,
  decideAccess,
  type SeatDecision,
} from './decide-access.ts'
import { type Capacity, capacityOf, foresee, type Outlook } from './foresee.ts'
import { type Grouped, groupsOf } from './groups-of.ts'
import type { PersonState, RuleStore } from './rule-ports.ts'
import type { Rule, RuleSet } from './rules.ts'
import type { Catalogue } from './types.ts'

/** All that rules of an organization are judged by. */
export type House = RuleSet & {
  accounts: readonly Account[]
  counts: readonly CountedSeats[]
  catalogue: Catalogue
}

export type HousePorts = {
  rules: RuleStore
  accounts: AccountStore
  catalogue: Pick<CatalogueStore, 'find'>
}

export async function readHouse(ports: HousePorts, orgId: OrgId): Promise<House> {
  const [set, accounts, counts, { catalogue }] = await Promise.all([
    ports.rules.find(orgId),
    ports.accounts.list(orgId),
    ports.accounts.listCounts(orgId),
    ports.catalogue.find(),
  ])
  return { ...set, accounts, counts, catalogue }
}

/** What a decision would come to now. */
export type Foreseen = SeatDecision & { outlook: Outlook }

/** What rules mean for one person, as far as the seats go. Nothing is changed. */
export type Judgement = {
  seats: readonly Foreseen[]
  attributes: readonly AttributeDecision[]
  /** What is left for the next person. */
  left: Capacity
}

export const capacityIn = ({ accounts, counts }: House): Capacity => capacityOf(accounts, counts)

/** @param capacity what is there for them, where others come first */
export function judgeRules(
  rules: readonly Rule[],
  person: Grouped & Pick<PersonState, 'accesses'>,
  capacity: Capacity,
): Judgement {
  const { seats, attributes } = decideAccess(rules, groupsOf(person), person.accesses)
  const { outlooks, left } = foresee(seats, capacity)
  const foreseen = seats.map((seat, index) => ({ ...seat, outlook: outlooks[index] ?? 'kept' }))
  return { seats: foreseen, attributes, left }
}

/** Whether anything would be other than it is. */
export const changesNothing = (
  { seats, attributes }: Judgement,
  person: Pick<PersonState, 'attributes'>,
) =>
  seats.every(({ decision }) => decision === 'keep') &&
  isDeepStrictEqual(attributesOf(attributes), person.attributes)
