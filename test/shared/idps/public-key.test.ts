import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { publicKeyOf } from '#shared/idps/public-key.ts'

const newSpki = () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
}

describe('publicKeyOf', () => {
  test('decodes a key, once', () => {
    const spki = newSpki()
    const key = publicKeyOf(spki)
    assert.equal(key.export({ type: 'spki', format: 'der' }).toString('base64'), spki)
    assert.equal(publicKeyOf(spki), key)
  })

  test('answers the right key also when it has seen more than it keeps', () => {
    for (const spki of Array.from({ length: 501 }, newSpki)) {
      const key = publicKeyOf(spki)
      assert.equal(key.export({ type: 'spki', format: 'der' }).toString('base64'), spki)
    }
  })

  test('throws for what is no key', () => {
    assert.throws(() => publicKeyOf('aGVsbG8='))
  })
})
