import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { readPersonLinks } from '#shared/aws/scim-person-links.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import { newUserId, type UserId } from '#shared/ids.ts'
import type { Document } from '#shared/scim/types.ts'
import type { SignIn, SignInStore, Subject } from '#shared/sign-in/ports.ts'
import { deleteUser } from '#shared/users/delete-user.ts'
import { suspendUser } from '#shared/users/suspend-user.ts'
import { intercept } from './intercept.ts'
import { newDirectory, provision, type TestDirectory } from './new-directory.ts'
import { newHome, type TestHome } from './new-people.ts'
import { newProvider, newSignIn, nextSignIn, now } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let signIns: SignInStore
before(async () => {
  db = await tables()
  signIns = dynamoSignIns(db.directory, db.ephemeral)
})

/** The first sign-in of Ada, whom the provider knows as ada-1. */
function arrival(home: TestHome, changes: Parameters<typeof newSignIn>[0] = {}) {
  const idp = newProvider({ orgId: home.orgId, verifiedDomains: [home.domain] })
  const profile = { email: `ada@${home.domain}`, givenName: 'Asserted' }
  return newSignIn({ idp, nameId: 'ada-1', profile, ...changes })
}

async function subjectOf({ subjectKey }: SignIn): Promise<Subject | undefined> {
  const [subject] = await signIns.findSubjects([subjectKey])
  return subject
}

const traceOf = ({ trace }: SignIn) =>
  db.read(db.directory, directoryKeys.trace(trace.orgId, trace.id))

const typeOf = (item: object | undefined) =>
  (item as { evt?: { type: string } } | undefined)?.evt?.type

const linkOf = (home: TestHome, directory: TestDirectory, userId: UserId) =>
  db.read(db.directory, directoryKeys.directoryLink(home.orgId, userId, directory.id))

/** Somebody whom a directory has, and whom it has made a user. */
async function provisioned(home: TestHome, directory: TestDirectory, document: Document) {
  const { user } = await home.user({ email: `ada@${home.domain}`, displayName: 'Ada L.' })
  await directory.scimUser(document, { id: user.id, personId: user.id })
  const link = { directory: directory.id, personId: user.id, scimUserId: user.id }
  await provision(db, home, link)
  return user.id
}

const work = (value: string): Document => ({ emails: [{ value, type: 'work', primary: true }] })

describe('the first sign-in of somebody whom a directory has made a user', () => {
  const ways: [string, (home: TestHome) => Document, string][] = [
    ['externalId', () => ({ userName: 'al', externalId: 'ada-1' }), 'directory_external_id'],
    ['userName that is the NameID', () => ({ userName: 'ADA-1' }), 'directory_user_name'],
    [
      'userName that is the address',
      (h) => ({ userName: `Ada@${h.domain}` }),
      'directory_user_name',
    ],
    ['e-mail', (h) => ({ userName: 'al', ...work(`ADA@${h.domain}`) }), 'directory_email'],
  ]
  for (const [name, document, note] of ways) {
    test(`is theirs by ${name}`, async () => {
      const home = await newHome(db)
      const directory = await newDirectory(db, home.orgId)
      const userId = await provisioned(home, directory, document(home))
      const signIn = arrival(home)
      assert.equal(await signIns.completeNew(signIn), undefined)
      assert.equal((await subjectOf(signIn))?.userId, userId)
      assert.deepEqual((await traceOf(signIn))?.['notes'], [note])
      const item = await home.itemOf(userId)
      assert.equal(item?.['subjectCount'], 1)
      assert.equal(item['displayName'], 'Ada L.')
      assert.equal(item['givenName'], undefined)
      const key = directoryKeys.userSubject(home.orgId, userId, signIn.subjectKey)
      assert.equal(typeOf(await db.read(db.directory, key)), 'latchkey.user.subject-linked.v1')
      const [subject] = await home.store.findSubjects(home.orgId, userId)
      assert.equal(subject?.linkedBy, `idp:${signIn.idp.id}`)
      assert.ok(subject.metBy)
      await home.assertRows([userId])
    })
  }

  test('is theirs also where the provider asserts another address that nobody has', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const userId = await provisioned(home, directory, { userName: 'al', externalId: 'ada-1' })
    const signIn = arrival(home, { profile: { email: `lovelace@${home.domain}` } })
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, userId)
    assert.equal((await home.itemOf(userId))?.['email'], `ada@${home.domain}`)
  })

  test('is no longer theirs once a subject has led to them', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    await provisioned(home, directory, { userName: 'al', externalId: 'ada-1' })
    assert.equal(await signIns.completeNew(arrival(home)), undefined)
    assert.equal(await signIns.completeNew(arrival(home)), 'email_in_use')
  })

  test('is refused where they are suspended, and where they were deleted', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const userId = await provisioned(home, directory, { userName: 'al', externalId: 'ada-1' })
    const target = home.targetOf(userId)
    assert.equal((await suspendUser(home.store, target)).ok, true)
    assert.equal(await signIns.completeNew(arrival(home)), 'user_suspended')
    assert.equal((await deleteUser(home.store, target, `ada@${home.domain}`)).ok, true)
    assert.equal(await signIns.completeNew(arrival(home)), 'user_deleted')
  })

  test('is refused where the directory has them as inactive', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    await provisioned(home, directory, { externalId: 'ada-1', active: false })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), 'user_suspended')
    assert.equal(await subjectOf(signIn), undefined)
  })

  test('needs no invitation', async () => {
    const home = await newHome(db, { joinPolicy: 'invitation' })
    const directory = await newDirectory(db, home.orgId)
    const userId = await provisioned(home, directory, work(`ada@${home.domain}`))
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, userId)
    const stranger = arrival(home, { nameId: 'b-1', profile: { email: `bob@${home.domain}` } })
    assert.equal(await signIns.completeNew(stranger), 'not_invited')
  })

  test('of many at once is won by one', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const userId = await provisioned(home, directory, work(`ada@${home.domain}`))
    const all = Array.from({ length: 6 }, (_, n) => arrival(home, { nameId: `ada-${n}` }))
    const errors = await Promise.all(all.map((one) => signIns.completeNew(one)))
    assert.equal(errors.filter((error) => error === undefined).length, 1)
    assert.equal((await home.itemOf(userId))?.['subjectCount'], 1)
  })
})

