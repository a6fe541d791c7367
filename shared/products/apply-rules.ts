import { isDeepStrictEqual } from 'node:util'
import type { Access, AccessAct } from './access.ts'
import type { AccessStore } from './access-ports.ts'
import { attributesOf, decideAccess, type SeatDecision } from './decide-access.ts'
import { type GrantError, grantAccess } from './grant-access.ts'
import { groupsOf } from './groups-of.ts'
import { removeAccess } from './remove-access.ts'
import type { PeopleStore, PersonState } from './rule-ports.ts'
import type { Rule } from './rules.ts'

export type ApplyPorts = { access: AccessStore; people: PeopleStore }

/** What rules wanted for somebody and could not give. */
type Missed = Pick<SeatDecision, 'account' | 'product' | 'because'> & { cause: GrantError }

export type Applied = {
  given: readonly Access[]
  taken: readonly Access[]
  missed: readonly Missed[]
  /** Whether nothing is left to do. */
  isComplete: boolean
}

/**
 * Gives and takes what rules decide for one person, each seat in a write of its own: where it ends
 * early, doing it again goes on, and doing it twice changes nothing. What goes, goes first.
 */
export async function applyRules(
  ports: ApplyPorts,
  person: PersonState,
  rules: readonly Rule[],
  act: AccessAct,
): Promise<Applied> {
  const { orgId, userId, accesses } = person
  const decisions = decideAccess(rules, groupsOf(person), accesses)
  const attributes = attributesOf(decisions.attributes)
  if (!isDeepStrictEqual(attributes, person.attributes)) {
    await ports.people.saveAttributes({ orgId, userId }, attributes)
  }
  const { taken, isTaken } = await take(ports.access, person, decisions.seats, act)
  const { given, missed } = await give(ports.access, person, decisions.seats, act)
  return { given, taken, missed, isComplete: isTaken && missed.length === 0 }
}

async function take(
  access: AccessStore,
  { orgId, userId }: PersonState,
  decisions: readonly SeatDecision[],
  act: AccessAct,
) {
  const taken: Access[] = []
  let isTaken = true
  for (const { account, product, decision } of decisions) {
    if (decision !== 'take') continue
    const key = { orgId, userId, account, product }
    const removed = await removeAccess(access, key, act, 'rules')
    if (!removed.ok) isTaken = false
    else if (removed.value) taken.push(removed.value)
  }
  return { taken, isTaken }
}

async function give(
  access: AccessStore,
  { orgId, userId }: PersonState,
  decisions: readonly SeatDecision[],
  act: AccessAct,
): Promise<Pick<Applied, 'given' | 'missed'>> {
  const given: Access[] = []
  const missed: Missed[] = []
  for (const { account, product, because, decision } of decisions) {
    const [first] = because
    if (decision !== 'give' || !first) continue
    const wanted = { orgId, userId, account, product, grantedBy: first.rule }
    const granted = await grantAccess(access, wanted, act)
    if (granted.ok) given.push(granted.value.access)
    else missed.push({ account, product, because, cause: granted.error })
  }
  return { given, missed }
}
