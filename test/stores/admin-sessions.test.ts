import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { BreakGlass } from '#shared/admin/break-glass.ts'
import { issueLink, type LinkKind } from '#shared/admin/mailed-link.ts'
import { beginSession } from '#shared/admin/session.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import { dynamoLinks, dynamoSentMails } from '#shared/aws/link-store.ts'
import { dynamoBreakGlass, dynamoLinkUse } from '#shared/aws/link-use.ts'
import { kmsSessionKey } from '#shared/aws/session-key.ts'
import { dynamoSessions } from '#shared/aws/session-store.ts'
import { newBreakGlassId, newMailId, newOrgId, newSessionId, newUserId } from '#shared/ids.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

/** Far ahead, as DynamoDB removes what its TTL says is over. */
const nowMs = 4_102_444_800_500
const now = 4_102_444_800

let db: Tables
before(async () => {
  db = await tables()
})
const sessions = () => dynamoSessions(db.directory, db.ephemeral)
const links = () => dynamoLinkUse(db.directory, db.ephemeral)
const emergencies = () => dynamoBreakGlass(db.directory, db.ephemeral)

async function newPerson(changes: object = {}) {
  const [orgId, userId] = [newOrgId(), newUserId()]
  const user = { userId, orgId, email: 'ada@acme.example', state: 'active', role: 'admin', rev: 1 }
  await db.put(db.directory, { ...directoryKeys.user(orgId, userId), ...user, ...changes })
  return { orgId, userId }
}

type Person = Awaited<ReturnType<typeof newPerson>>

async function newLink(person: Person, kind: LinkKind = 'sign-in', endsAt = now + 900) {
  const { link } = issueLink({ kind, ...person, endsAt })
  await dynamoLinks(db.ephemeral).save(link)
  return link
}
const newSession = (person: Person) => beginSession({ ...person, kind: 'normal', nowMs }).session

describe('a session', () => {
  test('is found as it was created, without its secret', async () => {
    const person = await newPerson()
    const login = { subjectKey: 'k', sid: 's', signedInAtMs: nowMs, assertedAt: now }
    const { session, secret } = beginSession({ ...person, kind: 'normal', nowMs, login })
    await sessions().create(session)
    assert.deepEqual(await sessions().find(session.id), session)
    const item = await db.read(db.ephemeral, ephemeralKeys.adminSession(session.id))
    assert.ok(!JSON.stringify(item).includes(secret))
    assert.ok(Number(item?.['expiresAt']) * 1000 > session.endsAtMs)
    assert.equal(await sessions().find(newSessionId()), undefined)
  })

  test('is extended while it lives, and not brought back once it has ended', async () => {
    const session = newSession(await newPerson())
    await sessions().create(session)
    assert.equal(await sessions().extend(session, nowMs + 9, nowMs), true)
    assert.equal((await sessions().find(session.id))?.idleUntilMs, nowMs + 9)
    assert.equal(await sessions().extend(session, nowMs + 9, session.endsAtMs), false)
    const stolen = { ...session, secretHash: 'x' }
    assert.equal(await sessions().extend(stolen, nowMs + 10, nowMs), false)
    await sessions().end(session.id)
    assert.equal(await sessions().extend(session, nowMs + 11, nowMs), false)
    assert.equal(await sessions().find(session.id), undefined)
    await sessions().end(session.id)
  })

  test('shows its user, what the provider ended, and the emergency it is of', async () => {
    const person = await newPerson({ sessionsFrom: 5, displayName: 'Ada' })
    await db.put(db.directory, { ...directoryKeys.organization(person.orgId), name: 'Acme' })
    const subjectKey = `k-${person.userId}`
    const signedOut = { all: { atMs: 7 } }
    await db.put(db.directory, { ...directoryKeys.subject(subjectKey), ...person, signedOut })
    const login = { subjectKey, sid: 's', signedInAtMs: nowMs, assertedAt: now }
    const { session } = beginSession({ ...person, kind: 'normal', nowMs, login })
    const owner = await sessions().findOwner(session)
    assert.deepEqual(owner.user, {
      ...person,
      ...{ email: 'ada@acme.example', displayName: 'Ada', state: 'active', role: 'admin' },
      sessionsFrom: 5,
    })
    assert.deepEqual([owner.organization, owner.signedOut], ['Acme', signedOut])
    assert.equal(owner.breakGlass, undefined)
    const bare = await sessions().findOwner(newSession(await newPerson()))
    assert.deepEqual([bare.organization, bare.signedOut], [undefined, undefined])
  })

  test('is named on the page of a link by address and organization, if there are both', async () => {
    const { orgId, userId } = await newPerson()
    assert.equal(await sessions().findPerson(orgId, userId), undefined)
    await db.put(db.directory, { ...directoryKeys.organization(orgId), name: 'Acme' })
    const person = await sessions().findPerson(orgId, userId)
    assert.deepEqual(person, { email: 'ada@acme.example', organization: 'Acme' })
    assert.equal(await sessions().findPerson(orgId, newUserId()), undefined)
  })

  test('is void from a moment that never goes back', async () => {
    const { orgId, userId } = await newPerson()
    const user = { orgId, userId, email: '', state: 'active' }
    const read = () => db.read(db.directory, directoryKeys.user(orgId, userId))
    await sessions().endAll(user, nowMs)
    const first = await read()
    assert.deepEqual([first?.['sessionsFrom'], first?.['rev']], [nowMs + 1, 2])
    await sessions().endAll(user, nowMs - 1000)
    assert.deepEqual(await read(), first)
    const nobody = { ...user, userId: newUserId() }
    await sessions().endAll(nobody, nowMs)
    assert.equal(await db.read(db.directory, directoryKeys.user(orgId, nobody.userId)), undefined)
  })
})

