import assert from 'node:assert/strict'
import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import {
  type KmsUnderTest,
  kmsUnderTest,
  newKeyId,
  present,
  UNKNOWN_KEY_ID,
} from '#test/local/kms/kms-under-test.ts'

const SECRET = Buffer.from('a secret')
const CONTEXT = { organization: 'org_1', purpose: 'totp' }

const oaep = [
  ['RSAES_OAEP_SHA_1', 'sha1', 214],
  ['RSAES_OAEP_SHA_256', 'sha256', 190],
] as const

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(present(bytes)).toString()

describe('Encrypt, Decrypt and ReEncrypt', () => {
  let kms: KmsUnderTest
  let symmetric: string
  let rsa: string
  before(async () => {
    kms = await kmsUnderTest()
    symmetric = await newKeyId(kms.sdk)
    rsa = await newKeyId(kms.sdk, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
  })
  after(() => kms.stop())

  const encrypted = async (change = {}) => {
    const input = { KeyId: symmetric, Plaintext: SECRET, ...change }
    return present((await kms.sdk.encrypt(input)).CiphertextBlob)
  }

  test('Decrypt finds the key of a symmetric ciphertext by itself', async () => {
    const { CiphertextBlob, KeyId, EncryptionAlgorithm } = await kms.sdk.encrypt({
      KeyId: symmetric,
      Plaintext: SECRET,
    })
    assert.equal(EncryptionAlgorithm, 'SYMMETRIC_DEFAULT')
    const decrypted = await kms.sdk.decrypt({ CiphertextBlob })
    assert.equal(textOf(decrypted.Plaintext), 'a secret')
    assert.equal(decrypted.KeyId, KeyId)
    assert.equal(decrypted.EncryptionAlgorithm, 'SYMMETRIC_DEFAULT')
  })

  test('Encrypt never gives the same ciphertext twice', async () => {
    assert.notDeepEqual(await encrypted(), await encrypted())
  })

  test('Decrypt takes the encryption context in any order', async () => {
    const CiphertextBlob = await encrypted({ EncryptionContext: CONTEXT })
    const EncryptionContext = { purpose: 'totp', organization: 'org_1' }
    const { Plaintext } = await kms.sdk.decrypt({ CiphertextBlob, EncryptionContext })
    assert.equal(textOf(Plaintext), 'a secret')
  })

  const otherContexts: [string, Record<string, string>][] = [
    ['no context', {}],
    ['a part of the context', { organization: 'org_1' }],
    ['another value', { ...CONTEXT, organization: 'org_2' }],
    ['another case', { ...CONTEXT, organization: 'ORG_1' }],
    ['one pair more', { ...CONTEXT, more: '' }],
    ['one pair more, with a name every object knows', { ...CONTEXT, constructor: 'x' }],
    ['names and values swapped', { org_1: 'organization', totp: 'purpose' }],
  ]
  for (const [what, EncryptionContext] of otherContexts) {
    test(`Decrypt answers InvalidCiphertextException for ${what}`, async () => {
      const CiphertextBlob = await encrypted({ EncryptionContext: CONTEXT })
      await assert.rejects(kms.sdk.decrypt({ CiphertextBlob, EncryptionContext }), {
        name: 'InvalidCiphertextException',
      })
    })
  }

  test('Decrypt answers InvalidCiphertextException when any byte was altered', async () => {
    const ciphertext = await encrypted()
    const position = fc.nat({ max: ciphertext.length - 1 })
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 1, max: 255 }), async (index, mask) => {
        const CiphertextBlob = Buffer.from(ciphertext)
        CiphertextBlob[index] = present(CiphertextBlob[index]) ^ mask
        await assert.rejects(kms.sdk.decrypt({ CiphertextBlob }), {
          name: 'InvalidCiphertextException',
        })
      }),
    )
  })

  test('Decrypt answers InvalidCiphertextException for every beginning of a ciphertext', async () => {
    const ciphertext = await encrypted()
    for (let length = 1; length < ciphertext.length; length += 1) {
      const CiphertextBlob = ciphertext.subarray(0, length)
      await assert.rejects(kms.sdk.decrypt({ CiphertextBlob }), {
        name: 'InvalidCiphertextException',
      })
    }
  })

  test('Decrypt answers InvalidCiphertextException for any bytes it did not make', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 6144 }), async (bytes) => {
        await assert.rejects(kms.sdk.decrypt({ CiphertextBlob: Buffer.from(bytes) }), {
          name: 'InvalidCiphertextException',
        })
      }),
    )
  })

  test('Decrypt answers IncorrectKeyException when another key is named', async () => {
    const CiphertextBlob = await encrypted()
    const KeyId = await newKeyId(kms.sdk)
    await assert.rejects(kms.sdk.decrypt({ CiphertextBlob, KeyId }), {
      name: 'IncorrectKeyException',
    })
    const { Plaintext } = await kms.sdk.decrypt({ CiphertextBlob, KeyId: symmetric })
    assert.equal(textOf(Plaintext), 'a secret')
  })

  test('Decrypt answers NotFoundException when an unknown key is named', async () => {
    const CiphertextBlob = await encrypted()
    await assert.rejects(kms.sdk.decrypt({ CiphertextBlob, KeyId: UNKNOWN_KEY_ID }), {
      name: 'NotFoundException',
    })
  })

  test('Decrypt refuses while the key of the ciphertext is off', async () => {
    const KeyId = await newKeyId(kms.sdk)
    const CiphertextBlob = await encrypted({ KeyId })
    await kms.sdk.disableKey({ KeyId })
    await assert.rejects(kms.sdk.decrypt({ CiphertextBlob }), { name: 'DisabledException' })
    await kms.sdk.scheduleKeyDeletion({ KeyId })
    await assert.rejects(kms.sdk.decrypt({ CiphertextBlob }), { name: 'KMSInvalidStateException' })
  })

  test('Encrypt takes 1 to 4096 bytes', async () => {
    for (const size of [1, 4096]) {
      const CiphertextBlob = await encrypted({ Plaintext: Buffer.alloc(size) })
      const { Plaintext } = await kms.sdk.decrypt({ CiphertextBlob })
      assert.equal(Plaintext?.length, size)
    }
    const refusal = {
      name: 'ValidationException',
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: " +
        'Member must have length less than or equal to 4096',
    }
    await assert.rejects(encrypted({ Plaintext: Buffer.alloc(4097) }), refusal)
    await assert.rejects(encrypted({ Plaintext: Buffer.alloc(0) }), { name: 'ValidationException' })
  })

  for (const [EncryptionAlgorithm, oaepHash, limit] of oaep) {
    test(`Decrypt opens what node:crypto encrypted with ${EncryptionAlgorithm}`, async () => {
      const { PublicKey } = await kms.sdk.getPublicKey({ KeyId: rsa })
      const der = { key: Buffer.from(present(PublicKey)), format: 'der', type: 'spki' } as const
      const key = createPublicKey(der)
      const padding = constants.RSA_PKCS1_OAEP_PADDING
      const CiphertextBlob = publicEncrypt({ key, padding, oaepHash }, SECRET)
      const decrypted = await kms.sdk.decrypt({ CiphertextBlob, KeyId: rsa, EncryptionAlgorithm })
      assert.equal(textOf(decrypted.Plaintext), 'a secret')
      assert.equal(decrypted.EncryptionAlgorithm, EncryptionAlgorithm)
      assert.equal(decrypted.KeyId, `arn:aws:kms:us-east-1:000000000000:key/${rsa}`)
    })

    test(`Encrypt with ${EncryptionAlgorithm} takes up to ${limit} bytes`, async () => {
      const input = { KeyId: rsa, EncryptionAlgorithm }
      const CiphertextBlob = await encrypted({ ...input, Plaintext: Buffer.alloc(limit, 7) })
      const { Plaintext } = await kms.sdk.decrypt({ ...input, CiphertextBlob })
      assert.deepEqual(Buffer.from(present(Plaintext)), Buffer.alloc(limit, 7))
      await assert.rejects(encrypted({ ...input, Plaintext: Buffer.alloc(limit + 1) }), {
        name: 'ValidationException',
        message: `Algorithm ${EncryptionAlgorithm} and key spec RSA_2048 cannot encrypt data larger than ${limit} bytes.`,
      })
    })
  }

  test('Decrypt with RSA answers InvalidCiphertextException for another OAEP hash', async () => {
    const input = { KeyId: rsa, EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' } as const
    const CiphertextBlob = await encrypted(input)
    const other = { ...input, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256', CiphertextBlob } as const
    const name = 'InvalidCiphertextException'
    await assert.rejects(kms.sdk.decrypt(other), { name })
    await assert.rejects(kms.sdk.decrypt({ ...other, CiphertextBlob: SECRET }), { name })
  })

  test('RSA decryption needs a key id and takes no encryption context', async () => {
    const EncryptionAlgorithm = 'RSAES_OAEP_SHA_256'
    const name = 'ValidationException'
    const CiphertextBlob = await encrypted({ KeyId: rsa, EncryptionAlgorithm })
    await assert.rejects(kms.sdk.decrypt({ CiphertextBlob, EncryptionAlgorithm }), { name })
    const bound = { KeyId: rsa, EncryptionAlgorithm, EncryptionContext: CONTEXT } as const
    await assert.rejects(kms.sdk.decrypt({ ...bound, CiphertextBlob }), { name })
    await assert.rejects(encrypted(bound), { name })
  })

  test('Encrypt answers InvalidKeyUsageException for an algorithm or key of another kind', async () => {
    const signing = await newKeyId(kms.sdk, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const name = 'InvalidKeyUsageException'
    await assert.rejects(encrypted({ KeyId: rsa }), { name })
    await assert.rejects(encrypted({ EncryptionAlgorithm: 'RSAES_OAEP_SHA_1' }), { name })
    await assert.rejects(encrypted({ KeyId: signing }), { name, message: /not valid for Encrypt/ })
  })

  test('ReEncrypt moves a ciphertext to another key and context', async () => {
    const other = await newKeyId(kms.sdk)
    const moved = await kms.sdk.reEncrypt({
      CiphertextBlob: await encrypted({ EncryptionContext: CONTEXT }),
      SourceEncryptionContext: CONTEXT,
      DestinationKeyId: other,
      DestinationEncryptionContext: { purpose: 'moved' },
    })
    assert.equal(moved.SourceKeyId, `arn:aws:kms:us-east-1:000000000000:key/${symmetric}`)
    assert.equal(moved.KeyId, `arn:aws:kms:us-east-1:000000000000:key/${other}`)
    const { Plaintext } = await kms.sdk.decrypt({
      CiphertextBlob: moved.CiphertextBlob,
      KeyId: other,
      EncryptionContext: { purpose: 'moved' },
    })
    assert.equal(textOf(Plaintext), 'a secret')
  })

  test('ReEncrypt moves from RSA to a symmetric key', async () => {
    const algorithm = 'RSAES_OAEP_SHA_256'
    const moved = await kms.sdk.reEncrypt({
      CiphertextBlob: await encrypted({ KeyId: rsa, EncryptionAlgorithm: algorithm }),
      SourceKeyId: rsa,
      SourceEncryptionAlgorithm: algorithm,
      DestinationKeyId: symmetric,
    })
    assert.equal(moved.SourceEncryptionAlgorithm, algorithm)
    assert.equal(moved.DestinationEncryptionAlgorithm, 'SYMMETRIC_DEFAULT')
    const { Plaintext } = await kms.sdk.decrypt({ CiphertextBlob: moved.CiphertextBlob })
    assert.equal(textOf(Plaintext), 'a secret')
  })

  test('ReEncrypt refuses a wrong source context and an unknown destination', async () => {
    const CiphertextBlob = await encrypted({ EncryptionContext: CONTEXT })
    await assert.rejects(kms.sdk.reEncrypt({ CiphertextBlob, DestinationKeyId: symmetric }), {
      name: 'InvalidCiphertextException',
    })
    const nowhere = kms.sdk.reEncrypt({
      CiphertextBlob,
      SourceEncryptionContext: CONTEXT,
      DestinationKeyId: UNKNOWN_KEY_ID,
    })
    await assert.rejects(nowhere, { name: 'NotFoundException' })
  })
})
