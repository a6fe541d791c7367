import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import fc from 'fast-check'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newAccountId, newUserId, type UserId } from '#shared/ids.ts'
import { MAX_ACCESSES } from '#shared/products/access.ts'
import { changeAccount } from '#shared/products/change-account.ts'
import { grantAccess } from '#shared/products/grant-access.ts'
import { removeAccess } from '#shared/products/remove-access.ts'
import type { Product } from '#shared/products/types.ts'
import { act, assertConsistent, type House, newHouse, seatsOf } from './new-account.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let house: House
before(async () => {
  db = await tables()
  house = await newHouse(db)
})

const grant = (
  key: ReturnType<House['keyOf']>,
  grantedBy: 'admin' | `rul_${string}` = 'admin',
  ms = 0,
) => grantAccess(house.access, { ...key, grantedBy }, { ...act, nowMs: act.nowMs + ms })
const remove = (key: ReturnType<House['keyOf']>, by?: 'rules') =>
  removeAccess(house.access, key, act, by)
const stateOf = (granted: Awaited<ReturnType<typeof grant>>) =>
  granted.ok ? granted.value.access.state : granted.error
const catalogue = new Map([['meetings', { key: 'meetings' } as Product]])
const resize = (id: `acc_${string}`, seats: number) =>
  changeAccount(
    house,
    catalogue,
    {
      orgId: house.orgId,
      id,
      change: (account) => ({ ...account, seats: { meetings: seats } }),
    },
    { actor: 'operator', at: Math.floor(act.nowMs / 1000) },
  )

describe('granting', () => {
  test('counts the seat, and tells it on the access', async () => {
    const { id } = await house.account()
    const userId = await house.user()
    const granted = await grant(house.keyOf(id, userId))
    assert.ok(granted.ok)
    assert.equal(granted.value.isNew, true)
    const seen = await seatsOf(db, house, { account: id }, [userId])
    assert.deepEqual(seen.counts, { seats: 1, used: 1, waiting: 0 })
    assert.deepEqual(seen.events, ['latchkey.product-access.granted.v1'])
    assertConsistent(seen, assert.deepEqual)
  })

  test('twice is one grant', async () => {
    const { id } = await house.account({ seats: { meetings: 2 } })
    const userId = await house.user()
    const first = await grant(house.keyOf(id, userId))
    const again = await grant(house.keyOf(id, userId), 'admin', 5000)
    assert.ok(first.ok && again.ok)
    assert.deepEqual(again.value, { access: first.value.access, isNew: false })
    const both = await Promise.all([1, 2, 3].map(() => grant(house.keyOf(id, userId))))
    for (const one of both) assert.equal(stateOf(one), 'granted')
    const seen = await seatsOf(db, house, { account: id }, [userId])
    assert.deepEqual(seen.counts, { seats: 2, used: 1, waiting: 0 })
  })

  test('by an admin takes over what a rule gave, and no rule takes it away then', async () => {
    const { id } = await house.account()
    const userId = await house.user()
    const key = house.keyOf(id, userId)
    await grant(key, 'rul_1')
    const taken = await grant(key)
    assert.ok(taken.ok)
    assert.equal(taken.value.access.grantedBy, 'admin')
    const byRule = await grant(key, 'rul_1')
    assert.ok(byRule.ok && byRule.value.access.grantedBy === 'admin')
    assert.deepEqual(await remove(key, 'rules'), { ok: true, value: undefined })
    assertConsistent(await seatsOf(db, house, { account: id }, [userId]), assert.deepEqual)
    const { rows } = await house.access.listHolders(key, { limit: 10 })
    assert.deepEqual(
      rows.map(({ grantedBy }) => grantedBy),
      ['admin'],
    )
  })

  test('is refused of what is not there', async () => {
    const { id } = await house.account()
    const userId = await house.user()
    const refused = [
      [house.keyOf(newAccountId(), userId), 'account_unknown'],
      [house.keyOf(id, newUserId()), 'user_unknown'],
      [house.keyOf(id, await house.user('deleted')), 'user_unknown'],
      [house.keyOf(id, userId, 'training'), 'account_without_product'],
    ] as const
    for (const [key, cause] of refused) assert.equal(stateOf(await grant(key)), cause)
    const stranger = await (await newHouse(db)).user()
    assert.equal(stateOf(await grant(house.keyOf(id, stranger))), 'user_unknown')
    const seen = await seatsOf(db, house, { account: id }, [])
    assert.deepEqual(seen.counts, { seats: 1, used: 0, waiting: 0 })
  })

  test('lets invited and suspended people have seats', async () => {
    const { id } = await house.account({ seats: { meetings: 2 } })
    for (const state of ['invited', 'suspended']) {
      const key = house.keyOf(id, await house.user(state))
      assert.equal(stateOf(await grant(key)), 'granted')
    }
  })

  test('is refused to a user who is deleted between the look and the write', async () => {
    const { id } = await house.account()
    const userId = await house.user()
    const key = house.keyOf(id, userId)
    const found = await house.access.find(key)
    assert.equal(found.isUser, true)
    const row = directoryKeys.user(house.orgId, userId)
    await db.put(db.directory, { ...row, userId, state: 'deleted' })
    const wanted = { state: 'granted', grantedBy: 'admin' } as const
    assert.deepEqual(await house.access.give(key, wanted, act), {
      ok: false,
      error: 'user_unknown',
    })
  })

  test('gives a user so many accesses and no more', async () => {
    const userId = await house.user()
    for (let count = 1; count <= MAX_ACCESSES; count++) {
      const { id } = await house.account({ name: `account ${count}` })
      assert.equal(stateOf(await grant(house.keyOf(id, userId))), 'granted')
    }
    const { id } = await house.account()
    assert.equal(stateOf(await grant(house.keyOf(id, userId))), 'too_many_accesses')
    const seen = await seatsOf(db, house, { account: id }, [])
    assert.deepEqual(seen.counts, { seats: 1, used: 0, waiting: 0 })
  })
})

