import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import { dynamoRequests } from '#shared/aws/request-store.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import type { SignIn, SignInStore, Subject } from '#shared/sign-in/ports.ts'
import { issuerKey } from '#shared/sign-in/subject-key.ts'
import { sessionId } from '#shared/sign-out/session-id.ts'
import { newTenant } from '#test/flows/tenant.ts'
import { intercept } from './intercept.ts'
import { newProvider, newRequest, newSignIn, nextSignIn, now, nowMs } from './new-sign-in.ts'
import { type Item, type Tables, tables } from './tables.ts'

let db: Tables
let signIns: SignInStore
before(async () => {
  db = await tables()
  signIns = dynamoSignIns(db.directory, db.ephemeral)
})

const loginOf = ({ handle }: SignIn) => db.read(db.ephemeral, ephemeralKeys.login(handle))
const traceOf = ({ trace }: SignIn) =>
  db.read(db.directory, directoryKeys.trace(trace.orgId, trace.id))
const userOf = ({ idp }: SignIn, { userId }: Subject) =>
  db.read(db.directory, directoryKeys.user(idp.orgId, userId))
const markerOf = ({ idp }: SignIn, address: string) =>
  db.read(db.directory, directoryKeys.email(idp.orgId, address))

async function subjectOf({ subjectKey }: SignIn): Promise<Subject> {
  const [subject] = await signIns.findSubjects([subjectKey])
  return subject ?? assert.fail('the person is not known')
}

/** Somebody who has signed in once. */
async function knownPerson(changes: Parameters<typeof newSignIn>[0] = {}) {
  const first = newSignIn(changes)
  assert.equal(await signIns.completeNew(first), undefined)
  return { first, subject: await subjectOf(first) }
}

/** Changes a user as an operator would, without the provider's knowledge. */
async function changeUser(signIn: SignIn, subject: Subject, changes: Item) {
  const user = await userOf(signIn, subject)
  await db.put(db.directory, {
    ...directoryKeys.user(signIn.idp.orgId, subject.userId),
    ...user,
    ...changes,
  })
}

async function assertNothingWritten(signIn: SignIn) {
  assert.equal(await loginOf(signIn), undefined)
  assert.equal(await traceOf(signIn), undefined)
}

const typeOf = (item: Item | undefined) => (item?.['evt'] as { type: string } | undefined)?.type

describe('find', () => {
  test('finds the provider, the person, the request and the products in one read', async () => {
    const configuration = dynamoConfiguration(db.directory)
    const idp = newProvider()
    await newTenant() // saves the products
    await configuration.createIdentityProvider(idp, { actor: 'test', at: now })
    const { first, subject } = await knownPerson({ idp })
    const { request, answer } = newRequest(idp, { product: 'training', target: '/courses/1' })
    await dynamoRequests(db.directory, db.ephemeral).saveRequest(request)

    using seen = intercept('BatchGetItemCommand', (_, pass) => pass())
    const lookup = {
      issuerKey: issuerKey('shared', idp.entityId),
      nameId: first.authentication.nameId.value,
      requestHandle: answer.handle,
    }
    const cold = await signIns.find(lookup)
    assert.equal(seen.calls(), 2) // which provider it is had to be found out
    const found = await signIns.find(lookup)
    assert.equal(seen.calls(), 3)
    assert.deepEqual(found, cold)
    const { idp: foundProvider, subject: foundSubject, ...rest } = found
    for (const [name, value] of Object.entries(idp)) {
      assert.deepEqual(foundProvider?.[name as keyof typeof idp], value, name)
    }
    assert.equal(foundSubject?.userId, subject.userId)
    assert.deepEqual(foundSubject?.profile, first.profile)
    assert.deepEqual(rest.request, request)
    assert.equal(
      rest.catalogue.get('training')?.landingUrl,
      'https://training.example/in?from=latchkey',
    )
  })

  test('finds nothing where nothing is known', async () => {
    const lookup = { issuerKey: 'none', nameId: 'none', requestHandle: 'none' }
    const { idp, subject, request } = await signIns.find(lookup)
    assert.deepEqual([idp, subject, request], [undefined, undefined, undefined])
  })

  test('finds a provider at the scope that it is configured for, and at no other', async () => {
    const idp = newProvider({ identifiers: 'organization' })
    await dynamoConfiguration(db.directory).createIdentityProvider(idp, { actor: 'test', at: now })
    const at = (scope: string) =>
      signIns.find({ issuerKey: issuerKey(scope, idp.entityId), nameId: 'none' })
    assert.equal((await at(idp.orgId)).idp?.id, idp.id)
    assert.equal((await at('shared')).idp, undefined)
  })

  test('finds a request that was answered as used, and what was never one not at all', async () => {
    const idp = newProvider()
    const { request, answer } = newRequest(idp)
    await dynamoRequests(db.directory, db.ephemeral).saveRequest(request)
    await knownPerson({ idp, ...answer })
    const { first: unsolicited } = await knownPerson()
    const find = (requestHandle: string) => signIns.find({ issuerKey: 'none', requestHandle })
    assert.deepEqual((await find(answer.handle)).request, {
      ...request,
      product: 'meetings',
      isUsed: true,
    })
    assert.equal((await find(unsolicited.handle)).request, undefined)
  })
})

