import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { KMSInternalException } from '@aws-sdk/client-kms'
import { createKey } from '#local/kms/create-key.ts'
import { openKeyStore } from '#local/kms/key-store.ts'
import type { Kms } from '#local/kms/kms.ts'
import { startKms } from '#local/kms/server.ts'
import {
  type KmsUnderTest,
  kmsUnderTest,
  newKeyId,
  present,
  UNKNOWN_KEY_ID,
} from '#test/local/kms/kms-under-test.ts'

function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'latchkey-kms-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

describe('the key file', () => {
  test('brings keys and aliases back after a restart', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'new', 'keys.json')
    const Message = Buffer.from('a message')
    const ecdsa = { Message, SigningAlgorithm: 'ECDSA_SHA_256' } as const
    const hmac = { Message, MacAlgorithm: 'HMAC_SHA_256' } as const
    const before = await (async () => {
      await using kms = await kmsUnderTest({ file })
      const data = await newKeyId(kms.sdk, { Description: 'data' })
      const jwt = await newKeyId(kms.sdk, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
      const mac = await newKeyId(kms.sdk, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
      await kms.sdk.createAlias({ AliasName: 'alias/data', TargetKeyId: data })
      await kms.sdk.createAlias({ AliasName: 'alias/removed', TargetKeyId: data })
      await kms.sdk.enableKeyRotation({ KeyId: data, RotationPeriodInDays: 100 })
      const disabled = await newKeyId(kms.sdk)
      await kms.sdk.disableKey({ KeyId: disabled })
      const doomed = await newKeyId(kms.sdk)
      await kms.sdk.scheduleKeyDeletion({ KeyId: doomed })
      await kms.sdk.deleteAlias({ AliasName: 'alias/removed' }) // last: nothing else saves it
      const keyIds = [data, jwt, mac, disabled, doomed]
      return {
        keyIds,
        metadata: await Promise.all(keyIds.map((KeyId) => kms.sdk.describeKey({ KeyId }))),
        jwt,
        mac,
        data,
        sealed: (await kms.sdk.encrypt({ KeyId: data, Plaintext: Message })).CiphertextBlob,
        signature: (await kms.sdk.sign({ KeyId: jwt, ...ecdsa })).Signature,
        code: (await kms.sdk.generateMac({ KeyId: mac, ...hmac })).Mac,
      }
    })()

    await using kms = await kmsUnderTest({ file })
    const metadata = before.keyIds.map((KeyId) => kms.sdk.describeKey({ KeyId }))
    assert.deepEqual(
      (await Promise.all(metadata)).map((answer) => answer.KeyMetadata),
      before.metadata.map((answer) => answer.KeyMetadata),
    )
    const { Aliases } = await kms.sdk.listAliases({})
    assert.deepEqual(
      present(Aliases).map((alias) => [alias.AliasName, alias.TargetKeyId]),
      [['alias/data', before.data]],
    )
    const { RotationPeriodInDays } = await kms.sdk.getKeyRotationStatus({ KeyId: before.data })
    assert.equal(RotationPeriodInDays, 100)
    const { Plaintext } = await kms.sdk.decrypt({ CiphertextBlob: before.sealed })
    assert.equal(Buffer.from(present(Plaintext)).toString(), 'a message')
    await kms.sdk.verify({ KeyId: before.jwt, ...ecdsa, Signature: before.signature })
    await kms.sdk.verifyMac({ KeyId: before.mac, ...hmac, Mac: before.code })
  })

  test('is readable by its owner only and leaves nothing beside it', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'keys.json')
    await using kms = await kmsUnderTest({ file })
    await newKeyId(kms.sdk)
    await newKeyId(kms.sdk)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder.path), ['keys.json'])
  })

  test('is replaced and never written into', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'keys.json')
    await using kms = await kmsUnderTest({ file })
    await newKeyId(kms.sdk)
    const { ino } = statSync(file)
    await newKeyId(kms.sdk)
    assert.notEqual(statSync(file).ino, ino)
  })

  test('stops the start when it cannot be read', async () => {
    using folder = temporaryFolder()
    await assert.rejects(startKms({ file: folder.path }), { code: 'EISDIR' })
  })

  test('that cannot be written leaves things as they were, and says so', async (t) => {
    using folder = temporaryFolder()
    const parent = join(folder.path, 'parent')
    await using kms = await kmsUnderTest({ file: join(parent, 'keys.json') })
    writeFileSync(parent, 'a file where the folder should be')
    const log = t.mock.method(console, 'error', () => {})
    await assert.rejects(kms.sdk.createKey({}), (error) => {
      assert.ok(error instanceof KMSInternalException)
      assert.equal(error.$metadata.httpStatusCode, 500)
      return true
    })
    assert.equal(log.mock.callCount(), 1)
    assert.deepEqual((await kms.sdk.listKeys({})).Keys, [])
  })

  test('gives up a key whose deletion time passed while nothing ran', async () => {
    using folder = temporaryFolder()
    const file = join(folder.path, 'keys.json')
    const wanted = {
      keyId: UNKNOWN_KEY_ID,
      keySpec: 'SYMMETRIC_DEFAULT',
      keyUsage: 'ENCRYPT_DECRYPT',
    }
    const whileDeleted = async (use: (kms: KmsUnderTest) => Promise<unknown>) => {
      const stored = { id: wanted.keyId, spec: wanted.keySpec, usage: wanted.keyUsage }
      const dates = { createdAt: 0, deletionAt: 1 }
      const material = Buffer.alloc(32).toString('base64')
      const key = { ...stored, ...dates, description: '', isEnabled: true, material }
      writeFileSync(file, JSON.stringify({ keys: [key], aliases: [] }))
      await using kms = await kmsUnderTest({ file })
      return await use(kms)
    }
    const described = whileDeleted(({ sdk }) => sdk.describeKey({ KeyId: wanted.keyId }))
    await assert.rejects(described, { name: 'NotFoundException' })
    const state = await whileDeleted(async ({ server, sdk }) => {
      await server.ensureKey(wanted)
      return (await sdk.describeKey({ KeyId: wanted.keyId })).KeyMetadata?.KeyState
    })
    assert.equal(state, 'Enabled')
  })

  const unreadable = [
    ['that is no JSON', '{"keys":'],
    ['of another shape', '{"keys":[{"id":"x"}],"aliases":[]}'],
    [
      'with a damaged key',
      JSON.stringify({
        keys: [
          {
            id: 'x',
            spec: 'RSA_2048',
            usage: 'SIGN_VERIFY',
            description: '',
            createdAt: 0,
            isEnabled: true,
            material: 'AAAA',
          },
        ],
        aliases: [],
      }),
    ],
  ] as const
  for (const [what, content] of unreadable) {
    test(`stops the start when it is one ${what}`, async () => {
      using folder = temporaryFolder()
      const file = join(folder.path, 'keys.json')
      writeFileSync(file, content)
      await assert.rejects(startKms({ file }), { message: /is not a key file of the local KMS$/ })
    })
  }
})

