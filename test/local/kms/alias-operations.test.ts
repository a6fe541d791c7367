import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { paginateListAliases } from '@aws-sdk/client-kms'
import { pointAlias } from '#local/kms/alias-operations.ts'
import { createKey } from '#local/kms/create-key.ts'
import { openKeyStore } from '#local/kms/key-store.ts'
import type { Kms } from '#local/kms/kms.ts'
import {
  type KmsUnderTest,
  kmsUnderTest,
  newKeyId,
  present,
  UNKNOWN_KEY_ID,
} from '#test/local/kms/kms-under-test.ts'

describe('alias operations', () => {
  let kms: KmsUnderTest
  before(async () => {
    kms = await kmsUnderTest()
  })
  after(() => kms.stop())

  const targetOf = async (alias: string) =>
    (await kms.sdk.describeKey({ KeyId: alias })).KeyMetadata?.KeyId

  test('CreateAlias gives a key a name that stands for it in other operations', async () => {
    const TargetKeyId = await newKeyId(kms.sdk)
    await kms.sdk.createAlias({ AliasName: 'alias/latchkey/data', TargetKeyId })
    const encrypted = await kms.sdk.encrypt({
      KeyId: 'alias/latchkey/data',
      Plaintext: Buffer.from('x'),
    })
    assert.equal(encrypted.KeyId, `arn:aws:kms:us-east-1:000000000000:key/${TargetKeyId}`)
  })

  const refused = [
    ['alias/aws/s3', 'InvalidAliasNameException'],
    ['latchkey', 'ValidationException'],
    ['alias/', 'ValidationException'],
    ['alias/a b', 'ValidationException'],
    [`alias/${'a'.repeat(251)}`, 'ValidationException'],
  ] as const
  for (const [AliasName, name] of refused) {
    test(`CreateAlias answers ${name} for ${AliasName.slice(0, 20)}`, async () => {
      const TargetKeyId = await newKeyId(kms.sdk)
      await assert.rejects(kms.sdk.createAlias({ AliasName, TargetKeyId }), { name })
    })
  }

  test('CreateAlias refuses a name that is taken, and keeps what it stood for', async () => {
    const [first, second] = [await newKeyId(kms.sdk), await newKeyId(kms.sdk)]
    await kms.sdk.createAlias({ AliasName: 'alias/taken', TargetKeyId: first })
    await assert.rejects(kms.sdk.createAlias({ AliasName: 'alias/taken', TargetKeyId: second }), {
      name: 'AlreadyExistsException',
      message:
        'An alias with the name arn:aws:kms:us-east-1:000000000000:alias/taken already exists',
    })
    assert.equal(await targetOf('alias/taken'), first)
  })

  test('CreateAlias does not take another alias as its target', async () => {
    await kms.sdk.createAlias({ AliasName: 'alias/one', TargetKeyId: await newKeyId(kms.sdk) })
    const twice = kms.sdk.createAlias({ AliasName: 'alias/two', TargetKeyId: 'alias/one' })
    await assert.rejects(twice, { name: 'NotFoundException' })
  })

  test('UpdateAlias moves an alias to another key', async () => {
    const [first, second] = [await newKeyId(kms.sdk), await newKeyId(kms.sdk)]
    await kms.sdk.createAlias({ AliasName: 'alias/moved', TargetKeyId: first })
    await kms.sdk.updateAlias({ AliasName: 'alias/moved', TargetKeyId: second })
    assert.equal(await targetOf('alias/moved'), second)
  })

  test('UpdateAlias refuses a key of another type or usage', async () => {
    const symmetric = await newKeyId(kms.sdk)
    const rsa = await newKeyId(kms.sdk, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
    const ecc = await newKeyId(kms.sdk, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await kms.sdk.createAlias({ AliasName: 'alias/kind', TargetKeyId: rsa })
    for (const TargetKeyId of [symmetric, ecc]) {
      await assert.rejects(kms.sdk.updateAlias({ AliasName: 'alias/kind', TargetKeyId }), {
        name: 'ValidationException',
      })
    }
    assert.equal(await targetOf('alias/kind'), rsa)
  })

  test('UpdateAlias and DeleteAlias answer NotFoundException for what is not there', async () => {
    const TargetKeyId = await newKeyId(kms.sdk)
    const AliasName = 'alias/none'
    const name = 'NotFoundException'
    await assert.rejects(kms.sdk.updateAlias({ AliasName, TargetKeyId }), { name })
    await assert.rejects(kms.sdk.deleteAlias({ AliasName }), { name })
    await kms.sdk.createAlias({ AliasName, TargetKeyId })
    const nowhere = kms.sdk.updateAlias({ AliasName, TargetKeyId: UNKNOWN_KEY_ID })
    await assert.rejects(nowhere, { name })
  })

  test('DeleteAlias takes the name away and leaves the key', async () => {
    const TargetKeyId = await newKeyId(kms.sdk)
    await kms.sdk.createAlias({ AliasName: 'alias/gone', TargetKeyId })
    await kms.sdk.deleteAlias({ AliasName: 'alias/gone' })
    await assert.rejects(targetOf('alias/gone'), { name: 'NotFoundException' })
    assert.equal(await targetOf(TargetKeyId), TargetKeyId)
  })
})

describe('pointAlias', () => {
  test('keeps the time an alias was made and notes the time it was moved', async () => {
    const store = openKeyStore(undefined)
    const at = (now: number): Kms => ({ store, region: 'x', accountId: '0', now: () => now })
    const wanted = { spec: 'SYMMETRIC_DEFAULT', usage: undefined, description: '' } as const
    const made = await createKey(at(0), wanted)
    assert.ok(made.ok)
    pointAlias(at(10), 'alias/x', made.value)
    pointAlias(at(20), 'alias/x', made.value)
    assert.deepEqual(store.aliases(), [
      { name: 'alias/x', targetKeyId: made.value.id, createdAt: 10, updatedAt: 20 },
    ])
  })
})

describe('ListAliases', () => {
  test('gives every alias once, page by page, or those of one key', async () => {
    await using kms = await kmsUnderTest()
    const [first, second] = [await newKeyId(kms.sdk), await newKeyId(kms.sdk)]
    const aliases = ['alias/c', 'alias/a', 'alias/b'] as const
    for (const [index, AliasName] of aliases.entries()) {
      await kms.sdk.createAlias({ AliasName, TargetKeyId: index === 0 ? second : first })
    }
    const pages: (string | undefined)[][] = []
    for await (const page of paginateListAliases({ client: kms.sdk, pageSize: 2 }, {})) {
      pages.push(present(page.Aliases).map((alias) => alias.AliasName))
    }
    assert.deepEqual(pages, [['alias/a', 'alias/b'], ['alias/c']])
    const { Aliases } = await kms.sdk.listAliases({ KeyId: second })
    const [alias, ...others] = present(Aliases)
    assert.deepEqual(others, [])
    const { CreationDate, LastUpdatedDate, ...names } = present(alias)
    assert.deepEqual(names, {
      AliasName: 'alias/c',
      AliasArn: 'arn:aws:kms:us-east-1:000000000000:alias/c',
      TargetKeyId: second,
    })
    assert.ok(CreationDate instanceof Date && LastUpdatedDate instanceof Date)
  })
})
