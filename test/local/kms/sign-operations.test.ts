import assert from 'node:assert/strict'
import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { KeySpec, SignCommandInput, SigningAlgorithmSpec } from '@aws-sdk/client-kms'
import {
  type KmsUnderTest,
  kmsUnderTest,
  newKeyId,
  present,
} from '#test/local/kms/kms-under-test.ts'

const MESSAGE = Buffer.from('a message')

const pkcs1 = { padding: constants.RSA_PKCS1_PADDING }
const pss = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
}

const algorithms: [SigningAlgorithmSpec, KeySpec, string, object][] = [
  ['RSASSA_PKCS1_V1_5_SHA_256', 'RSA_2048', 'sha256', pkcs1],
  ['RSASSA_PKCS1_V1_5_SHA_384', 'RSA_2048', 'sha384', pkcs1],
  ['RSASSA_PKCS1_V1_5_SHA_512', 'RSA_2048', 'sha512', pkcs1],
  ['RSASSA_PSS_SHA_256', 'RSA_2048', 'sha256', pss],
  ['RSASSA_PSS_SHA_384', 'RSA_2048', 'sha384', pss],
  ['RSASSA_PSS_SHA_512', 'RSA_2048', 'sha512', pss],
  ['ECDSA_SHA_256', 'ECC_NIST_P256', 'sha256', {}],
  ['ECDSA_SHA_384', 'ECC_NIST_P384', 'sha384', {}],
  ['ECDSA_SHA_512', 'ECC_NIST_P521', 'sha512', {}],
]

