import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type ApiKey, issueApiKey } from '#shared/admin/api-key.ts'
import type { SetupLink } from '#shared/admin/setup-link.ts'
import { dynamoApiKeyManagement } from '#shared/aws/api-key-management.ts'
import { dynamoApiKeys, dynamoSetupLinks } from '#shared/aws/api-key-store.ts'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { newApiKeyId, newOrgId } from '#shared/ids.ts'
import { now } from './new-sign-in.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

function newKey(changes: Partial<ApiKey> = {}) {
  const id = newApiKeyId()
  const { apiKey, secretHash } = issueApiKey(id)
  const key: ApiKey = {
    ...{ id, orgId: newOrgId(), role: 'setup', secretHash, label: 'IT', createdAt: now },
    ...changes,
  }
  return { key, apiKey }
}
const linkOf = ({ id, label, createdAt }: ApiKey): SetupLink => ({
  ...{ id, label, createdAt, expiresAt: now + 100, createdBy: 'apikey:key_1' },
})

describe('dynamoApiKeys', () => {
  test('finds a key by its id, and keeps no secret', async () => {
    const made = newKey()
    const key = { ...made.key, role: 'admin' } as const
    await dynamoApiKeyManagement(db.directory).create(key, 'test')
    assert.deepEqual(await dynamoApiKeys(db.directory).find(key.id), key)
    const item = await db.read(db.directory, directoryKeys.apiKey(key.id))
    assert.ok(!JSON.stringify(item).includes(made.apiKey.slice(-43)))
    assert.equal(await dynamoApiKeys(db.directory).find(newApiKeyId()), undefined)
  })
})

describe('dynamoApiKeyManagement', () => {
  const automation = (changes: Partial<ApiKey> = {}) =>
    ({ ...newKey(changes).key, role: 'admin' }) as const

  test('lists the keys of an organization that can be used', async () => {
    const keys = dynamoApiKeyManagement(db.directory)
    const key = automation({ expiresAt: now + 100 })
    await keys.create(key, 'seed')
    await keys.create(automation(), 'seed')
    const { orgId, secretHash: _, ...shown } = key
    assert.deepEqual(await keys.list(orgId, now + 99), [{ ...shown, createdBy: 'seed' }])
    assert.deepEqual(await keys.list(orgId, now + 100), [])
  })

  test('tells of a key in the row of the list', async () => {
    const key = automation()
    await dynamoApiKeyManagement(db.directory).create(key, 'seed')
    const row = await db.read(db.directory, directoryKeys.listedApiKey(key.orgId, key.id))
    assert.ok(row)
    const { type, actor } = row['evt'] as { type: string; actor: string }
    assert.deepEqual([type, actor], ['latchkey.api-key.created.v1', 'seed'])
    assert.equal(row['secretHash'], undefined)
  })

  test('revokes a key once, and no key of another organization', async () => {
    const keys = dynamoApiKeyManagement(db.directory)
    const { orgId, id, ...key } = automation()
    await keys.create({ orgId, id, ...key }, 'seed')
    const act = { actor: 'test', at: now }
    assert.equal(await keys.revoke(newOrgId(), id, act), false)
    assert.ok(await dynamoApiKeys(db.directory).find(id))
    const answers = await Promise.all([1, 2, 3].map(() => keys.revoke(orgId, id, act)))
    assert.equal(answers.filter(Boolean).length, 1)
    assert.equal(await dynamoApiKeys(db.directory).find(id), undefined)
    assert.deepEqual(await keys.list(orgId, now), [])
  })

  test('writes both items or none', async () => {
    const keys = dynamoApiKeyManagement(db.directory)
    const key = automation()
    {
      using _ = strike(db.stack, 'TransactWriteItems', { fault: 'fail-before' })
      await assert.rejects(keys.create(key, 'seed'), { name: 'InternalFailure' })
    }
    assert.equal(await dynamoApiKeys(db.directory).find(key.id), undefined)
    assert.deepEqual(await keys.list(key.orgId, now), [])
    await keys.create(key, 'seed')
    assert.equal((await keys.list(key.orgId, now)).length, 1)
    await assert.rejects(keys.create(key, 'seed'), /must be new/)
  })
})

describe('dynamoSetupLinks', () => {
  test('lists the links of an organization that are not over', async () => {
    const links = dynamoSetupLinks(db.directory)
    const { key } = newKey({ expiresAt: now + 100 })
    await links.create(key, linkOf(key))
    await links.create(newKey().key, linkOf(newKey().key))
    assert.deepEqual(await links.list(key.orgId, now + 99), [linkOf(key)])
    assert.deepEqual(await links.list(key.orgId, now + 100), [])
  })

  test('revokes a link once, and no link of another organization', async () => {
    const links = dynamoSetupLinks(db.directory)
    const { key } = newKey({ expiresAt: now + 100 })
    await links.create(key, linkOf(key))
    assert.equal(await links.revoke(newOrgId(), key.id), false)
    assert.ok(await dynamoApiKeys(db.directory).find(key.id))
    const answers = await Promise.all([1, 2, 3].map(() => links.revoke(key.orgId, key.id)))
    assert.equal(answers.filter(Boolean).length, 1)
    assert.equal(await dynamoApiKeys(db.directory).find(key.id), undefined)
    assert.deepEqual(await links.list(key.orgId, now), [])
  })

  test('writes both items or none', async () => {
    const links = dynamoSetupLinks(db.directory)
    const { key } = newKey({ expiresAt: now + 100 })
    {
      using _ = strike(db.stack, 'TransactWriteItems', { fault: 'fail-before' })
      await assert.rejects(links.create(key, linkOf(key)), { name: 'InternalFailure' })
    }
    assert.equal(await dynamoApiKeys(db.directory).find(key.id), undefined)
    using struck = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    await links.create(key, linkOf(key))
    assert.equal(struck.bodies.length, 2)
    assert.equal((await links.list(key.orgId, now)).length, 1)
  })
})