describe('completeNew', () => {
  test('lets the person exist, with token, markers, trace and events, at once', async () => {
    const signIn = newSignIn({ profile: { email: 'Ada@Example.com', givenName: 'Ada' } })
    assert.equal(await signIns.completeNew(signIn), undefined)
    const { idp } = signIn
    const subject = await subjectOf(signIn)
    const { userId } = subject
    assert.match(userId, /^usr_[0-9a-f]{32}$/)

    const user = await userOf(signIn, subject)
    const { evt, ...fields } = user ?? {}
    assert.deepEqual(fields, {
      ...directoryKeys.user(idp.orgId, userId),
      userId,
      orgId: idp.orgId,
      state: 'active',
      role: 'member',
      joinedBy: 'automatic',
      email: 'Ada@Example.com',
      givenName: 'Ada',
      subjectCount: 1,
      rev: 1,
      createdAt: now,
    })
    const { id, ...event } = evt as Item
    assert.match(String(id), /^evt_/)
    const at = '2100-01-01T00:00:00.000Z'
    assert.deepEqual(event, { type: 'latchkey.user.created.v1', at, actor: `idp:${idp.id}` })

    assert.equal((await markerOf(signIn, 'ada@example.com'))?.['userId'], userId)
    const trace = await traceOf(signIn)
    assert.equal(typeOf(trace), 'latchkey.sign-in.succeeded.v1')
    assert.equal(trace?.['userId'], userId)
    assert.equal(trace['product'], 'meetings')
    assert.equal(trace['expiresAt'], now + 30 * 24 * 3600)

    assert.deepEqual(await loginOf(signIn), {
      pk: `login#${signIn.handle}`,
      idpId: idp.id,
      orgId: idp.orgId,
      userId,
      product: 'meetings',
      secretHash: signIn.secretHash,
      redeemableUntilMs: nowMs + 20_000,
      email: 'Ada@Example.com',
      givenName: 'Ada',
      nameId: signIn.authentication.nameId,
      sessionIndex: '_s1',
      sid: sessionId(signIn.subjectKey, '_s1'),
      subjectKey: signIn.subjectKey,
      signedInAtMs: nowMs,
      assertedAt: now - 2,
      authnInstant: now - 10,
      expiresAt: now + 24 * 3600,
    })
  })

  test('writes in one transaction', async () => {
    using seen = intercept('TransactWriteItemsCommand', (_, pass) => pass())
    await signIns.completeNew(newSignIn())
    assert.equal(seen.calls(), 1)
  })

  test('refuses a replay, and leaves the first sign-in as it is', async () => {
    const { first } = await knownPerson()
    const login = await loginOf(first)
    const replay = nextSignIn(first, { handle: first.handle })
    assert.equal(await signIns.completeNew(replay), 'already_completed')
    assert.deepEqual(await loginOf(first), login)
    assert.equal(await traceOf(replay), undefined)
  })

  test('refuses the replay of a response whose token was redeemed', async () => {
    const { first } = await knownPerson()
    await db.put(db.ephemeral, { pk: '', ...(await loginOf(first)), usedBy: 'evt_1' })
    const replay = nextSignIn(first, { handle: first.handle })
    assert.equal(await signIns.completeNew(replay), 'already_completed')
  })

  test('refuses who is known meanwhile, and writes nothing', async () => {
    const { first, subject } = await knownPerson()
    const next = nextSignIn(first)
    assert.equal(await signIns.completeNew(next), 'subject_changed')
    await assertNothingWritten(next)
    assert.deepEqual(await subjectOf(first), subject)
  })

  test('refuses an address that somebody else of the organization has, in any spelling', async () => {
    const { first } = await knownPerson()
    const other = newSignIn({ idp: first.idp, profile: { email: 'ADA@example.com' } })
    assert.equal(await signIns.completeNew(other), 'email_in_use')
    await assertNothingWritten(other)
    assert.deepEqual(await signIns.findSubjects([other.subjectKey]), [undefined])
  })

  test('lets two organizations each have a person of an address', async () => {
    const { first, subject } = await knownPerson()
    const other = newSignIn({ profile: first.profile })
    assert.equal(await signIns.completeNew(other), undefined)
    assert.notEqual((await subjectOf(other)).userId, subject.userId)
  })

  const answers = [
    ['in the last second of it', { validUntil: now + 1 }, undefined],
    ['in the second it expires', { validUntil: now }, 'already_completed'],
    ['that went to another provider', { idpId: 'idp_other' }, 'already_completed'],
  ] as const
  for (const [name, changes, error] of answers) {
    test(`${error ? 'refuses' : 'takes'} the answer to a request ${name}`, async () => {
      const idp = newProvider()
      const { request, answer } = newRequest(idp, changes)
      await dynamoRequests(db.directory, db.ephemeral).saveRequest(request)
      const signIn = newSignIn({ idp, ...answer })
      assert.equal(await signIns.completeNew(signIn), error)
      const login = await loginOf(signIn)
      assert.equal(login?.['requestId'], request.requestId)
      assert.equal(login['secretHash'], error ? undefined : signIn.secretHash)
    })
  }

  test('refuses an answer to a request that is not there, and a second answer', async () => {
    const idp = newProvider()
    const { request, answer } = newRequest(idp)
    const signIn = newSignIn({ idp, ...answer })
    assert.equal(await signIns.completeNew(signIn), 'already_completed')
    await assertNothingWritten(signIn)
    await dynamoRequests(db.directory, db.ephemeral).saveRequest(request)
    assert.equal(await signIns.completeNew(signIn), undefined)
    const second = newSignIn({ idp, ...answer, profile: { email: 'eve@example.com' } })
    assert.equal(await signIns.completeNew(second), 'already_completed')
  })

  test('lets one of many responses for a new person win, in two stores at once', async () => {
    const first = newSignIn()
    const another = dynamoSignIns(db.directory, db.ephemeral)
    const errors = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        (i % 2 === 0 ? signIns : another).completeNew(nextSignIn(first)),
      ),
    )
    assert.equal(errors.filter((error) => error === undefined).length, 1)
    assert.equal(errors.filter((error) => error === 'subject_changed').length, 5)
  })

  test('lets one of many posts of one response win, in two stores at once', async () => {
    const first = newSignIn()
    const another = dynamoSignIns(db.directory, db.ephemeral)
    const errors = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        (i % 2 === 0 ? signIns : another).completeNew(nextSignIn(first, { handle: first.handle })),
      ),
    )
    assert.equal(errors.filter((error) => error === undefined).length, 1)
    assert.equal(errors.filter((error) => error === 'already_completed').length, 5)
  })

  test('lets one of two people have an address that both bring at once', async () => {
    const { idp } = newSignIn()
    const errors = await Promise.all([1, 2].map(() => signIns.completeNew(newSignIn({ idp }))))
    assert.deepEqual(new Set(errors), new Set([undefined, 'email_in_use']))
  })
})

