import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import fc from 'fast-check'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newUserId, type UserId } from '#shared/ids.ts'
import { changeRole } from '#shared/users/change-role.ts'
import { changeUser, revisionOf } from '#shared/users/change-user.ts'
import { createUser } from '#shared/users/create-user.ts'
import { deleteUser, RESTORE_SECONDS, restoreUser } from '#shared/users/delete-user.ts'
import { listUsers } from '#shared/users/list-users.ts'
import { reactivateUser, signOutEverywhere, suspendUser } from '#shared/users/suspend-user.ts'
import type { Profile, User } from '#shared/users/types.ts'
import { intercept } from './intercept.ts'
import { act, newHome, type TestHome } from './new-people.ts'
import { now, nowMs } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let home: TestHome
before(async () => {
  db = await tables()
  home = await newHome(db)
})

const typeOf = (item: object | undefined) =>
  (item as { evt?: { type: string } } | undefined)?.evt?.type
const all = <Result>(count: number, run: (index: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)))

/** What came of several calls: how often each error, and how often none. */
function tally(results: readonly { ok: boolean; error?: unknown }[]) {
  const counts: Record<string, number> = {}
  for (const { ok, error } of results) {
    const name = ok ? 'ok' : String(error)
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

describe('creating', () => {
  test('writes the user, all rows that lead to them, and the event', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ givenName: 'Ada', familyName: 'King' }, 'admin')
    const item = await own.itemOf(user.id)
    assert.equal(item?.['state'], 'active')
    assert.equal(item['role'], 'admin')
    assert.equal(item['joinedBy'], 'admin')
    assert.equal(item['subjectCount'], 0)
    assert.equal(item['rev'], 1)
    assert.equal(typeOf(item), 'latchkey.user.created.v1')
    await own.assertRows([user.id])
  })

  test('refuses an address that is taken, in any spelling', async () => {
    const { user } = await home.user()
    const taken = await home.create({ email: user.email.toUpperCase() })
    assert.deepEqual(taken, { ok: false, error: 'email_in_use' })
  })

  test('lets one of fifty have an address that all bring at once', async () => {
    const own = await newHome(db)
    const results = await all(50, () => own.create({ email: `ada@${own.domain}` }))
    assert.deepEqual(tally(results), { ok: 1, email_in_use: 49 })
    assert.equal((await own.partition(`org#${own.orgId}#email`)).length, 1)
    assert.equal((await own.partition(`org#${own.orgId}#name`)).length, 1)
  })

  test('finds what the same call has made, and refuses another one by its name', async () => {
    const userId = newUserId()
    const profile = { email: `again@${home.domain}` }
    const call = { orgId: home.orgId, userId, profile, role: 'member', act, callHash: 'a' } as const
    const first = await createUser(home.store, call)
    assert.ok(first.ok)
    assert.deepEqual(await createUser(home.store, call), first)
    const other = await createUser(home.store, { ...call, callHash: 'b' })
    assert.deepEqual(other, { ok: false, error: 'key_reused' })
  })

  test('refuses members from outside, once a domain is proved, and takes administrators', async () => {
    const email = 'grace@elsewhere.example'
    assert.deepEqual(await home.create({ email }), { ok: false, error: 'email_outside_domains' })
    assert.equal((await home.create({ email }, 'reader')).ok, true)
    const unproved = await newHome(db, { domains: [] })
    assert.equal((await unproved.create({ email })).ok, true)
  })

  test('refuses a member whose domain goes at the same time', async () => {
    const own = await newHome(db)
    const key = directoryKeys.organization(own.orgId)
    const other = { domains: ['other.example'], rev: 2 }
    using seen = intercept('TransactWriteItemsCommand', async (call, pass) => {
      if (call === 1) {
        await db.put(db.directory, { ...(await db.read(db.directory, key)), ...key, ...other })
      }
      return pass()
    })
    assert.deepEqual(await own.create(), { ok: false, error: 'email_outside_domains' })
    assert.equal(seen.calls(), 1)
  })
})

