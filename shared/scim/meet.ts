import type { DirectoryId, UserId } from '../ids.ts'
import { type MetBy, waysToMeet } from '../users/types.ts'

/** A SCIM user that somebody may be whom no subject leads to. */
export type Candidate = {
  directoryId: DirectoryId
  id: UserId
  personId: UserId | undefined
  /** Whether its directory says so. */
  isActive: boolean
  /** What of them it was found by. */
  by: readonly MetBy[]
  /** Whether the asserted address leads to it, and not their identifier alone. */
  hasAddress: boolean
}

/** Whom directories say that somebody is. `unclear`: they point at several. */
export type Meeting<Found extends Candidate> =
  | { kind: 'nobody' }
  | { kind: 'unclear' }
  | { kind: 'inactive' }
  | { kind: 'met'; by: MetBy; personId: UserId | undefined; scimUsers: readonly Found[] }

/**
 * Decides which SCIM users somebody is. Within a directory externalId comes before userName, and
 * that before the address; what is left of several is no guess. Directories must agree on the
 * person, or on there being none.
 *
 * @param isOnlyProvider whether identifiers can be those of no other provider or directory: two of
 *   them may both have a 42, who are not the same person
 */
export function meet<Found extends Candidate>(
  candidates: readonly Found[],
  isOnlyProvider: boolean,
): Meeting<Found> {
  const credible = candidates.filter(({ hasAddress }) => hasAddress || isOnlyProvider)
  const directories = new Set(credible.map(({ directoryId }) => directoryId))
  const met: { by: MetBy; found: Found }[] = []
  for (const directory of directories) {
    const one = meetIn(credible.filter(({ directoryId }) => directoryId === directory))
    if (!one) return { kind: 'unclear' }
    met.push(one)
  }
  return agreed(met)
}

/** Of one directory: the only one that the best attribute leads to, or none. */
function meetIn<Found extends Candidate>(candidates: readonly Found[]) {
  const by = waysToMeet.find((way) => candidates.some((one) => one.by.includes(way)))
  if (!by) return undefined
  const [found, ...others] = narrowed(candidates, by)
  return found && others.length === 0 ? { by, found } : undefined
}

/** Of several by one attribute those that are active, and that the next attributes lead to, too. */
function narrowed<Found extends Candidate>(candidates: readonly Found[], by: MetBy) {
  const preferences: ((one: Candidate) => boolean)[] = [
    (one) => one.isActive,
    ...waysToMeet.map((way) => (one: Candidate) => one.by.includes(way)),
  ]
  return preferences.reduce(
    (among, isPreferred) => (among.some(isPreferred) ? among.filter(isPreferred) : among),
    candidates.filter((one) => one.by.includes(by)),
  )
}

function agreed<Found extends Candidate>(
  met: readonly { by: MetBy; found: Found }[],
): Meeting<Found> {
  const [first] = met.toSorted((a, b) => waysToMeet.indexOf(a.by) - waysToMeet.indexOf(b.by))
  if (!first) return { kind: 'nobody' }
  const all = met.map(({ found }) => found)
  const people = new Set(all.flatMap(({ personId }) => personId ?? []))
  if (people.size > 1) return { kind: 'unclear' }
  const [personId] = people
  if (keepsOut(all, personId)) return { kind: 'inactive' }
  const isLeft = ({ isActive }: Found) => isActive || personId === undefined
  const scimUsers = [first.found, ...all.filter((one) => one !== first.found)].filter(isLeft)
  return { kind: 'met', by: first.by, personId, scimUsers }
}

/** What one directory says of a person counts where another has them as one who is active. */
const keepsOut = (all: readonly Candidate[], personId: UserId | undefined) =>
  all.some(({ isActive }) => !isActive) &&
  !(personId !== undefined && all.some((one) => one.personId === personId && one.isActive))