describe('a mailed link', () => {
  test('starts one session of fifty at once', async () => {
    const person = await newPerson()
    const link = await newLink(person)
    const all = Array.from({ length: 50 }, () => newSession(person))
    const errors = await Promise.all(all.map((session) => links().use(link, session, nowMs)))
    assert.equal(errors.filter((error) => error === undefined).length, 1)
    assert.equal(errors.filter((error) => error === 'link_used').length, 49)
    const found = await Promise.all(all.map(({ id }) => sessions().find(id)))
    assert.equal(found.filter((session) => session !== undefined).length, 1)
    assert.equal((await links().find(link.handle))?.isUsed, true)
  })

  const lost = [
    ['is suspended', { state: 'suspended' }],
    ['is invited', { state: 'invited' }],
    ['is a member', { role: 'member' }],
    ['has no role', { role: '' }],
  ] as const
  for (const [name, change] of lost) {
    test(`starts none for somebody who ${name}, and is not used up`, async () => {
      const person = await newPerson(change)
      const link = await newLink(person)
      const session = newSession(person)
      assert.equal(await links().use(link, session, nowMs), 'not_administrator')
      assert.equal(await sessions().find(session.id), undefined)
      assert.equal((await links().find(link.handle))?.isUsed, false)
    })
  }

  test('starts none for nobody, and none once it is over', async () => {
    const [orgId, userId] = [newOrgId(), newUserId()]
    const ofNobody = await newLink({ orgId, userId })
    const session = newSession({ orgId, userId })
    assert.equal(await links().use(ofNobody, session, nowMs), 'not_administrator')
    const person = await newPerson()
    const late = await newLink(person, 'sign-in', now)
    assert.equal(await links().use(late, newSession(person), nowMs), 'link_used')
    assert.equal(await links().find('x'), undefined)
  })

  test('starts its session once where the answer of the first attempt is lost', async () => {
    const person = await newPerson()
    const link = await newLink(person)
    const session = newSession(person)
    using _ = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    assert.equal(await links().use(link, session, nowMs), undefined)
    assert.deepEqual(await sessions().find(session.id), session)
  })
})

