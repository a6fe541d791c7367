import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { KMS } from '@aws-sdk/client-kms'
import {
  type KmsUnderTest,
  kmsUnderTest,
  newKeyId,
  present,
  UNKNOWN_KEY_ID,
} from '#test/local/kms/kms-under-test.ts'

const DAY_MS = 86_400_000

type Call = (sdk: KMS, KeyId: string) => Promise<unknown>

const schedule: Call = (sdk, KeyId) => sdk.scheduleKeyDeletion({ KeyId })
const disable: Call = (sdk, KeyId) => sdk.disableKey({ KeyId })

const calls = {
  EnableKey: (sdk, KeyId) => sdk.enableKey({ KeyId }),
  DisableKey: disable,
  ScheduleKeyDeletion: schedule,
  CancelKeyDeletion: (sdk, KeyId) => sdk.cancelKeyDeletion({ KeyId }),
  EnableKeyRotation: (sdk, KeyId) => sdk.enableKeyRotation({ KeyId }),
  GetKeyRotationStatus: (sdk, KeyId) => sdk.getKeyRotationStatus({ KeyId }),
  CreateAlias: (sdk, KeyId) => sdk.createAlias({ AliasName: 'alias/new', TargetKeyId: KeyId }),
  Encrypt: (sdk, KeyId) => sdk.encrypt({ KeyId, Plaintext: Buffer.from('x') }),
  GenerateDataKey: (sdk, KeyId) => sdk.generateDataKey({ KeyId, KeySpec: 'AES_256' }),
} satisfies Record<string, Call>

