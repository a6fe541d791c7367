import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { DataKeyPairSpec, GenerateDataKeyCommandInput } from '@aws-sdk/client-kms'
import {
  type KmsUnderTest,
  kmsUnderTest,
  newKeyId,
  present,
} from '#test/local/kms/kms-under-test.ts'

const EncryptionContext = { purpose: 'jwt' }

const spkiOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })

describe('data key operations', () => {
  let kms: KmsUnderTest
  let KeyId: string
  before(async () => {
    kms = await kmsUnderTest()
    KeyId = await newKeyId(kms.sdk)
  })
  after(() => kms.stop())

  const sizes: [string, Partial<GenerateDataKeyCommandInput>, number][] = [
    ['AES_128', { KeySpec: 'AES_128' }, 16],
    ['AES_256', { KeySpec: 'AES_256' }, 32],
    ['1 byte', { NumberOfBytes: 1 }, 1],
    ['1024 bytes', { NumberOfBytes: 1024 }, 1024],
  ]
  for (const [what, size, length] of sizes) {
    test(`GenerateDataKey makes ${what} that Decrypt gives back`, async () => {
      const made = await kms.sdk.generateDataKey({ KeyId, ...size, EncryptionContext })
      assert.equal(made.Plaintext?.length, length)
      assert.equal(made.KeyId, `arn:aws:kms:us-east-1:000000000000:key/${KeyId}`)
      const { CiphertextBlob } = made
      const { Plaintext } = await kms.sdk.decrypt({ CiphertextBlob, EncryptionContext })
      assert.deepEqual(Plaintext, made.Plaintext)
      await assert.rejects(kms.sdk.decrypt({ CiphertextBlob }), {
        name: 'InvalidCiphertextException',
      })
    })
  }

  const wrongSizes: [string, Partial<GenerateDataKeyCommandInput>][] = [
    ['no size', {}],
    ['two sizes', { KeySpec: 'AES_256', NumberOfBytes: 32 }],
    ['0 bytes', { NumberOfBytes: 0 }],
    ['1025 bytes', { NumberOfBytes: 1025 }],
    ['an unknown spec', { KeySpec: 'AES_512' as never }],
  ]
  for (const [what, size] of wrongSizes) {
    test(`GenerateDataKey and its form without plaintext refuse ${what}`, async () => {
      const input = { KeyId, ...size }
      const name = 'ValidationException'
      await assert.rejects(kms.sdk.generateDataKey(input), { name })
      await assert.rejects(kms.sdk.generateDataKeyWithoutPlaintext(input), { name })
    })
  }

  test('GenerateDataKeyWithoutPlaintext gives the wrapped key only', async () => {
    const made = await kms.sdk.generateDataKeyWithoutPlaintext({ KeyId, KeySpec: 'AES_256' })
    assert.ok(!('Plaintext' in made))
    const { Plaintext } = await kms.sdk.decrypt({ CiphertextBlob: made.CiphertextBlob })
    assert.equal(Plaintext?.length, 32)
  })

  const pairs: [DataKeyPairSpec, string][] = [
    ['RSA_2048', 'rsa'],
    ['RSA_3072', 'rsa'],
    ['ECC_NIST_P256', 'ec'],
    ['ECC_NIST_P384', 'ec'],
    ['ECC_NIST_P521', 'ec'],
  ]
  for (const [KeyPairSpec, type] of pairs) {
    test(`GenerateDataKeyPair makes a ${KeyPairSpec} pair that Decrypt gives back`, async () => {
      const made = await kms.sdk.generateDataKeyPair({ KeyId, KeyPairSpec, EncryptionContext })
      const { Plaintext } = await kms.sdk.decrypt({
        CiphertextBlob: made.PrivateKeyCiphertextBlob,
        EncryptionContext,
      })
      assert.deepEqual(Plaintext, made.PrivateKeyPlaintext)
      const der = { key: Buffer.from(present(Plaintext)), format: 'der', type: 'pkcs8' } as const
      const privateKey = createPrivateKey(der)
      assert.equal(privateKey.asymmetricKeyType, type)
      const publicKey = Buffer.from(present(made.PublicKey))
      assert.deepEqual(spkiOf(createPublicKey(privateKey)), publicKey)
      assert.equal(made.KeyPairSpec, KeyPairSpec)
    })
  }

  test('GenerateDataKeyPairWithoutPlaintext gives the wrapped private key only', async () => {
    const KeyPairSpec = 'ECC_NIST_P256'
    const made = await kms.sdk.generateDataKeyPairWithoutPlaintext({ KeyId, KeyPairSpec })
    assert.ok(!('PrivateKeyPlaintext' in made))
    const { Plaintext } = await kms.sdk.decrypt({ CiphertextBlob: made.PrivateKeyCiphertextBlob })
    const der = { key: Buffer.from(present(Plaintext)), format: 'der', type: 'pkcs8' } as const
    const publicKey = Buffer.from(present(made.PublicKey))
    assert.deepEqual(spkiOf(createPublicKey(createPrivateKey(der))), publicKey)
  })

  test('data keys are wrapped by symmetric keys only', async () => {
    const rsa = await newKeyId(kms.sdk, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
    const hmac = await newKeyId(kms.sdk, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    const name = 'InvalidKeyUsageException'
    for (const KeyId of [rsa, hmac]) {
      const pair = { KeyId, KeyPairSpec: 'ECC_NIST_P256' } as const
      const key = { KeyId, KeySpec: 'AES_256' } as const
      await assert.rejects(kms.sdk.generateDataKey(key), { name })
      await assert.rejects(kms.sdk.generateDataKeyWithoutPlaintext(key), { name })
      await assert.rejects(kms.sdk.generateDataKeyPair(pair), { name })
      await assert.rejects(kms.sdk.generateDataKeyPairWithoutPlaintext(pair), { name })
    }
  })

  test('GenerateRandom gives as many bytes as asked, and other ones each time', async () => {
    const random = async () => (await kms.sdk.generateRandom({ NumberOfBytes: 32 })).Plaintext
    const [first, second] = [await random(), await random()]
    assert.equal(first?.length, 32)
    assert.notDeepEqual(first, second)
  })

  for (const NumberOfBytes of [undefined, 0, 1025]) {
    test(`GenerateRandom refuses ${NumberOfBytes} bytes`, async () => {
      await assert.rejects(kms.sdk.generateRandom({ NumberOfBytes }), {
        name: 'ValidationException',
      })
    })
  }
})
