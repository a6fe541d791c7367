import type { Account } from './account.ts'
import { attributesOf } from './decide-access.ts'
import { capacityIn, type Foreseen, type House, judgeRules } from './judge-rules.ts'
import type { PersonState } from './rule-ports.ts'
import type { Product } from './types.ts'

/** A seat that somebody has, or rules want for them: group → rule → seat → decision. */
export type ExplainedSeat = Foreseen & { holder: Account | undefined }

export type ExplainedProduct = {
  product: Product
  /** Whether they may use it now. */
  isUsable: boolean
  /** What it is told of them. */
  attributes: Readonly<Record<string, string>>
  seats: readonly ExplainedSeat[]
}

/**
 * Why somebody has, or has not, each product (R23): those for everyone, and the seats that an admin
 * or a rule gave them or that a rule wants and does not give. Products that are not for them are
 * left out.
 */
export function explainUser(person: PersonState, house: House): ExplainedProduct[] {
  const { seats, attributes } = judgeRules(house.rules, person, capacityIn(house))
  const told = attributesOf(attributes)
  const holders = new Map(house.accounts.map((account) => [account.id, account]))
  const keys = new Set([...house.catalogue.keys(), ...seats.map(({ product }) => product)])
  return [...keys].flatMap((key) => {
    const product = house.catalogue.get(key)
    const explained = seats
      .filter((seat) => seat.product === key)
      .map((seat) => ({ ...seat, holder: holders.get(seat.account) }))
    const isForEveryone = product?.access !== 'assigned'
    if (!product || (!isForEveryone && explained.length === 0)) return []
    const isUsable = isForEveryone || explained.some(({ held }) => held?.state === 'granted')
    return [{ product, isUsable, attributes: told[key] ?? {}, seats: explained }]
  })
}
