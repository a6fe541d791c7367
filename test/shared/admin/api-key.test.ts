import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type ApiKey, authenticate, issueApiKey } from '#shared/admin/api-key.ts'
import { type ApiKeyId, newApiKeyId } from '#shared/ids.ts'

const now = 1_772_619_330
const id = newApiKeyId()
const { apiKey, secretHash } = issueApiKey(id)
const key: ApiKey = {
  id,
  orgId: 'org_00000000000000000000000000000001',
  role: 'admin',
  secretHash,
  label: 'CI',
  createdAt: now - 100,
}
const keys = (...known: ApiKey[]) => ({
  find: async (wanted: ApiKeyId) => known.find((one) => one.id === wanted),
})

describe('authenticate', () => {
  test('finds the key of a secret', async () => {
    assert.deepEqual(await authenticate(keys(key), apiKey, now), { ok: true, value: key })
  })

  test('takes a key until the second it expires', async () => {
    const expiring = { ...key, expiresAt: now + 1 }
    assert.ok((await authenticate(keys(expiring), apiKey, now)).ok)
    const late = await authenticate(keys(expiring), apiKey, now + 1)
    assert.deepEqual(late, { ok: false, error: 'key_expired' })
  })

  const another = issueApiKey(id).apiKey
  const refused = [
    ['nothing', undefined, [key], 'key_missing'],
    ['an empty text', '', [key], 'key_missing'],
    ['a product credential', apiKey.replace(/^key/, 'cred'), [key], 'key_missing'],
    ['a secret that is a character short', apiKey.slice(0, -1), [key], 'key_missing'],
    ['a secret with something behind it', `${apiKey}=`, [key], 'key_missing'],
    ['an id that nobody has', apiKey, [], 'key_unknown'],
    ['another secret of the same id', another, [key], 'key_wrong'],
    ['a key that is over, of the wrong secret', another, [{ ...key, expiresAt: 1 }], 'key_wrong'],
  ] as const
  for (const [name, presented, known, error] of refused) {
    test(`refuses ${name}`, async () => {
      assert.deepEqual(await authenticate(keys(...known), presented, now), { ok: false, error })
    })
  }
})

describe('issueApiKey', () => {
  test('makes a text that holds the id and 256 bits, and does not keep them', () => {
    assert.match(apiKey, new RegExp(`^${id}_[\\w-]{43}$`))
    assert.ok(!apiKey.includes(secretHash))
    assert.notEqual(issueApiKey(id).apiKey, apiKey)
  })
})