describe('an account whose seats are all taken', () => {
  test('refuses by its policy', async () => {
    const { id } = await house.account({ seats: { meetings: 0 } })
    assert.equal(stateOf(await grant(house.keyOf(id, await house.user()))), 'no_seats')
  })

  test('lets people wait by its policy, and gives the seat to who came first', async () => {
    const { id } = await house.account({ overAllocation: 'queue' })
    const [first, second, third] = await house.users(3)
    assert.ok(first && second && third)
    assert.equal(stateOf(await grant(house.keyOf(id, first))), 'granted')
    assert.equal(stateOf(await grant(house.keyOf(id, third), 'admin', 1)), 'queued')
    assert.equal(stateOf(await grant(house.keyOf(id, second), 'admin', 2)), 'queued')
    const removed = await remove(house.keyOf(id, first))
    assert.ok(removed.ok && removed.value?.state === 'granted')
    const seen = await seatsOf(db, house, { account: id }, [first, second, third])
    assert.deepEqual(seen.granted, [third])
    assert.deepEqual(seen.queued, [second])
    assert.deepEqual(seen.events, [
      'latchkey.product-access.removed.v1',
      'latchkey.product-access.queued.v1',
      'latchkey.product-access.granted.v1',
    ])
    assertConsistent(seen, assert.deepEqual)
  })

  test('lets somebody who waits leave the queue', async () => {
    const { id } = await house.account({ overAllocation: 'queue' })
    const [first, second, third] = await house.users(3)
    assert.ok(first && second && third)
    for (const [ms, userId] of [first, second, third].entries()) {
      await grant(house.keyOf(id, userId), 'admin', ms)
    }
    await remove(house.keyOf(id, second))
    await remove(house.keyOf(id, first))
    const seen = await seatsOf(db, house, { account: id }, [first, second, third])
    assert.deepEqual(seen.granted, [third])
    assertConsistent(seen, assert.deepEqual)
  })

  test('gives seats to those who wait when it gets more, first come, first served', async () => {
    const { id } = await house.account({ overAllocation: 'queue', seats: { meetings: 0 } })
    const people = await house.users(50)
    await Promise.all(people.map((userId, ms) => grant(house.keyOf(id, userId), 'admin', ms)))
    assert.ok((await resize(id, 45)).ok)
    const seen = await seatsOf(db, house, { account: id }, people)
    assert.deepEqual(seen.granted, people.slice(0, 45))
    assertConsistent(seen, assert.deepEqual)
  })

  test('never has fewer seats than are used', async () => {
    const { id } = await house.account({ seats: { meetings: 2 } })
    const people = await house.users(2)
    for (const userId of people) await grant(house.keyOf(id, userId))
    assert.deepEqual(await resize(id, 1), { ok: false, error: { cause: 'seats_in_use' } })
    await remove(house.keyOf(id, people[0] ?? assert.fail()))
    assert.ok((await resize(id, 1)).ok)
    const seen = await seatsOf(db, house, { account: id }, people)
    assert.deepEqual(seen.counts, { seats: 1, used: 1, waiting: 0 })
  })
})

describe('removing', () => {
  test('twice is one removal, and the seat can be had again', async () => {
    const { id } = await house.account()
    const [one, other] = await house.users(2)
    assert.ok(one && other)
    await grant(house.keyOf(id, one))
    assert.ok((await remove(house.keyOf(id, one))).ok)
    assert.deepEqual(await remove(house.keyOf(id, one)), { ok: true, value: undefined })
    const row = await db.read(db.directory, directoryKeys.access(house.orgId, one, id, 'meetings'))
    assert.equal(row?.['state'], 'removed')
    assert.equal(typeof row?.['expiresAt'], 'number')
    assert.equal(stateOf(await grant(house.keyOf(id, other))), 'granted')
    assert.equal(stateOf(await grant(house.keyOf(id, one))), 'no_seats')
    await remove(house.keyOf(id, other))
    assert.equal(stateOf(await grant(house.keyOf(id, one))), 'granted')
    const again = await db.read(
      db.directory,
      directoryKeys.access(house.orgId, one, id, 'meetings'),
    )
    assert.equal(again?.['expiresAt'], undefined)
    assert.equal(again?.['rev'], 3)
  })

  test('is refused in an account that is not there', async () => {
    const key = house.keyOf(newAccountId(), await house.user())
    assert.deepEqual(await remove(key), { ok: false, error: 'account_unknown' })
  })
})

