import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import { sha256 } from '#shared/secrets.ts'
import type { SignIn, SignInStore, Subject } from '#shared/sign-in/ports.ts'
import { newSignIn, nextSignIn } from './new-sign-in.ts'
import { type Item, type Tables, tables } from './tables.ts'

let db: Tables
let signIns: SignInStore
before(async () => {
  db = await tables()
  signIns = dynamoSignIns(db.directory, db.ephemeral)
})

/** Somebody who has signed in once. */
async function person(changes: Parameters<typeof newSignIn>[0] = {}) {
  const first = newSignIn(changes)
  assert.equal(await signIns.completeNew(first), undefined)
  const [subject] = await signIns.findSubjects([first.subjectKey])
  assert.ok(subject)
  return { first, subject, ...reading(first, subject) }
}

const reading = ({ idp: { orgId } }: SignIn, { userId }: Subject) => {
  const read = (key: { pk: string; sk: string }) => db.read(db.directory, key)
  return {
    user: () => read(directoryKeys.user(orgId, userId)),
    change: async (changes: Item) => {
      const key = directoryKeys.user(orgId, userId)
      await db.put(db.directory, { ...(await read(key)), ...changes, ...key })
    },
    email: (address: string) => read(directoryKeys.email(orgId, address)),
    name: (name: string) => read(directoryKeys.name(orgId, `${name} ${userId}`)),
    domain: (domain: string) => read(directoryKeys.domainUser(orgId, domain, userId)),
    admin: () => read(directoryKeys.admin(orgId, userId)),
    adminEmail: (address: string) => read(directoryKeys.adminEmail(sha256(address), orgId)),
  }
}

describe('the first sign-in', () => {
  test('lists the user by address, both names and domain, and what they are known by', async () => {
    const profile = { email: 'Ada@Example.com', givenName: 'Ada', familyName: 'King' }
    const { first, subject, ...rows } = await person({ profile })
    const { userId } = subject
    assert.equal((await rows.email('ada@example.com'))?.['userId'], userId)
    assert.equal((await rows.name('ada king'))?.['userId'], userId)
    assert.equal((await rows.name('ada king'))?.['isAlias'], undefined)
    assert.equal((await rows.name('king ada'))?.['isAlias'], 'ada king')
    assert.equal((await rows.domain('example.com'))?.['userId'], userId)
    const { idp, subjectKey } = first
    const key = directoryKeys.userSubject(idp.orgId, userId, subjectKey)
    assert.deepEqual(await db.read(db.directory, key), {
      ...key,
      userId,
      orgId: idp.orgId,
      idpId: idp.id,
      nameId: first.authentication.nameId.value,
      linkedAt: first.trace.at,
      linkedBy: `idp:${idp.id}`,
    })
  })

  test('lists a user without a name by nothing before the id', async () => {
    const rows = await person({ profile: { email: 'ada@example.com' } })
    assert.equal((await rows.name(''))?.['userId'], rows.subject.userId)
  })

  test('says that somebody is known by an attribute', async () => {
    const { first, subject } = await person({ subject: 'a-1', nameIdKey: sha256('_t1') })
    const key = directoryKeys.userSubject(first.idp.orgId, subject.userId, first.subjectKey)
    const row = await db.read(db.directory, key)
    assert.equal(row?.['nameId'], 'a-1')
    assert.equal(row['isAttribute'], true)
  })
})

describe('a sign-in that brings something else', () => {
  test('moves the user in all lists', async () => {
    const profile = { email: 'ada@example.com', givenName: 'Ada', familyName: 'Byron' }
    const { first, subject, ...rows } = await person({ profile })
    const next = { email: 'ada@king.example', givenName: 'Ada', displayName: 'Countess' }
    const error = await signIns.completeKnown(nextSignIn(first, { profile: next }), subject)
    assert.equal(error, undefined)
    for (const gone of ['ada byron', 'byron ada']) assert.equal(await rows.name(gone), undefined)
    assert.ok(await rows.name('countess'))
    assert.equal(await rows.domain('example.com'), undefined)
    assert.ok(await rows.domain('king.example'))
    assert.equal(await rows.email('ada@example.com'), undefined)
    assert.ok(await rows.email('ada@king.example'))
  })

  test('goes from what the user is, where an admin has changed it', async () => {
    const { first, subject, ...rows } = await person()
    await rows.change({ displayName: 'Augusta' })
    const { orgId } = first.idp
    const { userId } = subject
    await db.remove(db.directory, directoryKeys.name(orgId, `ada ${userId}`))
    await db.put(db.directory, { ...directoryKeys.name(orgId, `augusta ${userId}`), userId })
    const profile = { email: 'ada@example.com', givenName: 'Grace' }
    assert.equal(await signIns.completeKnown(nextSignIn(first, { profile }), subject), undefined)
    assert.equal(await rows.name('augusta'), undefined)
    assert.ok(await rows.name('grace'))
    const user = await rows.user()
    assert.equal(user?.['displayName'], undefined)
    assert.equal(user?.['givenName'], 'Grace')
  })

  test('lets the address of an administrator lead to them', async () => {
    const { first, subject, ...rows } = await person()
    await rows.change({ role: 'admin' })
    const { orgId } = first.idp
    const { userId } = subject
    const former = directoryKeys.adminEmail(sha256('ada@example.com'), orgId)
    await db.put(db.directory, { ...former, userId })
    const profile = { email: 'Augusta@example.com' }
    assert.equal(await signIns.completeKnown(nextSignIn(first, { profile }), subject), undefined)
    assert.equal(await rows.adminEmail('ada@example.com'), undefined)
    assert.equal((await rows.adminEmail('augusta@example.com'))?.['userId'], userId)
    const row = await rows.admin()
    assert.equal(row?.['role'], 'admin')
    assert.equal(row['emailHash'], sha256('augusta@example.com'))
    assert.equal(await db.read(db.directory, directoryKeys.adminCount(orgId)), undefined)
  })

  test('makes no administrator of a member', async () => {
    const { first, subject, ...rows } = await person()
    const profile = { email: 'augusta@example.com' }
    assert.equal(await signIns.completeKnown(nextSignIn(first, { profile }), subject), undefined)
    assert.equal(await rows.admin(), undefined)
    assert.equal(await rows.adminEmail('augusta@example.com'), undefined)
  })

  test('takes a user without a role for a member', async () => {
    const { first, subject, ...rows } = await person()
    await rows.change({ role: undefined })
    const profile = { email: 'augusta@example.com' }
    assert.equal(await signIns.completeKnown(nextSignIn(first, { profile }), subject), undefined)
    assert.ok(await rows.email('augusta@example.com'))
    assert.equal(await rows.admin(), undefined)
  })
})
