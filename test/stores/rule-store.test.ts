import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoGroups } from '#shared/aws/group-store.ts'
import { dynamoPeople } from '#shared/aws/people-store.ts'
import { dynamoRules } from '#shared/aws/rule-store.ts'
import { newIdpId, newOrgId, type UserId } from '#shared/ids.ts'
import { applyRules } from '#shared/products/apply-rules.ts'
import { entitle } from '#shared/products/entitle.ts'
import { grantAccess } from '#shared/products/grant-access.ts'
import { groupsDigest } from '#shared/products/groups-digest.ts'
import type { Rule } from '#shared/products/rules.ts'
import { rule } from '#test/shared/products/example.ts'
import { intercept } from './intercept.ts'
import { act, assertConsistent, type House, newHouse, seatsOf } from './new-account.ts'
import { now } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let house: House
let ports: ReturnType<typeof newPorts>
const idpId = newIdpId()
const newPorts = () => ({
  rules: dynamoRules(db.directory),
  people: dynamoPeople(db.directory),
  groups: dynamoGroups(db.directory),
  access: house.access,
})
before(async () => {
  db = await tables()
  house = await newHouse(db)
  ports = newPorts()
  await db.put(db.directory, { ...directoryKeys.listedIdp(house.orgId, idpId), idpId })
})

const by = { actor: 'apikey:key_1', at: now }
const personOf = (userId: UserId) => ({ orgId: house.orgId, userId })
const find = async (userId: UserId) =>
  ports.people.find(personOf(userId), await ports.people.findProviders(house.orgId))
const stateOf = async (userId: UserId) => (await find(userId)) ?? assert.fail('nobody')

/** Rules of this test's organization from now on. */
async function useRules(...rules: readonly Rule[]) {
  const { rev } = await ports.rules.find(house.orgId)
  assert.equal(await ports.rules.save(house.orgId, { rules, before: rev }, by), undefined)
  return rev + 1
}

describe('rules', () => {
  test('are none at first, and replaced under their revision', async () => {
    const orgId = newOrgId()
    assert.deepEqual(await ports.rules.find(orgId), { rules: [], rev: 0 })
    const first = [rule(1, 'staff', { attributes: { meetings: { role: 'host' } } })]
    assert.equal(await ports.rules.save(orgId, { rules: first, before: 0 }, by), undefined)
    assert.deepEqual(await ports.rules.find(orgId), { rules: first, rev: 1 })
    const stale = await ports.rules.save(orgId, { rules: [], before: 0 }, by)
    assert.equal(stale, 'changed_meanwhile')
    assert.equal(await ports.rules.save(orgId, { rules: [], before: 1 }, by), undefined)
    const late = await ports.rules.save(orgId, { rules: first, before: 1 }, by)
    assert.equal(late, 'changed_meanwhile')
    const item = await db.read(db.directory, directoryKeys.rules(orgId))
    assert.equal(
      (item?.['evt'] as { type?: string } | undefined)?.type,
      'latchkey.group-rules.updated.v1',
    )
    const revision = await db.read(db.directory, directoryKeys.rulesRevision(orgId))
    assert.equal(revision?.['rev'], 2)
  })

  test('are replaced by one of several at once', async () => {
    const orgId = newOrgId()
    const saves = [1, 2, 3, 4].map((order) =>
      ports.rules.save(orgId, { rules: [rule(order, 'staff')], before: 0 }, by),
    )
    const errors = (await Promise.all(saves)).filter((error) => error !== undefined)
    assert.equal(errors.length, 3)
  })
})

describe('people', () => {
  test('are listed page by page', async () => {
    const one = await newHouse(db)
    const ids = await one.users(5)
    const first = await ports.people.list(one.orgId, { limit: 3 })
    const rest = await ports.people.list(one.orgId, { after: first.next, limit: 3 })
    const found = [...first.people, ...rest.people].map(({ userId }) => userId)
    assert.deepEqual(new Set(found), new Set(ids))
    assert.equal(rest.next, undefined)
  })

  test('are found with the groups of providers that are there', async () => {
    const userId = await house.user()
    const kept = { idpId, names: ['staff'], digest: groupsDigest(['staff']), at: now }
    await ports.groups.saveGroups(personOf(userId), kept)
    await ports.groups.saveGroups(personOf(userId), { ...kept, idpId: newIdpId() })
    const { groups, state } = await stateOf(userId)
    assert.deepEqual(groups, [kept])
    assert.equal(state, 'active')
    assert.equal(await find(await house.user('deleted')), undefined)
  })
})

