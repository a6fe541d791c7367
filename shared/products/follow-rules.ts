import type { AccessAct } from './access.ts'
import { type ApplyPorts, applyRules } from './apply-rules.ts'
import type { Person, RuleStore } from './rule-ports.ts'

export type FollowRulesPorts = ApplyPorts & { rules: Pick<RuleStore, 'find'> }

const MAX_ATTEMPTS = 4

/**
 * Does what rules decide for somebody now, and looks again after each time that anything was given or
 * taken: groups may have changed meanwhile, and whoever followed that change may have been first.
 * Doing it twice changes nothing.
 *
 * Source: R22, R23; ADR 0021.
 */
export async function followRules(
  { rules, people, access }: FollowRulesPorts,
  person: Person,
  act: AccessAct,
): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const providers = await people.findProviders(person.orgId)
    const [set, state] = await Promise.all([
      rules.find(person.orgId),
      people.find(person, providers),
    ])
    if (state?.state !== 'active') return
    const { given, taken } = await applyRules({ access, people }, state, set.rules, act)
    if (given.length + taken.length === 0) return
  }
}
