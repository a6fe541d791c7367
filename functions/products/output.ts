import type { CountedSeats } from '#shared/products/account-ports.ts'
import type { ExplainedProduct, ExplainedSeat } from '#shared/products/explain-user.ts'
import type { DirectoryGroups, KeptGroups } from '#shared/products/rule-ports.ts'
import type { Product } from '#shared/products/types.ts'
import { isoTime } from '#shared/time.ts'

const named = ({ key, name, access = 'everyone' }: Product) => ({ key, name, access })

/** A product with the seats of all accounts. */
export function productOutput(product: Product, counts: readonly CountedSeats[]) {
  const own = counts.filter((count) => count.product === product.key)
  const sum = (name: 'seats' | 'used' | 'waiting') =>
    own.reduce((total, count) => total + count[name], 0)
  return { ...named(product), seats: sum('seats'), used: sum('used'), waiting: sum('waiting') }
}

export const groupsOutput = (groups: KeptGroups | DirectoryGroups) =>
  'idpId' in groups
    ? { idp: groups.idpId, names: groups.names, assertedAt: isoTime(groups.at) }
    : { directory: groups.directoryId, names: groups.names }

export const explainedOutput = ({ product, isUsable, attributes, seats }: ExplainedProduct) => ({
  ...named(product),
  isUsable,
  attributes,
  seats: seats.map(seatOutput),
})

function seatOutput({ account, holder, held, because, decision, outlook }: ExplainedSeat) {
  const { name, reference } = holder ?? {}
  return {
    account: { id: account, name, reference },
    state: held?.state ?? 'missing',
    ...(held && { grantedBy: held.grantedBy, since: isoTime(held.at) }),
    because,
    decision,
    outlook,
  }
}
