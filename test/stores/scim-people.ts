import assert from 'node:assert/strict'
import { queryAll } from '#shared/aws/query.ts'
import { listPrefix, scimKeys } from '#shared/aws/scim-keys.ts'
import { dynamoScimUsers } from '#shared/aws/scim-user-store.ts'
import { newDirectoryId, newScimTokenId, type UserId } from '#shared/ids.ts'
import { ok } from '#shared/result.ts'
import type { Directory, Document, ScimCaller, ScimUser } from '#shared/scim/types.ts'
import { changeScimUser } from '#shared/scim/users/change-user.ts'
import { createScimUser } from '#shared/scim/users/create-user.ts'
import { removeScimUser } from '#shared/scim/users/remove-user.ts'
import { fold } from '#shared/users/fold.ts'
import { newHome } from './new-people.ts'
import { newAct } from './new-scim-directory.ts'
import type { Item, Tables } from './tables.ts'

/** An organization with a directory, its SCIM users, and what stands in the table of them. */
export async function newScimHome(db: Tables, guard = { share: 20, atLeast: 1000 }) {
  const home = await newHome(db)
  const store = dynamoScimUsers(db.directory)
  const directory: Directory = {
    ...{ id: newDirectoryId(home.orgId), orgId: home.orgId, name: 'One', state: 'active' },
    ...{ guard, cursorKey: 'key', createdAt: 1, revision: 1 },
  }
  const caller: ScimCaller = { directory, tokenId: newScimTokenId(), domains: [home.domain] }
  const pauses: Directory[] = []
  const ports = {
    users: store,
    pause: (paused: Directory) => Promise.resolve(void pauses.push(paused)),
  }
  const call = { ifMatch: undefined, ifNoneMatch: undefined }
  let names = 0

  const documentOf = (changes: Document = {}): Document => {
    names += 1
    const userName = `p${names}@${home.domain}`
    return { userName, emails: [{ value: userName, type: 'work' }], active: true, ...changes }
  }

  const tryCreate = (document: Document) =>
    createScimUser(ports, { caller, document, act: newAct() })

  async function create(changes: Document = {}): Promise<ScimUser> {
    const created = await tryCreate(documentOf(changes))
    return created.ok ? created.value : assert.fail(JSON.stringify(created.error))
  }

  const change = async (id: UserId, revise: (document: Document) => Document) =>
    changeScimUser(ports, {
      ...{ caller, call, act: newAct(), found: await store.find(directory.id, id) },
      revise: (document) => ok(revise(document)),
    })

  const set = (id: UserId, changes: Document) =>
    change(id, (document) => ({ ...document, ...changes }))

  /** @param ifMatch versions, of which it must have one */
  const remove = async (id: UserId, ifMatch?: readonly string[]) =>
    removeScimUser(ports, {
      ...{ caller, call: { ...call, ifMatch }, act: newAct() },
      ...{ id, found: await store.find(directory.id, id) },
    })

  const found = async (id: UserId) =>
    (await store.find(directory.id, id)) ?? assert.fail('there is no such SCIM user')

  const partition = async (pk: string) => (await queryAll(db.directory, { pk })) as Item[]

  /** All that leads to the users that there are, and nothing else does. */
  async function assertRows(ids: readonly UserId[]) {
    const users = await store.findAll(directory.id, ids)
    assert.equal(users.length, ids.length)
    const names = await partition(scimKeys.userName(directory.id, '').pk)
    const byName = users.map(({ id, document }) => [fold(String(document['userName'])), id])
    assert.deepEqual(sorted(names.map(({ sk, userId }) => [sk, userId])), sorted(byName))
    const listed = await partition(scimKeys.listedUser(directory.id, 0, 'usr_').pk)
    const own = listed.filter(({ sk }) => String(sk).startsWith(listPrefix(directory.id)))
    assert.deepEqual(sorted(own.map(({ userId }) => userId)), sorted(ids))
    assert.equal(await store.count(directory.id), ids.length)
  }

  return {
    ...{ home, store, directory, caller, ports, pauses, documentOf, tryCreate, create },
    ...{ change, set, remove, found, partition, assertRows },
  }
}

const sorted = (rows: readonly unknown[]) =>
  rows.map((row) => JSON.stringify(row)).toSorted((a, b) => (a < b ? -1 : 1))