const rename = (own: TestHome, userId: UserId, changes: Partial<Profile>) =>
  changeUser(own.store, own.targetOf(userId), (profile) => ({ ...profile, ...changes }))

describe('changing', () => {
  test('moves the user in all lists, and keeps who they are', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ displayName: 'Ada King' }, 'reader')
    const email = `Augusta@${own.domain}`
    const changed = await rename(own, user.id, { email, displayName: 'Augusta King' })
    assert.ok(changed.ok)
    assert.equal(changed.value.user.id, user.id)
    const item = await own.itemOf(user.id)
    assert.equal(item?.['email'], email)
    assert.equal(item['rev'], 2)
    assert.equal(typeOf(item), 'latchkey.user.updated.v1')
    await own.assertRows([user.id])
    const found = await listUsers(own.store, own.orgId, { email: 'augusta@', limit: 10 })
    assert.deepEqual(
      found?.users.map(({ id }) => id),
      [user.id],
    )
    const former = await listUsers(own.store, own.orgId, { email: user.email, limit: 10 })
    assert.deepEqual(former?.users, [])
  })

  test('takes a name away, and leaves what others keep on the user', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ displayName: 'Ada King' })
    const key = directoryKeys.user(own.orgId, user.id)
    await db.put(db.directory, { ...(await own.itemOf(user.id)), ...key, groupsDigest: 'x' })
    const changed = await changeUser(own.store, own.targetOf(user.id), ({ email }) => ({ email }))
    assert.equal(changed.ok, true)
    const item = await own.itemOf(user.id)
    assert.equal(item?.['displayName'], undefined)
    assert.equal(item?.['groupsDigest'], 'x')
    await own.assertRows([user.id])
  })

  test('refuses an address that is taken or lies outside, and changes nothing', async () => {
    const own = await newHome(db)
    const { user } = await own.user()
    const { user: other } = await own.user()
    const taken = await rename(own, user.id, { email: other.email })
    assert.deepEqual(taken, { ok: false, error: 'email_in_use' })
    const outside = await rename(own, user.id, { email: 'ada@elsewhere.example' })
    assert.deepEqual(outside, { ok: false, error: 'email_outside_domains' })
    assert.equal((await own.itemOf(user.id))?.['rev'], 1)
    await own.assertRows([user.id, other.id])
  })

  test('lets one of thirty have an address that all want at once', async () => {
    const own = await newHome(db)
    const people = await all(30, () => own.user())
    const email = `wanted@${own.domain}`
    const results = await Promise.all(people.map(({ user }) => rename(own, user.id, { email })))
    assert.deepEqual(tally(results), { ok: 1, email_in_use: 29 })
    await own.assertRows(people.map(({ user }) => user.id))
  })

  test('of one user by many at once leaves rows of one of them', async () => {
    const own = await newHome(db)
    const { user } = await own.user()
    const results = await all(10, (i) =>
      rename(own, user.id, { email: `a${i}@${own.domain}`, displayName: `A ${i}` }),
    )
    assert.ok(results.some(({ ok }) => ok))
    await own.assertRows([user.id])
  })

  test('tells who names what they have seen that it was changed meanwhile', async () => {
    const record = await home.user()
    const target = { ...home.targetOf(record.user.id), seen: [revisionOf(record)] }
    assert.equal((await suspendUser(home.store, target)).ok, true)
    const late = await reactivateUser(home.store, target)
    assert.deepEqual(late, { ok: false, error: 'changed_meanwhile' })
  })

  test('knows nobody of another organization', async () => {
    const { user } = await home.user()
    const other = await newHome(db)
    const changed = await suspendUser(other.store, other.targetOf(user.id))
    assert.deepEqual(changed, { ok: false, error: 'user_unknown' })
  })
})

