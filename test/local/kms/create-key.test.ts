import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createKey } from '#local/kms/create-key.ts'
import { openKeyStore } from '#local/kms/key-store.ts'
import type { Kms } from '#local/kms/kms.ts'
import { present } from '#test/local/kms/kms-under-test.ts'

describe('createKey', () => {
  test('makes one key of several calls side by side for one id', async () => {
    const store = openKeyStore(undefined)
    const kms: Kms = { store, region: 'us-east-1', accountId: '000000000000', now: () => 0 }
    const wanted = {
      id: 'jwt',
      spec: 'ECC_NIST_P256',
      usage: 'SIGN_VERIFY',
      description: '',
    } as const
    const made = await Promise.all([1, 2, 3].map(() => createKey(kms, wanted)))
    const kept = present(store.key('jwt'))
    for (const answer of made) assert.ok(answer.ok && answer.value.material.equals(kept.material))
    assert.equal(store.keys().length, 1)
  })
})
