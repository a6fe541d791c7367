import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  cookieNames,
  cookieOf,
  jwtCookie,
  noSession,
  readCookie,
} from '#shared/http/session-cookies.ts'

const pairOf = (cookie: string) => cookie.split(';')[0] ?? ''

describe('cookies of administrators', () => {
  for (const cookie of ['jwt', 'session', 'link', 'signIn'] as const) {
    test(`${cookie} is read as it was set`, () => {
      const cookies = ['other=1', pairOf(cookieOf(cookie, 'a_b-c.d', 60))]
      assert.equal(readCookie({ cookies }, cookie), 'a_b-c.d')
    })

    test(`${cookie} is of this host alone, over TLS, and for no script`, () => {
      const attributes = cookieOf(cookie, 'x', 60).split('; ')
      assert.match(cookieNames[cookie], /^__Host-latchkey-/)
      for (const one of ['Secure', 'HttpOnly', 'Path=/', 'Max-Age=60']) {
        assert.ok(attributes.includes(one), one)
      }
      assert.ok(attributes.includes(`SameSite=${cookie === 'signIn' ? 'Lax' : 'Strict'}`))
      assert.ok(!attributes.some((one) => one.startsWith('Domain')))
    })
  }

  test('is none where there are two of a name: one of them is not ours', () => {
    const cookies = [1, 2].map((value) => `${cookieNames.session}=${value}`)
    assert.equal(readCookie({ cookies }, 'session'), undefined)
    assert.equal(readCookie({ cookies: [] }, 'session'), undefined)
  })

  test('is not found under a name that only begins like it', () => {
    assert.equal(readCookie({ cookies: [`${cookieNames.jwt}x=1`] }, 'jwt'), undefined)
  })

  test('goes with a lifetime that is over', () => {
    for (const cookie of noSession()) assert.match(cookie, /^__Host-latchkey-\w+=; Max-Age=0;/)
    assert.equal(noSession().length, 2)
    assert.match(cookieOf('session', 'x', -5), /Max-Age=0/)
    assert.match(cookieOf('session', 'x', 1.9), /Max-Age=1;/)
  })

  test('lives as long as the JWT in it', () => {
    assert.match(jwtCookie('a.b.c'), /^__Host-latchkey-admin=a\.b\.c; Max-Age=300;/)
  })
})
