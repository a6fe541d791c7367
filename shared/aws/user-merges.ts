import { fail, ok } from '../result.ts'
import { RESTORE_SECONDS } from '../users/delete-user.ts'
import type { Act, ExactAct, MergeError, UserStore } from '../users/ports.ts'
import { sessionsOver } from '../users/suspend-user.ts'
import type { User, UserRecord, UserSubject } from '../users/types.ts'
import { type GuardedWrite, remove } from './guarded-write.ts'
import { update } from './item-writes.ts'
import { directoryKeys } from './keys.ts'
import { handOnSeats, readUserAccesses } from './user-accesses.ts'
import { userChangeWrites, writeUser } from './user-changes.ts'
import { linkedRow } from './user-links.ts'
import { userReads } from './user-reads.ts'
import { seatWrites } from './user-removals.ts'

/** Two users who are one person. */
export const userMerges = (directory: string): Pick<UserStore, 'merge'> => ({
  async merge(into, from, act) {
    const { orgId, id: userId } = from.user
    const [subjects, accesses] = await Promise.all([
      userReads(directory).findSubjects(orgId, userId),
      readUserAccesses(directory, { orgId, userId }),
    ])
    const next = {
      ...into,
      revision: into.revision + 1,
      subjectCount: into.subjectCount + subjects.length,
    }
    const gone = mergedInto(into.user, from, act)
    const writes: GuardedWrite<Failure>[] = [
      ...userChangeWrites(directory, into, next, { event: 'updated', act }),
      ...userChangeWrites(directory, from, gone, { event: 'merged', act }),
      ...subjects.flatMap((one) =>
        moveWrites(directory, { from: from.user, into: into.user }, one, act),
      ),
      ...seatWrites(directory, from.user, accesses, act),
    ]
    const error = await writeUser<MergeError>(writes as GuardedWrite<MergeError>[])
    if (error) return fail(error === 'email_in_use' ? 'changed_meanwhile' : error)
    await handOnSeats(directory, orgId, accesses, act)
    return ok(next)
  },
})

type Failure = ReturnType<ReturnType<typeof userChangeWrites>[number]['onFailure']>

/** The other is remembered by what they have become, and cannot be restored. */
function mergedInto(into: User, from: UserRecord, act: ExactAct): UserRecord {
  const { at } = act
  const deletion = { at, until: at + RESTORE_SECONDS, mergedInto: into.id }
  const user = {
    ...from.user,
    state: 'deleted',
    sessionsFrom: sessionsOver(from.user, act),
    deletion,
  } as const
  return { ...from, user, subjectCount: 0, revision: from.revision + 1 }
}

function moveWrites(
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
