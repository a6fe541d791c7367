import assert from 'node:assert/strict'
import { groupItem } from '#shared/aws/scim-group-items.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { loggedRequestItem } from '#shared/aws/scim-log.ts'
import { unfinishedItem } from '#shared/aws/scim-unfinished.ts'
import { indexRows, nameRow, scimUserItem } from '#shared/aws/scim-user-items.ts'
import {
  type DirectoryId,
  type GroupId,
  newGroupId,
  newScimTokenId,
  newUserId,
  type UserId,
} from '#shared/ids.ts'
import { epochMilliseconds } from '#shared/time.ts'
import { tables } from '#test/stores/tables.ts'

const createdMs = 1_772_619_330_123
const request = { requestId: 'r', tokenId: newScimTokenId(), method: 'GET', path: '/Users' }

/** A directory with all that one can have: two tokens, users, a group in a group, its log. */
export async function provision(
  call: (method: string, path: string, body?: unknown) => Promise<Response>,
): Promise<DirectoryId> {
  const made = await call('POST', '/directories', { name: 'Entra ID' })
  assert.equal(made.status, 201)
  const { id } = (await made.json()) as { id: DirectoryId }
  for (const body of [{ label: 'First', days: 365 }, { label: 'Second' }]) {
    assert.equal((await call('POST', `/directories/${id}/tokens`, body)).status, 201)
  }
  const [ada, grace] = [await putUser(id, 'Ada'), await putUser(id, 'x'.repeat(800))]
  const [staff, inner] = [await putGroup(id, 'Staff'), await putGroup(id, 'Inner')]
  await join(id, staff, ada)
  await join(id, staff, grace)
  await join(id, staff, inner)
  await join(id, inner, ada)
  const { directory, put } = await tables()
  await put(directory, { ...scimKeys.guard(id), deactivated: { '5908731': 2 } })
  const logged = loggedRequestItem(id, { nowMs: epochMilliseconds(), request }, { status: 404 })
  await put(directory, logged)
  return id
}

/** A SCIM user with all that leads to it. */
export async function putUser(directoryId: DirectoryId, userName: string): Promise<UserId> {
  const { directory, put } = await tables()
  const id = newUserId()
  const emails = [{ value: `${id}@a.example`, type: 'work' }, { value: `${id}@B.example` }]
  const document = { userName, externalId: `${id}-external`, emails, active: true }
  const times = { createdMs, modifiedMs: createdMs }
  const user = { id, directoryId, document, version: 1, ...times }
  const listed = { ...scimKeys.listedUser(directoryId, createdMs, id), userId: id }
  const rows = [scimUserItem(user), nameRow(user), ...indexRows(user), listed]
  for (const row of rows) await put(directory, row)
  await put(directory, { ...scimKeys.count(directoryId, `u${id.slice(-1)}`), n: 1 })
  return id
}

/** One whose last change of members is not counted yet. */
async function putGroup(directoryId: DirectoryId, displayName: string): Promise<GroupId> {
  const { directory, put } = await tables()
  const id = newGroupId()
  const externalId = `${id}-external`
  const document = { displayName, externalId }
  const times = { createdMs, modifiedMs: createdMs }
  const group = { id, directoryId, document, version: 1, memberCount: 0, ...times }
  await put(directory, groupItem(group))
  for (const key of [
    scimKeys.groupName(directoryId, displayName),
    scimKeys.groupExternalId(directoryId, externalId, id),
    scimKeys.listedGroup(directoryId, createdMs, id),
  ]) {
    await put(directory, { ...key, groupId: id })
  }
  await put(directory, { ...scimKeys.count(directoryId, `g${id.slice(-1)}`), n: 1 })
  await put(directory, { ...scimKeys.uncounted(directoryId, id, 'a'), more: 1 })
  const act = { actor: 'directory:test', nowMs: createdMs, request }
  // Not before the tests are over.
  await put(directory, { ...unfinishedItem(group, act, false), dueAt: 4_102_444_800 })
  return id
}

async function join(directoryId: DirectoryId, group: GroupId, member: UserId | GroupId) {
  const { directory, put } = await tables()
  const type = member.startsWith('usr_') ? 'User' : 'Group'
  await put(directory, { ...scimKeys.member(directoryId, group, member), type, at: 1 })
  await put(directory, { ...scimKeys.membership(directoryId, member, group), type })
}
