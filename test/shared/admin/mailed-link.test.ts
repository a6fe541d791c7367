import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { issueLink, judgeLink, linkHandle, linkUrl } from '#shared/admin/mailed-link.ts'
import { orgId, userId } from './session-example.ts'

const now = 1_772_619_330
const issue = () => issueLink({ kind: 'sign-in', orgId, userId, endsAt: now + 1 })

describe('a mailed link', () => {
  test('is found by its token, which is not stored', () => {
    const { link, token } = issue()
    assert.equal(linkHandle(token), link.handle)
    assert.ok(!JSON.stringify(link).includes(token))
    assert.equal(
      linkUrl('https://a.example', token),
      `https://a.example/admin/sign-in/link?token=${token}`,
    )
  })

  for (const token of [undefined, '', 'x', 'x'.repeat(44), `${'x'.repeat(42)}=`]) {
    test(`is not looked for by ${token}`, () => {
      assert.equal(linkHandle(token), undefined)
    })
  }

  const { link } = issue()
  const cases = [
    ['there is none', undefined, now, 'link_unknown'],
    ['it is over', link, now + 1, 'link_expired'],
    ['it was used', { ...link, isUsed: true }, now, 'link_used'],
  ] as const
  for (const [name, found, at, error] of cases) {
    test(`opens nothing where ${name}`, () => {
      assert.deepEqual(judgeLink(found, at), { ok: false, error })
    })
  }

  test('opens what it is for until it is over', () => {
    assert.deepEqual(judgeLink(link, now), { ok: true, value: link })
  })
})