describe('key life operations', () => {
  let kms: KmsUnderTest
  before(async () => {
    kms = await kmsUnderTest()
  })
  after(() => kms.stop())

  const stateOf = async (KeyId: string) => {
    const { KeyMetadata } = await kms.sdk.describeKey({ KeyId })
    return [KeyMetadata?.KeyState, KeyMetadata?.Enabled]
  }

  test('DisableKey and EnableKey turn a key off and on', async () => {
    const KeyId = await newKeyId(kms.sdk)
    await kms.sdk.disableKey({ KeyId })
    assert.deepEqual(await stateOf(KeyId), ['Disabled', false])
    await kms.sdk.enableKey({ KeyId })
    assert.deepEqual(await stateOf(KeyId), ['Enabled', true])
    await kms.sdk.encrypt({ KeyId, Plaintext: Buffer.from('x') })
  })

  for (const [days, input] of [
    [30, {}],
    [7, { PendingWindowInDays: 7 }],
  ] as const) {
    test(`ScheduleKeyDeletion sets the date ${days} days ahead`, async () => {
      const KeyId = await newKeyId(kms.sdk)
      const scheduled = await kms.sdk.scheduleKeyDeletion({ KeyId, ...input })
      const waitMs = present(scheduled.DeletionDate).getTime() - Date.now()
      assert.ok(Math.abs(waitMs - days * DAY_MS) < 60_000)
      assert.equal(scheduled.KeyId, `arn:aws:kms:us-east-1:000000000000:key/${KeyId}`)
      assert.equal(scheduled.KeyState, 'PendingDeletion')
      assert.equal(scheduled.PendingWindowInDays, days)
      const { KeyMetadata } = await kms.sdk.describeKey({ KeyId })
      assert.deepEqual(KeyMetadata?.DeletionDate, scheduled.DeletionDate)
    })
  }

  for (const PendingWindowInDays of [6, 31, 7.5]) {
    test(`ScheduleKeyDeletion refuses a window of ${PendingWindowInDays} days`, async () => {
      const KeyId = await newKeyId(kms.sdk)
      await assert.rejects(kms.sdk.scheduleKeyDeletion({ KeyId, PendingWindowInDays }), {
        name: PendingWindowInDays === 7.5 ? 'SerializationException' : 'ValidationException',
      })
    })
  }

  test('CancelKeyDeletion brings the key back disabled, with its material', async () => {
    const KeyId = await newKeyId(kms.sdk)
    const { CiphertextBlob } = await kms.sdk.encrypt({ KeyId, Plaintext: Buffer.from('kept') })
    await kms.sdk.scheduleKeyDeletion({ KeyId })
    await kms.sdk.cancelKeyDeletion({ KeyId })
    assert.deepEqual(await stateOf(KeyId), ['Disabled', false])
    await kms.sdk.enableKey({ KeyId })
    const { Plaintext } = await kms.sdk.decrypt({ CiphertextBlob })
    assert.equal(Buffer.from(present(Plaintext)).toString(), 'kept')
  })

  const refused: [keyof typeof calls, string, Call, string][] = [
    ['Encrypt', 'disabled', disable, 'DisabledException'],
    ['GenerateDataKey', 'disabled', disable, 'DisabledException'],
    ['EnableKeyRotation', 'disabled', disable, 'DisabledException'],
    ['CancelKeyDeletion', 'disabled', disable, 'KMSInvalidStateException'],
    ['Encrypt', 'pending deletion', schedule, 'KMSInvalidStateException'],
    ['GenerateDataKey', 'pending deletion', schedule, 'KMSInvalidStateException'],
    ['EnableKey', 'pending deletion', schedule, 'KMSInvalidStateException'],
    ['DisableKey', 'pending deletion', schedule, 'KMSInvalidStateException'],
    ['ScheduleKeyDeletion', 'pending deletion', schedule, 'KMSInvalidStateException'],
    ['EnableKeyRotation', 'pending deletion', schedule, 'KMSInvalidStateException'],
    ['CreateAlias', 'pending deletion', schedule, 'KMSInvalidStateException'],
  ]
  for (const [call, state, bringAbout, name] of refused) {
    test(`${call} answers ${name} for a key that is ${state}`, async () => {
      const KeyId = await newKeyId(kms.sdk)
      await bringAbout(kms.sdk, KeyId)
      const arn = `arn:aws:kms:us-east-1:000000000000:key/${KeyId}`
      await assert.rejects(calls[call](kms.sdk, KeyId), (error: Error) => {
        assert.equal(error.name, name)
        assert.ok(error.message.startsWith(`${arn} is `), error.message)
        return true
      })
    })
  }

  test('GetPublicKey and Sign refuse a disabled key and one that is pending deletion', async () => {
    const KeyId = await newKeyId(kms.sdk, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const sign = () =>
      kms.sdk.sign({ KeyId, Message: Buffer.from('x'), SigningAlgorithm: 'ECDSA_SHA_256' })
    await kms.sdk.disableKey({ KeyId })
    await assert.rejects(sign(), { name: 'DisabledException' })
    await assert.rejects(kms.sdk.getPublicKey({ KeyId }), { name: 'DisabledException' })
    await kms.sdk.scheduleKeyDeletion({ KeyId })
    await assert.rejects(sign(), { name: 'KMSInvalidStateException' })
    await assert.rejects(kms.sdk.getPublicKey({ KeyId }), { name: 'KMSInvalidStateException' })
  })

  for (const [name, call] of Object.entries(calls)) {
    test(`${name} answers NotFoundException for an unknown key`, async () => {
      await assert.rejects(call(kms.sdk, UNKNOWN_KEY_ID), { name: 'NotFoundException' })
    })
  }

  test('the operations that manage a key do not take its alias', async () => {
    const TargetKeyId = await newKeyId(kms.sdk)
    await kms.sdk.createAlias({ AliasName: 'alias/managed', TargetKeyId })
    for (const name of ['DisableKey', 'ScheduleKeyDeletion', 'EnableKeyRotation'] as const) {
      await assert.rejects(calls[name](kms.sdk, 'alias/managed'), { name: 'NotFoundException' })
    }
    assert.deepEqual(await stateOf(TargetKeyId), ['Enabled', true])
  })

  test('EnableKeyRotation is recorded, and reported as off while deletion is pending', async () => {
    const KeyId = await newKeyId(kms.sdk)
    const status = async () => {
      const { KeyRotationEnabled, RotationPeriodInDays } = await kms.sdk.getKeyRotationStatus({
        KeyId,
      })
      return [KeyRotationEnabled, RotationPeriodInDays]
    }
    assert.deepEqual(await status(), [false, undefined])
    await kms.sdk.enableKeyRotation({ KeyId })
    assert.deepEqual(await status(), [true, 365])
    await kms.sdk.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 })
    assert.deepEqual(await status(), [true, 90])
    await kms.sdk.scheduleKeyDeletion({ KeyId })
    assert.deepEqual(await status(), [false, undefined])
    await kms.sdk.cancelKeyDeletion({ KeyId })
    assert.deepEqual(await status(), [true, 90])
  })

  test('EnableKeyRotation refuses an asymmetric key', async () => {
    const KeyId = await newKeyId(kms.sdk, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await assert.rejects(kms.sdk.enableKeyRotation({ KeyId }), {
      name: 'UnsupportedOperationException',
    })
    assert.equal((await kms.sdk.getKeyRotationStatus({ KeyId })).KeyRotationEnabled, false)
  })
})
