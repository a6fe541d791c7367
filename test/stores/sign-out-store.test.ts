import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import { dynamoRedeems } from '#shared/aws/redeem-store.ts'
import { dynamoSignIns } from '#shared/aws/sign-in-store.ts'
import { dynamoSignOuts } from '#shared/aws/sign-out-store.ts'
import { newMessageId, newTraceId } from '#shared/ids.ts'
import { sha256 } from '#shared/secrets.ts'
import type { SignIn, Trace } from '#shared/sign-in/ports.ts'
import { attributeSubjectKey, issuerKey, subjectKey } from '#shared/sign-in/subject-key.ts'
import { logoutHandle, seenHandle } from '#shared/sign-out/logout-handle.ts'
import type { Ending, KnownSubject, Outstanding, SignOutStore } from '#shared/sign-out/ports.ts'
import { newTenant } from '#test/flows/tenant.ts'
import { intercept } from './intercept.ts'
import { newProvider, newSignIn, now, nowMs } from './new-sign-in.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let signOuts: SignOutStore
before(async () => {
  db = await tables()
  await newTenant() // saves the products
  signOuts = dynamoSignOuts(db.directory, db.ephemeral)
})

/** Somebody who has signed in, as a logout finds them. */
async function person(changes: Parameters<typeof newSignIn>[0] = {}) {
  const signIn = newSignIn(changes)
  assert.equal(await dynamoSignIns(db.directory, db.ephemeral).completeNew(signIn), undefined)
  const subject = await subjectOf(signIn)
  return { signIn, subject: subject ?? assert.fail('nobody there') }
}

const subjectOf = ({ idp, authentication }: SignIn) =>
  signOuts.findSubject(idp.id, authentication.nameId.value)

const traceOf = ({ idp }: SignIn): Trace => ({
  id: newTraceId(nowMs),
  kind: 'logout',
  at: now,
  orgId: idp.orgId,
  idpId: idp.id,
  outcome: 'succeeded',
})

const endingOf = (signIn: SignIn, subject: KnownSubject | undefined, changes = {}): Ending => ({
  idpId: signIn.idp.id,
  subject,
  sids: ['a'],
  ended: { atMs: nowMs, issuedBefore: now },
  endedBy: 'identity-provider',
  actor: `idp:${signIn.idp.id}`,
  seen: { handle: seenHandle(signIn.idp.id, newMessageId()), until: now + 420 },
  trace: traceOf(signIn),
  ...changes,
})

const storedTrace = ({ trace }: Ending) =>
  db.read(db.directory, directoryKeys.trace(trace.orgId, trace.id))

describe('find', () => {
  test('finds provider, person, request and products in one read', async () => {
    const idp = newProvider()
    await dynamoConfiguration(db.directory).createIdentityProvider(idp, { actor: 'test', at: now })
    const { signIn, subject } = await person({ idp })
    const outstanding: Outstanding = {
      requestId: newMessageId(),
      idpId: idp.id,
      product: 'meetings',
      target: '/a',
      validUntil: now + 600,
      isAnswered: false,
    }
    await signOuts.end(endingOf(signIn, undefined, { outstanding }))
    using seen = intercept('BatchGetItemCommand', (_, pass) => pass())
    const lookup = {
      issuerKey: issuerKey('shared', idp.entityId),
      nameId: signIn.authentication.nameId.value,
      logoutHandle: logoutHandle(outstanding.requestId),
    }
    const cold = await signOuts.find(lookup)
    assert.equal(seen.calls(), 2) // which provider it is had to be found out
    const found = await signOuts.find(lookup)
    assert.equal(seen.calls(), 3)
    assert.deepEqual(found, cold)
    assert.equal(found.idp?.id, idp.id)
    assert.deepEqual(found.subject, subject)
    assert.deepEqual(subject, { key: signIn.subjectKey, userId: subject.userId, orgId: idp.orgId })
    assert.deepEqual(found.outstanding, outstanding)
    assert.equal(found.catalogue.get('meetings')?.name, 'Meetings')
  })

  test('finds nothing where nothing is known, and takes no provider message for a request', async () => {
    const { signIn } = await person()
    const ending = endingOf(signIn, undefined)
    await signOuts.end(ending)
    const found = await signOuts.find({
      issuerKey: 'none',
      nameId: 'none',
      logoutHandle: ending.seen?.handle ?? '',
    })
    const { catalogue: _, ...rest } = found
    assert.deepEqual(rest, { idp: undefined, subject: undefined, outstanding: undefined })
  })

  test('finds somebody who is known by an attribute by the NameID of the session', async () => {
    const idp = newProvider()
    const nameId = newMessageId()
    const nameIdKey = subjectKey(idp.id, nameId)
    const known = attributeSubjectKey(idp.id, 'ada')
    const { signIn, subject } = await person({ idp, nameId, nameIdKey, subjectKey: known })
    assert.equal(subject.key, signIn.subjectKey)
    const name = await db.read(db.ephemeral, ephemeralKeys.sessionName(nameIdKey))
    assert.equal(name?.['expiresAt'], now + 24 * 3600)
  })
})

