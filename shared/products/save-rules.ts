import type { OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Act } from './account-ports.ts'
import { checkRules } from './check-rules.ts'
import type { FieldProblem } from './field-problem.ts'
import { type House, type HousePorts, readHouse } from './judge-rules.ts'
import type { Rule, RuleSet } from './rules.ts'

export type SaveRulesError =
  | { cause: 'changed_meanwhile' }
  | { cause: 'rules_refused'; problems: readonly FieldProblem[] }

type Wanted = {
  orgId: OrgId
  rules: readonly Rule[]
  /** Whether the rules are as the caller has seen them. */
  isSeen: (rev: number) => boolean
}

/** Replaces all rules of an organization. What they change is done at sign-ins, or by applying them. */
export async function saveRules(
  ports: HousePorts,
  { orgId, rules, isSeen }: Wanted,
  act: Act,
): Promise<Result<RuleSet, SaveRulesError>> {
  const house = await readHouse(ports, orgId)
  if (!isSeen(house.rev)) return fail({ cause: 'changed_meanwhile' as const })
  const problems = problemsOf(rules, house)
  if (problems.length > 0) return fail({ cause: 'rules_refused' as const, problems })
  const cause = await ports.rules.save(orgId, { rules, before: house.rev }, act)
  return cause ? fail({ cause }) : ok({ rules, rev: house.rev + 1 })
}

/** What is wrong with rules in an organization; empty: nothing. */
export const problemsOf = (rules: readonly Rule[], { accounts, catalogue }: House) =>
  checkRules(rules, {
    accounts: new Map(accounts.map((account) => [account.id, account])),
    catalogue,
  })
