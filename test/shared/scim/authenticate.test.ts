import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newDirectoryId, newOrgId, newScimTokenId } from '#shared/ids.ts'
import type { FoundAccess } from '#shared/scim/access-ports.ts'
import { authenticate, isUseOld } from '#shared/scim/authenticate.ts'
import type { ScimToken } from '#shared/scim/directories/types.ts'
import type { Directory } from '#shared/scim/types.ts'
import { sha256 } from '#shared/secrets.ts'

const now = 1_772_619_330
const orgId = newOrgId()
const id = newDirectoryId(orgId)
const secretHash = sha256('secret')
const token: ScimToken = {
  ...{ id: newScimTokenId(), directoryId: id, orgId, secretHash },
  ...{ label: 'Entra', createdAt: 0, createdBy: 'test', expiresAt: now + 1 },
}
const directory: Directory = {
  ...{ id, orgId, name: 'Entra ID', state: 'active', cursorKey: 'key' },
  ...{ guard: { share: 20, atLeast: 20 }, createdAt: 0, revision: 1 },
}
const organization = { domains: ['acme.example'] }
const found: FoundAccess = { token, directory, organization }
const presented = { id: token.id, secretHash }

describe('authenticate', () => {
  test('lets a good token pass, with what it needs to know', () => {
    assert.deepEqual(authenticate(presented, found, { directory: id, now }), {
      ok: true,
      value: { caller: { directory, tokenId: token.id, domains: ['acme.example'] }, token },
    })
  })

  test('lets a token without an end pass', () => {
    const { expiresAt: _, ...endless } = token
    const read = { ...found, token: endless }
    assert.ok(authenticate(presented, read, { directory: id, now: 1e12 }).ok)
  })

  const other = newDirectoryId(orgId)
  const refused = [
    ['a token that there is not', { token: undefined }, 'token_unknown'],
    ['another secret', { token: { ...token, secretHash: sha256('other') } }, 'token_wrong'],
    ['the second that it ends', { token: { ...token, expiresAt: now } }, 'token_expired'],
    ['another directory', { token: { ...token, directoryId: other } }, 'directory_foreign'],
    ['an organization that is closed', { organization: undefined }, 'organization_closed'],
    ['a directory that was removed', { directory: undefined }, 'directory_unknown'],
    [
      'a wrong secret before anything else',
      { token: { ...token, secretHash: '' }, directory: undefined },
      'token_wrong',
    ],
  ] as const
  for (const [name, change, error] of refused) {
    test(`refuses ${name}`, () => {
      const answer = authenticate(presented, { ...found, ...change }, { directory: id, now })
      assert.deepEqual(answer, { ok: false, error })
    })
  }
})

describe('isUseOld', () => {
  const cases = [
    ['never', undefined, true],
    ['five minutes ago', now - 300, true],
    ['a second less ago', now - 299, false],
  ] as const
  for (const [name, lastUsedAt, isOld] of cases) {
    test(`is ${isOld} of a token that was used ${name}`, () => {
      assert.equal(
        isUseOld({ ...token, ...(lastUsedAt !== undefined && { lastUsedAt }) }, now),
        isOld,
      )
    })
  }
})
