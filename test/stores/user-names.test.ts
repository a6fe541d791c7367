import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import { newUserId, type UserId } from '#shared/ids.ts'
import type { Document } from '#shared/scim/types.ts'
import type { SignIn, SignInStore, Subject } from '#shared/sign-in/ports.ts'
import { changeRole } from '#shared/users/change-role.ts'
import { changeUser } from '#shared/users/change-user.ts'
import { createUser } from '#shared/users/create-user.ts'
import { deleteUser, restoreUser } from '#shared/users/delete-user.ts'
import { unlinkSubject } from '#shared/users/link-subject.ts'
import { listUsers } from '#shared/users/list-users.ts'
import { acceptInvitation, revokeInvitation } from '#shared/users/manage-invitation.ts'
import { mergeUsers } from '#shared/users/merge-users.ts'
import { partDirectory } from '#shared/users/part-directory.ts'
import { reactivateUser, signOutEverywhere, suspendUser } from '#shared/users/suspend-user.ts'
import type { Details, UserRole } from '#shared/users/types.ts'
import { newLinkedHome } from './linked-people.ts'
import { newDirectory, provision } from './new-directory.ts'
import { act, newHome, type TestHome } from './new-people.ts'
import { newProvider, newSignIn, nextSignIn, now } from './new-sign-in.ts'
import { newScimHome } from './scim-people.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let home: TestHome
let signIns: SignInStore
before(async () => {
  db = await tables()
  home = await newHome(db)
  signIns = dynamoSignIns(db.directory, db.ephemeral)
})

const taken = { ok: false, error: 'user_name_in_use' }

/** How often each thing came of several calls. */
const tally = (results: readonly { ok: boolean; error?: unknown }[]) => ({
  ok: results.filter(({ ok }) => ok).length,
  taken: results.filter(({ error }) => error === 'user_name_in_use').length,
})

const holderOf = async ({ orgId }: Pick<TestHome, 'orgId'>, userName: string) =>
  (await db.read(db.directory, directoryKeys.userName(orgId, userName)))?.['userId']

const change = (own: TestHome, id: UserId, changes: Partial<Details>) =>
  changeUser(own.store, own.targetOf(id), (details) => ({ ...details, ...changes }))

const remove = async (own: TestHome, id: UserId) =>
  deleteUser(own.store, own.targetOf(id), (await own.find(id)).user.email)

/** The user has the name, portals find them by it, and nothing else leads to anybody. */
async function assertNamed(own: TestHome, id: UserId, userName = 'Ada', others: UserId[] = []) {
  assert.equal((await own.itemOf(id))?.['userName'], userName)
  assert.equal((await own.store.findByUserName(own.orgId, userName.toUpperCase()))?.id, id)
  await own.assertRows([id, ...others])
}