describe('states', () => {
  test('come and go with the rows of administrators, and end sessions', async () => {
    const own = await newHome(db)
    const { user: first } = await own.user({}, 'admin')
    const { user } = await own.user({}, 'admin')
    const ids = [first.id, user.id]
    const suspended = await suspendUser(own.store, own.targetOf(user.id))
    assert.ok(suspended.ok)
    assert.equal(suspended.value.user.sessionsFrom, nowMs + 1)
    assert.equal(typeOf(await own.itemOf(user.id)), 'latchkey.user.suspended.v1')
    await own.assertRows(ids)
    assert.equal((await reactivateUser(own.store, own.targetOf(user.id))).ok, true)
    assert.equal(typeOf(await own.itemOf(user.id)), 'latchkey.user.reactivated.v1')
    await own.assertRows(ids)
    assert.equal(
      (await signOutEverywhere(own.store, own.targetOf(user.id, nowMs + 60_001))).ok,
      true,
    )
    const item = await own.itemOf(user.id)
    assert.equal(item?.['sessionsFrom'], nowMs + 60_002)
    assert.equal(item?.['endedBy'], 'administrator')
    assert.equal(typeOf(item), 'latchkey.session.ended.v1')
  })

  test('end sessions of no earlier moment than a call has that was faster', async () => {
    const { user } = await home.user()
    for (const atMs of [nowMs + 5, nowMs]) {
      assert.equal((await signOutEverywhere(home.store, home.targetOf(user.id, atMs))).ok, true)
      assert.equal((await home.itemOf(user.id))?.['sessionsFrom'], nowMs + 6)
    }
  })

  test('change once: a repetition writes nothing', async () => {
    const { user } = await home.user()
    assert.equal((await suspendUser(home.store, home.targetOf(user.id))).ok, true)
    const item = await home.itemOf(user.id)
    assert.equal((await suspendUser(home.store, home.targetOf(user.id))).ok, true)
    assert.deepEqual(await home.itemOf(user.id), item)
  })
})

describe('roles', () => {
  test('are given and taken, with the rows of administrators', async () => {
    const own = await newHome(db)
    const { user: admin } = await own.user({}, 'admin')
    const { user } = await own.user()
    for (const role of ['reader', 'admin', 'member'] as const) {
      assert.equal((await changeRole(own.store, own.targetOf(user.id), role)).ok, true)
      assert.equal((await own.itemOf(user.id))?.['role'], role)
      assert.equal(typeOf(await own.itemOf(user.id)), 'latchkey.user.role-changed.v1')
      await own.assertRows([admin.id, user.id])
    }
  })

  test('of oneself are not changed, nor is that of an outsider to member', async () => {
    const own = await newHome(db)
    await own.user({}, 'admin')
    const { user } = await own.user({ email: 'grace@elsewhere.example' }, 'admin')
    const target = own.targetOf(user.id)
    const oneself = await changeRole(own.store, { ...target, callerId: user.id }, 'reader')
    assert.deepEqual(oneself, { ok: false, error: 'own_role' })
    const outsider = await changeRole(own.store, target, 'member')
    assert.deepEqual(outsider, { ok: false, error: 'email_outside_domains' })
  })

  const removals = [
    [
      'another role',
      (own: TestHome, id: UserId) => changeRole(own.store, own.targetOf(id), 'reader'),
    ],
    ['suspension', (own: TestHome, id: UserId) => suspendUser(own.store, own.targetOf(id))],
    [
      'deletion',
      async (own: TestHome, id: UserId) =>
        deleteUser(own.store, own.targetOf(id), (await own.find(id)).user.email),
    ],
  ] as const
  for (const [name, remove] of removals) {
    test(`are not lost by the last admin: ${name}`, async () => {
      const own = await newHome(db)
      const { user } = await own.user({}, 'admin')
      await own.user({}, 'reader')
      const { user: suspended } = await own.user({}, 'admin')
      assert.equal((await suspendUser(own.store, own.targetOf(suspended.id))).ok, true)
      assert.deepEqual(await remove(own, user.id), { ok: false, error: 'last_admin' })
      assert.equal((await own.itemOf(user.id))?.['rev'], 1)
    })
  }

  test('of three admins are taken by thirty calls at once until one is left', async () => {
    const own = await newHome(db)
    const admins = await all(3, () => own.user({}, 'admin'))
    const results = await all(30, async (i) => {
      const id = admins[i % 3]?.user.id ?? assert.fail()
      const [, remove] = removals[Math.floor(i / 3) % 3] ?? assert.fail()
      return remove(own, id)
    })
    const records = await Promise.all(admins.map(({ user }) => own.find(user.id)))
    const left = records.filter(({ user }) => user.state === 'active' && user.role === 'admin')
    assert.equal(left.length, 1, JSON.stringify(tally(results)))
    await own.assertRows(admins.map(({ user }) => user.id))
  })
})

