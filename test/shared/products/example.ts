import type { AccountId, RuleId } from '#shared/ids.ts'
import type { Access } from '#shared/products/access.ts'
import type { Account } from '#shared/products/account.ts'
import type { Rule } from '#shared/products/rules.ts'

export const main: AccountId = 'acc_1'
export const other: AccountId = 'acc_2'

export const account = (id: AccountId, changes: Partial<Account> = {}): Account => ({
  id,
  orgId: 'org_1',
  name: id,
  overAllocation: 'refuse',
  seats: { meetings: 5, training: 5 },
  createdAt: 1,
  rev: 1,
  ...changes,
})

export const rule = (order: number, group: string, changes: Partial<Rule> = {}): Rule => ({
  id: `rul_${order}`,
  order,
  group,
  grants: [],
  attributes: {},
  ...changes,
})

export const held = (
  accountId: AccountId,
  product: string,
  grantedBy: 'admin' | RuleId = 'rul_1',
): Access => ({
  userId: 'usr_1',
  account: accountId,
  product,
  state: 'granted',
  grantedBy,
  at: 1,
  place: 'granted#usr_1',
})