describe('entitle', () => {
  const arrive = async (userId: UserId, groups?: readonly string[], at = now) => {
    const subjectKey = `of-${userId}`
    const told = groups && { groups: { names: groups, at } }
    await entitle(ports, { ...personOf(userId), idpId, subjectKey, ...told }, act)
    const mark = await db.read(db.directory, directoryKeys.subjectGroups(subjectKey))
    return [mark?.['digest'], mark?.['rulesRev']]
  }

  test('gives what the groups bring, and takes it when they are left', async () => {
    const { id } = await house.account({ seats: { meetings: 2, training: 2 } })
    const grants = [{ account: id, product: 'meetings' }]
    const attributes = { meetings: { role: 'host' } }
    const rev = await useRules(rule(1, 'staff', { grants, attributes }))
    const userId = await house.user()
    const training = house.keyOf(id, userId, 'training')
    await grantAccess(house.access, { ...training, grantedBy: 'admin' }, act)
    assert.deepEqual(await arrive(userId, ['staff', 'x']), [groupsDigest(['x', 'staff']), rev])
    const there = await stateOf(userId)
    assert.deepEqual(
      new Set(there.accesses.map(({ grantedBy }) => grantedBy)),
      new Set(['admin', 'rul_1']),
    )
    assert.deepEqual(there.attributes, attributes)
    await arrive(userId, [])
    const left = await stateOf(userId)
    assert.deepEqual(
      left.accesses.map(({ product }) => product),
      ['training'],
    )
    assert.deepEqual(left.attributes, {})
    assertConsistent(await seatsOf(db, house, { account: id }, [userId]), assert.deepEqual)
  })

  test('is done once: applying the rules again changes nothing', async () => {
    const { id } = await house.account({ seats: { meetings: 2 } })
    await useRules(rule(1, 'staff', { grants: [{ account: id, product: 'meetings' }] }))
    const userId = await house.user()
    await arrive(userId, ['staff'])
    const before = await stateOf(userId)
    using writes = intercept('TransactWriteItemsCommand', (_, pass) => pass())
    const { rules } = await ports.rules.find(house.orgId)
    const applied = await applyRules(ports, before, rules, act)
    assert.deepEqual(applied, { given: [], taken: [], missed: [], isComplete: true })
    assert.equal(writes.calls(), 0)
    assert.deepEqual(await stateOf(userId), before)
  })

  test('tries again what could not be given', async () => {
    const { id } = await house.account({ seats: { meetings: 0 } })
    const rev = await useRules(rule(1, 'staff', { grants: [{ account: id, product: 'meetings' }] }))
    const userId = await house.user()
    assert.deepEqual(await arrive(userId, ['staff']), [undefined, undefined])
    const account = (await house.accounts.find(house.orgId, id)) ?? assert.fail()
    await house.accounts.change(account, { ...account, seats: { meetings: 1 } }, by)
    assert.deepEqual(await arrive(userId, ['staff']), [groupsDigest(['staff']), rev])
    assert.equal((await stateOf(userId)).accesses.length, 1)
  })

  test('keeps what was said last, not what comes last', async () => {
    const { id } = await house.account()
    await useRules(rule(1, 'staff', { grants: [{ account: id, product: 'meetings' }] }))
    const userId = await house.user()
    await arrive(userId, ['guests'], now + 1)
    await arrive(userId, ['staff'])
    const { groups, accesses } = await stateOf(userId)
    assert.deepEqual(
      groups.map(({ names }) => names),
      [['guests']],
    )
    assert.deepEqual(accesses, [])
  })

  test('changes nothing for who is suspended', async () => {
    const { id } = await house.account()
    await useRules(rule(1, 'staff', { grants: [{ account: id, product: 'meetings' }] }))
    const userId = await house.user('suspended')
    await arrive(userId, ['staff'])
    assert.deepEqual((await stateOf(userId)).accesses, [])
  })

  test('of two arrivals at once, what is kept last counts', async () => {
    const { id } = await house.account({ seats: { meetings: 9, training: 9 } })
    await useRules(
      rule(1, 'staff', { grants: [{ account: id, product: 'meetings' }] }),
      rule(2, 'guests', { grants: [{ account: id, product: 'training' }] }),
    )
    const userId = await house.user()
    await arrive(userId, [])
    for (let play = 0; play < 5; play++) {
      await Promise.all([arrive(userId, ['staff']), arrive(userId, ['guests'])])
      const { groups, accesses } = await stateOf(userId)
      const wanted = groups[0]?.names[0] === 'staff' ? 'meetings' : 'training'
      assert.deepEqual(
        accesses.map(({ product }) => product),
        [wanted],
      )
    }
    for (const product of ['meetings', 'training']) {
      const seen = await seatsOf(db, house, { account: id, product }, [userId])
      assertConsistent(seen, assert.deepEqual)
    }
  })
})