describe('the first sign-in of somebody whom a directory has, and who is no user', () => {
  const policies = ['automatic', 'invitation'] as const
  for (const joinPolicy of policies) {
    test(`makes them one by the id of their SCIM user (${joinPolicy})`, async () => {
      const home = await newHome(db, { joinPolicy })
      const directory = await newDirectory(db, home.orgId)
      const name = { givenName: 'Ada', familyName: 'Lovelace' }
      const id = await directory.scimUser({ userName: 'al', externalId: 'ada-1', name })
      const signIn = arrival(home)
      assert.equal(await signIns.completeNew(signIn), undefined)
      assert.equal((await subjectOf(signIn))?.userId, id)
      const item = await home.itemOf(id)
      assert.equal(item?.['joinedBy'], 'scim')
      assert.equal(item['givenName'], 'Ada')
      assert.equal(item['email'], `ada@${home.domain}`)
      assert.deepEqual(item['directories'], [directory.id])
      const scimUser = await directory.itemOf(id)
      assert.equal(scimUser?.['personId'], id)
      assert.equal(scimUser['ver'], 1)
      assert.equal(typeOf(await linkOf(home, directory, id)), 'latchkey.user.directory-linked.v1')
      const [link] = await readPersonLinks(db.directory, { orgId: home.orgId, personId: id })
      assert.deepEqual(link, {
        ...{ directoryId: directory.id, scimUserId: id, how: 'externalId' },
        ...{ linkedAt: now, linkedBy: `idp:${signIn.idp.id}` },
      })
      assert.deepEqual((await traceOf(signIn))?.['notes'], ['directory_external_id'])
      await home.assertRows([id])
    })
  }

  test('makes them one by another id where somebody deleted has that of their SCIM user', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const { user } = await home.user({ email: `ada@${home.domain}` })
    assert.ok((await deleteUser(home.store, home.targetOf(user.id), user.email)).ok)
    await directory.scimUser({ externalId: 'ada-1' }, { id: user.id })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    const userId = (await subjectOf(signIn))?.userId
    assert.ok(userId && userId !== user.id)
    assert.equal((await directory.itemOf(user.id))?.['personId'], userId)
    assert.equal((await home.itemOf(user.id))?.['state'], 'deleted')
    assert.equal((await linkOf(home, directory, userId))?.['scimUserId'], user.id)
    await home.assertRows([userId, user.id])
  })

  test('is that of a user without subject who has the address', async () => {
    const home = await newHome(db, { joinPolicy: 'invitation' })
    const directory = await newDirectory(db, home.orgId)
    const { user } = await home.user({ email: `ada@${home.domain}` })
    const id = await directory.scimUser({ userName: 'al', externalId: 'ada-1' })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, user.id)
    assert.equal((await directory.itemOf(id))?.['personId'], user.id)
    assert.deepEqual((await home.itemOf(user.id))?.['directories'], [directory.id])
  })

  test('makes somebody active of who was invited, also after the invitation has ended', async () => {
    const home = await newHome(db, { joinPolicy: 'invitation' })
    const directory = await newDirectory(db, home.orgId)
    const invited = await home.invite({ email: `ada@${home.domain}` }, 'admin')
    assert.ok(invited.ok)
    await directory.scimUser({ userName: 'al', externalId: 'ada-1' })
    const signIn = arrival(home)
    signIn.trace.at = invited.value.endsAt
    assert.equal(await signIns.completeNew(signIn), undefined)
    const item = await home.itemOf(invited.value.userId)
    assert.equal(item?.['state'], 'active')
    assert.equal(item['role'], 'member')
    assert.equal(item['joinedBy'], 'scim')
  })

  const passedOver: [string, Document, object][] = [
    ['an admin has parted', { externalId: 'ada-1' }, { isApart: true }],
    ['is deleted', { externalId: 'ada-1' }, { deletedAt: now }],
  ]
  for (const [name, document, given] of passedOver) {
    test(`passes over a SCIM user that ${name}`, async () => {
      const home = await newHome(db)
      const directory = await newDirectory(db, home.orgId)
      const id = await directory.scimUser(document, given)
      const signIn = arrival(home)
      assert.equal(await signIns.completeNew(signIn), undefined)
      const userId = (await subjectOf(signIn))?.userId
      assert.ok(userId && userId !== id)
      assert.equal((await directory.itemOf(id))?.['personId'], undefined)
      assert.equal((await home.itemOf(userId))?.['joinedBy'], 'automatic')
    })
  }

  for (const active of [false, 'False']) {
    test(`is refused where active is ${active}`, async () => {
      const home = await newHome(db)
      const directory = await newDirectory(db, home.orgId)
      await directory.scimUser({ externalId: 'ada-1', active })
      assert.equal(await signIns.completeNew(arrival(home)), 'user_suspended')
      assert.deepEqual(await home.partition(`org#${home.orgId}#email`), [])
    })
  }

  test('of many at once makes one user', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const id = await directory.scimUser({ userName: 'al', ...work(`ada@${home.domain}`) })
    const all = Array.from({ length: 6 }, (_, n) => arrival(home, { nameId: `ada-${n}` }))
    const errors = await Promise.all(all.map((one) => signIns.completeNew(one)))
    assert.equal(errors.filter((error) => error === undefined).length, 1)
    assert.equal((await directory.itemOf(id))?.['personId'], id)
    assert.equal((await home.itemOf(id))?.['subjectCount'], 1)
  })

  test('follows what becomes of the SCIM user in that very moment', async () => {
    const changes = [
      [{ deletedAt: now }, undefined],
      [{ doc: '{"active":false}', ver: 2 }, 'user_suspended'],
    ] as const
    for (const [change, error] of changes) {
      const home = await newHome(db)
      const directory = await newDirectory(db, home.orgId)
      const id = await directory.scimUser({ userName: 'al', externalId: 'ada-1' })
      const key = scimKeys.user(directory.id, id)
      using _ = intercept('TransactWriteItemsCommand', async (call, pass) => {
        if (call === 2)
          await db.put(db.directory, { ...(await directory.itemOf(id)), ...key, ...change })
        return pass()
      })
      const signIn = arrival(home)
      // As its caller: a completion that was overtaken is tried again.
      const overtaken = await signIns.completeNew(signIn)
      assert.equal(overtaken, 'subject_changed')
      assert.equal(await signIns.completeNew(signIn), error)
      assert.equal((await directory.itemOf(id))?.['personId'], undefined)
      assert.equal(await home.itemOf(id), undefined)
    }
  })

  test('is that of nobody whom an identifier alone means, where there are two providers', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId, { providers: 2 })
    const id = await directory.scimUser({ userName: 'ada-1', ...work(`bob@${home.domain}`) })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.notEqual((await subjectOf(signIn))?.userId, id)
    assert.deepEqual((await traceOf(signIn))?.['notes'], ['directory_unclear'])
  })
})

