import type { AccountId, OrgId } from '../ids.ts'
import type { SeatCount } from './access.ts'
import type { Account, AccountSettings } from './account.ts'

/** Who changes something, and when, in epoch seconds. */
export type Act = { actor: string; at: number }

/** Counts of an account for a product. */
export type CountedSeats = SeatCount & { account: AccountId; product: string }

export type AccountCreationError =
  | 'organization_unknown'
  /** There is an account of this id already. */
  | 'account_exists'
  | 'too_many_accounts'
  | 'product_unknown'

export type AccountChangeError = 'changed_meanwhile' | 'seats_in_use' | 'product_unknown'

/** An account that is new, and what its creation was asked with, if it may be asked for again. */
export type NewAccount = { account: Account; callHash?: string }

/** Customer accounts. A change is one write, with the counts of its seats. */
export type AccountStore = {
  find(orgId: OrgId, id: AccountId): Promise<Account | undefined>
  /** With what its creation was asked with. */
  findCreated(orgId: OrgId, id: AccountId): Promise<NewAccount | undefined>
  /** All of an organization, in the order of their ids. */
  list(orgId: OrgId): Promise<readonly Account[]>
  /** Seats of all accounts of an organization. */
  listCounts(orgId: OrgId): Promise<readonly CountedSeats[]>
  create(created: NewAccount, act: Act): Promise<AccountCreationError | undefined>
  /** `seats_in_use`: there would be fewer seats for a product than are used. */
  change(
    before: Account,
    settings: AccountSettings,
    act: Act,
  ): Promise<AccountChangeError | undefined>
  remove(account: Account, act: Act): Promise<'changed_meanwhile' | 'seats_in_use' | undefined>
}