describe('findSession', () => {
  test('finds the session of a sign-in once it is redeemed', async () => {
    const { signIn, subject } = await person()
    assert.equal(await signOuts.findSession(signIn.handle), undefined)
    const { handle, secretHash, landing } = signIn
    const use = { handle, secretHash, product: landing.product, nonce: 'jwt_1' }
    const logoutSecretHash = sha256('logout')
    const redeems = dynamoRedeems(db.directory, db.ephemeral)
    assert.equal(await redeems.consume({ ...use, logoutSecretHash }, nowMs), true)
    const session = await signOuts.findSession(handle)
    const wanted = {
      logoutSecretHash,
      subjectKey: signIn.subjectKey,
      nameId: signIn.authentication.nameId,
      sessionIndex: '_s1',
      signedInAtMs: nowMs,
      assertedAt: now - 2,
      idpId: signIn.idp.id,
      orgId: signIn.idp.orgId,
      userId: subject.userId,
      product: 'meetings',
    }
    for (const [name, value] of Object.entries(wanted)) {
      assert.deepEqual(session?.[name as keyof typeof session], value, name)
    }
    const parties = await signOuts.findParties(session ?? assert.fail('no session'))
    assert.deepEqual(parties.subject, subject)
  })

  test('is kept for a day, or as long as the provider says, up to a week', async () => {
    const day = 24 * 3600
    const kept = [
      [undefined, day],
      [now + 60, day],
      [now + 3 * day, 3 * day],
      [now + 30 * day, 7 * day],
    ] as const
    for (const [sessionNotOnOrAfter, seconds] of kept) {
      const nameId = newMessageId()
      const { authentication } = newSignIn({ nameId })
      const { signIn } = await person({
        nameId,
        authentication: { ...authentication, sessionNotOnOrAfter },
      })
      const item = await db.read(db.ephemeral, ephemeralKeys.login(signIn.handle))
      assert.equal(item?.['expiresAt'], now + seconds)
    }
  })
})

