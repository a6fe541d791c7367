import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { transact } from '#shared/aws/transact.ts'
import {
  freeingWrites,
  handOnSeats,
  readLostAccesses,
  readUserAccesses,
} from '#shared/aws/user-accesses.ts'
import { grantAccess } from '#shared/products/grant-access.ts'
import { act, assertConsistent, type House, newHouse, seatsOf } from './new-account.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let house: House
before(async () => {
  db = await tables()
  house = await newHouse(db)
})

const grant = (key: ReturnType<House['keyOf']>, ms = 0) =>
  grantAccess(house.access, { ...key, grantedBy: 'admin' }, { ...act, nowMs: act.nowMs + ms })

describe('freeingWrites', () => {
  test('frees the seats and places of a user, and others get them', async () => {
    const main = await house.account({ overAllocation: 'queue' })
    const other = await house.account({ overAllocation: 'queue' })
    const people = await house.users(3)
    const [leaver, next, holder] = people
    assert.ok(leaver && next && holder)
    await grant(house.keyOf(main.id, leaver))
    await grant(house.keyOf(main.id, next), 1)
    await grant(house.keyOf(other.id, holder))
    await grant(house.keyOf(other.id, leaver), 1)

    const person = { orgId: house.orgId, userId: leaver }
    const accesses = await readUserAccesses(db.directory, person)
    assert.deepEqual(new Set(accesses.map(({ state }) => state)), new Set(['granted', 'queued']))
    assert.deepEqual(await transact(freeingWrites(db.directory, person, accesses, act)), [])
    await handOnSeats(db.directory, house.orgId, accesses, act)
    await handOnSeats(db.directory, house.orgId, accesses, act)

    const inMain = await seatsOf(db, house, { account: main.id }, people)
    assert.deepEqual(inMain.granted, [next])
    assertConsistent(inMain, assert.deepEqual)
    const inOther = await seatsOf(db, house, { account: other.id }, people)
    assert.deepEqual(inOther.counts, { seats: 1, used: 1, waiting: 0 })
    assertConsistent(inOther, assert.deepEqual)
    assert.deepEqual(await readUserAccesses(db.directory, person), [])
    const lost = await readLostAccesses(db.directory, person)
    assert.deepEqual(new Set(lost.map(({ account }) => account)), new Set([main.id, other.id]))
    const row = directoryKeys.access(house.orgId, leaver, main.id, 'meetings')
    const event = (await db.read(db.directory, row))?.['evt'] as { type: string }
    assert.equal(event.type, 'latchkey.product-access.removed.v1')
    await grant(house.keyOf(main.id, leaver), 2)
    assert.equal((await readLostAccesses(db.directory, person)).length, 1)
  })

  test('writes nothing where there is an access that was not read', async () => {
    const { id } = await house.account({ seats: { meetings: 2 } })
    const userId = await house.user()
    const person = { orgId: house.orgId, userId }
    const before = await readUserAccesses(db.directory, person)
    await grant(house.keyOf(id, userId))
    const failed = await transact(freeingWrites(db.directory, person, before, act))
    assert.deepEqual(
      failed.map(({ index }) => index),
      [0],
    )
    assertConsistent(await seatsOf(db, house, { account: id }, [userId]), assert.deepEqual)
  })

  test('is for who has nothing, too', async () => {
    const person = { orgId: house.orgId, userId: await house.user() }
    assert.deepEqual(await transact(freeingWrites(db.directory, person, [], act)), [])
  })
})
