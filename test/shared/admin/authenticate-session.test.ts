import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Administrator } from '#shared/admin/administrator.ts'
import { authenticateSession, type SessionRequest } from '#shared/admin/authenticate-session.ts'
import {
  ada,
  claims,
  csrfToken,
  emergency,
  now,
  nowMs,
  orgId,
  publicUrl,
  sessionKey,
  signJwt,
  userId,
} from './session-example.ts'

const good: SessionRequest = {
  method: 'GET',
  jwt: signJwt(),
  csrfToken: undefined,
  origin: undefined,
}

/** @param user as the directory has them */
function authenticate(
  request: Partial<SessionRequest> = {},
  user: Administrator | undefined = ada,
  at = now,
) {
  const asked: string[] = []
  const administrators = {
    find: (...ids: readonly string[]) => {
      asked.push(...ids)
      return Promise.resolve(user)
    },
  }
  const ports = { sessionKey: () => Promise.resolve(sessionKey), administrators, publicUrl }
  const answer = authenticateSession(ports, { ...good, ...request }, at)
  return answer.then((result) => ({ result, asked }))
}

const nobody = undefined as Administrator | undefined

describe('authenticateSession', () => {
  test('answers whose session it is, and the role that they have now', async () => {
    for (const role of ['admin', 'reader'] as const) {
      const { result, asked } = await authenticate({}, { ...ada, role })
      assert.deepEqual(result, { ok: true, value: { id: claims.sid, orgId, userId, role } })
      assert.deepEqual(asked, [orgId, userId])
    }
  })

  test('lets an emergency reach what emergencies may, and readers not even that', async () => {
    const jwt = signJwt(emergency)
    const { result } = await authenticate({ jwt })
    assert.equal(result.ok && result.value.role, 'emergency')
    const reader = await authenticate({ jwt }, { ...ada, role: 'reader' })
    assert.deepEqual(reader.result, { ok: false, error: 'not_administrator' })
  })

  test('reads nobody where the browser has no session or none of ours', async () => {
    for (const jwt of [undefined, 'x.y.z', signJwt({ ...claims, aud: 'x' })]) {
      const { result, asked } = await authenticate({ jwt })
      assert.equal(result.ok, false)
      assert.deepEqual(asked, [])
    }
  })

  const users = [
    ['a user who is no more', nobody, 'user_unknown'],
    ['a suspended one', { ...ada, state: 'suspended' }, 'user_not_active'],
    ['an invited one', { ...ada, state: 'invited' }, 'user_not_active'],
    ['a deleted one', { ...ada, state: 'deleted' }, 'user_not_active'],
    ['a member', { ...ada, role: 'member' }, 'not_administrator'],
    ['one without any role', { ...ada, role: '' }, 'not_administrator'],
    ['one who signed out everywhere', { ...ada, sessionsFrom: nowMs + 1 }, 'signed_out'],
  ] as const
  for (const [name, user, error] of users) {
    test(`refuses ${name}`, async () => {
      const administrators = { find: () => Promise.resolve(user) }
      const ports = { sessionKey: () => Promise.resolve(sessionKey), administrators, publicUrl }
      const result = await authenticateSession(ports, good, now)
      assert.deepEqual(result, { ok: false, error })
    })
  }

  test('takes a session that began with or after the last sign-out everywhere', async () => {
    const { result } = await authenticate({}, { ...ada, sessionsFrom: nowMs })
    assert.equal(result.ok, true)
  })

  test('refuses one that has expired', async () => {
    const { result } = await authenticate({}, ada, now + 300)
    assert.deepEqual(result, { ok: false, error: 'jwt_expired' })
  })

  const origin = publicUrl
  const unsafe = [
    ['with the token', { csrfToken }, true],
    ['with the token, from our origin', { csrfToken, origin }, true],
    ['without the token', {}, false],
    [
      'with another token',
      { csrfToken: `${csrfToken.startsWith('x') ? 'y' : 'x'}${csrfToken.slice(1)}` },
      false,
    ],
    ['with the hash of the token', { csrfToken: claims.csrf }, false],
    ['from another origin', { csrfToken, origin: 'https://evil.example' }, false],
    [
      'from an origin that begins like ours',
      { csrfToken, origin: `${origin}.evil.example` },
      false,
    ],
    ['from an origin of another scheme', { csrfToken, origin: origin.replace('s:', ':') }, false],
    ['from an origin that hides', { csrfToken, origin: 'null' }, false],
    ['from our origin without the token', { origin }, false],
  ] as const
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    for (const [name, given, isTaken] of unsafe) {
      test(`${isTaken ? 'takes' : 'refuses'} ${method} ${name}`, async () => {
        const { result, asked } = await authenticate({ method, ...given })
        assert.equal(result.ok, isTaken)
        if (!result.ok) assert.equal(result.error, 'csrf')
        assert.equal(asked.length > 0, isTaken)
      })
    }
  }

  test('asks no token of what changes nothing', async () => {
    for (const method of ['GET', 'HEAD']) {
      assert.equal((await authenticate({ method })).result.ok, true)
    }
  })
})
