import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Context } from 'aws-lambda'
import { put } from '#shared/aws/item-writes.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { unfinishedItem } from '#shared/aws/scim-unfinished.ts'
import { dynamoUnfinishedGroups } from '#shared/aws/scim-unfinished-store.ts'
import { transact } from '#shared/aws/transact.ts'
import { finishGroups } from '#shared/scim/groups/finish-groups.ts'
import { intercept } from '#test/stores/intercept.ts'
import { newAct, newScimDirectory } from '#test/stores/new-scim-directory.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/scim-unfinished/handler.ts')

describe('scim-unfinished', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let db: Tables
  let house: ReturnType<typeof newScimDirectory>
  before(async () => {
    await environmentOf('scim-unfinished')
    ;({ handler } = await importHandler())
    db = await tables()
    house = newScimDirectory(db)
  })

  const run = (t: Parameters<typeof invoke>[0]) =>
    invoke(
      t,
      (event) => handler(event, { getRemainingTimeInMillis: () => 60_000 } as Context),
      eventOf('scim-unfinished'),
    )

  /** Long enough ago. */
  const oldAct = () => ({ ...newAct(), nowMs: Date.now() - 3_600_000 })
  const groupsOf = async (id: string) =>
    (await house.store.idsBy(house.directory, { by: 'member', value: id })).ids

  test('ends the memberships of a deleted group where the request broke off', async (t) => {
    const users = await house.users(3)
    const group = await house.group(users)
    const parent = await house.group([{ id: group.id, type: 'Group' }])
    {
      // Right after the group itself is gone.
      using _broken = intercept('QueryCommand', () => Promise.reject(new Error('it has ended')))
      await assert.rejects(house.store.remove(group, {}, oldAct()), { message: 'it has ended' })
    }
    assert.equal((await house.membersOf(group.id)).length, 3)
    const { lines } = await run(t)
    assert.match(lines[0] ?? '', /"scim_groups_finished"/)
    assert.deepEqual(await house.membersOf(group.id), [])
    for (const user of users) assert.deepEqual(await groupsOf(user.id), [])
    assert.deepEqual(await house.membersOf(parent.id), [])
    assert.equal((await house.find(parent.id))?.memberCount, 0)
    const key = scimKeys.unfinished(house.directory, group.id)
    assert.equal(await db.read(db.directory, key), undefined)
  })

  test('counts members that were written and not counted', async (t) => {
    const users = await house.users(2)
    const group = await house.group(users)
    const row = { ...scimKeys.uncounted(house.directory, group.id, 'x'), more: 5 }
    const item = unfinishedItem(group, oldAct(), false)
    await transact([put(db.directory, row), put(db.directory, item)])
    await run(t)
    assert.equal((await house.find(group.id))?.memberCount, 7)
    assert.equal(
      await db.read(db.directory, scimKeys.unfinished(house.directory, group.id)),
      undefined,
    )
  })

  test('leaves alone what a request may still be at', async (t) => {
    const group = await house.group()
    await db.put(db.directory, unfinishedItem(group, newAct(), false))
    await run(t)
    const key = scimKeys.unfinished(house.directory, group.id)
    assert.ok(await db.read(db.directory, key))
  })

  test('leaves to the next run what there is no time for', async () => {
    const group = await house.group(await house.users(1))
    const act = oldAct()
    {
      using _broken = intercept('QueryCommand', () => Promise.reject(new Error('it has ended')))
      await assert.rejects(house.store.remove(group, {}, act), { message: 'it has ended' })
    }
    const removed = unfinishedItem(group, act, true)
    const store = dynamoUnfinishedGroups(db.directory)
    assert.equal(await store.finish(removed, Date.now() - 1), false)
    assert.equal((await house.membersOf(group.id)).length, 1)
    const key = scimKeys.unfinished(house.directory, group.id)
    assert.ok(await db.read(db.directory, key))
    const clock = { now: () => removed.dueAt, untilMs: 0, hasTime: () => false }
    assert.equal((await finishGroups(store, clock)).finished, 0)
    assert.equal(await store.finish(removed, Date.now() + 10_000), true)
    assert.equal(await db.read(db.directory, key), undefined)
  })
})