describe('end', () => {
  test('ends sessions, with the event on the trace', async () => {
    const { signIn, subject } = await person()
    const ending = endingOf(signIn, subject, { sids: ['a', 'b'] })
    assert.equal(await signOuts.end(ending), undefined)
    const ended = { atMs: nowMs, issuedBefore: now }
    assert.deepEqual((await subjectOf(signIn))?.signedOut, { sessions: { a: ended, b: ended } })
    const { evt, ...trace } = (await storedTrace(ending)) ?? {}
    const { type, actor, at } = evt as Record<string, unknown>
    assert.deepEqual(
      [type, actor, at],
      ['latchkey.session.ended.v1', `idp:${signIn.idp.id}`, '2100-01-01T00:00:00.000Z'],
    )
    assert.deepEqual(
      [trace['userId'], trace['sids'], trace['endedBy'], trace['kind']],
      [subject.userId, ['a', 'b'], 'identity-provider', 'logout'],
    )
    const key = ephemeralKeys.logout(ending.seen?.handle ?? '')
    assert.deepEqual(await db.read(db.ephemeral, key), { ...key, expiresAt: now + 420 + 3600 })
  })

  test('ends on top of what ended before, also where that was not read', async () => {
    const { signIn, subject } = await person()
    assert.equal(await signOuts.end(endingOf(signIn, subject, { sids: ['a'] })), undefined)
    assert.equal(await signOuts.end(endingOf(signIn, subject, { sids: undefined })), undefined)
    const third = endingOf(signIn, await subjectOf(signIn), { sids: ['b'] })
    assert.equal(await signOuts.end(third), undefined)
    const signedOut = (await subjectOf(signIn))?.signedOut
    assert.deepEqual(new Set(Object.keys(signedOut?.sessions ?? {})), new Set(['a', 'b']))
    assert.deepEqual(signedOut?.all, { atMs: nowMs, issuedBefore: now })
  })

  test('keeps what it ended through the next sign-in with another profile', async () => {
    const { signIn, subject } = await person()
    await signOuts.end(endingOf(signIn, subject))
    const profile = { ...signIn.profile, givenName: 'Augusta' }
    const next = newSignIn({
      idp: signIn.idp,
      profile,
      nameId: signIn.authentication.nameId.value,
    })
    const known = { userId: subject.userId, orgId: subject.orgId, profile: signIn.profile }
    const signIns = dynamoSignIns(db.directory, db.ephemeral)
    assert.equal(await signIns.completeKnown(next, known), undefined)
    assert.ok((await subjectOf(signIn))?.signedOut?.sessions?.['a'])
  })

  test('takes a message once', async () => {
    const { signIn, subject } = await person()
    const ending = endingOf(signIn, subject)
    assert.equal(await signOuts.end(ending), undefined)
    const again = { ...ending, sids: ['b'], trace: traceOf(signIn) }
    assert.equal(await signOuts.end(again), 'replayed')
    assert.equal(await storedTrace(again), undefined)
    assert.deepEqual(Object.keys((await subjectOf(signIn))?.signedOut?.sessions ?? {}), ['a'])
  })

  test('is done once where the answer gets lost', async () => {
    const { signIn, subject } = await person()
    const ending = endingOf(signIn, subject)
    using struck = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    assert.equal(await signOuts.end(ending), undefined)
    assert.equal(struck.bodies.length, 2)
    assert.ok(await storedTrace(ending))
  })

  test('tells no event where nothing ends', async () => {
    const { signIn } = await person()
    const ending = endingOf(signIn, undefined)
    assert.equal(await signOuts.end(ending), undefined)
    const trace = await storedTrace(ending)
    assert.ok(trace && !('evt' in trace) && !('userId' in trace))
  })

  test('leaves another person alone who has come to that key meanwhile', async () => {
    const { signIn, subject } = await person()
    const stranger = { ...subject, userId: `usr_${'0'.repeat(32)}` as const }
    const ending = endingOf(signIn, stranger)
    assert.equal(await signOuts.end(ending), undefined)
    assert.equal((await subjectOf(signIn))?.signedOut, undefined)
    assert.ok(!('evt' in ((await storedTrace(ending)) ?? {})))
  })
})

describe('takeAnswer', () => {
  const requested = async () => {
    const { signIn } = await person()
    const requestId = newMessageId()
    const outstanding = {
      requestId,
      idpId: signIn.idp.id,
      product: 'meetings',
      validUntil: now + 600,
      isAnswered: false,
    }
    await signOuts.end(endingOf(signIn, undefined, { outstanding }))
    return { signIn, requestId }
  }

  test('gives an answer to one of many callers', async () => {
    const { signIn, requestId } = await requested()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => signOuts.takeAnswer(requestId, traceOf(signIn))),
    )
    assert.equal(answers.filter(Boolean).length, 1)
    const { outstanding } = await signOuts.find({
      issuerKey: 'none',
      logoutHandle: logoutHandle(requestId),
    })
    assert.equal(outstanding?.isAnswered, true)
  })

  test('gives it also where the first answer of the table gets lost', async () => {
    const { signIn, requestId } = await requested()
    using struck = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    assert.equal(await signOuts.takeAnswer(requestId, traceOf(signIn)), true)
    assert.equal(struck.bodies.length, 2)
  })

  test('gives none to what was never asked', async () => {
    const { signIn } = await person()
    assert.equal(await signOuts.takeAnswer(newMessageId(), traceOf(signIn)), false)
  })
})
