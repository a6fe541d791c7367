import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { kmsJwtSigner, kmsPublicKey } from '#shared/aws/kms-jwt-signer.ts'
import { jwkOf, keyIdOf } from '#shared/tokens/jwks.ts'
import { runningStack } from '#test/flows/running-stack.ts'

let keyArn: string
before(async () => {
  const { stack } = await runningStack()
  keyArn = String(stack.environmentOf('jwks')['JWT_KEY_ARNS'])
})

describe('kmsJwtSigner', () => {
  test('signs what the public key verifies', async () => {
    const jwt = await kmsJwtSigner(keyArn)({ sub: 'usr_1', name: 'Ädä 😀' })
    const keys = createLocalJWKSet({ keys: [jwkOf(keyArn, await kmsPublicKey(keyArn))] })
    const { payload, protectedHeader } = await jwtVerify(jwt, keys, { algorithms: ['RS256'] })
    assert.deepEqual(payload, { sub: 'usr_1', name: 'Ädä 😀' })
    assert.deepEqual(protectedHeader, { alg: 'RS256', typ: 'JWT', kid: keyIdOf(keyArn) })
  })

  test('signs more than KMS takes for one digest or fits into a line', async () => {
    const name = 'x'.repeat(2000)
    const jwt = await kmsJwtSigner(keyArn)({ name })
    assert.match(jwt, /^[\w-]+\.[\w-]+\.[\w-]+$/)
    assert.equal(decodeProtectedHeader(jwt).alg, 'RS256')
  })

  test('throws for a key that is not there', async () => {
    const missing = keyArn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000')
    await assert.rejects(kmsJwtSigner(missing)({ sub: 'usr_1' }), { name: 'NotFoundException' })
    await assert.rejects(kmsPublicKey(missing), { name: 'NotFoundException' })
  })
})
