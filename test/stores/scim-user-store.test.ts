import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoBookmarks } from '#shared/aws/scim-bookmark-store.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { readPersonLinks } from '#shared/aws/scim-person-links.ts'
import { newDirectoryId, newGroupId, newUserId, type UserId } from '#shared/ids.ts'
import type { Document } from '#shared/scim/types.ts'
import { createScimUser } from '#shared/scim/users/create-user.ts'
import { sideBySide } from '#shared/side-by-side.ts'
import { restoreUser } from '#shared/users/delete-user.ts'
import { partDirectory } from '#shared/users/part-directory.ts'
import { reactivateUser, suspendUser } from '#shared/users/suspend-user.ts'
import { intercept } from './intercept.ts'
import { newAct, newScimDirectory } from './new-scim-directory.ts'
import { newScimHome } from './scim-people.ts'
import { type Tables, tables } from './tables.ts'

type House = Awaited<ReturnType<typeof newScimHome>>

let db: Tables
let house: House
before(async () => {
  db = await tables()
  house = await newScimHome(db)
})

/** So many at once: as many sockets as even a busy machine opens in time. */
const AT_ONCE = 25

const all = <Result>(count: number, run: (index: number) => Promise<Result>) =>
  sideBySide(
    Array.from({ length: count }, (_, index) => index),
    AT_ONCE,
    run,
  )

