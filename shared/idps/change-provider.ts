import type { IdpId, OrgId } from '../ids.ts'
import { fail, ok, type Result } from '../result.ts'
import { type ProviderRefusal, refused } from './errors.ts'
import type { Act, ProviderChange, ProviderRecord, ProviderStore } from './ports.ts'

/** Which provider, who changes it, and what the caller has seen of it. */
export type Target = {
  orgId: OrgId
  idpId: IdpId
  act: Act
  /** What it may be, as `revisionOf` names it; absent: the caller changes it whatever it is now. */
  seen?: readonly string[] | undefined
  /** Whether a provider is out of reach that people sign in by, or did: see isOutOfReach(). */
  leavesActive?: boolean
}

/** What becomes of a record; undefined: it is so already, and nothing is written. */
export type Decide = (record: ProviderRecord) => Result<ProviderChange | undefined, ProviderRefusal>

type Changing = Pick<ProviderStore, 'find' | 'change'>

/** Names a state of a provider: two records of one name are the same. */
export const revisionOf = ({ revisions }: ProviderRecord) =>
  `${revisions.idp}.${revisions.management}`

/** What a setup link must leave alone: it decides, or is to decide again, who signs in (R14). */
export const isOutOfReach = ({ idp, management }: ProviderRecord) =>
  idp.state === 'active' || management.activatedAt !== undefined

/** Whether a record is none of those that a caller has seen. */
export const isOutdated = (record: ProviderRecord, seen: Target['seen']) =>
  seen !== undefined && !seen.includes(revisionOf(record))

const MAX_ATTEMPTS = 4

/** The record, if its caller may change it as it is now. */
export async function findToChange(
  store: Pick<ProviderStore, 'find'>,
  { orgId, idpId, seen, leavesActive }: Target,
): Promise<Result<ProviderRecord, ProviderRefusal>> {
  const record = await store.find(orgId, idpId)
  if (!record) return refused('provider_unknown')
  if (isOutdated(record, seen)) return refused('changed_meanwhile')
  if (leavesActive && isOutOfReach(record)) return refused('provider_active')
  return ok(record)
}

/**
 * Changes a provider by what it is now. Where somebody else was faster, it is read and decided
 * anew, unless the caller had named what it has seen: then it is told (`changed_meanwhile`).
 */
export async function changeProvider(
  store: Changing,
  target: Target,
  decide: Decide,
): Promise<Result<ProviderRecord, ProviderRefusal>> {
  for (let attempt = 1; ; attempt++) {
    const changed = await changeOnce(store, target, decide)
    const isOvertaken = !changed.ok && changed.error === OVERTAKEN
    const isOver = target.seen !== undefined || attempt === MAX_ATTEMPTS
    if (!isOvertaken || isOver) return changed
  }
}

/** Told apart from a refusal that the caller's own decision makes. */
const OVERTAKEN: ProviderRefusal = { cause: 'changed_meanwhile' }

async function changeOnce(
  store: Changing,
  target: Target,
  decide: Decide,
): Promise<Result<ProviderRecord, ProviderRefusal>> {
  const found = await findToChange(store, target)
  if (!found.ok) return found
  const record = found.value
  const decided = decide(record)
  if (!decided.ok) return decided
  if (decided.value === undefined) return ok(record)
  const changed = await store.change(record, decided.value, target.act)
  if (changed.ok) return changed
  return changed.error === 'changed_meanwhile' ? fail(OVERTAKEN) : refused(changed.error)
}
