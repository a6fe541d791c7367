import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { GenerateMacCommandInput } from '@aws-sdk/client-kms'
import {
  type KmsUnderTest,
  kmsUnderTest,
  newKeyId,
  present,
} from '#test/local/kms/kms-under-test.ts'

const Message = Buffer.from('a message')

describe('GenerateMac and VerifyMac', () => {
  let kms: KmsUnderTest
  before(async () => {
    kms = await kmsUnderTest()
  })
  after(() => kms.stop())

  const hmacKey = (bits: 224 | 256 | 384 | 512) =>
    newKeyId(kms.sdk, { KeySpec: `HMAC_${bits}`, KeyUsage: 'GENERATE_VERIFY_MAC' })

  for (const bits of [224, 256, 384, 512] as const) {
    const MacAlgorithm = `HMAC_SHA_${bits}` as const

    test(`${MacAlgorithm} verifies what it made and nothing else`, async () => {
      const KeyId = await hmacKey(bits)
      const made = await kms.sdk.generateMac({ KeyId, Message, MacAlgorithm })
      const Mac = present(made.Mac)
      assert.equal(Mac.length, bits / 8)
      assert.equal(made.KeyId, `arn:aws:kms:us-east-1:000000000000:key/${KeyId}`)
      const claim = { KeyId, Message, MacAlgorithm, Mac }
      assert.equal((await kms.sdk.verifyMac(claim)).MacValid, true)
      const name = 'KMSInvalidMacException'
      const otherKey = { ...claim, KeyId: await hmacKey(bits) }
      await assert.rejects(kms.sdk.verifyMac({ ...claim, Message: Buffer.from('x') }), { name })
      await assert.rejects(kms.sdk.verifyMac({ ...claim, Mac: Mac.subarray(1) }), { name })
      await assert.rejects(kms.sdk.verifyMac(otherKey), { name })
    })
  }

  const refused: [string, Partial<GenerateMacCommandInput>, string][] = [
    ['an algorithm of another key', { MacAlgorithm: 'HMAC_SHA_512' }, 'InvalidKeyUsageException'],
    ['an unknown algorithm', { MacAlgorithm: 'HS256' as never }, 'ValidationException'],
    ['a message of 4097 bytes', { Message: Buffer.alloc(4097) }, 'ValidationException'],
    ['an empty message', { Message: Buffer.alloc(0) }, 'ValidationException'],
  ]
  for (const [what, change, name] of refused) {
    test(`GenerateMac and VerifyMac refuse ${what}`, async () => {
      const KeyId = await hmacKey(256)
      const input: GenerateMacCommandInput = {
        KeyId,
        Message,
        MacAlgorithm: 'HMAC_SHA_256',
        ...change,
      }
      await assert.rejects(kms.sdk.generateMac(input), { name })
      await assert.rejects(kms.sdk.verifyMac({ ...input, Mac: Buffer.alloc(32) }), { name })
    })
  }

  test('GenerateMac refuses a key of another usage', async () => {
    const KeyId = await newKeyId(kms.sdk)
    await assert.rejects(kms.sdk.generateMac({ KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' }), {
      name: 'InvalidKeyUsageException',
      message: /key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac\.$/,
    })
  })
})