describe('completeKnown', () => {
  test('does not touch a user of whom the provider says the same as before', async () => {
    const { first, subject } = await knownPerson()
    const user = await userOf(first, subject)
    const next = nextSignIn(first)
    assert.equal(await signIns.completeKnown(next, subject), undefined)
    assert.deepEqual(await userOf(first, subject), user)
    assert.equal((await loginOf(next))?.['userId'], subject.userId)
    assert.equal(typeOf(await traceOf(next)), 'latchkey.sign-in.succeeded.v1')
  })

  test('takes over what the provider says now, and tells it', async () => {
    const { first, subject } = await knownPerson()
    const profile = { email: 'ada@example.com', givenName: 'Augusta', displayName: 'A. King' }
    const next = nextSignIn(first, { profile })
    assert.equal(await signIns.completeKnown(next, subject), undefined)
    const user = await userOf(first, subject)
    assert.equal(user?.['givenName'], 'Augusta')
    assert.equal(user['displayName'], 'A. King')
    assert.equal(user['rev'], 2)
    assert.equal(typeOf(user), 'latchkey.user.updated.v1')
    assert.deepEqual((await subjectOf(first)).profile, profile)
    assert.equal((await markerOf(first, 'ada@example.com'))?.['userId'], subject.userId)
  })

  test('moves a user to a new address, and sets the old one free', async () => {
    const { first, subject } = await knownPerson()
    const profile = { email: 'Augusta@example.com' }
    assert.equal(await signIns.completeKnown(nextSignIn(first, { profile }), subject), undefined)
    assert.equal((await userOf(first, subject))?.['email'], 'Augusta@example.com')
    assert.equal((await markerOf(first, 'augusta@example.com'))?.['userId'], subject.userId)
    assert.equal(await markerOf(first, 'ada@example.com'), undefined)
    const namesake = newSignIn({ idp: first.idp, profile: first.profile })
    assert.equal(await signIns.completeNew(namesake), undefined)
  })

  test('keeps the marker of an address whose spelling alone changes', async () => {
    const { first, subject } = await knownPerson()
    const profile = { email: 'ADA@example.com' }
    assert.equal(await signIns.completeKnown(nextSignIn(first, { profile }), subject), undefined)
    assert.equal((await userOf(first, subject))?.['email'], 'ADA@example.com')
    assert.equal((await markerOf(first, 'ada@example.com'))?.['userId'], subject.userId)
  })

  test('refuses an address that somebody else has, and changes nothing', async () => {
    const { first, subject } = await knownPerson()
    const { first: other } = await knownPerson({
      idp: first.idp,
      profile: { email: 'charles@example.com' },
    })
    const user = await userOf(first, subject)
    const next = nextSignIn(first, { profile: other.profile })
    assert.equal(await signIns.completeKnown(next, subject), 'email_in_use')
    await assertNothingWritten(next)
    assert.deepEqual(await userOf(first, subject), user)
    assert.equal((await markerOf(first, 'ada@example.com'))?.['userId'], subject.userId)
  })

  /** Gives a user another address as an operator would, with its marker. */
  async function moveBehindTheBack(signIn: SignIn, subject: Subject, from: string, to: string) {
    const { orgId } = signIn.idp
    await changeUser(signIn, subject, { email: to })
    await db.remove(db.directory, directoryKeys.email(orgId, from))
    const marker = { ...directoryKeys.email(orgId, to), userId: subject.userId }
    await db.put(db.directory, marker)
  }

  test('takes over an address although somebody changed it meanwhile', async () => {
    const { first, subject } = await knownPerson()
    await moveBehindTheBack(first, subject, 'ada@example.com', 'operator@example.com')
    const next = nextSignIn(first, { profile: { email: 'augusta@example.com' } })
    assert.equal(await signIns.completeKnown(next, subject), undefined)
    assert.equal((await userOf(first, subject))?.['email'], 'augusta@example.com')
    assert.equal((await markerOf(first, 'augusta@example.com'))?.['userId'], subject.userId)
    assert.equal(await markerOf(first, 'operator@example.com'), undefined)
  })

  test('gives up when somebody changes the address before every attempt', async () => {
    const { first, subject } = await knownPerson()
    const next = nextSignIn(first, { profile: { email: 'augusta@example.com' } })
    let address = 'ada@example.com'
    using seen = intercept('TransactWriteItemsCommand', async (call, pass) => {
      const to = `operator-${call}@example.com`
      await moveBehindTheBack(first, subject, address, to)
      address = to
      return pass()
    })
    assert.equal(await signIns.completeKnown(next, subject), 'subject_changed')
    assert.equal(seen.calls(), 3)
    await assertNothingWritten(next)
    assert.equal((await userOf(first, subject))?.['email'], address)
  })

  test('does not take the marker of another user away', async () => {
    const { first, subject } = await knownPerson()
    const marker = { ...directoryKeys.email(first.idp.orgId, 'ada@example.com'), userId: 'usr_2' }
    await db.put(db.directory, marker)
    const next = nextSignIn(first, { profile: { email: 'augusta@example.com' } })
    assert.equal(await signIns.completeKnown(next, subject), 'subject_changed')
    assert.equal((await markerOf(first, 'ada@example.com'))?.['userId'], 'usr_2')
    await assertNothingWritten(next)
  })

  test('refuses a NameID that stands for another user meanwhile', async () => {
    const { first, subject } = await knownPerson()
    const key = directoryKeys.subject(first.subjectKey)
    await db.put(db.directory, { ...key, ...subject, userId: 'usr_2' })
    const next = nextSignIn(first, { profile: { ...first.profile, givenName: 'Eve' } })
    assert.equal(await signIns.completeKnown(next, subject), 'subject_changed')
    assert.equal((await userOf(first, subject))?.['givenName'], 'Ada')
    await assertNothingWritten(next)
  })

  const profiles = [
    ['says the same', { email: 'ada@example.com', givenName: 'Ada' }],
    ['says another name', { email: 'ada@example.com', givenName: 'Augusta' }],
    ['says another address', { email: 'augusta@example.com', givenName: 'Ada' }],
  ] as const
  for (const [name, profile] of profiles) {
    test(`refuses a suspended user of whom the provider ${name}, and writes nothing`, async () => {
      const { first, subject } = await knownPerson()
      await changeUser(first, subject, { state: 'suspended' })
      const user = await userOf(first, subject)
      const next = nextSignIn(first, { profile })
      assert.equal(await signIns.completeKnown(next, subject), 'user_suspended')
      assert.deepEqual(await userOf(first, subject), user)
      assert.deepEqual(await subjectOf(first), subject)
      await assertNothingWritten(next)
    })

    test(`refuses a user who has gone and of whom the provider ${name}`, async () => {
      const { first, subject } = await knownPerson()
      await db.remove(db.directory, directoryKeys.user(first.idp.orgId, subject.userId))
      const next = nextSignIn(first, { profile })
      assert.equal(await signIns.completeKnown(next, subject), 'user_suspended')
      assert.equal(await userOf(first, subject), undefined)
      await assertNothingWritten(next)
    })
  }

  test('refuses a replay before anything else', async () => {
    const { first, subject } = await knownPerson()
    await changeUser(first, subject, { state: 'suspended' })
    const replay = nextSignIn(first, { handle: first.handle })
    assert.equal(await signIns.completeKnown(replay, subject), 'already_completed')
  })

  test('lets a person sign in many times at once, each time for itself', async () => {
    const { first, subject } = await knownPerson()
    const all = Array.from({ length: 6 }, () => nextSignIn(first))
    const errors = await Promise.all(all.map((one) => signIns.completeKnown(one, subject)))
    assert.deepEqual(new Set(errors), new Set([undefined]))
    for (const one of all) assert.equal((await loginOf(one))?.['secretHash'], one.secretHash)
  })

  test('takes one change over once, though several sign-ins bring it at once', async () => {
    const { first, subject } = await knownPerson()
    const profile = { email: 'augusta@example.com' }
    const all = Array.from({ length: 4 }, () => nextSignIn(first, { profile }))
    const errors = await Promise.all(all.map((one) => signIns.completeKnown(one, subject)))
    for (const error of errors) assert.ok(error === undefined || error === 'subject_changed')
    assert.equal((await userOf(first, subject))?.['email'], 'augusta@example.com')
    assert.equal(await markerOf(first, 'ada@example.com'), undefined)
    assert.equal((await markerOf(first, 'augusta@example.com'))?.['userId'], subject.userId)
  })
})

test('a name comes back from the table as it was written, so that no sign-in takes it for another', async () => {
  const { first, subject } = await knownPerson({
    profile: { email: 'ada@example.com', displayName: 'Ädä 😀 e\u0301 \u202Ex 田', givenName: '' },
  })
  assert.deepEqual(subject.profile, first.profile)
  assert.equal((await userOf(first, subject))?.['displayName'], first.profile.displayName)
})