describe('removeDeletedKeys', () => {
  const oneKeyDueAt = async (deletionAt: number) => {
    const store = openKeyStore(undefined)
    const kms: Kms = { store, region: 'us-east-1', accountId: '000000000000', now: () => 0 }
    for (const id of ['doomed', 'kept']) {
      const wanted = {
        id,
        spec: 'HMAC_256',
        usage: 'GENERATE_VERIFY_MAC',
        description: '',
      } as const
      assert.ok((await createKey(kms, wanted)).ok)
      store.putAlias({ name: `alias/${id}`, targetKeyId: id, createdAt: 0, updatedAt: 0 })
    }
    store.putKey({ ...present(store.key('doomed')), deletionAt })
    return store
  }

  test('keeps a key until the second before its deletion time', async () => {
    const store = await oneKeyDueAt(100)
    store.removeDeletedKeys(99)
    assert.ok(store.key('doomed') && store.alias('alias/doomed'))
  })

  test('forgets a key and its aliases at its deletion time, and no other', async () => {
    const store = await oneKeyDueAt(100)
    store.removeDeletedKeys(100)
    assert.deepEqual(
      store.keys().map((key) => key.id),
      ['kept'],
    )
    assert.deepEqual(
      store.aliases().map((alias) => alias.name),
      ['alias/kept'],
    )
  })
})