describe('deleting', () => {
  const remove = async (own: TestHome, id: UserId, at = now) =>
    deleteUser(own.store, own.targetOf(id, at * 1000), (await own.find(id)).user.email)

  test('frees the address, remembers the user for 30 days, and tells it', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ displayName: 'Ada' })
    const removed = await remove(own, user.id)
    assert.ok(removed.ok)
    const item = await own.itemOf(user.id)
    assert.equal(item?.['state'], 'deleted')
    assert.equal(item['expiresAt'], now + RESTORE_SECONDS)
    assert.equal(typeOf(item), 'latchkey.user.deleted.v1')
    await own.assertRows([user.id])
    const listed = await listUsers(own.store, own.orgId, { state: 'deleted', limit: 10 })
    assert.deepEqual(
      listed?.users.map(({ id }) => id),
      [user.id],
    )
    assert.equal((await own.create({ email: user.email })).ok, true)
  })

  test('asks for the address of an active user, and for nothing of a suspended one', async () => {
    const own = await newHome(db)
    const { user } = await own.user()
    for (const confirmation of [undefined, '', 'other@acme.example']) {
      const refused = await deleteUser(own.store, own.targetOf(user.id), confirmation)
      assert.deepEqual(refused, { ok: false, error: 'confirmation_missing' })
    }
    assert.equal((await suspendUser(own.store, own.targetOf(user.id))).ok, true)
    assert.equal((await deleteUser(own.store, own.targetOf(user.id), undefined)).ok, true)
  })

  test('is taken back within the window, to the state that was before', async () => {
    const own = await newHome(db)
    await own.user({}, 'admin')
    const { user } = await own.user({ displayName: 'Ada' }, 'admin')
    const { user: away } = await own.user()
    assert.equal((await suspendUser(own.store, own.targetOf(away.id))).ok, true)
    for (const { id } of [user, away]) assert.equal((await remove(own, id)).ok, true)
    for (const { id } of [user, away]) {
      const target = own.targetOf(id, (now + RESTORE_SECONDS - 1) * 1000)
      assert.equal((await restoreUser(own.store, target)).ok, true)
    }
    const item = await own.itemOf(user.id)
    assert.equal(item?.['state'], 'active')
    assert.equal(item['expiresAt'], undefined)
    assert.equal(item['deletedAt'], undefined)
    assert.equal(typeOf(item), 'latchkey.user.restored.v1')
    assert.equal((await own.itemOf(away.id))?.['state'], 'suspended')
    const listed = await listUsers(own.store, own.orgId, { state: 'deleted', limit: 10 })
    assert.deepEqual(listed?.users, [])
    const people = await listUsers(own.store, own.orgId, { limit: 10 })
    await own.assertRows(people?.users.map(({ id }) => id) ?? [])
  })

  test('is final when the window is over, and while somebody else has the address', async () => {
    const own = await newHome(db)
    const { user } = await own.user()
    assert.equal((await remove(own, user.id)).ok, true)
    const late = await restoreUser(own.store, own.targetOf(user.id, (now + RESTORE_SECONDS) * 1000))
    assert.deepEqual(late, { ok: false, error: 'user_not_restorable' })
    await own.user({ email: user.email })
    const taken = await restoreUser(own.store, own.targetOf(user.id))
    assert.deepEqual(taken, { ok: false, error: 'email_in_use' })
  })

  test('lets nothing else be done to the user', async () => {
    const own = await newHome(db)
    const { user } = await own.user()
    assert.equal((await remove(own, user.id)).ok, true)
    const refused = { ok: false, error: 'user_deleted' }
    assert.deepEqual(await suspendUser(own.store, own.targetOf(user.id)), refused)
    assert.deepEqual(await reactivateUser(own.store, own.targetOf(user.id)), refused)
    assert.deepEqual(await changeRole(own.store, own.targetOf(user.id), 'admin'), refused)
    assert.deepEqual(await rename(own, user.id, { displayName: 'x' }), refused)
    assert.deepEqual(await signOutEverywhere(own.store, own.targetOf(user.id)), refused)
    assert.deepEqual(await deleteUser(own.store, own.targetOf(user.id), user.email), refused)
  })
})

