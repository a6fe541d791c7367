import type { AccountId, OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Account, AccountSettings } from './account.ts'
import type { AccountCreationError, AccountStore, Act } from './account-ports.ts'
import { checkAccount } from './check-account.ts'
import type { FieldProblem } from './field-problem.ts'
import type { Catalogue } from './types.ts'

export type CreateAccountError =
  | { cause: Exclude<AccountCreationError, 'account_exists'> | 'key_reused' }
  | { cause: 'account_refused'; problems: readonly FieldProblem[] }

type Wanted = {
  orgId: OrgId
  /** A new one; of a call that may come again, the one that the call stands for. */
  id: AccountId
  settings: AccountSettings
  /** What makes a call the same call. */
  callHash?: string | undefined
}

/** Makes a customer account. A call that comes again, with its id and hash, gets the same answer. */
export async function createAccount(
  store: AccountStore,
  catalogue: Catalogue,
  { orgId, id, settings, callHash }: Wanted,
  act: Act,
): Promise<Result<Account, CreateAccountError>> {
  const problems = checkAccount(settings, catalogue)
  if (problems.length > 0) return fail({ cause: 'account_refused' as const, problems })
  const account: Account = { id, orgId, ...settings, createdAt: act.at, rev: 1 }
  const cause = await store.create({ account, ...(callHash !== undefined && { callHash }) }, act)
  if (!cause) return ok(account)
  if (cause !== 'account_exists') return fail({ cause })
  const existing = await store.findCreated(orgId, id)
  const isSame = existing !== undefined && existing.callHash === callHash
  return isSame ? ok(existing.account) : fail({ cause: 'key_reused' as const })
}
