import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoAccess } from '#shared/aws/access-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import { readUserAccesses } from '#shared/aws/user-accesses.ts'
import { newIdpId, newUserId } from '#shared/ids.ts'
import { grantAccess } from '#shared/products/grant-access.ts'
import type { SignInStore } from '#shared/sign-in/ports.ts'
import { subjectKey } from '#shared/sign-in/subject-key.ts'
import { deleteUser, restoreUser } from '#shared/users/delete-user.ts'
import { unlinkSubject } from '#shared/users/link-subject.ts'
import { mergeUsers } from '#shared/users/merge-users.ts'
import { suspendUser } from '#shared/users/suspend-user.ts'
import { MAX_SUBJECTS, type UserRecord } from '#shared/users/types.ts'
import { type LinkedHome, newLinkedHome } from './linked-people.ts'
import { act as houseAct, newHouse } from './new-account.ts'
import { newHome, type TestHome } from './new-people.ts'
import { newSignIn, nowMs } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let signIns: SignInStore
before(async () => {
  db = await tables()
  signIns = dynamoSignIns(db.directory, db.ephemeral)
})

const typeOf = (item: object | undefined) =>
  (item as { evt?: { type: string } } | undefined)?.evt?.type

const house = () => newLinkedHome(db)

const rowOf = (own: LinkedHome, userId: UserRecord['user']['id'], nameId: string) =>
  db.read(
    db.directory,
    directoryKeys.userSubject(own.orgId, userId, subjectKey(own.idp.id, nameId)),
  )

describe('linking', () => {
  test('lets the name lead to the user, and tells it', async () => {
    const own = await house()
    const { user } = await own.user({ displayName: 'Ada' })
    const linked = await own.link(user.id, 'ada-1')
    assert.ok(linked.ok)
    assert.equal(linked.value.subjectCount, 1)
    assert.equal((await own.subjectItem('ada-1'))?.['userId'], user.id)
    assert.equal(typeOf(await rowOf(own, user.id, 'ada-1')), 'latchkey.user.subject-linked.v1')
    const item = await own.itemOf(user.id)
    assert.equal(item?.['rev'], 2)
    const profile = { email: user.email, displayName: 'Ada' }
    const signIn = newSignIn({ idp: own.idp, nameId: 'ada-1', profile })
    const [subject] = await signIns.findSubjects([signIn.subjectKey])
    assert.ok(subject)
    assert.equal(await signIns.completeKnown(signIn, subject), undefined)
    assert.deepEqual(await own.itemOf(user.id), item)
  })

  test('refuses a name that leads to somebody, and providers of others', async () => {
    const own = await house()
    const { user } = await own.user()
    await own.person('ada-1')
    assert.deepEqual(await own.link(user.id, 'ada-1'), { ok: false, error: 'subject_taken' })
    const unknown = { ok: false, error: 'provider_unknown' }
    assert.deepEqual(await own.link(user.id, 'x', newIdpId()), unknown)
    const other = await house()
    assert.deepEqual(await own.link(user.id, 'x', other.idp.id), unknown)
    assert.equal((await own.itemOf(user.id))?.['rev'], 1)
  })

  test('takes ten names, and no more', async () => {
    const own = await house()
    const { user } = await own.user()
    for (let i = 0; i < MAX_SUBJECTS; i++) assert.equal((await own.link(user.id, `n${i}`)).ok, true)
    const late = await own.link(user.id, 'one more')
    assert.deepEqual(late, { ok: false, error: 'too_many_subjects' })
    const removed = await deleteUser(own.store, own.targetOf(user.id), user.email)
    assert.equal(removed.ok, true)
    assert.equal((await restoreUser(own.store, own.targetOf(user.id))).ok, true)
    assert.equal((await own.itemOf(user.id))?.['subjectCount'], MAX_SUBJECTS)
  })

  test('of one name to many users at once is won by one', async () => {
    const own = await house()
    const people = await Promise.all(Array.from({ length: 6 }, () => own.user()))
    const results = await Promise.all(people.map(({ user }) => own.link(user.id, 'wanted')))
    assert.equal(results.filter(({ ok }) => ok).length, 1)
  })
})

describe('unlinking', () => {
  test('takes the name away, and tells it', async () => {
    const own = await house()
    const { user } = await own.person('ada-1')
    const key = subjectKey(own.idp.id, 'ada-1')
    const target = own.targetOf(user.id)
    assert.equal((await unlinkSubject(own.store, target, key)).ok, true)
    assert.equal(await own.subjectItem('ada-1'), undefined)
    assert.deepEqual(await own.store.findSubjects(own.orgId, user.id), [])
    assert.equal(typeOf(await rowOf(own, user.id, 'ada-1')), 'latchkey.user.subject-unlinked.v1')
    assert.equal((await own.itemOf(user.id))?.['subjectCount'], 0)
    assert.deepEqual(await unlinkSubject(own.store, target, key), {
      ok: false,
      error: 'subject_unknown',
    })
    assert.equal((await own.link(user.id, 'ada-1')).ok, true)
    assert.equal((await own.store.findSubjects(own.orgId, user.id)).length, 1)
  })
})

