import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isSameHash, newSecret, sha256 } from '#shared/secrets.ts'

describe('sha256', () => {
  test('is SHA-256 in base64url (FIPS 180-4, one-block message)', () => {
    const hex = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    assert.equal(Buffer.from(sha256('abc'), 'base64url').toString('hex'), hex)
    assert.match(sha256('abc'), /^[\w-]{43}$/)
  })
})

describe('newSecret', () => {
  test('has 256 bits, and others each time', () => {
    const secrets = Array.from({ length: 1000 }, newSecret)
    for (const secret of secrets) {
      assert.match(secret, /^[\w-]{43}$/)
      assert.equal(Buffer.from(secret, 'base64url').length, 32)
    }
    assert.equal(new Set(secrets).size, secrets.length)
  })
})

describe('isSameHash', () => {
  test('holds for the same text only', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀'), maxLength: 3 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(isSameHash(a, b), a === b)
      }),
    )
  })

  test('does not throw for texts of different length', () => {
    assert.equal(isSameHash('', 'a'), false)
    assert.equal(isSameHash('aa', 'é'), false)
  })
})
