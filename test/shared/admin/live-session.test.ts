import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BreakGlass } from '#shared/admin/break-glass.ts'
import { claimsOf, extendSession, findLiveSession } from '#shared/admin/live-session.ts'
import { type AdminSession, beginSession, sessionCookieOf } from '#shared/admin/session.ts'
import type { SessionOwner, SessionStore } from '#shared/admin/session-ports.ts'
import { ada, now, nowMs, orgId, publicUrl, userId } from './session-example.ts'

const normal = beginSession({ orgId, userId, kind: 'normal', nowMs })
const login = { subjectKey: 'k', sid: 's', signedInAtMs: nowMs, assertedAt: now }
const bySso = beginSession({ orgId, userId, kind: 'normal', nowMs, login })
const emergency = beginSession({ orgId, userId, kind: 'emergency', nowMs, breakGlassId: 'bgl_1' })

const requested: BreakGlass = {
  ...{ id: 'bgl_1', orgId, state: 'requested', requestedBy: userId },
  ...{ requestedAt: now, requestEndsAt: now + 3600 },
}
const opened: BreakGlass = {
  ...requested,
  ...{ state: 'opened', approvedBy: 'usr_x', openedAt: now, openUntil: now + 1800 },
}

function storeOf(
  session: AdminSession | undefined,
  changes: Partial<SessionOwner> = {},
  extends_ = true,
): SessionStore {
  const never = () => Promise.reject(new Error('is not asked for'))
  const owner = { user: ada, organization: 'Acme', signedOut: undefined, breakGlass: undefined }
  return {
    find: (id) => Promise.resolve(session?.id === id ? session : undefined),
    findOwner: () => Promise.resolve({ ...owner, ...changes }),
    findPerson: never,
    create: never,
    extend: () => Promise.resolve(extends_),
    end: never,
    endAll: never,
  }
}

type Begun = typeof normal
const find = ({ session, secret }: Begun, changes?: Partial<SessionOwner>, at = nowMs) =>
  findLiveSession(storeOf(session, changes), sessionCookieOf(session, secret), at)

describe('findLiveSession', () => {
  test('answers whose session it is, with the role of now', async () => {
    const user = { ...ada, role: 'reader' }
    assert.deepEqual(await find(normal, { user }), {
      ok: true,
      value: { ...normal, user, role: 'reader', organization: 'Acme' },
    })
  })

  for (const cookie of [undefined, '', 'x', `ses_${'0'.repeat(32)}_short`]) {
    test(`finds none by ${cookie}`, async () => {
      const found = await findLiveSession(storeOf(normal.session), cookie, nowMs)
      assert.deepEqual(found, { ok: false, error: 'session_missing' })
    })
  }

  const gone = { ...ada, state: 'suspended' }
  const all = { all: { atMs: nowMs } }
  const refused: readonly (readonly [string, Begun, Partial<SessionOwner>, string])[] = [
    ['a user who is no more', normal, { user: undefined }, 'user_unknown'],
    ['a suspended one', normal, { user: gone }, 'user_not_active'],
    ['a member', normal, { user: { ...ada, role: 'member' } }, 'not_administrator'],
    [
      'one who signed out everywhere',
      normal,
      { user: { ...ada, sessionsFrom: nowMs + 1 } },
      'signed_out',
    ],
    ['one whom the provider signed out', bySso, { signedOut: all }, 'signed_out'],
    ['an emergency of nobody', emergency, {}, 'door_closed'],
    [
      'an emergency of others',
      emergency,
      { breakGlass: { ...opened, requestedBy: 'usr_y' } },
      'door_closed',
    ],
    [
      'an emergency that nobody approved',
      emergency,
      { breakGlass: { ...requested, requestEndsAt: now } },
      'door_closed',
    ],
    [
      'an emergency whose door has closed',
      emergency,
      { breakGlass: { ...opened, openUntil: now } },
      'door_closed',
    ],
    [
      'a reader at an open door',
      emergency,
      { breakGlass: opened, user: { ...ada, role: 'reader' } },
      'not_administrator',
    ],
  ]
  for (const [name, begun, owner, error] of refused) {
    test(`refuses ${name}`, async () => {
      assert.deepEqual(await find(begun, owner), { ok: false, error })
    })
  }

  test('takes no notice of a logout that its session did not come from', async () => {
    assert.equal((await find(normal, { signedOut: all })).ok, true)
    const before = { all: { atMs: nowMs - 1 } }
    assert.equal((await find(bySso, { signedOut: before })).ok, true)
  })

  test('tells of an emergency until when its door is open, or that it waits', async () => {
    const open = await find(emergency, { breakGlass: opened })
    assert.equal(open.ok && open.value.doorClosesAt, opened.openUntil)
    const approver: BreakGlass = { ...opened, requestedBy: 'usr_y', approvedBy: userId }
    assert.equal((await find(emergency, { breakGlass: approver })).ok, true)
    const waiting = await find(emergency, { breakGlass: requested })
    assert.ok(waiting.ok)
    assert.equal('doorClosesAt' in waiting.value, false)
  })
})

describe('claimsOf', () => {
  test('has none for an emergency that waits, and no longer ones than its door', () => {
    assert.equal(claimsOf(emergency, publicUrl, nowMs), undefined)
    const claims = claimsOf({ ...emergency, doorClosesAt: now + 7 }, publicUrl, nowMs)
    assert.deepEqual([claims?.kind, claims?.exp, claims?.until], ['emergency', now + 7, now + 7])
  })
})

describe('extendSession', () => {
  const live = { ...normal, user: ada, role: 'admin', organization: 'Acme' } as const

  test('gives an hour from now', async () => {
    const at = nowMs + 60_000
    const extended = await extendSession(storeOf(normal.session), live, at)
    assert.equal(extended.ok && extended.value.session.idleUntilMs, at + 3600_000)
  })

  test('fails where the session has ended this moment', async () => {
    const extended = await extendSession(storeOf(normal.session, {}, false), live, nowMs)
    assert.deepEqual(extended, { ok: false, error: 'session_unknown' })
  })
})