describe('a user name', () => {
  test('is written with a new user, and found in any letter case', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    await assertNamed(own, user.id)
    assert.equal((await own.find(user.id)).user.userName, 'Ada')
  })

  test('that is another’s in any spelling is refused, and nobody comes to exist', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    assert.deepEqual(await own.create({ userName: 'ＡＤＡ' }), taken)
    await own.assertRows([user.id])
  })

  test('is another one in another organization', async () => {
    const [one, other] = [await newHome(db), await newHome(db)]
    const people = [await one.user({ userName: 'Ada' }), await other.user({ userName: 'ada' })]
    assert.equal((await one.store.findByUserName(one.orgId, 'ada'))?.id, people[0]?.user.id)
    assert.equal((await other.store.findByUserName(other.orgId, 'ada'))?.id, people[1]?.user.id)
  })

  test('that thirty new users bring at once is that of one', async () => {
    const own = await newHome(db)
    const all = Array.from({ length: 30 }, () => own.create({ userName: 'Ada' }))
    assert.deepEqual(tally(await Promise.all(all)), { ok: 1, taken: 29 })
    assert.equal((await own.partition(`org#${own.orgId}#username`)).length, 1)
    assert.equal((await own.partition(`org#${own.orgId}#email`)).length, 1)
  })

  test('that thirty users want at once is that of one', async () => {
    const own = await newHome(db)
    const people = await Promise.all(Array.from({ length: 30 }, () => own.user()))
    const all = people.map(({ user }) => change(own, user.id, { userName: 'Ada' }))
    assert.deepEqual(tally(await Promise.all(all)), { ok: 1, taken: 29 })
    await own.assertRows(people.map(({ user }) => user.id))
  })

  test('moves, and the former one is free', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    assert.ok((await change(own, user.id, { userName: 'Augusta' })).ok)
    await assertNamed(own, user.id, 'Augusta')
    assert.equal(await own.store.findByUserName(own.orgId, 'ada'), undefined)
    assert.ok((await own.create({ userName: 'ada' })).ok)
  })

  test('stays one’s own in another letter case', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    assert.ok((await change(own, user.id, { userName: 'ADA' })).ok)
    await assertNamed(own, user.id, 'ADA')
  })

  test('that is another’s changes nothing', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    const { user: other } = await own.user({ userName: 'Grace' })
    const email = `new@${own.domain}`
    assert.deepEqual(await change(own, other.id, { userName: 'ADA', email }), taken)
    assert.equal((await own.itemOf(other.id))?.['rev'], 1)
    await own.assertRows([user.id, other.id])
  })

  test('is taken away, and free', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    const target = own.targetOf(user.id)
    const without = await changeUser(own.store, target, ({ userName: _, ...rest }) => rest)
    assert.ok(without.ok)
    assert.equal((await own.itemOf(user.id))?.['userName'], undefined)
    await own.assertRows([user.id])
    assert.ok((await own.create({ userName: 'Ada' })).ok)
  })

  test('that only folds to more than a sort key holds is kept and found', async () => {
    const own = await newHome(db)
    const userName = '\uFDFA'.repeat(256)
    const { user } = await own.user({ userName })
    assert.equal((await own.store.findByUserName(own.orgId, userName))?.id, user.id)
    assert.deepEqual(await own.create({ userName }), taken)
    assert.ok((await own.create({ userName: userName.slice(1) })).ok)
  })

  test('of a call that comes again is no other’s', async () => {
    const profile = { email: `again@${home.domain}`, userName: 'Again' }
    const own = { orgId: home.orgId, userId: newUserId(), role: 'member' } as const
    const first = await createUser(home.store, { ...own, profile, act, callHash: 'a' })
    assert.ok(first.ok)
    assert.deepEqual(await createUser(home.store, { ...own, profile, act, callHash: 'a' }), first)
  })
})

describe('a search by user name', () => {
  const found = async (own: TestHome, search: Partial<Parameters<typeof listUsers>[2]>) => {
    const page = await listUsers(own.store, own.orgId, { limit: 10, ...search })
    assert.equal(page?.next, undefined)
    return page?.users.map(({ id }) => id)
  }

  test('finds exactly one, and nobody by a beginning of it', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada King' })
    await own.user({ userName: 'Ada' })
    await own.user()
    assert.deepEqual(await found(own, { userName: 'ADA KING' }), [user.id])
    for (const userName of ['ada k', ' ada king', 'ada\u0000king', '', '\uFDFA'.repeat(999)]) {
      assert.deepEqual(await found(own, { userName }), [], userName)
    }
  })

  test('finds only somebody of the state that is asked for', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    assert.ok((await suspendUser(own.store, own.targetOf(user.id))).ok)
    assert.deepEqual(await found(own, { userName: 'ada', state: 'suspended' }), [user.id])
    assert.deepEqual(await found(own, { userName: 'ada', state: 'active' }), [])
  })

  test('has no second page', async () => {
    const page = { userName: 'ada', after: 'ada', limit: 1 }
    assert.equal(await listUsers(home.store, home.orgId, page), undefined)
  })

  test('finds nobody whom the marker names no more', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Augusta' })
    const key = directoryKeys.userName(own.orgId, 'ada')
    await db.put(db.directory, { ...key, userId: user.id })
    assert.deepEqual(await found(own, { userName: 'ada' }), [])
    await db.put(db.directory, { ...key, userId: newUserId() })
    assert.deepEqual(await found(own, { userName: 'ada' }), [])
  })
})

