import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import type { DirectoryId, UserId } from '#shared/ids.ts'
import { deleteUser } from '#shared/users/delete-user.ts'
import { mergeUsers } from '#shared/users/merge-users.ts'
import { partDirectory } from '#shared/users/part-directory.ts'
import { intercept } from './intercept.ts'
import { newDirectory, provision, type TestDirectory } from './new-directory.ts'
import { newHome, type TestHome } from './new-people.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

const typeOf = (item: object | undefined) =>
  (item as { evt?: { type: string } } | undefined)?.evt?.type

/** A user whom a directory provisions. */
async function provisioned(home: TestHome, directory: TestDirectory) {
  const { user } = await home.user()
  const id = await directory.scimUser({ userName: user.email }, { personId: user.id })
  await provision(db, home, { directory: directory.id, personId: user.id, scimUserId: id })
  return { userId: user.id, email: user.email, scimUserId: id }
}

const linksOf = async (home: TestHome, userId: UserId) =>
  (await home.store.findDirectories(home.orgId, userId)).map((link) => link.scimUserId)

const rowOf = (home: TestHome, userId: UserId, directory: DirectoryId) =>
  db.read(db.directory, directoryKeys.directoryLink(home.orgId, userId, directory))

describe('parting a user from a directory', () => {
  test('leaves the user, and a SCIM user that is nobody’s for good', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const { userId, scimUserId } = await provisioned(home, directory)
    const before = await home.itemOf(userId)
    const parted = await partDirectory(home.store, home.targetOf(userId), directory.id)
    assert.ok(parted.ok)
    const { directories, rev, ...same } = before ?? {}
    assert.deepEqual(directories, [directory.id])
    assert.deepEqual(await home.itemOf(userId), { ...same, rev: Number(rev) + 1 })
    const scimUser = await directory.itemOf(scimUserId)
    assert.deepEqual([scimUser?.['isApart'], scimUser?.['personId']], [true, undefined])
    assert.equal(scimUser?.['ver'], 1)
    assert.deepEqual(await linksOf(home, userId), [])
    const row = await rowOf(home, userId, directory.id)
    assert.equal(typeOf(row), 'latchkey.user.directory-unlinked.v1')
    assert.ok(row?.['expiresAt'])
    const again = await partDirectory(home.store, home.targetOf(userId), directory.id)
    assert.deepEqual(again, { ok: false, error: 'directory_unknown' })
  })

  test('leaves other directories, and is nothing for who was deleted', async () => {
    const home = await newHome(db)
    const [one, other] = [await newDirectory(db, home.orgId), await newDirectory(db, home.orgId)]
    const { userId, email } = await provisioned(home, one)
    const second = await other.scimUser({ userName: 'second' }, { personId: userId })
    await provision(db, home, { directory: other.id, personId: userId, scimUserId: second })
    assert.ok((await partDirectory(home.store, home.targetOf(userId), one.id)).ok)
    assert.deepEqual((await home.itemOf(userId))?.['directories'], [other.id])
    assert.deepEqual(await linksOf(home, userId), [second])
    assert.ok((await deleteUser(home.store, home.targetOf(userId), email)).ok)
    const late = await partDirectory(home.store, home.targetOf(userId), other.id)
    assert.deepEqual(late, { ok: false, error: 'user_deleted' })
  })

  test('goes on where the SCIM user is gone, also in that very moment', async () => {
    for (const isGoneBefore of [true, false]) {
      const home = await newHome(db)
      const directory = await newDirectory(db, home.orgId)
      const { userId, scimUserId } = await provisioned(home, directory)
      const goes = async () => {
        const item = await directory.itemOf(scimUserId)
        if (item) await db.put(db.directory, { ...item, pk: String(item['pk']), deletedAt: 1 })
      }
      if (isGoneBefore) await goes()
      using _ = intercept('TransactWriteItemsCommand', async (_call, pass) => {
        await goes()
        return pass()
      })
      const parted = await partDirectory(home.store, home.targetOf(userId), directory.id)
      assert.ok(parted.ok)
      assert.equal((await directory.itemOf(scimUserId))?.['isApart'], undefined)
    }
  })
})

describe('merging users whom directories provision', () => {
  test('takes SCIM users along', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const { userId: from, scimUserId } = await provisioned(home, directory)
    const { user: into } = await home.user()
    assert.ok((await mergeUsers(home.store, home.targetOf(into.id), from)).ok)
    assert.equal((await directory.itemOf(scimUserId))?.['personId'], into.id)
    assert.deepEqual((await home.itemOf(into.id))?.['directories'], [directory.id])
    assert.deepEqual(await linksOf(home, into.id), [scimUserId])
    assert.deepEqual(await linksOf(home, from), [])
    const [link] = await home.store.findDirectories(home.orgId, into.id)
    assert.equal(link?.how, 'merge')
    await home.assertRows([into.id, from])
  })

  test('leaves one SCIM user of a directory that has both', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const into = await provisioned(home, directory)
    const from = await provisioned(home, directory)
    assert.ok((await mergeUsers(home.store, home.targetOf(into.userId), from.userId)).ok)
    assert.deepEqual(await linksOf(home, into.userId), [into.scimUserId])
    const scimUser = await directory.itemOf(from.scimUserId)
    assert.deepEqual([scimUser?.['isApart'], scimUser?.['personId']], [true, undefined])
    const row = await rowOf(home, from.userId, directory.id)
    assert.equal(typeOf(row), 'latchkey.user.directory-unlinked.v1')
  })
})
