import { dynamoScimGroups } from '#shared/aws/scim-group-store.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import {
  type GroupId,
  newDirectoryId,
  newGroupId,
  newOrgId,
  newUserId,
  type UserId,
} from '#shared/ids.ts'
import type { Member, ScimAct, ScimGroup } from '#shared/scim/types.ts'
import { sideBySide } from '#shared/side-by-side.ts'
import type { Tables } from './tables.ts'

/** A SCIM directory of its own to put groups into, and a look at what is stored of them. */
export function newScimDirectory(db: Tables, directory = newDirectoryId(newOrgId())) {
  const store = dynamoScimGroups(db.directory)
  const user = async (): Promise<Member> => {
    const id = newUserId()
    await db.put(db.directory, { ...scimKeys.user(directory, id), userId: id })
    return { id, type: 'User' }
  }
  const users = (count: number) => sideBySide(Array.from({ length: count }), 10, user)
  const group = async (members: readonly Member[] = [], name?: string): Promise<ScimGroup> => {
    const made = groupNamed(name)
    const created = await store.create(made, members, newAct())
    if (!created.ok) throw new Error(created.error)
    return created.value.group
  }
  const groupNamed = (name?: string, externalId?: string): ScimGroup => {
    const id = newGroupId()
    const document = { displayName: name ?? id, ...(externalId && { externalId }) }
    const times = { createdMs: Date.now(), modifiedMs: Date.now() }
    return { id, directoryId: directory, document, version: 1, memberCount: 0, ...times }
  }
  const add = (before: ScimGroup, ...members: Member[]) =>
    store.change(
      { before, document: before.document, members: { add: members, remove: [] }, status: 204 },
      newAct(),
    )
  const take = (before: ScimGroup, ...members: Member[]) =>
    store.change(
      {
        before,
        document: before.document,
        members: { add: [], remove: members.map(({ id }) => id) },
        status: 204,
      },
      newAct(),
    )
  const find = async (id: GroupId) => (await store.find(directory, id))?.group
  const membersOf = async (id: GroupId) =>
    (await store.members(directory, id)).map((member) => member.id)
  const deleteUser = (id: UserId) =>
    db.put(db.directory, { ...scimKeys.user(directory, id), userId: id, deletedAt: 1 })
  return {
    directory,
    store,
    ...{ user, users, group, groupNamed, add, take, find, membersOf, deleteUser },
  }
}

export const newAct = (): ScimAct => ({
  actor: 'scim:sct_1',
  nowMs: Date.now(),
  request: {
    requestId: newGroupId(),
    tokenId: 'sct_1',
    method: 'PATCH',
    path: '/Groups/grp_1',
  },
})
