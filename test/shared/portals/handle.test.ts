import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newOrgId, newSsoTokenId, newUserId, orgOfSsoToken } from '#shared/ids.ts'
import { newPortalHandle, placeOf } from '#shared/portals/handle.ts'
import { issueLoginToken, readLoginToken } from '#shared/tokens/login-token.ts'

test('a handle says whose organization, user and SSO token it is of', () => {
  const orgId = newOrgId()
  const place = { orgId, userId: newUserId(), ssoTokenId: newSsoTokenId(orgId) }
  assert.equal(orgOfSsoToken(place.ssoTokenId), orgId)
  const handle = newPortalHandle(place)
  assert.deepEqual(placeOf(handle), place)
  assert.equal(readLoginToken(issueLoginToken(handle).token)?.handle, handle)
})

test('no two handles are the same', () => {
  const place = { userId: newUserId(), ssoTokenId: newSsoTokenId(newOrgId()) }
  const handles = Array.from({ length: 1000 }, () => newPortalHandle(place))
  assert.equal(new Set(handles).size, 1000)
})

test('whatever else is no place of anything, or one of that form', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{70,80}$/))
  fc.assert(
    fc.property(text, (handle) => {
      const place = placeOf(handle)
      if (!/^[\w-]{75}$/.test(handle)) return assert.equal(place, undefined)
      assert.match(place?.orgId ?? '', /^org_[0-9a-f]{32}$/)
      assert.match(place?.userId ?? '', /^usr_[0-9a-f]{32}$/)
      assert.match(place?.ssoTokenId ?? '', /^sso_[0-9a-f]{48}$/)
    }),
  )
})
