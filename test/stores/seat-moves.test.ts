import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { readUserAccesses } from '#shared/aws/user-accesses.ts'
import type { AccountId, UserId } from '#shared/ids.ts'
import { grantAccess } from '#shared/products/grant-access.ts'
import { changeRole } from '#shared/users/change-role.ts'
import { changeUser } from '#shared/users/change-user.ts'
import { unlinkSubject } from '#shared/users/link-subject.ts'
import { mergeUsers } from '#shared/users/merge-users.ts'
import { type LinkedHome, newLinkedHome } from './linked-people.ts'
import { assertConsistent, act as houseAct, houseOf, seatsOf } from './new-account.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

async function unlinkFirst(own: LinkedHome, id: UserId) {
  const [subject] = await own.store.findSubjects(own.orgId, id)
  return unlinkSubject(own.store, own.targetOf(id), subject?.key ?? '')
}

describe('merging people who use products', () => {
  /** An organization with two people and their seats; one administrator stays. */
  async function twoOfOne() {
    const own = await newLinkedHome(db)
    const shop = houseOf(db, own.orgId)
    await own.user({}, 'admin')
    const [{ user: into }, { user: from }] = [await own.person('ada-1'), await own.person('ada-2')]
    let nowMs = houseAct.nowMs
    /** Each comes later than the one before. */
    const give = async (id: AccountId, userId: UserId) => {
      nowMs += 1
      const wanted = { ...shop.keyOf(id, userId), grantedBy: 'admin' } as const
      assert.ok((await grantAccess(shop.access, wanted, { ...houseAct, nowMs })).ok)
    }
    const merge = () => mergeUsers(own.store, own.targetOf(into.id), from.id)
    const accessesOf = ({ id: userId }: { id: UserId }) =>
      readUserAccesses(db.directory, { orgId: own.orgId, userId })
    const seen = (account: AccountId, others: readonly UserId[] = []) =>
      seatsOf(db, shop, { account }, [into.id, from.id, ...others])
    return { own, shop, into, from, give, merge, accessesOf, seen }
  }

  test('takes the seats along: they are never free in between', async () => {
    const { shop, into, from, give, merge, accessesOf, seen } = await twoOfOne()
    const { id } = await shop.account({ seats: { meetings: 1 }, overAllocation: 'queue' })
    await give(id, from.id)
    const waiting = await shop.user()
    await give(id, waiting)
    assert.ok((await merge()).ok)
    const after = await seen(id, [waiting])
    assertConsistent(after, assert.deepEqual)
    assert.deepEqual([after.granted, after.queued], [[into.id], [waiting]])
    assert.deepEqual(after.events, [
      'latchkey.product-access.granted.v1',
      'latchkey.product-access.removed.v1',
      'latchkey.product-access.queued.v1',
    ])
    assert.deepEqual(await accessesOf(from), [])
  })

  test('takes the place in a queue along', async () => {
    const { shop, into, from, give, merge, seen } = await twoOfOne()
    const { id } = await shop.account({ seats: { meetings: 0 }, overAllocation: 'queue' })
    const [first, last] = await shop.users(2)
    assert.ok(first && last)
    for (const userId of [first, from.id, last]) await give(id, userId)
    assert.ok((await merge()).ok)
    const after = await seen(id, [first, last])
    assertConsistent(after, assert.deepEqual)
    assert.deepEqual(after.queue, [first, into.id, last])
  })

  test('frees seats that both have, for who waits', async () => {
    const { shop, into, from, give, merge, seen } = await twoOfOne()
    const { id } = await shop.account({ seats: { meetings: 2 }, overAllocation: 'queue' })
    for (const { id: userId } of [into, from]) await give(id, userId)
    const waiting = await shop.user()
    await give(id, waiting)
    assert.ok((await merge()).ok)
    const after = await seen(id, [waiting])
    assertConsistent(after, assert.deepEqual)
    assert.deepEqual(new Set(after.granted), new Set([into.id, waiting]))
  })

  test('gives a seat to who stays, where they wait for just that', async () => {
    const { shop, into, from, give, merge, accessesOf, seen } = await twoOfOne()
    const { id } = await shop.account({ seats: { meetings: 1 }, overAllocation: 'queue' })
    await give(id, from.id)
    const [first, last] = await shop.users(2)
    assert.ok(first && last)
    for (const userId of [first, into.id, last]) await give(id, userId)
    assert.ok((await merge()).ok)
    const after = await seen(id, [first, last])
    assertConsistent(after, assert.deepEqual)
    assert.deepEqual([after.granted, after.queue], [[into.id], [first, last]])
    const summary = await db.read(db.directory, directoryKeys.userProducts(shop.orgId, into.id))
    assert.deepEqual([summary?.['count'], (await accessesOf(into)).length], [1, 1])
  })

  test('keeps the seat of who stays, where the other waits for just that', async () => {
    const { shop, into, from, give, merge, seen } = await twoOfOne()
    const { id } = await shop.account({ seats: { meetings: 1 }, overAllocation: 'queue' })
    for (const { id: userId } of [into, from]) await give(id, userId)
    assert.ok((await merge()).ok)
    const after = await seen(id)
    assertConsistent(after, assert.deepEqual)
    assert.deepEqual([after.granted, after.queue], [[into.id], []])
  })

  test('adds seats of a product by several accounts to what there was', async () => {
    const { shop, into, from, give, merge, accessesOf, seen } = await twoOfOne()
    const accounts = [await shop.account(), await shop.account(), await shop.account()]
    const [first, ...others] = accounts.map(({ id }) => id)
    assert.ok(first)
    await give(first, into.id)
    for (const id of others) await give(id, from.id)
    assert.ok((await merge()).ok)
    assert.equal((await accessesOf(into)).length, 3)
    for (const { id } of accounts) assertConsistent(await seen(id), assert.deepEqual)
    const key = directoryKeys.userProducts(shop.orgId, into.id)
    const summary = await db.read(db.directory, key)
    assert.deepEqual([summary?.['count'], summary?.['product:meetings']], [3, 3])
  })

  test('leaves nobody more than twenty, and frees the rest', async () => {
    const { shop, into, from, give, merge, accessesOf, seen } = await twoOfOne()
    const own = await Promise.all(Array.from({ length: 15 }, () => shop.account()))
    const theirs = await Promise.all(Array.from({ length: 20 }, () => shop.account()))
    for (const { id } of own) await give(id, into.id)
    for (const { id } of theirs) await give(id, from.id)
    assert.ok((await merge()).ok)
    assert.equal((await accessesOf(into)).length, 20)
    const all = await Promise.all([...own, ...theirs].map(({ id }) => seen(id)))
    for (const one of all) assertConsistent(one, assert.deepEqual)
    assert.equal(all.filter(({ counts }) => counts.used === 1).length, 20)
  })

  test('takes seats before places in queues where there is no room for both', async () => {
    const { shop, into, from, give, merge, accessesOf } = await twoOfOne()
    const own = await Promise.all(Array.from({ length: 19 }, () => shop.account()))
    for (const { id } of own) await give(id, into.id)
    const full = { seats: { meetings: 0 }, overAllocation: 'queue' } as const
    const queues = await Promise.all(Array.from({ length: 5 }, () => shop.account(full)))
    const seat = await shop.account()
    for (const { id } of [...queues, seat]) await give(id, from.id)
    assert.ok((await merge()).ok)
    const accesses = await accessesOf(into)
    assert.equal(accesses.length, 20)
    assert.ok(accesses.some(({ account }) => account === seat.id))
  })

  test('fits into one transaction with ten names and twenty seats', async () => {
    const { own, shop, into, from, give, merge, accessesOf } = await twoOfOne()
    for (let name = 3; name <= 10; name += 1) {
      assert.ok((await own.link(from.id, `ada-${name}`)).ok)
    }
    const theirs = await Promise.all(Array.from({ length: 20 }, () => shop.account()))
    for (const { id } of theirs) await give(id, from.id)
    assert.ok((await merge()).ok)
    assert.ok((await accessesOf(into)).length > 0)
    assert.deepEqual(await accessesOf(from), [])
    assert.equal((await own.store.findSubjects(own.orgId, into.id)).length, 10)
  })

  test('is refused where it does not fit, with nothing done, until less goes along', async () => {
    const { own, shop, into, from, give, merge, accessesOf } = await twoOfOne()
    for (let name = 3; name <= 10; name += 1) {
      assert.ok((await own.link(from.id, `ada-${name}`)).ok)
    }
    const target = own.targetOf(from.id)
    assert.ok((await changeRole(own.store, target, 'admin')).ok)
    const names = { givenName: 'Ada', familyName: 'King', userName: 'ada' }
    assert.ok((await changeUser(own.store, target, ({ email }) => ({ email, ...names }))).ok)
    const theirs = await Promise.all(Array.from({ length: 20 }, () => shop.account()))
    for (const { id } of theirs) await give(id, from.id)
    assert.ok((await unlinkFirst(own, into.id)).ok)
    assert.ok((await own.link(from.id, 'ada-11')).ok)
    assert.deepEqual(await merge(), { ok: false, error: 'too_many_subjects' })
    assert.equal((await own.itemOf(from.id))?.['state'], 'active')
    assert.equal((await accessesOf(from)).length, 20)
    assert.ok((await unlinkFirst(own, from.id)).ok)
    assert.ok((await merge()).ok)
    assert.equal(await own.store.findByUserName(own.orgId, 'ada'), undefined)
  })

  test('fits into one where who stays waits for all twenty, too', async () => {
    const { own, shop, into, from, give, merge, accessesOf, seen } = await twoOfOne()
    for (let name = 3; name <= 10; name += 1) {
      assert.ok((await own.link(from.id, `ada-${name}`)).ok)
    }
    const one = { seats: { meetings: 1 }, overAllocation: 'queue' } as const
    const all = await Promise.all(Array.from({ length: 20 }, () => shop.account(one)))
    for (const { id } of all) await give(id, from.id)
    for (const { id } of all) await give(id, into.id)
    assert.ok((await merge()).ok)
    const accesses = await accessesOf(into)
    // Those that did not go over were freed for who waits: the same person.
    assert.deepEqual(new Set(accesses.map(({ state }) => state)), new Set(['granted']))
    assert.equal(accesses.length, 20)
    for (const { id } of all) assertConsistent(await seen(id), assert.deepEqual)
  })
})