describe('where directories point at several', () => {
  test('externalId comes before userName, and that before e-mail', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    await directory.scimUser({ userName: 'x', ...work(`ada@${home.domain}`) })
    await directory.scimUser({ userName: 'ada-1' })
    const id = await directory.scimUser({ userName: 'y', externalId: 'ada-1' })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, id)
  })

  test('two by one attribute are no guess: the address decides, which is noted', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const ids = [
      await directory.scimUser({ userName: 'x', externalId: 'ada-1' }),
      await directory.scimUser({ userName: 'y', externalId: 'ada-1' }),
    ]
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    const userId = (await subjectOf(signIn))?.userId
    assert.ok(userId && !ids.includes(userId))
    assert.deepEqual((await traceOf(signIn))?.['notes'], ['directory_unclear'])
  })

  test('of two by one attribute, the active one is meant', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    await directory.scimUser({ ...work(`ada@${home.domain}`), active: false })
    const id = await directory.scimUser({ userName: 'y', ...work(`ada@${home.domain}`) })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, id)
  })

  test('two directories with two people leave it to the address', async () => {
    const home = await newHome(db)
    const [one, other] = [await newDirectory(db, home.orgId), await newDirectory(db, home.orgId)]
    const userId = await provisioned(home, one, work(`ada@${home.domain}`))
    const { user } = await home.user({ email: `bob@${home.domain}` })
    await other.scimUser(work(`ada@${home.domain}`), { personId: user.id })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, userId)
    assert.deepEqual((await traceOf(signIn))?.['notes'], ['directory_unclear'])
  })

  test('two directories with one person bring the second to them', async () => {
    const home = await newHome(db)
    const [one, other] = [await newDirectory(db, home.orgId), await newDirectory(db, home.orgId)]
    const userId = await provisioned(home, one, work(`ada@${home.domain}`))
    const second = await other.scimUser({ userName: 'al', ...work(`ada@${home.domain}`) })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, userId)
    assert.equal((await other.itemOf(second))?.['personId'], userId)
    assert.deepEqual((await home.itemOf(userId))?.['directories'], [one.id, other.id])
  })

  test('two directories have one person by one id, as each that finds their address takes it', async () => {
    const home = await newHome(db)
    const [one, other] = [await newDirectory(db, home.orgId), await newDirectory(db, home.orgId)]
    const document = work(`ada@${home.domain}`)
    const userId = await provisioned(home, one, document)
    await other.scimUser(document, { id: userId, personId: userId })
    await provision(db, home, { directory: other.id, personId: userId, scimUserId: userId })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, userId)
  })

  test('who has the address is not passed over for whom an identifier means', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const { user } = await home.user({ email: `bob@${home.domain}` })
    await directory.scimUser({ externalId: 'ada-1' }, { personId: user.id })
    const holder = await home.user({ email: `ada@${home.domain}` })
    const signIn = arrival(home)
    assert.equal(await signIns.completeNew(signIn), undefined)
    assert.equal((await subjectOf(signIn))?.userId, holder.user.id)
    assert.deepEqual((await traceOf(signIn))?.['notes'], ['directory_unclear'])
  })
})

