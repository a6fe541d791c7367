import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { unfinishedItem } from '#shared/aws/scim-unfinished.ts'
import { dynamoUnfinishedGroups } from '#shared/aws/scim-unfinished-store.ts'
import type { Member, ScimGroup } from '#shared/scim/types.ts'
import { undoGroup } from '#shared/scim/undo/undo-group.ts'
import { intercept } from './intercept.ts'
import { newAct, newScimDirectory } from './new-scim-directory.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let house: ReturnType<typeof newScimDirectory>
before(async () => {
  db = await tables()
  house = newScimDirectory(db)
})

const idsOf = (members: readonly { id: string }[]) => members.map(({ id }) => id).toSorted()
const breakingOff = () => Promise.reject(new Error('it has ended'))
const reviving = (group: ScimGroup) => house.store.revive({ ...group, version: 1 }, newAct())

/** All of its members, counted, and found from both ends. */
async function assertMembers(id: ScimGroup['id'], members: readonly Member[]) {
  assert.deepEqual(await house.membersOf(id), idsOf(members))
  assert.equal((await house.find(id))?.memberCount, members.length)
  for (const { id: value } of members) {
    const { ids } = await house.store.idsBy(house.directory, { by: 'member', value })
    assert.ok(ids.includes(id))
  }
}

describe('a group that comes back', () => {
  test('has the members that went with it', async () => {
    const users = await house.users(3)
    const group = await house.group(users)
    assert.equal(await house.store.remove(group, {}, newAct()), undefined)
    const revived = await reviving(group)
    assert.deepEqual(revived.ok && idsOf(revived.value), idsOf(users))
    await assertMembers(group.id, users)
  })

  test('keeps them where who ends its memberships is at it yet', async () => {
    const users = await house.users(60)
    const group = await house.group(users)
    const act = newAct()
    {
      using _ = intercept('QueryCommand', breakingOff)
      await assert.rejects(house.store.remove(group, {}, act), /it has ended/)
    }
    let isBack = false
    using _ = intercept('TransactWriteItemsCommand', async (_call, pass) => {
      if (isBack) return pass()
      isBack = true // what a revival writes comes by here, too
      assert.ok((await reviving(group)).ok)
      return pass()
    })
    const finishing = dynamoUnfinishedGroups(db.directory)
    assert.ok(await finishing.finish(unfinishedItem(group, act, true), Date.now() + 60_000))
    assert.ok(isBack)
    await assertMembers(group.id, users)
  })

  test('is filled by the next call where one broke off', async () => {
    const users = await house.users(40)
    const group = await house.group(users)
    assert.equal(await house.store.remove(group, {}, newAct()), undefined)
    const undo = (isDryRun = false) => {
      const caller = { directory: { id: house.directory }, domains: [] } as never
      const document = { was: group.document, left: undefined }
      return undoGroup(house.store, { id: group.id, document }, { caller, act: newAct(), isDryRun })
    }
    {
      // The group itself, then what begins with its members, then some of those.
      using _ = intercept('TransactWriteItemsCommand', (call, pass) =>
        call > 3 ? breakingOff() : pass(),
      )
      await assert.rejects(undo(), /it has ended/)
    }
    assert.ok((await house.membersOf(group.id)).length < users.length)
    assert.deepEqual(await undo(true), { ok: true, value: 'same' })
    assert.deepEqual(await undo(), { ok: true, value: 'undone' })
    await assertMembers(group.id, users)
    assert.deepEqual(await undo(), { ok: true, value: 'same' })
    const [first, ...others] = users
    assert.ok(first && (await house.take(group, first)).ok)
    assert.deepEqual(await undo(), { ok: true, value: 'same' })
    await assertMembers(group.id, others)
  })

  test('does not count what came to it as it went', async () => {
    const users = await house.users(2)
    const group = await house.group(users)
    const late = scimKeys.uncounted(house.directory, group.id, 'late')
    await db.put(db.directory, { ...late, more: 5 })
    assert.equal(await house.store.remove(group, {}, newAct()), undefined)
    assert.equal(await db.read(db.directory, late), undefined)
    assert.ok((await reviving(group)).ok)
    assert.ok((await house.add(group)).ok)
    await assertMembers(group.id, users)
  })
})
