import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { writeAll } from '#shared/aws/guarded-write.ts'
import { directoryItem } from '#shared/aws/scim-directory-item.ts'
import { groupItem } from '#shared/aws/scim-group-items.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { personLinkWrites } from '#shared/aws/scim-person-links.ts'
import {
  type DirectoryId,
  type GroupId,
  newDirectoryId,
  newGroupId,
  newUserId,
  type OrgId,
  type UserId,
} from '#shared/ids.ts'
import type { Document, MemberId } from '#shared/scim/types.ts'
import { provisionedBy } from '#shared/users/provisioned.ts'
import type { TestHome } from './new-people.ts'
import { now, nowMs } from './new-sign-in.ts'
import type { Tables } from './tables.ts'

type Given = {
  id?: UserId
  personId?: UserId
  isApart?: true
  deletedAt?: number
}

/** A directory with SCIM users as its store writes them, and the only provider beside it. */
export async function newDirectory(db: Tables, orgId: OrgId, { providers = 1 } = {}) {
  const { directory: table } = db
  const id = newDirectoryId(orgId)
  const directory = {
    ...{ id, orgId, name: 'Entra', createdAt: now, revision: 1, cursorKey: 'key' },
    ...({ state: 'active', guard: { share: 20, atLeast: 20 } } as const),
  }
  const countKey = scimKeys.directoryCount(orgId)
  const { count = 0 } = ((await db.read(table, countKey)) ?? {}) as { count?: number }
  await db.put(table, directoryItem(directory))
  await db.put(table, { ...countKey, count: count + 1 })
  await db.put(table, { ...directoryKeys.idpCount(orgId), count: providers })

  const keyOf = (user: UserId) => scimKeys.user(id, user)

  /** A SCIM user, with the rows that lead to it. */
  async function scimUser(document: Document, { id: given, ...rest }: Given = {}): Promise<UserId> {
    const userId = given ?? newUserId()
    const created = { createdMs: nowMs, modifiedMs: nowMs }
    const doc = JSON.stringify(document)
    const item = { userId, orgId, directoryId: id, doc, ver: 1, ...created, ...rest }
    await db.put(table, { ...keyOf(userId), ...item })
    const { userName, externalId, emails = [] } = document
    const rows = [
      typeof userName === 'string' ? scimKeys.userName(id, userName) : undefined,
      typeof externalId === 'string' ? scimKeys.userExternalId(id, externalId, userId) : undefined,
      ...(emails as { value: string }[]).map(({ value }) => scimKeys.userEmail(id, value, userId)),
    ]
    for (const key of rows) if (key) await db.put(table, { ...key, userId })
    return userId
  }

  /** A group with its members, or others in it. */
  async function group(document: Document, members: readonly MemberId[] = []): Promise<GroupId> {
    const groupId = newGroupId()
    const about = { version: 1, memberCount: members.length, createdMs: nowMs, modifiedMs: nowMs }
    await db.put(table, groupItem({ id: groupId, directoryId: id, document, ...about }))
    for (const member of members) await enter(groupId, member)
    return groupId
  }

  async function enter(groupId: GroupId, member: MemberId) {
    await db.put(table, { ...scimKeys.member(id, groupId, member), at: now })
    await db.put(table, { ...scimKeys.membership(id, member, groupId), at: now })
  }

  async function leave(groupId: GroupId, member: MemberId) {
    await db.remove(table, scimKeys.membership(id, member, groupId))
    await db.remove(table, scimKeys.member(id, groupId, member))
  }

  return {
    id,
    scimUser,
    group,
    enter,
    leave,
    itemOf: (user: UserId) => db.read(table, keyOf(user)),
  }
}

export type TestDirectory = Awaited<ReturnType<typeof newDirectory>>

/** Makes a user one whom a directory provisions. */
export async function provision(
  db: Tables,
  home: Pick<TestHome, 'orgId' | 'itemOf'>,
  {
    directory,
    personId,
    scimUserId,
  }: Record<'personId' | 'scimUserId', UserId> & {
    directory: DirectoryId
  },
) {
  const { orgId } = home
  const item = (await home.itemOf(personId)) ?? {}
  const { directories } = provisionedBy(item as { directories?: DirectoryId[] }, directory)
  await db.put(db.directory, { ...directoryKeys.user(orgId, personId), ...item, directories })
  const link = {
    ...({ directoryId: directory, scimUserId, how: 'email' } as const),
    ...{ linkedAt: now, linkedBy: 'test' },
  }
  await writeAll(personLinkWrites(db.directory, { orgId, personId }, link))
}