describe('of somebody whom a directory provisions', () => {
  test('another name in an assertion changes nothing but what was asserted', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const userId = await provisioned(home, directory, { ...work(`ada@${home.domain}`) })
    const first = arrival(home)
    assert.equal(await signIns.completeNew(first), undefined)
    const before = await home.itemOf(userId)
    const profile = { email: `lovelace@${home.domain}`, givenName: 'Augusta' }
    const subject = (await subjectOf(first)) ?? assert.fail()
    const second = nextSignIn(first, { profile })
    assert.equal(await signIns.completeKnown(second, subject), undefined)
    assert.deepEqual(await home.itemOf(userId), before)
    assert.deepEqual((await subjectOf(first))?.profile, profile)
    await home.assertRows([userId])
  })

  test('the address is the asserted one while no directory has one for us', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const document = { userName: 'al', externalId: 'ada-1', displayName: 'Ada L.' }
    const id = await directory.scimUser(document)
    const first = arrival(home)
    assert.equal(await signIns.completeNew(first), undefined)
    const profile = { email: `lovelace@${home.domain}`, givenName: 'Augusta' }
    const subject = (await subjectOf(first)) ?? assert.fail()
    assert.equal(await signIns.completeKnown(nextSignIn(first, { profile }), subject), undefined)
    const item = await home.itemOf(id)
    assert.equal(item?.['email'], profile.email)
    assert.equal(item['displayName'], 'Ada L.')
    assert.equal(item['givenName'], 'Asserted')
    await home.assertRows([id])
  })

  test('who was deleted and is provisioned anew comes as their new SCIM user', async () => {
    const home = await newHome(db)
    const directory = await newDirectory(db, home.orgId)
    const userId = await provisioned(home, directory, { externalId: 'ada-1' })
    const first = arrival(home)
    assert.equal(await signIns.completeNew(first), undefined)
    const target = home.targetOf(userId)
    assert.equal((await deleteUser(home.store, target, `ada@${home.domain}`)).ok, true)
    const subject = (await subjectOf(first)) ?? assert.fail()
    const again = nextSignIn(first)
    assert.equal(await signIns.completeKnown(again, subject), 'user_deleted')
    await directory.scimUser({ externalId: 'ada-1' }, { id: userId, deletedAt: now })
    const id = await directory.scimUser({ externalId: 'ada-1' }, { id: newUserId() })
    assert.equal(await signIns.completeKnown(nextSignIn(first), subject), undefined)
    assert.equal((await subjectOf(first))?.userId, id)
  })
})
