import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { issuerKeysOf } from '#shared/idps/issuers.ts'
import { issuerKey } from '#shared/sign-in/subject-key.ts'
import { provider as idp } from '#test/shared/sign-in/example.ts'

const shared = issuerKey('shared', idp.entityId)
const own = issuerKey(idp.orgId, idp.entityId)
const publicUrl = 'https://signin.example'

describe('issuerKeysOf', () => {
  test('are one, or two while a provider knows us by other identifiers', () => {
    assert.deepEqual(issuerKeysOf(idp), [shared])
    const switched = { ...idp, identifiers: 'organization' as const }
    assert.deepEqual(issuerKeysOf(switched), [own])
    const knownAs = { publicUrl, identifiers: 'shared' } as const
    assert.deepEqual(issuerKeysOf({ ...switched, knownAs }), [own, shared])
    assert.deepEqual(issuerKeysOf({ ...idp, knownAs }), [shared])
  })
})
