import type { IdpId } from '../ids.ts'
import type { AccessAct } from './access.ts'
import { type ApplyPorts, applyRules } from './apply-rules.ts'
import { groupsDigest } from './groups-digest.ts'
import type { GroupStore, KeptGroups, Person, RuleStore } from './rule-ports.ts'

type EntitlePorts = ApplyPorts & { rules: RuleStore; groups: GroupStore }

/** Somebody whose provider has just said who they are. */
export type Arrival = Person & {
  idpId: IdpId
  /** What they are known by there. */
  subjectKey: string
  /** As asserted; absent: the provider says nothing of groups. */
  groups?: Pick<KeptGroups, 'names' | 'at'>
}

const MAX_ATTEMPTS = 3

/**
 * Keeps the groups that a provider asserts, and does what the organization's rules decide for them.
 * What another sign-in of the same person keeps meanwhile is what counts then. Where anything could
 * not be given, it is tried again at the next sign-in. Of who is not active, nothing changes.
 *
 * Source: R23; ADR 0018.
 */
export async function entitle(
  { rules, people, groups: store, access }: EntitlePorts,
  { idpId, subjectKey, groups, ...person }: Arrival,
  act: AccessAct,
): Promise<void> {
  const kept = groups && { idpId, ...groups, digest: groupsDigest(groups.names) }
  if (kept) await store.saveGroups(person, kept)
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const [set, state] = await Promise.all([
      rules.find(person.orgId),
      people.findProviders(person.orgId).then((providers) => people.find(person, providers)),
    ])
    if (state?.state !== 'active') return
    const { isComplete } = await applyRules({ access, people }, state, set.rules, act)
    if (!kept || !isComplete) return
    const applied = { idpId, digest: kept.digest, at: kept.at, rulesRev: set.rev }
    if (!(await store.markApplied({ ...person, subjectKey }, applied))) return
  }
}