describe('the user name of somebody who', () => {
  const acts: [string, (own: TestHome, id: UserId) => Promise<{ ok: boolean }>][] = [
    ['gets another address', (own, id) => change(own, id, { email: `new@${own.domain}` })],
    ['gets other names', (own, id) => change(own, id, { displayName: 'A', familyName: 'K' })],
    ['is suspended', (own, id) => suspendUser(own.store, own.targetOf(id))],
    ['gets another role', (own, id) => changeRole(own.store, own.targetOf(id), 'reader')],
    ['is signed out', (own, id) => signOutEverywhere(own.store, own.targetOf(id))],
  ]
  for (const [name, run] of acts) {
    test(`${name} stays theirs`, async () => {
      const own = await newHome(db)
      const { user } = await own.user({ userName: 'Ada' })
      assert.ok((await run(own, user.id)).ok)
      await assertNamed(own, user.id)
    })
  }

  test('is let in again, linked and unlinked stays theirs', async () => {
    const own = await newLinkedHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    const target = own.targetOf(user.id)
    assert.ok((await suspendUser(own.store, target)).ok)
    assert.ok((await reactivateUser(own.store, target)).ok)
    assert.ok((await own.link(user.id, 'ada-1')).ok)
    const [subject] = await own.store.findSubjects(own.orgId, user.id)
    await assertNamed(own, user.id)
    assert.ok((await unlinkSubject(own.store, target, subject?.key ?? '')).ok)
    await assertNamed(own, user.id)
  })

  test('is deleted is free, and theirs again once they are restored', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    assert.ok((await remove(own, user.id)).ok)
    assert.equal(await holderOf(own, 'ada'), undefined)
    assert.equal(await own.store.findByUserName(own.orgId, 'ada'), undefined)
    await own.assertRows([user.id])
    assert.ok((await restoreUser(own.store, own.targetOf(user.id))).ok)
    await assertNamed(own, user.id)
  })

  test('is deleted is another’s, who keeps it: nobody is restored to it', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    assert.ok((await remove(own, user.id)).ok)
    const { user: next } = await own.user({ userName: 'ada' })
    assert.deepEqual(await restoreUser(own.store, own.targetOf(user.id)), taken)
    assert.equal((await own.itemOf(user.id))?.['state'], 'deleted')
    await assertNamed(own, next.id, 'ada', [user.id])
    assert.ok((await change(own, next.id, { userName: 'ada-2' })).ok)
    assert.ok((await restoreUser(own.store, own.targetOf(user.id))).ok)
    await assertNamed(own, user.id, 'Ada', [next.id])
  })

  test('is deleted is restored or taken, never both', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ userName: 'Ada' })
    assert.ok((await remove(own, user.id)).ok)
    const results = await Promise.all([
      restoreUser(own.store, own.targetOf(user.id)),
      ...Array.from({ length: 5 }, () => own.create({ userName: 'Ada' })),
    ])
    assert.deepEqual(tally(results), { ok: 1, taken: 5 })
  })

  test('is merged into another is free, and that of who stays is theirs', async () => {
    const own = await newLinkedHome(db)
    const { user: into } = await own.user({ userName: 'Ada' })
    const { user: from } = await own.user({ userName: 'Augusta' })
    assert.ok((await mergeUsers(own.store, own.targetOf(into.id), from.id)).ok)
    assert.equal(await holderOf(own, 'augusta'), undefined)
    await assertNamed(own, into.id, 'Ada', [from.id])
    assert.ok((await own.create({ userName: 'augusta' })).ok)
  })

  test('is merged into another without one is not theirs', async () => {
    const own = await newLinkedHome(db)
    const { user: into } = await own.user()
    const { user: from } = await own.user({ userName: 'Ada' })
    assert.ok((await mergeUsers(own.store, own.targetOf(into.id), from.id)).ok)
    assert.equal((await own.itemOf(into.id))?.['userName'], undefined)
    await own.assertRows([into.id, from.id])
  })

  async function invited(own: TestHome, role: UserRole = 'member') {
    const made = await own.invite({ email: `ada@${own.domain}` }, role)
    if (!made.ok) assert.fail(made.error)
    assert.ok((await change(own, made.value.userId, { userName: 'Ada' })).ok)
    return made.value
  }
  const targetOf = ({ orgId, id }: Awaited<ReturnType<typeof invited>>) => ({ orgId, id, act })

  test('is invited no more is free', async () => {
    const own = await newHome(db)
    const invitation = await invited(own)
    assert.ok((await revokeInvitation(own.invitations, targetOf(invitation))).ok)
    assert.equal(await holderOf(own, 'ada'), undefined)
    await own.assertRows([invitation.userId])
  })

  test('accepts an invitation by a link stays theirs', async () => {
    const own = await newHome(db)
    const invitation = await invited(own, 'admin')
    assert.ok((await acceptInvitation(own.invitations, targetOf(invitation))).ok)
    await assertNamed(own, invitation.userId)
  })

  const times = [
    ['a good invitation', now],
    ['one that has ended', now + 15 * 24 * 3600],
  ] as const
  for (const [name, at] of times) {
    test(`comes by their first sign-in and ${name} stays theirs`, async () => {
      const own = await newHome(db)
      const invitation = await invited(own)
      const signIn = arrival(own)
      const late = { ...signIn, trace: { ...signIn.trace, at } }
      assert.equal(await signIns.completeNew(late), undefined)
      assert.equal((await own.itemOf(invitation.userId))?.['state'], 'active')
      await assertNamed(own, invitation.userId)
    })
  }
})