describe('merging', () => {
  test('lets all names lead to one user, and frees the address of the other', async () => {
    const own = await house()
    await own.user({}, 'admin')
    const { user: into } = await own.person('ada-1')
    const { user: from } = await own.person('ada-2')
    const merged = await mergeUsers(own.store, own.targetOf(into.id), from.id)
    assert.ok(merged.ok)
    for (const nameId of ['ada-1', 'ada-2']) {
      assert.equal((await own.subjectItem(nameId))?.['userId'], into.id)
    }
    assert.equal((await own.itemOf(into.id))?.['subjectCount'], 2)
    assert.equal((await own.store.findSubjects(own.orgId, into.id)).length, 2)
    assert.deepEqual(await own.store.findSubjects(own.orgId, from.id), [])
    const gone = await own.itemOf(from.id)
    assert.equal(gone?.['state'], 'deleted')
    assert.equal(gone['mergedInto'], into.id)
    assert.equal(gone['sessionsFrom'], nowMs + 1)
    assert.equal(typeOf(gone), 'latchkey.user.merged.v1')
    const restored = await restoreUser(own.store, own.targetOf(from.id))
    assert.deepEqual(restored, { ok: false, error: 'user_not_restorable' })
    assert.equal((await own.create({ email: from.email })).ok, true)
  })

  test('keeps the rows right, and the last admin', async () => {
    const own = await house()
    const { user: admin } = await own.user({}, 'admin')
    const { user: member } = await own.user()
    const refused = await mergeUsers(own.store, own.targetOf(member.id), admin.id)
    assert.deepEqual(refused, { ok: false, error: 'last_admin' })
    const { user: second } = await own.user({}, 'admin')
    assert.equal((await mergeUsers(own.store, own.targetOf(member.id), admin.id)).ok, true)
    await own.assertRows([admin.id, member.id, second.id])
  })

  const refused = [
    ['oneself', 'merge_with_oneself', async (_: TestHome, id: `usr_${string}`) => id],
    ['nobody', 'user_unknown', async () => newUserId()],
    [
      'a suspended user',
      'user_not_active',
      async (own: TestHome) => {
        const { user } = await own.user()
        assert.equal((await suspendUser(own.store, own.targetOf(user.id))).ok, true)
        return user.id
      },
    ],
    [
      'somebody of another organization',
      'user_unknown',
      async () => (await (await house()).user()).user.id,
    ],
  ] as const
  for (const [name, error, find] of refused) {
    test(`refuses ${name}`, async () => {
      const own = await house()
      const { user } = await own.user()
      const merged = await mergeUsers(own.store, own.targetOf(user.id), await find(own, user.id))
      assert.deepEqual(merged, { ok: false, error })
    })
  }

  test('refuses the caller', async () => {
    const own = await house()
    const [{ user }, { user: caller }] = await Promise.all([own.user(), own.user()])
    const target = { ...own.targetOf(user.id), callerId: caller.id }
    const merged = await mergeUsers(own.store, target, caller.id)
    assert.deepEqual(merged, { ok: false, error: 'own_role' })
  })

  test('both ways at once leaves one of the two', async () => {
    const own = await house()
    const [{ user: a }, { user: b }] = [await own.person('a'), await own.person('b')]
    const results = await Promise.all([
      mergeUsers(own.store, own.targetOf(a.id), b.id),
      mergeUsers(own.store, own.targetOf(b.id), a.id),
    ])
    assert.equal(results.filter(({ ok }) => ok).length, 1)
    await own.assertRows([a.id, b.id])
  })
})

describe('what somebody may use', () => {
  test('goes with them, and is asked for again when they come back', async () => {
    const shop = await newHouse(db)
    const { id } = await shop.account({ seats: { meetings: 1 } })
    const home = await newHome(db)
    // The account's organization and the people's must be one.
    const own = { ...home, orgId: shop.orgId }
    const userId = await shop.user()
    const key = directoryKeys.user(own.orgId, userId)
    const stored = {
      ...(await db.read(db.directory, key)),
      ...{ ...key, userId, orgId: own.orgId, state: 'active', role: 'member', rev: 1 },
      ...{ email: `ada@${own.domain}`, createdAt: 1, subjectCount: 0 },
    }
    await db.put(db.directory, stored)
    const email = { ...directoryKeys.email(own.orgId, `ada@${own.domain}`), userId }
    await db.put(db.directory, email)
    await db.put(db.directory, {
      ...directoryKeys.organization(own.orgId),
      ...{ orgId: own.orgId, name: 'Acme', defaultProduct: 'meetings', domains: [], rev: 1 },
    })
    const wanted = { ...shop.keyOf(id, userId), grantedBy: 'admin' } as const
    assert.equal((await grantAccess(dynamoAccess(db.directory), wanted, houseAct)).ok, true)
    const accesses = () => readUserAccesses(db.directory, { orgId: own.orgId, userId })
    assert.equal((await accesses()).length, 1)
    const target = { ...own.targetOf(userId), orgId: own.orgId }
    const removed = await deleteUser(own.store, target, `ada@${own.domain}`)
    assert.equal(removed.ok, true, JSON.stringify(removed))
    assert.deepEqual(await accesses(), [])
    assert.equal((await restoreUser(own.store, target)).ok, true)
    assert.equal((await accesses())[0]?.state, 'granted')
  })
})
