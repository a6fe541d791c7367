import { type DirectoryId, type GroupId, orgOfDirectory, type UserId } from '../ids.ts'
import { guardCountsOf } from '../scim/guard.ts'
import type { FoundPerson, GroupOfUser, ScimUserStore } from '../scim/ports.ts'
import * as directoryKeys from './directory-keys.ts'
import { readItems } from './dynamo.ts'
import { type GuardedWrite, writeAll } from './guarded-write.ts'
import { invitationOf } from './invitation-items.ts'
import { queryAll } from './query.ts'
import { scimKeys } from './scim-keys.ts'
import { atOnce, inPortions } from './scim-queries.ts'
import { scimUserOf } from './scim-user-items.ts'
import { scimUserLists } from './scim-user-lists.ts'
import { type UserWrite, userChanges, userCreations } from './scim-user-writes.ts'
import { isConflict } from './transact.ts'
import { userRecordOf } from './user-items.ts'
import { userReads } from './user-reads.ts'

/** Users of SCIM directories, read strongly consistent, each changed in one transaction. */
export const dynamoScimUsers = (table: string): ScimUserStore => ({
  ...scimUserLists(table),
  ...scimUserReads(table),

  create: (creation, act) => write(userCreations(table, creation, act)),

  change: (change, act) => write(userChanges(table, change, act)),

  // Removals need what ends a person, and are rare: it is loaded once one comes.
  async remove(...args) {
    const { scimUserRemovals } = await import('./scim-user-removals.ts')
    return scimUserRemovals(table).remove(...args)
  },

  async clear(...args) {
    const { scimUserRemovals } = await import('./scim-user-removals.ts')
    return scimUserRemovals(table).clear(...args)
  },
})

const scimUserReads = (table: string): Pick<ScimUserStore, 'find' | 'findPerson' | 'groupsOf'> => ({
  async find(directory, id) {
    const orgId = orgOfDirectory(directory)
    const [item, guard, person] = await readItems([
      { table, key: scimKeys.user(directory, id) },
      { table, key: scimKeys.guard(directory) },
      { table, key: directoryKeys.user(orgId, id) },
    ])
    const user = scimUserOf(item)
    if (!user) return undefined
    const found = { user, guard: countsOf(guard), isIdTaken: person !== undefined }
    const { personId } = user
    if (personId === undefined) return { ...found, person: undefined }
    // Where the two have met later, the person has an id of their own.
    const isElsewhere = personId !== id
    const record = isElsewhere ? await userReads(table).find(orgId, personId) : userRecordOf(person)
    return { ...found, person: record }
  },

  findPerson: (directory, id) => findPerson(table, directory, id),

  async groupsOf(directory, ids) {
    const memberships = await atOnce(ids, async (id) => {
      const { pk } = scimKeys.membership(directory, id, 'grp_')
      const rows = await queryAll(table, { pk })
      return [id, rows.map(({ sk }) => sk as GroupId)] as const
    })
    const wanted = [...new Set(memberships.flatMap(([, groups]) => groups))]
    const items = await inPortions(wanted, (some) =>
      readItems(some.map((group) => ({ table, key: scimKeys.group(directory, group) }))),
    )
    const groups = new Map(items.flatMap((item) => groupOf(item) ?? []).map((one) => [one.id, one]))
    return new Map<UserId, readonly GroupOfUser[]>(
      memberships.map(([id, own]) => [id, own.flatMap((group) => groups.get(group) ?? [])]),
    )
  },
})

async function findPerson(
  table: string,
  directory: DirectoryId,
  id: UserId,
): Promise<FoundPerson | undefined> {
  const orgId = orgOfDirectory(directory)
  const [record, [counted]] = await Promise.all([
    userReads(table).find(orgId, id),
    readItems([{ table, key: scimKeys.guard(directory) }]),
  ])
  if (!record) return undefined
  const guard = countsOf(counted)
  const { invitationId } = record.user
  if (invitationId === undefined) return { record, invitation: undefined, guard }
  const key = directoryKeys.invitation(orgId, invitationId)
  const [invitation] = await readItems([{ table, key }])
  return { record, invitation: invitationOf(invitation), guard }
}

const countsOf = (item: object | undefined) =>
  guardCountsOf((item ?? {}) as Record<string, unknown>)

type StoredGroup = { groupId: GroupId; displayName: string; deletedAt?: number }

/** A group that has gone is none of anybody's, although a row may still say so. */
function groupOf(item: object | undefined): GroupOfUser | undefined {
  const { groupId, displayName, deletedAt } = (item ?? {}) as Partial<StoredGroup>
  if (groupId === undefined || deletedAt !== undefined) return undefined
  return { id: groupId, displayName: displayName ?? '' }
}

/** Writes that one transaction takes (DynamoDB, "Service quotas"). */
const MAX_WRITES = 100
/** Many who change one user at once wait for each other. */
const MAX_ATTEMPTS = 8

async function write(writes: readonly UserWrite[]): Promise<Failure | undefined> {
  if (writes.length > MAX_WRITES) return 'too_large'
  try {
    return await writeAll(writes as readonly GuardedWrite<Failure>[], MAX_ATTEMPTS)
  } catch (error) {
    if (isConflict(error)) return 'busy'
    throw error
  }
}

type Failure = NonNullable<Awaited<ReturnType<ScimUserStore['create']>>>