/** A sign-in of Ada. */
const arrival = (own: TestHome, changes: Parameters<typeof newSignIn>[0] = {}) =>
  newSignIn({
    idp: newProvider({ orgId: own.orgId, verifiedDomains: [own.domain] }),
    nameId: 'ada-1',
    profile: { email: `ada@${own.domain}`, givenName: 'Ada' },
    ...changes,
  })

async function subjectOf({ subjectKey }: SignIn): Promise<Subject> {
  const [subject] = await signIns.findSubjects([subjectKey])
  return subject ?? assert.fail('nobody is known by this')
}

describe('a sign-in leaves the user name:', () => {
  /** Somebody with a user name who has signed in once. */
  async function known() {
    const own = await newHome(db)
    const first = arrival(own)
    assert.equal(await signIns.completeNew(first), undefined)
    const subject = await subjectOf(first)
    assert.ok((await change(own, subject.userId, { userName: 'Ada' })).ok)
    return { own, first, subject, id: subject.userId }
  }
  const augusta = (own: TestHome) => ({ email: `augusta@${own.domain}`, familyName: 'King' })

  test('the first one of somebody whom an admin has made', async () => {
    const own = await newHome(db)
    const { user } = await own.user({ email: `ada@${own.domain}`, userName: 'Ada' })
    assert.equal(await signIns.completeNew(arrival(own)), undefined)
    await assertNamed(own, user.id)
  })

  test('one that says the same', async () => {
    const { own, first, subject, id } = await known()
    assert.equal(await signIns.completeKnown(nextSignIn(first), subject), undefined)
    await assertNamed(own, id)
  })

  test('one with another profile', async () => {
    const { own, first, subject, id } = await known()
    const next = nextSignIn(first, { profile: augusta(own) })
    assert.equal(await signIns.completeKnown(next, subject), undefined)
    assert.equal((await own.itemOf(id))?.['email'], `augusta@${own.domain}`)
    await assertNamed(own, id)
  })

  test('one with another profile, where the user is not what was believed', async () => {
    const { own, first, subject, id } = await known()
    assert.ok((await change(own, id, { displayName: 'Countess' })).ok)
    const next = nextSignIn(first, { profile: augusta(own) })
    assert.equal(await signIns.completeKnown(next, subject), undefined)
    assert.equal((await own.itemOf(id))?.['displayName'], undefined)
    await assertNamed(own, id)
  })

  for (const name of ['the same profile', 'another profile'] as const) {
    test(`one of a provider that succeeds another, with ${name}`, async () => {
      const { own, first, subject, id } = await known()
      const idp = newProvider({ orgId: own.orgId, verifiedDomains: [own.domain] })
      const profile = name === 'the same profile' ? first.profile : augusta(own)
      const next = arrival(own, { idp, profile })
      assert.equal(await signIns.completeKnown(next, { ...subject, isFormer: true }), undefined)
      assert.equal((await subjectOf(next)).userId, id)
      await assertNamed(own, id)
    })
  }

  test('many at once with changes by an admin: the last one counts', async () => {
    const { own, first, subject, id } = await known()
    const names = ['Ada', 'Augusta', 'Countess', 'King', 'Lovelace']
    const all = names.flatMap((userName) => {
      const profile = { email: `${userName}@${own.domain}` }
      const next = nextSignIn(first, { profile })
      return [signIns.completeKnown(next, subject), change(own, id, { userName })] as const
    })
    await Promise.allSettled<unknown>(all)
    const { userName = '' } = (await own.find(id)).user
    assert.ok(names.includes(userName), userName)
    await assertNamed(own, id, userName)
    assert.ok((await change(own, id, { userName: 'Last' })).ok)
    await assertNamed(own, id, 'Last')
  })

  test('one of somebody who was deleted, by whose address another is them', async () => {
    const { own, first, subject, id } = await known()
    assert.ok((await remove(own, id)).ok)
    const { user } = await own.user({ email: `ada@${own.domain}`, userName: 'Ada' })
    assert.equal(await signIns.completeKnown(nextSignIn(first), subject), undefined)
    assert.equal((await subjectOf(first)).userId, user.id)
    await assertNamed(own, user.id, 'Ada', [id])
  })

  test('one of somebody who comes anew, as no provider says it', async () => {
    const own = await newHome(db)
    const signIn = arrival(own)
    assert.equal(await signIns.completeNew(signIn), undefined)
    const { userId } = await subjectOf(signIn)
    assert.equal((await own.itemOf(userId))?.['userName'], undefined)
    assert.deepEqual(await own.partition(`org#${own.orgId}#username`), [])
  })

  /** Somebody with a user name whom a directory provisions. */
  async function provisioned(document: Document) {
    const own = await newHome(db)
    const directory = await newDirectory(db, own.orgId)
    const { user } = await own.user({ email: `ada@${own.domain}`, userName: 'Ada' })
    await directory.scimUser(document, { id: user.id, personId: user.id })
    const link = { directory: directory.id, personId: user.id, scimUserId: user.id }
    await provision(db, own, link)
    return { own, id: user.id, directory }
  }

  test('those of somebody whom a directory provisions', async () => {
    const emails = [{ value: 'ada@elsewhere.example', type: 'work' }]
    const { own, id } = await provisioned({ externalId: 'ada-1', userName: 'al', emails })
    const first = arrival(own)
    assert.equal(await signIns.completeNew(first), undefined)
    await assertNamed(own, id)
    const subject = await subjectOf(first)
    const named = { ...first.profile, givenName: 'Augusta' }
    const second = nextSignIn(first, { profile: named })
    assert.equal(await signIns.completeKnown(second, subject), undefined)
    await assertNamed(own, id)
    const third = nextSignIn(first, { profile: augusta(own) })
    assert.equal(await signIns.completeKnown(third, subject), undefined)
    assert.equal((await own.itemOf(id))?.['email'], `augusta@${own.domain}`)
    await assertNamed(own, id)
  })

  test('the first one of somebody whom a directory has, too', async () => {
    const own = await newHome(db)
    const directory = await newDirectory(db, own.orgId)
    const { user } = await own.user({ email: `ada@${own.domain}`, userName: 'Ada' })
    const scimUser = await directory.scimUser({ userName: 'ADA-1', externalId: 'ada-1' })
    assert.equal(await signIns.completeNew(arrival(own)), undefined)
    assert.equal((await directory.itemOf(scimUser))?.['personId'], user.id)
    assert.deepEqual((await own.itemOf(user.id))?.['directories'], [directory.id])
    await assertNamed(own, user.id)
  })

  test('and so does parting somebody from a directory', async () => {
    const { own, id, directory } = await provisioned({ externalId: 'ada-1' })
    assert.ok((await partDirectory(own.store, own.targetOf(id), directory.id)).ok)
    await assertNamed(own, id)
  })
})

