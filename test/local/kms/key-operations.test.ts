import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { CreateKeyCommandInput, KeySpec, KeyUsageType } from '@aws-sdk/client-kms'
import { paginateListKeys } from '@aws-sdk/client-kms'
import {
  type KmsUnderTest,
  kmsUnderTest,
  newKeyId,
  present,
  UNKNOWN_KEY_ID,
} from '#test/local/kms/kms-under-test.ts'

const OAEP = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256']
const RSA_SIGNING = ['PKCS1_V1_5', 'PSS'].flatMap((scheme) =>
  [256, 384, 512].map((bits) => `RSASSA_${scheme}_SHA_${bits}`),
)

const specs: [KeySpec, KeyUsageType, string[]][] = [
  ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', ['SYMMETRIC_DEFAULT']],
  ['RSA_2048', 'ENCRYPT_DECRYPT', OAEP],
  ['RSA_2048', 'SIGN_VERIFY', RSA_SIGNING],
  ['RSA_3072', 'SIGN_VERIFY', RSA_SIGNING],
  ['RSA_4096', 'ENCRYPT_DECRYPT', OAEP],
  ['ECC_NIST_P256', 'SIGN_VERIFY', ['ECDSA_SHA_256']],
  ['ECC_NIST_P384', 'SIGN_VERIFY', ['ECDSA_SHA_384']],
  ['ECC_NIST_P521', 'SIGN_VERIFY', ['ECDSA_SHA_512']],
  ['HMAC_224', 'GENERATE_VERIFY_MAC', ['HMAC_SHA_224']],
  ['HMAC_256', 'GENERATE_VERIFY_MAC', ['HMAC_SHA_256']],
  ['HMAC_384', 'GENERATE_VERIFY_MAC', ['HMAC_SHA_384']],
  ['HMAC_512', 'GENERATE_VERIFY_MAC', ['HMAC_SHA_512']],
]