describe('an emergency', () => {
  const emergencyOf = (person: Person): BreakGlass => ({
    ...{ id: newBreakGlassId(nowMs), orgId: person.orgId, state: 'requested' },
    ...{ requestedBy: person.userId, requestedAt: now, requestEndsAt: now + 3600 },
  })
  const confirm = async (person: Person, before: BreakGlass | undefined, after: BreakGlass) => {
    const link = await newLink(person, 'break-glass')
    const change = { before, after, nowMs }
    return emergencies().confirm(link, newSession(person), change)
  }

  test('is kept as a record with event and mail, and found as the latest', async () => {
    const person = await newPerson()
    const after = emergencyOf(person)
    assert.equal(await emergencies().findCurrent(person.orgId), undefined)
    assert.equal(await confirm(person, undefined, after), undefined)
    assert.deepEqual(await emergencies().findCurrent(person.orgId), after)
    const record = await db.read(db.directory, directoryKeys.breakGlass(person.orgId, after.id))
    assert.equal(record?.['rev'], 1)
    assert.partialDeepStrictEqual(record, {
      evt: { type: 'latchkey.break-glass.requested.v1', actor: `user:${person.userId}` },
      mail: { kind: 'break-glass-notice', at: now },
    })
    const current = await db.read(db.directory, directoryKeys.currentBreakGlass(person.orgId))
    assert.deepEqual([current?.['evt'], current?.['mail']], [undefined, undefined])
  })

  test('of two that are made at once, one is told that it came second', async () => {
    const person = await newPerson()
    const outcomes = await Promise.all(
      [emergencyOf(person), emergencyOf(person)].map((one) => confirm(person, undefined, one)),
    )
    assert.deepEqual(new Set(outcomes), new Set([undefined, 'changed_meanwhile']))
  })

  test('is opened once of what was seen', async () => {
    const person = await newPerson()
    const before = emergencyOf(person)
    await confirm(person, undefined, before)
    const times = { openedAt: now, openUntil: now + 1800 }
    const after: BreakGlass = { ...before, state: 'opened', approvedBy: newUserId(), ...times }
    assert.equal(await confirm(person, before, after), undefined)
    assert.equal(await confirm(person, before, after), 'changed_meanwhile')
    assert.deepEqual(await emergencies().findCurrent(person.orgId), after)
    const owner = await sessions().findOwner({ ...newSession(person), breakGlassId: before.id })
    assert.deepEqual(owner.breakGlass, after)
    assert.equal(await confirm(person, after, after), undefined)
    assert.equal(await confirm(person, before, before), 'changed_meanwhile')
  })

  test('is nothing that readers ask for', async () => {
    const person = await newPerson({ role: 'reader' })
    assert.equal(await confirm(person, undefined, emergencyOf(person)), 'not_administrator')
    assert.equal(await emergencies().findCurrent(person.orgId), undefined)
  })
})

test('a mail that was sent is remembered for the one it went to', async () => {
  const sent = dynamoSentMails(db.ephemeral)
  const id = newMailId()
  assert.equal(await sent.has(id, 'a'), false)
  await sent.add(id, 'a', now)
  assert.deepEqual([await sent.has(id, 'a'), await sent.has(id, 'b')], [true, false])
})

test('the key of sessions is fetched once, and again where that failed', async () => {
  const { ADMIN_SESSION_KEY_ARN = '' } = db.stack.environmentOf('admin-sign-in')
  const key = kmsSessionKey(ADMIN_SESSION_KEY_ARN)
  {
    using _ = strike(db.stack, 'GetPublicKey', { fault: 'fail-before' })
    await assert.rejects(key())
  }
  using calls = strike(db.stack, 'GetPublicKey')
  const [one, other] = await Promise.all([key(), key()])
  assert.equal(one, other)
  assert.equal(await key(), one)
  assert.equal(calls.bodies.length, 1)
  assert.equal(one.publicKey.asymmetricKeyType, 'rsa')
})
