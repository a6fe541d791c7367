import type { OrgId } from '../ids.ts'
import type { UsableProduct } from '../tokens/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { queryAll } from './query.ts'
import { accountOf, usableSeatsOf } from './seat-items.ts'

/** Accounts of an organization, as they are stored: 50 at most. */
export const accountsOf = (directory: string, orgId: OrgId) =>
  queryAll(directory, { pk: directoryKeys.accountCount(orgId).pk, prefix: 'acc_' })

/** What somebody has a seat of, with what the vendor calls the accounts. */
export function usableOf(
  summary: object | undefined,
  accounts: readonly object[],
): UsableProduct[] {
  const references = new Map(
    accounts.flatMap((item) => {
      const account = accountOf(item)
      return account?.reference === undefined ? [] : [[account.id, account.reference]]
    }),
  )
  return usableSeatsOf(summary).map((seat) => {
    const reference = references.get(seat.account)
    return { ...seat, ...(reference !== undefined && { reference }) }
  })
}
