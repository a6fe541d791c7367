import type { OrgId, UserId } from '../ids.ts'
import type { AccessAct } from './access.ts'
import { type Applied, type ApplyPorts, applyRules } from './apply-rules.ts'
import {
  capacityIn,
  changesNothing,
  type House,
  type Judgement,
  judgeRules,
} from './judge-rules.ts'
import type { PeopleStore, PersonState } from './rule-ports.ts'
import type { Rule } from './rules.ts'

/** Some people of an organization, in order; `next` is where the others begin. */
export type Walked<Outcome> = { people: readonly (Outcome & { userId: UserId })[]; next?: string }

/** People whose state is read at once. */
const READ_AT_ONCE = 10
const FORESEEN_A_CALL = 50
const APPLIED_A_CALL = 20

/**
 * Foresees for fifty people what rules would change: one after the other, as far as the seats go.
 * Of those for whom nothing would change nothing is said.
 */
export async function foreseePeople(
  people: PeopleStore,
  { orgId, rules, house, after }: Walk & { rules: readonly Rule[]; house: House },
): Promise<Walked<Judgement>> {
  const page = await people.list(orgId, { after, limit: FORESEEN_A_CALL })
  const states = await readStates(people, orgId, page.people)
  let capacity = capacityIn(house)
  const changed = states.flatMap((person) => {
    if (person.state !== 'active') return []
    const judgement = judgeRules(rules, person, capacity)
    capacity = judgement.left
    return changesNothing(judgement, person) ? [] : [{ userId: person.userId, ...judgement }]
  })
  return { people: changed, ...(page.next !== undefined && { next: page.next }) }
}

type Walk = { orgId: OrgId; after: string | undefined }

/**
 * Does for twenty people what rules decide, or for as many as there is time for. May be called
 * again from where it was: nothing is done twice. Of those for whom nothing was done nothing is said.
 *
 * @param isLate whether there is no time for another person
 */
export async function applyToPeople(
  ports: ApplyPorts,
  { orgId, rules, after }: Walk & { rules: readonly Rule[] },
  { act, isLate }: { act: AccessAct; isLate: () => boolean },
): Promise<Walked<Applied>> {
  const page = await ports.people.list(orgId, { after, limit: APPLIED_A_CALL })
  const providers = await ports.people.findProviders(orgId)
  const done: (Applied & { userId: UserId })[] = []
  for (const { userId, place } of page.people) {
    const person = await ports.people.find({ orgId, userId }, providers)
    if (person?.state === 'active') {
      const applied = await applyRules(ports, person, rules, act)
      if (hasDone(applied)) done.push({ userId, ...applied })
    }
    const isLast = place === page.people.at(-1)?.place
    if (!isLast && isLate()) return { people: done, next: place }
  }
  return { people: done, ...(page.next !== undefined && { next: page.next }) }
}

const hasDone = ({ given, taken, missed }: Applied) =>
  given.length + taken.length + missed.length > 0

async function readStates(
  people: PeopleStore,
  orgId: OrgId,
  listed: readonly { userId: UserId }[],
): Promise<PersonState[]> {
  const providers = await people.findProviders(orgId)
  const states: (PersonState | undefined)[] = []
  for (let start = 0; start < listed.length; start += READ_AT_ONCE) {
    const some = listed.slice(start, start + READ_AT_ONCE)
    const read = some.map(({ userId }) => people.find({ orgId, userId }, providers))
    states.push(...(await Promise.all(read)))
  }
  return states.flatMap((state) => state ?? [])
}
