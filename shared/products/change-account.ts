import type { AccountId, OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { AccessStore } from './access-ports.ts'
import type { Account, AccountSettings } from './account.ts'
import type { AccountChangeError, AccountStore, Act } from './account-ports.ts'
import { checkAccount } from './check-account.ts'
import type { FieldProblem } from './field-problem.ts'
import { promoteWaiting } from './promote-waiting.ts'
import type { Catalogue } from './types.ts'

type Ports = { accounts: AccountStore; access: AccessStore }

export type ChangeAccountError =
  | { cause: Exclude<AccountChangeError, 'changed_meanwhile'> | 'account_unknown' }
  | { cause: 'account_refused'; problems: readonly FieldProblem[] }

type Wanted = {
  orgId: OrgId
  id: AccountId
  /** @param account as it is now */
  change: (account: Account) => AccountSettings
}

/** Who is overtaken has been so by one change each time, and accounts are changed by a few at once. */
const MAX_ATTEMPTS = 16

/**
 * Changes an account. There are never fewer seats than are used (`seats_in_use`); where there are
 * more, those who wait for one get it. Where that does not come to its end, the next change of
 * these seats goes on with it.
 */
export async function changeAccount(
  { accounts, access }: Ports,
  catalogue: Catalogue,
  { orgId, id, change }: Wanted,
  act: Act,
): Promise<Result<Account, ChangeAccountError>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await accounts.find(orgId, id)
    if (!before) return fail({ cause: 'account_unknown' as const })
    const settings = change(before)
    const problems = checkAccount(settings, catalogue)
    if (problems.length > 0) return fail({ cause: 'account_refused' as const, problems })
    const cause = await accounts.change(before, settings, act)
    if (cause === 'changed_meanwhile') continue
    if (cause) return fail({ cause })
    await promote(access, before, settings, act)
    return ok({ id, orgId, createdAt: before.createdAt, ...settings, rev: before.rev + 1 })
  }
  throw new Error('the account changes all the time')
}

async function promote(access: AccessStore, before: Account, settings: AccountSettings, act: Act) {
  for (const product of raisedIn(before, settings)) {
    const seat = { orgId: before.orgId, account: before.id, product }
    await promoteWaiting(access, seat, { actor: act.actor, nowMs: act.at * 1000 })
  }
}

/** Products for which there are more seats now. */
const raisedIn = (before: Account, { seats }: AccountSettings) =>
  Object.keys(seats).filter((product) => (seats[product] ?? 0) > (before.seats[product] ?? 0))

export type RemoveAccountError = 'account_unknown' | 'seats_in_use'

/** Removes an account; not while anybody has, or waits for, one of its seats. */
export async function removeAccount(
  accounts: AccountStore,
  { orgId, id }: Pick<Account, 'orgId' | 'id'>,
  act: Act,
): Promise<Result<undefined, RemoveAccountError>> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const before = await accounts.find(orgId, id)
    if (!before) return fail('account_unknown')
    const cause = await accounts.remove(before, act)
    if (cause !== 'changed_meanwhile') return cause ? fail(cause) : ok(undefined)
  }
  throw new Error('the account changes all the time')
}