describe('a directory leaves the user name', () => {
  test('of who was there before, through all that it changes, until they are deleted', async () => {
    const own = await newScimHome(db)
    const { home: people } = own
    const { user } = await people.user({ email: `ada@${people.domain}`, userName: 'Ada' })
    const { id } = await own.create({ userName: `ada@${people.domain}`, emails: [] })
    assert.equal(id, user.id)
    await assertNamed(people, id)
    const changes = [
      { userName: `augusta@${people.domain}` },
      { name: { givenName: 'Augusta', familyName: 'King' } },
      { active: false },
      { active: true },
    ]
    for (const one of changes) {
      assert.ok((await own.set(id, one)).ok)
      await assertNamed(people, id)
    }
    assert.equal((await people.itemOf(id))?.['email'], `augusta@${people.domain}`)
    assert.ok((await own.remove(id)).ok)
    assert.equal(await holderOf(people, 'ada'), undefined)
    await people.assertRows([id])
  })

  test('of whom it makes alone: the userName that it says is none', async () => {
    const own = await newScimHome(db)
    const { id } = await own.create()
    assert.equal((await own.home.find(id)).user.userName, undefined)
    assert.deepEqual(await own.partition(`org#${own.home.orgId}#username`), [])
  })

  test('of somebody invited, who comes by it', async () => {
    const own = await newScimHome(db)
    const { home: people } = own
    const made = await people.invite({ email: `ada@${people.domain}` })
    if (!made.ok) assert.fail(made.error)
    const { userId } = made.value
    assert.ok((await change(people, userId, { userName: 'Ada' })).ok)
    const { id } = await own.create({ userName: `ada@${people.domain}`, emails: [] })
    assert.equal(id, userId)
    assert.equal((await people.itemOf(id))?.['state'], 'active')
    await assertNamed(people, id)
  })
})