/** What came of several calls: how often each status, and how often none. */
function tally(results: readonly { ok: boolean; error?: { status: number } }[]) {
  const counts: Record<string, number> = {}
  for (const { ok, error } of results) {
    const name = ok ? 'ok' : String(error?.status)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

const failed = (result: { ok: boolean; error?: { status: number; detail: string } }) =>
  result.ok ? undefined : `${result.error?.status} ${result.error?.detail}`

/** As in AWS where two transactions have an item in common. */
const conflicting = (times: number) =>
  intercept('TransactWriteItemsCommand', (call, pass) =>
    call > times
      ? pass()
      : Promise.reject(
          new TransactionCanceledException({
            message: 'Transaction cancelled',
            $metadata: {},
            CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
          }),
        ),
  )

/** Lets somebody else act just before the first transaction. */
const overtaken = (act: () => Promise<unknown>) => {
  let isOver = false
  return intercept('TransactWriteItemsCommand', async (_, pass) => {
    if (isOver) return pass()
    isOver = true
    await act()
    return pass()
  })
}

const emailRows = async (own: House, email: string) =>
  (await own.partition(scimKeys.userEmail(own.directory.id, email, 'usr_').pk)).map(
    ({ userId, types }) => ({ userId, types }),
  )

const loggedIn = (own: House) => own.partition(`scimlog#${own.home.orgId}`)

describe('creating', () => {
  test('writes the user, what leads to it, the person, their link and the log, in one call', async () => {
    const own = await newScimHome(db)
    using transactions = intercept('TransactWriteItemsCommand', (_, pass) => pass())
    using reads = intercept('BatchGetItemCommand', (_, pass) => pass())
    const user = await own.create({ externalId: 'x' })
    assert.deepEqual([transactions.calls(), reads.calls()], [1, 0])
    const { id } = user
    await own.assertRows([id])
    const email = String(user.document['userName'])
    assert.deepEqual(await emailRows(own, email), [{ userId: id, types: ['work'] }])
    const { record } = { record: await own.home.find(id) }
    assert.equal(record.user.joinedBy, 'scim')
    assert.equal(record.subjectCount, 0)
    await own.home.assertRows([id])
    const person = { orgId: own.home.orgId, personId: id }
    const [link] = await readPersonLinks(db.directory, person)
    assert.deepEqual([link?.scimUserId, link?.how], [id, 'created'])
    const [logged] = await loggedIn(own)
    assert.equal(logged?.['kind'], 'change')
    assert.deepEqual(JSON.parse(String(logged['after'])), user.document)
    assert.equal(logged['before'], undefined)
    const found = await own.found(id)
    assert.deepEqual(found.user, user)
    assert.deepEqual(found.person, record)
  })

  test('lets one of a hundred have a userName that all bring at once, in two letter cases', async () => {
    const own = await newScimHome(db)
    const userName = `Ada@${own.home.domain}`
    const results = await all(100, (index) =>
      own.tryCreate(
        own.documentOf({ userName: index % 2 ? userName : userName.toUpperCase(), emails: [] }),
      ),
    )
    assert.deepEqual(tally(results), { ok: 1, 409: 99 })
    const ids = results.flatMap((one) => (one.ok ? [one.value.id] : []))
    await own.assertRows(ids)
    await own.home.assertRows(ids)
  })

  test('lets one of thirty be the person whose address all bring at once', async () => {
    const own = await newScimHome(db)
    const emails = [{ value: `ada@${own.home.domain}` }]
    const results = await all(30, () => own.tryCreate(own.documentOf({ emails })))
    assert.deepEqual(tally(results), { ok: 1, 409: 29 })
    const ids = results.flatMap((one) => (one.ok ? [one.value.id] : []))
    await own.assertRows(ids)
  })

  test('counts exactly, whoever comes at once', async () => {
    const own = await newScimHome(db)
    const created = await all(40, () => own.create())
    await own.assertRows(created.map(({ id }) => id))
    await all(20, (index) => own.remove(created[index]?.id ?? 'usr_'))
    await own.assertRows(created.slice(20).map(({ id }) => id))
  })

  test('takes the id of who has the address, also once the SCIM user before was removed', async () => {
    const { user } = await house.home.user()
    const emails = [{ value: user.email }]
    const first = await house.create({ emails })
    assert.equal(first.id, user.id)
    await house.remove(user.id)
    const target = house.home.targetOf(user.id, Date.now())
    assert.ok((await restoreUser(house.home.store, target)).ok)
    const again = await house.create({ emails })
    assert.equal(again.id, user.id)
    assert.equal((await house.found(user.id)).person?.user.state, 'active')
  })

  test('has an id of its own where a SCIM user has that of the person', async () => {
    const user = await house.create()
    const email = String(user.document['userName'])
    const target = house.home.targetOf(user.id, Date.now())
    assert.ok((await partDirectory(house.home.store, target, house.directory.id)).ok)
    const other = await house.create({ emails: [{ value: email }] })
    assert.notEqual(other.id, user.id)
    assert.equal(other.personId, user.id)
    const renamed = await house.set(user.id, { title: 'x' })
    assert.equal(renamed.ok && renamed.value.personId, undefined)
  })

  test('makes an invited person active, and the invitation accepted', async () => {
    const own = await newScimHome(db)
    const invited = await own.home.invite({}, 'reader', Math.floor(Date.now() / 1000))
    assert.ok(invited.ok)
    const { userId, email, id } = invited.value
    const created = await own.create({ emails: [{ value: email }] })
    assert.equal(created.id, userId)
    const { user } = await own.home.find(userId)
    assert.deepEqual([user.state, user.role, user.invitationId], ['active', 'reader', undefined])
    const invitation = await own.home.invitations.find(own.home.orgId, id)
    assert.equal(invitation?.state, 'accepted')
    await own.home.assertRows([userId])
  })

  test('tries again where transactions meet, and gives up after several', async () => {
    {
      using conflicts = conflicting(3)
      await house.create()
      assert.equal(conflicts.calls(), 4)
    }
    using conflicts = conflicting(100)
    assert.match(String(failed(await house.tryCreate(house.documentOf()))), /^503 /)
    assert.equal(conflicts.calls(), 8)
  })

  test('is told to come again where the person always changes meanwhile', async () => {
    const { user } = await house.home.user()
    const key = directoryKeys.user(house.home.orgId, user.id)
    using _ = intercept('TransactWriteItemsCommand', async (_call, pass) => {
      const item = (await db.read(db.directory, key)) ?? {}
      await db.put(db.directory, { ...key, ...item, rev: Number(item['rev']) + 1 })
      return pass()
    })
    const given = house.documentOf({ emails: [{ value: user.email }] })
    assert.match(String(failed(await house.tryCreate(given))), /^503 /)
  })

  test('tries again where the person changes meanwhile', async () => {
    const { user } = await house.home.user()
    const target = house.home.targetOf(user.id, Date.now())
    let transactions = 0
    using _ = intercept('TransactWriteItemsCommand', async (_call, pass) => {
      // Between the read of who has the address and the transaction that links them.
      if (++transactions === 2) assert.ok((await suspendUser(house.home.store, target)).ok)
      return pass()
    })
    const created = await house.create({ emails: [{ value: user.email }] })
    assert.equal(created.id, user.id)
    assert.equal((await house.home.find(user.id)).user.state, 'suspended')
  })
})

describe('changing', () => {
  test('moves what leads to the user, and leaves alone what stays', async () => {
    const own = await newScimHome(db)
    const [one, two] = [`one@${own.home.domain}`, `two@${own.home.domain}`]
    const emails = [{ value: one, type: 'work' }, { value: two }]
    const { id } = await own.create({ externalId: 'a', emails })
    const next = [{ value: two.toUpperCase(), type: 'home' }, { value: 'three@x.example' }]
    const changed = await own.set(id, { userName: 'Renamed', externalId: 'b', emails: next })
    assert.ok(changed.ok)
    await own.assertRows([id])
    assert.deepEqual(await emailRows(own, one), [])
    assert.deepEqual(await emailRows(own, two), [{ userId: id, types: ['home'] }])
    assert.deepEqual(await emailRows(own, 'three@x.example'), [{ userId: id, types: [] }])
    const by = (externalId: string) =>
      own.store.idsBy(own.directory.id, { by: 'externalId', value: externalId })
    assert.deepEqual((await by('a')).ids, [])
    assert.deepEqual((await by('b')).ids, [id])
    assert.equal((await own.home.find(id)).user.email, two.toUpperCase())
    await own.home.assertRows([id])
    const [, logged] = await loggedIn(own)
    assert.equal((JSON.parse(String(logged?.['before'])) as Document)['externalId'], 'a')
    assert.equal((JSON.parse(String(logged?.['after'])) as Document)['externalId'], 'b')
  })

  test('takes two calls, and few items where no key changes', async () => {
    const { id } = await house.create()
    let items = 0
    using _ = intercept('TransactWriteItemsCommand', (_call, pass, input) => {
      items += (input as { TransactItems: unknown[] }).TransactItems.length
      return pass()
    })
    using reads = intercept('BatchGetItemCommand', (_call, pass) => pass())
    await house.set(id, { title: 'x' })
    assert.deepEqual([items, reads.calls()], [2, 1])
  })

  test('loses none of those that come at once', async () => {
    const { id } = await house.create()
    const results = await all(8, (index) => house.set(id, { [`title${index}`]: 'x' }))
    assert.deepEqual(tally(results), { ok: 8 })
    const { user } = await house.found(id)
    assert.equal(user.version, 9)
    for (let n = 0; n < 8; n++) assert.equal(user.document[`title${n}`], 'x')
  })

  test('tries again where transactions meet', async () => {
    const { id } = await house.create()
    using conflicts = conflicting(3)
    assert.ok((await house.set(id, { title: 'x' })).ok)
    assert.equal(conflicts.calls(), 4)
  })

  test('is told to come again where others are always faster', async () => {
    const { id } = await house.create()
    const key = scimKeys.user(house.directory.id, id)
    using _ = intercept('TransactWriteItemsCommand', async (_call, pass) => {
      const item = (await db.read(db.directory, key)) ?? {}
      await db.put(db.directory, { ...key, ...item, ver: Number(item['ver']) + 1 })
      return pass()
    })
    assert.match(String(failed(await house.set(id, { title: 'x' }))), /^503 /)
  })

  test('finds nobody where the user is removed meanwhile', async () => {
    const { id } = await house.create()
    using _ = overtaken(() => house.remove(id))
    assert.match(String(failed(await house.set(id, { title: 'x' }))), /^404 /)
  })

  test('makes who has the new address the person, and follows them from then on', async () => {
    const { user: met } = await house.home.user()
    const { id } = await house.create({ emails: [{ value: 'ada@elsewhere.example' }] })
    assert.equal((await house.found(id)).user.personId, undefined)
    const target = house.home.targetOf(met.id, Date.now())
    let transactions = 0
    {
      using _ = intercept('TransactWriteItemsCommand', async (_call, pass) => {
        // They are somebody else's business meanwhile: what was read of them is old.
        if (++transactions === 2) assert.ok((await suspendUser(house.home.store, target)).ok)
        return pass()
      })
      assert.ok((await house.set(id, { emails: [{ value: met.email }] })).ok)
    }
    const { user, person } = await house.found(id)
    assert.deepEqual([user.personId, person?.user.id], [met.id, met.id])
    assert.equal(person?.user.state, 'suspended')
    await house.set(id, { displayName: 'Ada' })
    assert.equal((await house.home.find(met.id)).user.displayName, 'Ada')
    const other = await house.create({ userName: `other of ${id}`, emails: [] })
    assert.match(
      String(failed(await house.set(other.id, { emails: [{ value: met.email }] }))),
      /^409 .*another user of this directory/,
    )
    const third = await house.create()
    assert.match(
      String(failed(await house.set(third.id, { emails: [{ value: met.email }] }))),
      /^409 .*another user of the organization/,
    )
  })

  test('refuses a name that another one takes at that moment', async () => {
    const [one, two] = [await house.create(), await house.create()]
    const userName = `new.${one.id}`
    const results = await Promise.all([
      house.set(one.id, { userName }),
      house.set(two.id, { userName: userName.toUpperCase() }),
    ])
    assert.deepEqual(tally(results), { ok: 1, 409: 1 })
  })

  test('refuses more addresses than one transaction can write', async () => {
    const emails = (name: string) =>
      Array.from({ length: 80 }, (_, n) => ({ value: `${name}${n}@x.example` }))
    const { id } = await house.create({ emails: emails('a') })
    assert.match(String(failed(await house.set(id, { emails: emails('b') }))), /^400 .*e-mail/)
    assert.ok((await house.set(id, { emails: emails('a').slice(0, 10) })).ok)
  })

  for (const [name, changes] of [
    ['and the person with it', { active: false, title: 'x' }],
    ['that the person has no part in', { title: 'x' }],
  ] as const) {
    test(`leaves who an admin parted from it alone, also in the middle of a change ${name}`, async () => {
      const { id } = await house.create()
      const target = house.home.targetOf(id, Date.now())
      using _ = overtaken(() => partDirectory(house.home.store, target, house.directory.id))
      const changed = await house.set(id, changes)
      assert.ok(changed.ok)
      assert.equal(changed.value.isApart, true)
      assert.equal(changed.value.personId, undefined)
      assert.equal((await house.home.find(id)).user.state, 'active')
      const item = await db.read(db.directory, scimKeys.user(house.directory.id, id))
      assert.deepEqual([item?.['isApart'], item?.['personId']], [true, undefined])
    })
  }

  test('does not bring back whom an admin suspended, or deleted', async () => {
    const { id } = await house.create()
    const target = house.home.targetOf(id, Date.now())
    assert.ok((await suspendUser(house.home.store, target)).ok)
    await house.set(id, { active: false })
    await house.set(id, { active: true })
    assert.equal((await house.home.find(id)).user.state, 'suspended')
    assert.ok((await reactivateUser(house.home.store, target)).ok)
    await house.set(id, { active: false })
    assert.equal((await house.home.find(id)).user.state, 'suspended')
    assert.equal((await house.home.find(id)).user.suspendedBy, house.directory.id)
    await house.set(id, { active: true })
    assert.equal((await house.home.find(id)).user.state, 'active')
  })

  test('does not bring back whom an admin keeps out after it, or beside it', async () => {
    for (const isLetInBetween of [true, false]) {
      const { id } = await house.create()
      const target = () => house.home.targetOf(id, Date.now())
      await house.set(id, { active: false })
      if (isLetInBetween) assert.ok((await reactivateUser(house.home.store, target())).ok)
      assert.ok((await suspendUser(house.home.store, target())).ok)
      await house.set(id, { active: true })
      const { state, suspendedBy } = (await house.home.find(id)).user
      assert.deepEqual([state, suspendedBy], ['suspended', undefined])
    }
  })
})

describe('removing', () => {
  test('takes away all that leads to the user, and keeps what remembers it for a day', async () => {
    const own = await newScimHome(db)
    const { id, document } = await own.create({ externalId: 'x' })
    const rest = await own.create()
    assert.ok((await own.remove(id)).ok)
    await own.assertRows([rest.id])
    assert.deepEqual(await emailRows(own, String(document['userName'])), [])
    const item = await db.read(db.directory, scimKeys.user(own.directory.id, id))
    assert.equal(item?.['doc'], undefined)
    assert.equal(Number(item?.['expiresAt']) - Number(item?.['deletedAt']), 24 * 3600)
    assert.equal((await own.home.find(id)).user.state, 'deleted')
    assert.deepEqual(
      await readPersonLinks(db.directory, { orgId: own.home.orgId, personId: id }),
      [],
    )
    await own.home.assertRows([id, rest.id])
    assert.match(String(failed(await own.remove(id))), /^404 /)
  })

  test('is done once where many ask for it at once', async () => {
    const own = await newScimHome(db)
    const { id } = await own.create()
    const results = await all(5, () => own.remove(id))
    assert.deepEqual(tally(results), { ok: 1, 404: 4 })
    assert.equal(await own.store.count(own.directory.id), 0)
  })

  test('goes on where it broke off, whatever had been done', async () => {
    const own = await newScimHome(db)
    const groups = newScimDirectory(db, own.directory.id)
    for (let broken = 1; broken <= 3; broken++) {
      const { id } = await own.create()
      const group = await groups.group([{ id, type: 'User' }])
      {
        using _ = intercept('TransactWriteItemsCommand', (call, pass) =>
          call === broken ? Promise.reject(new Error('broken off')) : pass(),
        )
        await assert.rejects(own.remove(id), /broken off/)
      }
      assert.ok((await own.remove(id)).ok, `after ${broken}`)
      assert.deepEqual(await groups.membersOf(group.id), [])
      assert.equal((await own.home.find(id)).user.state, 'deleted')
    }
    await own.assertRows([])
  })

  /** Somebody else changes the user just before such a transaction: 1 counts, 2 begins with it. */
  const changedBefore = (own: House, id: UserId, transaction: number) => {
    let isOver = false
    return intercept('TransactWriteItemsCommand', async (call, pass) => {
      if (call !== transaction || isOver) return pass()
      isOver = true
      assert.ok((await own.set(id, { title: 'x' })).ok)
      return pass()
    })
  }

  for (const [name, domain] of [
    ['with a person', undefined],
    ['without one', 'elsewhere.example'],
  ] as const) {
    const newMember = async (own: House) => {
      const groups = newScimDirectory(db, own.directory.id)
      const userName = `${newGroupId()}@${domain}`
      const { id } = await own.create(domain && { userName, emails: [] })
      const group = await groups.group([{ id, type: 'User' }])
      const isMember = async () => (await groups.membersOf(group.id)).includes(id)
      const state = async () => domain ?? (await own.home.find(id)).user.state
      return { id, isMember, state }
    }

    test(`takes nothing away at another version than the one asked for, ${name}`, async () => {
      for (const transaction of [1, 2]) {
        const own = await newScimHome(db)
        const { id, isMember, state } = await newMember(own)
        using _ = changedBefore(own, id, transaction)
        assert.match(String(failed(await own.remove(id, ['1']))), /^412 /)
        await own.assertRows([id])
        assert.deepEqual([await isMember(), await state()], [true, domain ?? 'active'])
      }
    })

    test(`comes to its end whatever changes once it has begun, ${name}`, async () => {
      for (const transaction of [3, 4]) {
        const own = await newScimHome(db)
        const { id, isMember, state } = await newMember(own)
        using _ = changedBefore(own, id, transaction)
        assert.ok((await own.remove(id, ['1'])).ok)
        await own.assertRows([])
        assert.deepEqual([await isMember(), await state()], [false, domain ?? 'deleted'])
      }
    })
  }

  test('is told to come again where others always write the same', async () => {
    const own = await newScimHome(db)
    const { id } = await own.create()
    {
      using _ = conflicting(Number.POSITIVE_INFINITY)
      assert.match(String(failed(await own.remove(id))), /^503 /)
    }
    assert.ok((await own.remove(id)).ok)
  })

  test('leaves no member behind who is added meanwhile', async () => {
    const own = await newScimHome(db)
    const groups = newScimDirectory(db, own.directory.id)
    const made = await all(6, () => groups.group())
    const { id } = await own.create()
    const member = { id, type: 'User' } as const
    await Promise.all([own.remove(id), ...made.map((group) => groups.add(group, member))])
    for (const group of made) {
      assert.deepEqual(await groups.membersOf(group.id), [], group.id)
      assert.equal((await groups.find(group.id))?.memberCount, 0)
    }
  })

  test('keeps a person whom another directory provisions', async () => {
    const own = await newScimHome(db)
    const { id, document } = await own.create()
    const caller = {
      ...own.caller,
      directory: { ...own.directory, id: newDirectoryId(own.home.orgId) },
    }
    const second = await createScimUser(own.ports, { caller, document, act: newAct() })
    assert.equal(second.ok && second.value.id, id)
    assert.ok((await own.remove(id)).ok)
    const { user } = await own.home.find(id)
    assert.deepEqual([user.state, user.directories], ['active', [caller.directory.id]])
  })

  test('refuses the last administrator, and takes nothing away', async () => {
    const own = await newScimHome(db)
    const { user } = await own.home.user({}, 'admin')
    const { id } = await own.create({ emails: [{ value: user.email }] })
    assert.match(String(failed(await own.remove(id))), /^409 .*last administrator/)
    assert.match(String(failed(await own.set(id, { active: false }))), /^409 /)
    await own.assertRows([id])
    assert.equal((await own.home.find(id)).user.state, 'active')
  })

  test('stops where the guard has no room, before anything is lost', async () => {
    const own = await newScimHome(db, { share: 0, atLeast: 3 })
    const users = await all(6, () => own.create())
    const results = await all(6, (index) => own.remove(users[index]?.id ?? 'usr_'))
    assert.deepEqual(tally(results), { ok: 3, 503: 3 })
    assert.equal(own.pauses.length, 3)
    const left = users.filter((_, index) => !results[index]?.ok)
    await own.assertRows(left.map(({ id }) => id))
    for (const { id } of left) assert.equal((await own.home.find(id)).user.state, 'active')
  })

  test('counts the users only where the number that is always allowed is not enough', async () => {
    const own = await newScimHome(db, { share: 50, atLeast: 1 })
    const users = await all(6, () => own.create())
    let counts = 0
    using _ = intercept('QueryCommand', (_call, pass, input) => {
      const { ExpressionAttributeValues: values } = input as {
        ExpressionAttributeValues: Record<string, { S?: string } | undefined>
      }
      if (values[':pk']?.S?.endsWith('#count')) counts++
      return pass()
    })
    const off = async (index: number) =>
      (await own.set(users[index]?.id ?? 'usr_', { active: false })).ok
    assert.deepEqual([await off(0), counts], [true, 0])
    assert.deepEqual([await off(1), counts], [true, 1])
    assert.deepEqual([await off(2), counts], [true, 2])
    assert.deepEqual([await off(3), own.pauses.length], [false, 1])
  })
})

describe('finding', () => {
  test('leads to users by each key', async () => {
    const own = await newScimHome(db)
    const { id } = await own.create({ userName: 'Ünal.Ada', externalId: 'X' })
    const { id: directory } = own.directory
    const name = String((await own.found(id)).user.document['userName'])
    const group = await newScimDirectory(db, directory).group([{ id, type: 'User' }])
    const keys = [
      { by: 'id', value: id },
      { by: 'userName', value: name.toUpperCase() },
      { by: 'userName', startsWith: 'ÜNAL' },
      { by: 'externalId', value: 'X' },
      { by: 'group', value: group.id },
    ] as const
    for (const key of keys) {
      const expected = { ids: [id], isAll: true }
      assert.deepEqual(await own.store.idsBy(directory, key), expected, key.by)
    }
    const none = [
      { by: 'id', value: 'x' },
      { by: 'externalId', value: 'x' },
      { by: 'userName', value: 'Ada' },
      { by: 'group', value: newGroupId() },
    ] as const
    for (const key of none) {
      assert.deepEqual(await own.store.idsBy(directory, key), { ids: [], isAll: true })
    }
    const any = await own.store.idsBy(directory, { by: 'userName', startsWith: '' })
    assert.deepEqual(any.ids, [id])
    const foreign = [
      { by: 'member', value: 'x' },
      { by: 'displayName', value: 'x' },
    ] as const
    for (const key of foreign) {
      await assert.rejects(own.store.idsBy(directory, key), /no key of users/)
    }
  })

  test('has names of any length, which begin as they begin', async () => {
    const own = await newScimHome(db)
    const userName = '長'.repeat(900)
    const { id } = await own.create({ userName })
    assert.match(String(failed(await own.tryCreate({ userName }))), /^409 /)
    const long = { by: 'userName', startsWith: '長'.repeat(500) } as const
    assert.deepEqual((await own.store.idsBy(own.directory.id, long)).ids, [id])
    assert.ok((await own.remove(id)).ok)
  })

  test('reads many users, in the order asked for, and passes over who is gone', async () => {
    const own = await newScimHome(db)
    const users = await all(120, () => own.create({ emails: [] }))
    const ids = users.map(({ id }) => id).toReversed()
    await own.remove(ids[3] ?? 'usr_')
    const found = await own.store.findAll(own.directory.id, [newUserId(), ...ids])
    assert.deepEqual(
      found.map(({ id }) => id),
      ids.filter((_, index) => index !== 3),
    )
  })

  test('walks and skips through the list of one directory only', async () => {
    const own = await newScimHome(db)
    const ids: UserId[] = []
    for (let n = 0; n < 5; n++) ids.push((await own.create()).id)
    const { id: directory } = own.directory
    const page = async (after?: string) =>
      own.store.page(directory, { limit: 2, ...(after !== undefined && { after }) })
    const first = await page()
    const second = await page(first.rows.at(-1)?.place)
    const third = await page(second.rows.at(-1)?.place)
    const walked = [first, second, third].flatMap(({ rows }) => rows.map(({ id }) => id))
    assert.deepEqual(walked, ids)
    assert.deepEqual(
      [first, second, third].map(({ hasMore }) => hasMore),
      [true, true, false],
    )
    assert.equal(await own.store.skip(directory, 2), first.rows.at(-1)?.place)
    assert.equal(await own.store.skip(directory, 7), undefined)
    assert.deepEqual(
      (await page(await own.store.skip(directory, 4))).rows.map(({ id }) => id),
      [ids[4]],
    )
  })

  test('keeps the end of a page for an hour', async () => {
    const bookmarks = dynamoBookmarks(db.ephemeral)
    const { id } = house.directory
    const nowMs = Date.now()
    await bookmarks.keep(id, 'User', { rows: 10, place: 'p', nowMs })
    assert.equal(await bookmarks.find(id, 'User', 10), 'p')
    assert.equal(await bookmarks.find(id, 'User', 11), undefined)
    assert.equal(await bookmarks.find(id, 'Group', 10), undefined)
    const item = await db.read(db.ephemeral, scimKeys.bookmark(id, 'User', 10))
    assert.equal(item?.['expiresAt'], Math.floor(nowMs / 1000) + 3600)
  })
})
