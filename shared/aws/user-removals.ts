import { grantAccess } from '../products/grant-access.ts'
import { fail, ok, type Result } from '../result.ts'
import type { ChangeError, ExactAct, UserChange, UserStore } from '../users/ports.ts'
import type { User, UserRecord, UserSubject } from '../users/types.ts'
import { dynamoAccess } from './access-store.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { type GuardedWrite, orChangedMeanwhile } from './guarded-write.ts'
import { type Change, update } from './item-writes.ts'
import { freeingWrites, handOnSeats, readLostAccesses, readUserAccesses } from './user-accesses.ts'
import { userChangeWrites } from './user-changes.ts'
import { userReads } from './user-reads.ts'
import { unchangedHome, writeUser } from './write-user.ts'

type Removal = UserChange & {
  /** What else must hold. */
  beside?: readonly GuardedWrite<'changed_meanwhile'>[]
}

/** Ends a user, with all that leads to them and all that they use. */
export async function removeUser(
  directory: string,
  before: UserRecord,
  { user, event, home, beside = [] }: Removal,
  act: ExactAct,
): Promise<Result<UserRecord, ChangeError>> {
  const { orgId, id: userId } = user
  const [subjects, accesses] = await Promise.all([
    userReads(directory).findSubjects(orgId, userId),
    readUserAccesses(directory, { orgId, userId }),
  ])
  const next = { ...before, user, revision: before.revision + 1 }
  const error = await writeUser<ChangeError>([
    ...userChangeWrites(directory, before, next, { event, act }),
    ...unchangedHome(directory, home),
    ...subjects.flatMap((subject) => forgetWrites(directory, user, subject)),
    ...seatWrites(directory, user, accesses, act),
    ...beside,
  ])
  if (error) return fail(error)
  await handOnSeats(directory, orgId, accesses, act)
  return ok(next)
}

/** The end of a user, and the way back. */
export const userRemovals = (directory: string): Pick<UserStore, 'remove' | 'restore'> => ({
  remove: (before, change, act) => removeUser(directory, before, change, act),

  async restore(before, { user, event, home }, act) {
    const subjects = await theirSubjects(directory, user)
    const revision = before.revision + 1
    const next: UserRecord = { ...before, user, revision, subjectCount: subjects.length }
    const error = await writeUser<ChangeError>([
      ...userChangeWrites(directory, before, next, { event, act }),
      ...unchangedHome(directory, home),
      ...subjects.flatMap((subject) => rememberWrites(directory, user, subject)),
    ])
    if (error) return fail(error)
    await askForSeats(directory, user, act)
    return ok(next)
  },
})

/** What they had is asked for again: where no seat is free it is queued, or gone. */
async function askForSeats(directory: string, { orgId, id: userId }: User, act: ExactAct) {
  const lost = await readLostAccesses(directory, { orgId, userId })
  for (const wanted of lost) {
    await grantAccess(dynamoAccess(directory), { orgId, userId, ...wanted }, act)
  }
}

/** What a user uses ends with them, and its seats are free. */
const seatWrites = (
  directory: string,
  { orgId, id: userId }: User,
  accesses: Awaited<ReturnType<typeof readUserAccesses>>,
  act: ExactAct,
): GuardedWrite<'changed_meanwhile'>[] =>
  freeingWrites(directory, { orgId, userId }, accesses, act).map(orChangedMeanwhile)

/** Subjects go when the user is remembered no more: until then they lead to one who is refused. */
const forgetWrites = (directory: string, user: User, subject: UserSubject) =>
  subjectWrites(directory, user, subject, { set: { expiresAt: user.deletion?.until } })

const rememberWrites = (directory: string, user: User, subject: UserSubject) =>
  subjectWrites(directory, user, subject, { set: {}, remove: ['expiresAt'] })

/** A change of both items of a subject, where it is the user's. */
function subjectWrites(
  directory: string,
  { orgId, id: userId }: User,
  { key: subjectKey }: UserSubject,
  change: Pick<Change, 'set' | 'remove'>,
): GuardedWrite<'changed_meanwhile'>[] {
  const keys = [
    directoryKeys.subject(subjectKey),
    directoryKeys.userSubject(orgId, userId, subjectKey),
  ]
  return keys.map((key) => ({
    write: {
      Update: update(directory, {
        ...{ key, ...change },
        condition: '#userId = :userId',
        values: { userId },
      }),
    },
    onFailure: () => 'changed_meanwhile',
  }))
}

/** Of what a user was known by, what leads to nobody else meanwhile. */
async function theirSubjects(directory: string, { orgId, id }: User) {
  const subjects = await userReads(directory).findSubjects(orgId, id)
  if (subjects.length === 0) return []
  const items = await readItems(
    subjects.map(({ key }) => ({ table: directory, key: directoryKeys.subject(key) })),
  )
  return subjects.filter((_, index) => {
    const { userId } = (items[index] ?? {}) as { userId?: string }
    return userId === id
  })
}
