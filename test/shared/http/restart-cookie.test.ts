import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seeOther } from '#shared/http/respond.ts'
import { readRestarts, withRestarts } from '#shared/http/restart-cookie.ts'

const answer = seeOther('https://idp.example/')
const cookieOf = (restarts: number) => withRestarts(answer, restarts).cookies?.[0] ?? ''

describe('the cookie that counts restarts', () => {
  test('is read as it was set', () => {
    const [pair = ''] = cookieOf(2).split(';')
    assert.equal(readRestarts({ cookies: ['other=1', pair] }), 2)
  })

  test('comes back with the post of a provider, and to nobody else', () => {
    assert.match(cookieOf(1), /^__Host-/)
    for (const attribute of ['Secure', 'HttpOnly', 'SameSite=None', 'Path=/', 'Max-Age=120']) {
      assert.ok(cookieOf(1).split('; ').includes(attribute), attribute)
    }
  })

  test('goes when somebody has signed in', () => {
    assert.match(cookieOf(0), /Max-Age=0/)
  })

  for (const value of ['', 'x', '-1', '10', '1.5']) {
    test(`counts nothing where it says "${value}"`, () => {
      const name = cookieOf(1).split('=')[0]
      assert.equal(readRestarts({ cookies: [`${name}=${value}`] }), 0)
      assert.equal(readRestarts({ cookies: [] }), 0)
    })
  }
})
