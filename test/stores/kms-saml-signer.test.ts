import assert from 'node:assert/strict'
import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { kmsPublicKey } from '#shared/aws/kms-jwt-signer.ts'
import { kmsSamlSigner } from '#shared/aws/kms-saml-signer.ts'
import { runningStack } from '#test/flows/running-stack.ts'
import { strike } from './strike.ts'

let stack: Awaited<ReturnType<typeof runningStack>>['stack']
let keyArn: string
before(async () => {
  stack = (await runningStack()).stack
  keyArn = String(stack.environmentOf('saml-login')['SAML_SIGNING_KEY_ARNS']).split(',')[0] ?? ''
})

describe('kmsSamlSigner', () => {
  for (const length of [0, 1, 4096, 4097, 100_000]) {
    test(`signs ${length} bytes by RSASSA-PKCS1-v1_5 and SHA-256`, async () => {
      const bytes = randomBytes(length)
      const signature = await kmsSamlSigner(keyArn)(bytes)
      const spki = Buffer.from(await kmsPublicKey(keyArn))
      const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
      assert.ok(verify('sha256', bytes, key, signature))
    })
  }

  test('does not send the message itself', async () => {
    using asked = strike(stack, 'Sign')
    await kmsSamlSigner(keyArn)(Buffer.from('a message that names a person'))
    assert.equal(asked.bodies[0]?.['MessageType'], 'DIGEST')
    assert.equal(Buffer.from(String(asked.bodies[0]['Message']), 'base64').length, 32)
  })

  test('throws for a key that is not there', async () => {
    const missing = keyArn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000')
    await assert.rejects(kmsSamlSigner(missing)(Buffer.from('x')), { name: 'NotFoundException' })
  })
})
