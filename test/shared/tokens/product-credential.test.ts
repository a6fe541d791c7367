import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { newCredentialId } from '#shared/ids.ts'
import { sha256 } from '#shared/secrets.ts'
import { issueCredential, readCredential } from '#shared/tokens/product-credential.ts'

describe('issueCredential', () => {
  test('makes a credential that reads back to its id and the hash of its secret', () => {
    const id = newCredentialId()
    const { credential, secretHash } = issueCredential(id)
    assert.deepEqual(readCredential(credential), { id, secretHash })
    assert.ok(!credential.includes(secretHash))
  })

  test('makes another secret each time', () => {
    const id = newCredentialId()
    const made = Array.from({ length: 100 }, () => issueCredential(id).credential)
    assert.equal(new Set(made).size, 100)
  })
})

describe('readCredential', () => {
  const id = `cred_${'0'.repeat(32)}`
  const secret = 'A'.repeat(43)

  test('takes a secret that begins or ends with the separator', () => {
    for (const odd of [`_${secret.slice(1)}`, `${secret.slice(1)}_`, '_'.repeat(43)]) {
      assert.deepEqual(readCredential(`${id}_${odd}`), { id, secretHash: sha256(odd) })
    }
  })

  const refused = [
    ['nothing', ''],
    ['an id alone', id],
    ['no secret', `${id}_`],
    ['no id', `_${secret}`],
    ['another kind of id', `org_${'0'.repeat(32)}_${secret}`],
    ['an id in capitals', `cred_${'A'.repeat(32)}_${secret}`],
    ['a short id', `cred_${'0'.repeat(31)}_${secret}`],
    ['a long id', `cred_${'0'.repeat(33)}_${secret}`],
    ['a short secret', `${id}_${secret.slice(1)}`],
    ['a long secret', `${id}_${secret}A`],
    ['a key separator in the id', `cred_${'0'.repeat(31)}#_${secret}`],
    ['a line break at the end', `${id}_${secret}\n`],
    ['a space before', ` ${id}_${secret}`],
    ['a login token', `${secret}.${secret}`],
  ] as const
  for (const [name, credential] of refused) {
    test(`refuses ${name}`, () => {
      assert.equal(readCredential(credential), undefined)
    })
  }

  test('takes nothing but an id and a secret, whatever the input', () => {
    const hex = fc.string({
      unit: fc.constantFrom('0', 'f', '_', 'F'),
      minLength: 31,
      maxLength: 33,
    })
    const end = fc.string({
      unit: fc.constantFrom('a', '-', '_', '.'),
      minLength: 42,
      maxLength: 44,
    })
    const text = fc.oneof(
      fc.tuple(hex, end).map(([left, right]) => `cred_${left}_${right}`),
      fc.string(),
    )
    fc.assert(
      fc.property(text, (credential) => {
        const read = readCredential(credential)
        if (!read) return
        assert.match(credential, /^cred_[0-9a-f]{32}_[\w-]{43}$/)
        assert.equal(read.id, credential.slice(0, 37))
        assert.equal(read.secretHash, sha256(credential.slice(38)))
      }),
      { numRuns: 2000 },
    )
  })
})
