import type { Access } from '#shared/products/access.ts'
import type { Account } from '#shared/products/account.ts'
import type { CountedSeats } from '#shared/products/account-ports.ts'
import { isoTime } from '#shared/time.ts'

export const accountOutput = (
  { id, name, reference, overAllocation, createdAt }: Account,
  counts: readonly CountedSeats[],
) => ({
  id,
  name,
  reference,
  overAllocation,
  products: counts
    .filter(({ account }) => account === id)
    .map(({ product, seats, used, waiting }) => ({ product, seats, used, waiting })),
  createdAt: isoTime(createdAt),
})

export const accessOutput = ({
  state,
  grantedBy,
  at,
}: Pick<Access, 'state' | 'grantedBy' | 'at'>) => ({
  state,
  grantedBy,
  since: isoTime(at),
})
