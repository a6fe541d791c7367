import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createKey } from '#local/kms/create-key.ts'
import { dispatch } from '#local/kms/dispatch.ts'
import { openKeyStore } from '#local/kms/key-store.ts'
import type { Kms } from '#local/kms/kms.ts'

const OPERATIONS =
  `CancelKeyDeletion CreateAlias CreateKey Decrypt DeleteAlias DescribeKey DisableKey EnableKey
   EnableKeyRotation Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
   GenerateDataKeyWithoutPlaintext GenerateMac GenerateRandom GetKeyRotationStatus GetPublicKey
   ListAliases ListKeys ReEncrypt ScheduleKeyDeletion Sign UpdateAlias Verify VerifyMac`.split(
    /\s+/,
  )

const KEYS = { data: 'SYMMETRIC_DEFAULT', jwt: 'ECC_NIST_P256', mac: 'HMAC_256' } as const
const USAGES = {
  data: 'ENCRYPT_DECRYPT',
  jwt: 'SIGN_VERIFY',
  mac: 'GENERATE_VERIFY_MAC',
} as const

async function kmsWithKeys(): Promise<Kms> {
  const store = openKeyStore(undefined)
  const kms: Kms = { store, region: 'us-east-1', accountId: '000000000000', now: () => 0 }
  for (const id of ['data', 'jwt', 'mac'] as const) {
    await createKey(kms, { id, spec: KEYS[id], usage: USAGES[id], description: '' })
  }
  return kms
}

const keyReference = fc.constantFrom('data', 'jwt', 'mac', 'alias/x', 'nothing')
const blob = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'))
const context = fc.dictionary(fc.string(), fc.string())
const algorithm = fc.constantFrom('SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'ECDSA_SHA_256', 'x')

/** A value that often has the right shape, and else is any JSON. */
const often = (right: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue() })

const input = fc.record(
  {
    AliasName: often(fc.constantFrom('alias/x', 'alias/y', 'alias/aws/x')),
    CiphertextBlob: often(blob),
    DestinationKeyId: often(keyReference),
    EncryptionAlgorithm: often(algorithm),
    EncryptionContext: often(context),
    KeyId: often(keyReference),
    KeyPairSpec: often(fc.constantFrom('ECC_NIST_P256', 'HMAC_256')),
    KeySpec: often(fc.constantFrom('AES_256', 'HMAC_256')),
    KeyUsage: often(fc.constantFrom('SIGN_VERIFY', 'GENERATE_VERIFY_MAC')),
    Limit: often(fc.integer()),
    Mac: often(blob),
    MacAlgorithm: often(fc.constantFrom('HMAC_SHA_256', 'HMAC_SHA_512')),
    Marker: often(fc.string()),
    Message: often(blob),
    MessageType: often(fc.constantFrom('RAW', 'DIGEST')),
    NumberOfBytes: often(fc.integer({ min: -1, max: 1100 })),
    PendingWindowInDays: often(fc.integer({ min: 0, max: 40 })),
    Plaintext: often(blob),
    Signature: often(blob),
    SigningAlgorithm: often(algorithm),
    TargetKeyId: often(keyReference),
  },
  { requiredKeys: [] },
)

describe('dispatch', () => {
  for (const operation of OPERATIONS) {
    test(`answers or refuses any input of ${operation}, and never throws`, async () => {
      const kms = await kmsWithKeys()
      await fc.assert(
        fc.asyncProperty(input, async (members) => {
          const answer = await dispatch(kms, `TrentService.${operation}`, JSON.stringify(members))
          const refusal = answer.ok ? '' : answer.error.name
          assert.notEqual(refusal, 'UnknownOperationException')
        }),
        { numRuns: 200 },
      )
    })
  }
})
