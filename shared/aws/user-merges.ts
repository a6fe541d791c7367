import { fail, ok } from '../result.ts'
import { RESTORE_SECONDS } from '../users/delete-user.ts'
import type { Act, ExactAct, MergeError, UserStore } from '../users/ports.ts'
import { sessionsOver } from '../users/suspend-user.ts'
import type { User, UserRecord, UserSubject } from '../users/types.ts'
import * as directoryKeys from './directory-keys.ts'
import { type GuardedWrite, orChangedMeanwhile, remove } from './guarded-write.ts'
import { update } from './item-writes.ts'
import { movingWrites, splitSeats } from './seat-moves.ts'
import { freeingWrites, handOnSeats, readUserAccesses } from './user-accesses.ts'
import { userChangeWrites } from './user-changes.ts'
import { moveDirectories } from './user-directories.ts'
import { linkedRow } from './user-links.ts'
import { userReads } from './user-reads.ts'
import { writeUser } from './write-user.ts'

/** Writes of a transaction (DynamoDB, "Service quotas"). */
const MAX_WRITES = 100
/** Less the two of the summaries of seats. */
const ROOM = MAX_WRITES - 2

/** Two users who are one person. */
export const userMerges = (directory: string): Pick<UserStore, 'merge'> => ({
  async merge(into, from, act) {
    const { orgId } = from.user
    const merging = { orgId, from: from.user.id, into: into.user.id }
    const [subjects, theirs, own] = await Promise.all([
      userReads(directory).findSubjects(orgId, merging.from),
      readUserAccesses(directory, { orgId, userId: merging.from }),
      readUserAccesses(directory, { orgId, userId: merging.into }),
    ])
    const directories = await moveDirectories(directory, { into: into.user, from: from.user }, act)
    const next = {
      ...into,
      user: directories.into,
      revision: into.revision + 1,
      subjectCount: into.subjectCount + subjects.length,
    }
    const gone = mergedInto(into.user, from, act)
    const people: GuardedWrite<Failure>[] = [
      ...userChangeWrites(directory, into, next, { event: 'updated', act }),
      ...userChangeWrites(directory, from, gone, { event: 'merged', act }),
      ...subjects.flatMap((one) =>
        subjectWrites(directory, { from: from.user, into: into.user }, one, act),
      ),
      ...directories.writes,
    ]
    const { moved, freed } = splitSeats({ theirs, own }, ROOM - people.length)
    const person = { orgId, userId: merging.from }
    const seats = [
      ...movingWrites(directory, { ...merging, own }, moved, act),
      ...freeingWrites(directory, person, freed, act, theirs.length),
    ]
    const writes = [...people, ...seats.map(orChangedMeanwhile)]
    if (writes.length > MAX_WRITES) return fail('too_many_subjects')
    const error = await writeUser<MergeError>(writes as GuardedWrite<MergeError>[])
    if (error) return fail(error === 'last_admin' ? error : 'changed_meanwhile')
    await handOnSeats(directory, orgId, freed, act)
    return ok(next)
  },
})

type Failure = ReturnType<ReturnType<typeof userChangeWrites>[number]['onFailure']>

/** The other is remembered by what they have become, and cannot be restored. */
function mergedInto(into: User, from: UserRecord, act: ExactAct): UserRecord {
  const { at } = act
  const deletion = { at, until: at + RESTORE_SECONDS, mergedInto: into.id }
  const { directories: _, ...gone } = from.user
  const user = {
    ...gone,
    state: 'deleted',
    sessionsFrom: sessionsOver(from.user, act),
    deletion,
  } as const
  return { ...from, user, subjectCount: 0, revision: from.revision + 1 }
}

function subjectWrites(
  directory: string,
  { from, into }: { from: User; into: User },
  subject: UserSubject,
  act: Act,
): GuardedWrite<'changed_meanwhile'>[] {
  const { key } = subject
  const Update = update(directory, {
    key: directoryKeys.subject(key),
    set: { userId: into.id },
    condition: '#userId = :userId',
    values: { userId: from.id },
  })
  return [
    { write: { Update }, onFailure: () => 'changed_meanwhile' },
    remove(directory, directoryKeys.userSubject(from.orgId, from.id, key)),
    linkedRow(directory, into, { ...subject, linkedAt: act.at, linkedBy: act.actor }, act),
  ]
}