describe('key operations', () => {
  let kms: KmsUnderTest
  before(async () => {
    kms = await kmsUnderTest({ region: 'eu-central-1', accountId: '123456789012' })
  })
  after(() => kms.stop())

  for (const [spec, usage, algorithms] of specs) {
    test(`CreateKey makes ${spec} for ${usage}, and DescribeKey tells the same`, async () => {
      const started = Math.floor(Date.now() / 1000) * 1000
      const created = await kms.sdk.createKey({
        KeySpec: spec,
        KeyUsage: usage,
        Description: 'a key',
      })
      const { CreationDate, KeyId, ...metadata } = present(created.KeyMetadata)
      const algorithmsMember = {
        ENCRYPT_DECRYPT: 'EncryptionAlgorithms',
        SIGN_VERIFY: 'SigningAlgorithms',
        GENERATE_VERIFY_MAC: 'MacAlgorithms',
      }[usage as 'SIGN_VERIFY']
      assert.deepEqual(metadata, {
        AWSAccountId: '123456789012',
        Arn: `arn:aws:kms:eu-central-1:123456789012:key/${KeyId}`,
        CustomerMasterKeySpec: spec,
        Description: 'a key',
        Enabled: true,
        KeyManager: 'CUSTOMER',
        KeySpec: spec,
        KeyState: 'Enabled',
        KeyUsage: usage,
        MultiRegion: false,
        Origin: 'AWS_KMS',
        [algorithmsMember]: algorithms,
      })
      const age = present(CreationDate).getTime() - started
      assert.ok(age >= 0 && age <= Date.now() - started)
      const described = await kms.sdk.describeKey({ KeyId })
      assert.deepEqual(described.KeyMetadata, created.KeyMetadata)
    })
  }

  test('CreateKey makes a symmetric key when nothing is asked for', async () => {
    const { KeyMetadata } = await kms.sdk.createKey({})
    assert.equal(KeyMetadata?.KeySpec, 'SYMMETRIC_DEFAULT')
    assert.equal(KeyMetadata?.KeyUsage, 'ENCRYPT_DECRYPT')
    assert.equal(KeyMetadata?.Description, '')
  })

  test('CreateKey takes the older name of the key spec', async () => {
    const { KeyMetadata } = await kms.sdk.createKey({
      CustomerMasterKeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
    })
    assert.equal(KeyMetadata?.KeySpec, 'ECC_NIST_P256')
  })

  const refusedKeys: [string, CreateKeyCommandInput, string][] = [
    ['an asymmetric key without a usage', { KeySpec: 'RSA_2048' }, 'ValidationException'],
    [
      'a usage the spec does not have',
      { KeySpec: 'ECC_NIST_P256', KeyUsage: 'ENCRYPT_DECRYPT' },
      'ValidationException',
    ],
    ['a spec that is not offered', { KeySpec: 'SM2' }, 'ValidationException'],
    ['imported material', { Origin: 'EXTERNAL' }, 'ValidationException'],
    ['a multi-Region key', { MultiRegion: true }, 'UnsupportedOperationException'],
  ]
  for (const [what, input, name] of refusedKeys) {
    test(`CreateKey refuses ${what}`, async () => {
      await assert.rejects(kms.sdk.createKey(input), { name })
    })
  }

  test('DescribeKey finds a key by id, ARN, alias and alias ARN', async () => {
    const { KeyMetadata } = await kms.sdk.createKey({})
    await kms.sdk.createAlias({ AliasName: 'alias/found', TargetKeyId: present(KeyMetadata).KeyId })
    const aliasArn = 'arn:aws:kms:eu-central-1:123456789012:alias/found'
    for (const KeyId of [KeyMetadata?.KeyId, KeyMetadata?.Arn, 'alias/found', aliasArn]) {
      const described = await kms.sdk.describeKey({ KeyId })
      assert.equal(described.KeyMetadata?.Arn, KeyMetadata?.Arn, KeyId)
    }
  })

  const unknown: [string, string, RegExp][] = [
    ['an unknown id', UNKNOWN_KEY_ID, /^Key 'arn:aws:kms:.*' does not exist$/],
    ['something that is not an id', 'constructor', /^Invalid keyId 'constructor'$/],
    ['an unknown alias', 'alias/nowhere', /^Alias arn:aws:kms:.*:alias\/nowhere is not found\.$/],
    ['a key of another Region', `arn:aws:kms:us-west-2:123456789012:key/${UNKNOWN_KEY_ID}`, /arn/],
  ]
  for (const [what, KeyId, message] of unknown) {
    test(`DescribeKey answers NotFoundException for ${what}`, async () => {
      await assert.rejects(kms.sdk.describeKey({ KeyId }), { name: 'NotFoundException', message })
    })
  }

  test('GetPublicKey gives the SPKI of an asymmetric key and what it is for', async () => {
    const { KeyMetadata } = await kms.sdk.createKey({
      KeySpec: 'RSA_2048',
      KeyUsage: 'SIGN_VERIFY',
    })
    const answer = await kms.sdk.getPublicKey({ KeyId: KeyMetadata?.KeyId })
    const publicKey = createPublicKey({
      key: Buffer.from(present(answer.PublicKey)),
      format: 'der',
      type: 'spki',
    })
    assert.equal(publicKey.asymmetricKeyDetails?.modulusLength, 2048)
    assert.equal(answer.KeyId, KeyMetadata?.Arn)
    assert.equal(answer.KeySpec, 'RSA_2048')
    assert.equal(answer.KeyUsage, 'SIGN_VERIFY')
    assert.deepEqual(answer.SigningAlgorithms, RSA_SIGNING)
    assert.equal(answer.EncryptionAlgorithms, undefined)
  })

  test('GetPublicKey refuses a symmetric key', async () => {
    const KeyId = await newKeyId(kms.sdk)
    await assert.rejects(kms.sdk.getPublicKey({ KeyId }), { name: 'UnsupportedOperationException' })
  })
})

describe('ListKeys', () => {
  test('gives every key once, page by page', async () => {
    await using kms = await kmsUnderTest()
    const created = await Promise.all(Array.from({ length: 5 }, () => newKeyId(kms.sdk)))
    const pages: string[][] = []
    for await (const page of paginateListKeys({ client: kms.sdk, pageSize: 2 }, {})) {
      pages.push(present(page.Keys).map((key) => present(key.KeyId)))
    }
    assert.deepEqual(
      pages.map((page) => page.length),
      [2, 2, 1],
    )
    assert.deepEqual(pages.flat(), created.toSorted())
  })

  test('names the ARN of each key and says that the list is whole', async () => {
    await using kms = await kmsUnderTest()
    const KeyId = await newKeyId(kms.sdk)
    const { Keys, Truncated, NextMarker } = await kms.sdk.listKeys({})
    assert.deepEqual(Keys, [{ KeyId, KeyArn: `arn:aws:kms:us-east-1:000000000000:key/${KeyId}` }])
    assert.equal(Truncated, false)
    assert.equal(NextMarker, undefined)
  })

  test('refuses a marker it did not give', async () => {
    await using kms = await kmsUnderTest()
    await assert.rejects(kms.sdk.listKeys({ Marker: 'x' }), { name: 'InvalidMarkerException' })
  })
})
