import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  beginSession,
  csrfTokenOf,
  IDLE_MS,
  idleEnd,
  judgeSession,
  readSessionCookie,
  sessionClaims,
  sessionCookieOf,
} from '#shared/admin/session.ts'
import { sha256 } from '#shared/secrets.ts'
import { now, nowMs, orgId, publicUrl, userId } from './session-example.ts'

const HOUR_MS = 3600_000
const begin = () => beginSession({ orgId, userId, kind: 'normal', nowMs })

describe('beginSession', () => {
  test('makes an id and a secret of its own each time, and keeps the hash', () => {
    const [one, other] = [begin(), begin()]
    assert.notEqual(one.session.id, other.session.id)
    assert.notEqual(one.secret, other.secret)
    assert.equal(one.session.secretHash, sha256(one.secret))
    assert.ok(!JSON.stringify(one.session).includes(one.secret))
  })

  test('gives an hour without a sign of life, and twelve in any case', () => {
    const { session } = begin()
    assert.equal(session.idleUntilMs, nowMs + HOUR_MS)
    assert.equal(session.endsAtMs, nowMs + 12 * HOUR_MS)
  })

  test('ends earlier where it is told, never later', () => {
    const kind = 'emergency'
    const short = beginSession({ orgId, userId, kind, nowMs, endsAtMs: nowMs + 5 }).session
    assert.deepEqual([short.endsAtMs, short.idleUntilMs], [nowMs + 5, nowMs + 5])
    const long = beginSession({ orgId, userId, kind, nowMs, endsAtMs: nowMs + 99 * HOUR_MS })
    assert.equal(long.session.endsAtMs, nowMs + 12 * HOUR_MS)
  })
})

describe('idleEnd', () => {
  test('is an hour from now, and not after the end', () => {
    assert.equal(idleEnd('normal', nowMs, nowMs + 9 * HOUR_MS), nowMs + IDLE_MS)
    assert.equal(idleEnd('normal', nowMs, nowMs + 7), nowMs + 7)
  })
})

describe('readSessionCookie', () => {
  test('reads what sessionCookieOf wrote', () => {
    const { session, secret } = begin()
    const read = readSessionCookie(sessionCookieOf(session, secret))
    assert.deepEqual(read, { id: session.id, secret })
  })

  const id = `ses_${'0'.repeat(32)}`
  for (const text of [undefined, '', id, `${id}_`, `${id}_${'x'.repeat(42)}`, `usr_${id}`]) {
    test(`finds none in ${text}`, () => {
      assert.equal(readSessionCookie(text), undefined)
    })
  }
})

describe('judgeSession', () => {
  const { session, secret } = begin()
  const presented = { id: session.id, secret }

  test('takes the session with its secret, until the last millisecond', () => {
    assert.deepEqual(judgeSession(session, presented, nowMs), { ok: true, value: session })
    assert.equal(judgeSession(session, presented, session.idleUntilMs - 1).ok, true)
  })

  const refused = [
    ['none', undefined, secret, nowMs, 'session_unknown'],
    ['another secret', session, 'x'.repeat(43), nowMs, 'session_wrong'],
    ['an hour without a refresh', session, secret, nowMs + HOUR_MS, 'session_idle'],
    ['one past its end', session, secret, nowMs + 12 * HOUR_MS, 'session_over'],
  ] as const
  for (const [name, stored, given, at, error] of refused) {
    test(`refuses ${name}`, () => {
      const judged = judgeSession(stored, { id: session.id, secret: given }, at)
      assert.deepEqual(judged, { ok: false, error })
    })
  }
})

describe('sessionClaims', () => {
  test('are good for five minutes, and name the CSRF token by hash only', () => {
    const { session, secret } = begin()
    const claims = sessionClaims(session, { secret, issuer: publicUrl, nowMs })
    assert.deepEqual(claims, {
      iss: publicUrl,
      aud: 'latchkey-admin',
      sub: userId,
      org: orgId,
      sid: session.id,
      iat: now,
      exp: now + 300,
      began: nowMs,
      csrf: sha256(csrfTokenOf(secret)),
      kind: 'normal',
    })
  })

  test('end with the session and with the door', () => {
    const { session, secret } = begin()
    const nearEnd = { secret, issuer: publicUrl, nowMs: session.endsAtMs - 10_000 }
    assert.equal(sessionClaims(session, nearEnd).exp, Math.floor(session.endsAtMs / 1000))
    const door = sessionClaims(session, { secret, issuer: publicUrl, nowMs, doorClosesAt: now + 9 })
    assert.deepEqual([door.exp, door.until], [now + 9, now + 9])
  })
})

test('the CSRF token is not the secret, and each secret has its own', () => {
  assert.notEqual(csrfTokenOf('a'), csrfTokenOf('b'))
  assert.equal(csrfTokenOf('a').length, 43)
})