describe('Sign and Verify', () => {
  let kms: KmsUnderTest
  const keyIds = new Map<KeySpec, string>()
  before(async () => {
    kms = await kmsUnderTest()
    const specs = ['RSA_2048', 'ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'] as const
    const made = specs.map(async (KeySpec) => {
      keyIds.set(KeySpec, await newKeyId(kms.sdk, { KeySpec, KeyUsage: 'SIGN_VERIFY' }))
    })
    await Promise.all(made)
  })
  after(() => kms.stop())

  const keyIdOf = (spec: KeySpec) => present(keyIds.get(spec))
  const publicKeyOf = async (spec: KeySpec): Promise<KeyObject> => {
    const { PublicKey } = await kms.sdk.getPublicKey({ KeyId: keyIdOf(spec) })
    return createPublicKey({ key: Buffer.from(present(PublicKey)), format: 'der', type: 'spki' })
  }

  for (const [SigningAlgorithm, spec, hash, padding] of algorithms) {
    test(`${SigningAlgorithm} signatures verify with node:crypto and with Verify`, async () => {
      const KeyId = keyIdOf(spec)
      const signed = await kms.sdk.sign({ KeyId, Message: MESSAGE, SigningAlgorithm })
      const Signature = present(signed.Signature)
      assert.equal(signed.KeyId, `arn:aws:kms:us-east-1:000000000000:key/${KeyId}`)
      assert.equal(signed.SigningAlgorithm, SigningAlgorithm)
      const key = await publicKeyOf(spec)
      assert.ok(verify(hash, MESSAGE, { key, ...padding }, Signature))
      const claim = { KeyId, SigningAlgorithm, Signature }
      const verified = await kms.sdk.verify({ ...claim, Message: MESSAGE })
      assert.equal(verified.SignatureValid, true)
      await assert.rejects(kms.sdk.verify({ ...claim, Message: Buffer.from('another') }), {
        name: 'KMSInvalidSignatureException',
      })
    })

    test(`${SigningAlgorithm} refuses a digest of the wrong length`, async () => {
      const message = `Digest is invalid length for algorithm ${SigningAlgorithm}.`
      const length = createHash(hash).digest().length
      for (const size of [length - 1, length + 1]) {
        const input: SignCommandInput = {
          KeyId: keyIdOf(spec),
          Message: Buffer.alloc(size),
          MessageType: 'DIGEST',
          SigningAlgorithm,
        }
        await assert.rejects(kms.sdk.sign(input), { name: 'ValidationException', message })
      }
    })
  }

  for (const [SigningAlgorithm, spec, hash, padding] of algorithms.slice(0, 3)) {
    test(`${SigningAlgorithm} signs and verifies a digest like its message`, async () => {
      const input = {
        KeyId: keyIdOf(spec),
        Message: createHash(hash).update(MESSAGE).digest(),
        MessageType: 'DIGEST',
        SigningAlgorithm,
      } as const
      const Signature = present((await kms.sdk.sign(input)).Signature)
      assert.ok(verify(hash, MESSAGE, { key: await publicKeyOf(spec), ...padding }, Signature))
      assert.equal((await kms.sdk.verify({ ...input, Signature })).SignatureValid, true)
      const other = { ...input, Message: createHash(hash).update('another').digest() }
      const name = 'KMSInvalidSignatureException'
      await assert.rejects(kms.sdk.verify({ ...other, Signature }), { name })
      await assert.rejects(kms.sdk.verify({ ...input, Signature: Buffer.alloc(256) }), { name })
    })
  }

  for (const [SigningAlgorithm, spec, hash] of algorithms.slice(3)) {
    test(`${SigningAlgorithm} asks for the message in place of a digest`, async () => {
      const input = {
        KeyId: keyIdOf(spec),
        Message: createHash(hash).update(MESSAGE).digest(),
        MessageType: 'DIGEST',
        SigningAlgorithm,
      } as const
      const refusal = { name: 'ValidationException', message: /send MessageType RAW/ }
      await assert.rejects(kms.sdk.sign(input), refusal)
      await assert.rejects(kms.sdk.verify({ ...input, Signature: MESSAGE }), refusal)
    })
  }

  test('Sign makes the RS256 signature of a JWT', async () => {
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
    const signingInput = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ sub: 'usr_1' })}`
    const { Signature } = await kms.sdk.sign({
      KeyId: keyIdOf('RSA_2048'),
      Message: Buffer.from(signingInput),
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    })
    const jwt = `${signingInput}.${Buffer.from(present(Signature)).toString('base64url')}`
    const [header, payload, signature] = jwt.split('.')
    const key = await publicKeyOf('RSA_2048')
    const signed = Buffer.from(`${header}.${payload}`)
    assert.ok(verify('sha256', signed, key, Buffer.from(present(signature), 'base64url')))
    assert.ok(!verify('sha256', MESSAGE, key, Buffer.from(present(signature), 'base64url')))
  })

  const refused: [string, Partial<SignCommandInput>, string][] = [
    [
      'an algorithm of another key spec',
      { SigningAlgorithm: 'ECDSA_SHA_256' },
      'InvalidKeyUsageException',
    ],
    ['an unknown algorithm', { SigningAlgorithm: 'RS256' as never }, 'ValidationException'],
    ['a message of 4097 bytes', { Message: Buffer.alloc(4097) }, 'ValidationException'],
    ['an empty message', { Message: Buffer.alloc(0) }, 'ValidationException'],
    ['an unknown message type', { MessageType: 'EXTERNAL_MU' }, 'ValidationException'],
    ['a dry run', { DryRun: true }, 'UnsupportedOperationException'],
  ]
  for (const [what, change, name] of refused) {
    test(`Sign refuses ${what}`, async () => {
      const input: SignCommandInput = {
        KeyId: keyIdOf('RSA_2048'),
        Message: MESSAGE,
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
        ...change,
      }
      await assert.rejects(kms.sdk.sign(input), { name })
    })
  }

  test('Sign takes a message of 4096 bytes', async () => {
    const { Signature } = await kms.sdk.sign({
      KeyId: keyIdOf('ECC_NIST_P256'),
      Message: Buffer.alloc(4096),
      SigningAlgorithm: 'ECDSA_SHA_256',
    })
    assert.ok(Signature)
  })

  test('Sign and Verify refuse keys of another usage', async () => {
    const KeyId = await newKeyId(kms.sdk, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
    const SigningAlgorithm = 'RSASSA_PKCS1_V1_5_SHA_256'
    const input = { KeyId, Message: MESSAGE, SigningAlgorithm } as const
    const arn = `arn:aws:kms:us-east-1:000000000000:key/${KeyId}`
    const refusal = (operation: string) => ({
      name: 'InvalidKeyUsageException',
      message: `${arn} key usage is ENCRYPT_DECRYPT which is not valid for ${operation}.`,
    })
    await assert.rejects(kms.sdk.sign(input), refusal('Sign'))
    await assert.rejects(kms.sdk.verify({ ...input, Signature: MESSAGE }), refusal('Verify'))
  })

  for (const [SigningAlgorithm, spec] of algorithms) {
    test(`Verify answers KMSInvalidSignatureException for ${SigningAlgorithm} garbage`, async () => {
      const input = { KeyId: keyIdOf(spec), Message: MESSAGE, SigningAlgorithm }
      for (const Signature of [Buffer.of(0), Buffer.alloc(256, 1), Buffer.alloc(6144, 0x30)]) {
        await assert.rejects(kms.sdk.verify({ ...input, Signature }), {
          name: 'KMSInvalidSignatureException',
        })
      }
    })
  }
})