describe('at once', () => {
  test('50 grants of one last seat give one, and 49 are refused', async () => {
    const { id } = await house.account({ seats: { meetings: 3 } })
    const people = await house.users(52)
    for (const userId of people.slice(0, 2)) await grant(house.keyOf(id, userId))
    const outcomes = await Promise.all(
      people.slice(2).map(async (userId) => stateOf(await grant(house.keyOf(id, userId)))),
    )
    assert.equal(outcomes.filter((state) => state === 'granted').length, 1)
    assert.equal(outcomes.filter((state) => state === 'no_seats').length, 49)
    const seen = await seatsOf(db, house, { account: id }, people)
    assert.deepEqual(seen.counts, { seats: 3, used: 3, waiting: 0 })
    assertConsistent(seen, assert.deepEqual)
  })

  test('50 grants of one last seat give one and let 49 wait, by the policy', async () => {
    const { id } = await house.account({ overAllocation: 'queue' })
    const people = await house.users(50)
    await Promise.all(people.map((userId) => grant(house.keyOf(id, userId))))
    const seen = await seatsOf(db, house, { account: id }, people)
    assert.deepEqual(seen.counts, { seats: 1, used: 1, waiting: 49 })
    assertConsistent(seen, assert.deepEqual)
  })

  type Key = ReturnType<House['keyOf']>
  const moving = {
    grant: (key: Key, ms: number) => grant(key, 'admin', ms),
    rule: (key: Key, ms: number) => grant(key, 'rul_1', ms),
    remove: (key: Key) => remove(key),
    more: ({ account }: Key) => resize(account, 5),
    fewer: ({ account }: Key) => resize(account, 2),
  } satisfies Record<string, (key: Key, ms: number) => Promise<unknown>>
  const move = fc.constantFrom(...(Object.keys(moving) as (keyof typeof moving)[]))
  const moves = fc.array(fc.record({ who: fc.nat(7), move }), { minLength: 10, maxLength: 30 })
  test('grants, removals and changes of the seats end consistent, whatever their order', async () => {
    await fc.assert(
      fc.asyncProperty(moves, fc.constantFrom('queue', 'refuse'), async (all, overAllocation) => {
        house = await newHouse(db)
        const { id } = await house.account({ overAllocation, seats: { meetings: 3 } })
        const people = await house.users(8)
        await Promise.all(
          all.map(({ who, move }, ms) =>
            moving[move](house.keyOf(id, people[who] ?? assert.fail()), ms),
          ),
        )
        assertConsistent(await seatsOf(db, house, { account: id }, people), assert.deepEqual)
      }),
      { numRuns: 15 },
    )
  })
})

describe('with faults', () => {
  const faults = ['fail-before', 'fail-after'] as const
  for (const fault of faults) {
    test(`each write is done once or not at all when it meets ${fault}`, async () => {
      const { id } = await house.account({ overAllocation: 'queue' })
      const people = await house.users(3)
      const [first, second] = people
      assert.ok(first && second)
      const hit = async <T>(change: () => Promise<T>) => {
        using struck = strike(db.stack, 'TransactWriteItems', { fault, times: 1 })
        const result = await change()
        assert.ok(struck.bodies.length >= 2)
        return result
      }
      assert.equal(stateOf(await hit(() => grant(house.keyOf(id, first)))), 'granted')
      assert.equal(stateOf(await hit(() => grant(house.keyOf(id, second)))), 'queued')
      await hit(() => remove(house.keyOf(id, first)))
      const seen = await seatsOf(db, house, { account: id }, people)
      assert.deepEqual(seen.granted, [second])
      assertConsistent(seen, assert.deepEqual)
    })
  }

  test('an outage while seats are handed on is made up for by the next change', async () => {
    const { id } = await house.account({ overAllocation: 'queue', seats: { meetings: 0 } })
    const people: UserId[] = await house.users(4)
    const [first, second, third, late] = people
    assert.ok(first && second && third && late)
    for (const [ms, userId] of [first, second, third].entries()) {
      await grant(house.keyOf(id, userId), 'admin', ms)
    }
    const account = (await house.accounts.find(house.orgId, id)) ?? assert.fail()
    const raised = { ...account, seats: { meetings: 2 } }
    const at = { actor: 'operator', at: 1 }
    assert.equal(await house.accounts.change(account, raised, at), undefined)
    // Nobody was promoted: the process ended here.
    assert.equal(stateOf(await grant(house.keyOf(id, late), 'admin', 9)), 'queued')
    const seen = await seatsOf(db, house, { account: id }, people)
    assert.deepEqual(seen.granted, [first, second])
    assertConsistent(seen, assert.deepEqual)
  })
})
