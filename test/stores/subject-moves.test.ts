import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import type { SignIn, SignInStore, Subject } from '#shared/sign-in/ports.ts'
import { subjectKey } from '#shared/sign-in/subject-key.ts'
import { newProvider, newSignIn, nextSignIn } from './new-sign-in.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let signIns: SignInStore
before(async () => {
  db = await tables()
  signIns = dynamoSignIns(db.directory, db.ephemeral)
})

async function findOne(key: string): Promise<Subject | undefined> {
  const [subject] = await signIns.findSubjects([key])
  return subject
}

/** Somebody who has signed in once, at a provider that another one has succeeded since. */
async function personOfPredecessor() {
  const first = newSignIn()
  assert.equal(await signIns.completeNew(first), undefined)
  const subject = await findOne(first.subjectKey)
  assert.ok(subject)
  const present = subjectKey(newProvider().id, 'ada')
  return { first, former: { ...subject, isFormer: true } as const, present }
}

const userOf = ({ idp }: SignIn, { userId }: Subject) =>
  db.read(db.directory, directoryKeys.user(idp.orgId, userId))

describe('completeKnown, of a person whom a predecessor of the provider knew,', () => {
  test('keeps the user, who is found by the present key from then on', async () => {
    const { first, former, present } = await personOfPredecessor()
    const next = nextSignIn(first, { subjectKey: present })
    assert.equal(await signIns.completeKnown(next, former), undefined)
    const found = await findOne(present)
    assert.equal(found?.userId, former.userId)
    assert.equal(found.orgId, first.idp.orgId)
    const user = await userOf(first, former)
    assert.equal(user?.['rev'], 2)
    assert.equal(user['subjectCount'], 2)
  })

  test('takes over what the provider says at the same time', async () => {
    const { first, former, present } = await personOfPredecessor()
    const profile = { email: 'countess@example.com', givenName: 'Augusta' }
    const next = nextSignIn(first, { subjectKey: present, profile })
    assert.equal(await signIns.completeKnown(next, former), undefined)
    assert.deepEqual((await findOne(present))?.profile, profile)
    assert.equal((await userOf(first, former))?.['email'], profile.email)
  })

  test('lets the first of two win', async () => {
    const { first, former, present } = await personOfPredecessor()
    const attempts = [1, 2].map(() => nextSignIn(first, { subjectKey: present }))
    const errors = await Promise.all(attempts.map((one) => signIns.completeKnown(one, former)))
    assert.deepEqual(errors.toSorted(), ['subject_changed', undefined])
  })
})

describe('completeNew', () => {
  test('makes no second user of a person who is known', async () => {
    const first = newSignIn()
    assert.equal(await signIns.completeNew(first), undefined)
    assert.equal(await signIns.completeNew(nextSignIn(first)), 'subject_changed')
  })

  test('leaves alone who has that name at another provider of the same entity ID', async () => {
    const entityId = newProvider().entityId
    const theirs = newSignIn({ idp: newProvider({ entityId }), nameId: 'ada' })
    assert.equal(await signIns.completeNew(theirs), undefined)
    const before = await findOne(theirs.subjectKey)
    const ours = newSignIn({ idp: newProvider({ entityId }), nameId: 'ada' })
    assert.equal(await signIns.completeNew(ours), undefined)
    assert.deepEqual(await findOne(theirs.subjectKey), before)
    assert.notEqual((await findOne(ours.subjectKey))?.userId, before?.userId)
  })
})