describe('lists', () => {
  /** All pages, with how many calls of DynamoDB each took at most. */
  async function pages(own: TestHome, search: Parameters<typeof listUsers>[2]) {
    const users: User[] = []
    let after: string | undefined
    do {
      const page = await listUsers(own.store, own.orgId, { ...search, after })
      assert.ok(page)
      assert.ok(page.users.length <= search.limit)
      users.push(...page.users)
      after = page.next
    } while (after !== undefined)
    return users
  }

  test('hold everybody once, in order, whatever the size of the pages', async () => {
    const own = await newHome(db)
    const people = await all(23, (i) =>
      own.user({ email: `p${i}@${own.domain}`, givenName: `A${i % 3}`, familyName: `A${i % 5} B` }),
    )
    const emails = people.map(({ user }) => user.email).toSorted((a, b) => (a < b ? -1 : 1))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
        const byEmail = await pages(own, { limit })
        assert.deepEqual(
          byEmail.map(({ email }) => email),
          emails,
        )
        const byName = await pages(own, { name: 'a', limit })
        assert.equal(byName.length, 23)
        assert.equal(new Set(byName.map(({ id }) => id)).size, 23)
      }),
      { numRuns: 8 },
    )
    const some = await pages(own, { email: 'P1', limit: 4 })
    assert.deepEqual(
      some.map(({ email }) => email),
      emails.filter((email) => email.startsWith('p1')),
    )
    const family = await pages(own, { name: 'a3 b', limit: 50 })
    assert.equal(family.length, people.filter(({ user }) => user.familyName === 'A3 B').length)
  })

  test('find names in any spelling', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ displayName: 'Zoë  Ünder-Ｗood' })
    for (const name of ['zo', 'ZOË ü', 'zoe\u0308 u\u0308nder-wood']) {
      assert.deepEqual(
        (await pages(own, { name, limit: 5 })).map(({ id }) => id),
        [user.id],
        name,
      )
    }
    assert.deepEqual(await pages(own, { name: 'nder', limit: 5 }), [])
  })

  test('go by state, with a bounded number of calls', async () => {
    const own = await newHome(db)
    const people = await all(12, (i) =>
      own.user({ email: `p${String(i).padStart(2, '0')}@${own.domain}` }),
    )
    const last = people[11]?.user.id ?? assert.fail()
    assert.equal((await suspendUser(own.store, own.targetOf(last))).ok, true)
    using queries = intercept('QueryCommand', (_, pass) => pass())
    const page = await listUsers(own.store, own.orgId, { state: 'suspended', limit: 2 })
    assert.equal(queries.calls(), 4)
    assert.deepEqual(page?.users, [])
    const found = await pages(own, { state: 'suspended', limit: 2 })
    assert.deepEqual(
      found.map(({ id }) => id),
      [last],
    )
  })

  test('take no place of another list', async () => {
    const place = { after: `zoe@${home.domain}`, limit: 1 }
    assert.equal(await listUsers(home.store, home.orgId, { email: 'ada', ...place }), undefined)
    assert.equal(await listUsers(home.store, home.orgId, { state: 'deleted', ...place }), undefined)
  })
})
