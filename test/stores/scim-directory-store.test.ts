import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoConfiguration } from '#shared/aws/configuration-store.ts'
import { dynamoDirectories } from '#shared/aws/scim-directory-store.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { dynamoScimTokens } from '#shared/aws/scim-token-store.ts'
import { type DirectoryId, newDirectoryId, newOrgId, newUserId, type OrgId } from '#shared/ids.ts'
import { pauseDirectory } from '#shared/scim/directories/change-directory.ts'
import { createDirectory } from '#shared/scim/directories/create-directory.ts'
import { createToken, listTokens, revokeToken } from '#shared/scim/directories/manage-tokens.ts'
import { removeDirectory } from '#shared/scim/directories/remove-directory.ts'
import { now } from './new-sign-in.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
before(async () => {
  db = await tables()
})

const act = { actor: 'test', at: now }
const stores = () => ({
  directories: dynamoDirectories(db.directory),
  tokens: dynamoScimTokens(db.directory),
})

async function newOrganization(): Promise<OrgId> {
  const id = newOrgId()
  const organization = { id, name: 'Acme', defaultProduct: 'meetings' }
  await dynamoConfiguration(db.directory).createOrganization(organization, [], act)
  return id
}

async function newDirectory() {
  const orgId = await newOrganization()
  const id = newDirectoryId(orgId)
  const asked = { orgId, id, name: 'Okta', guard: {}, callHash: undefined }
  const created = await createDirectory(dynamoDirectories(db.directory), asked, act)
  assert.ok(created.ok)
  return { ...created.value, target: { orgId, id, seen: undefined, act } }
}

const newToken = (orgId: OrgId, directoryId: DirectoryId, lifetimeSeconds?: number) =>
  createToken(
    dynamoScimTokens(db.directory),
    { orgId, directoryId, label: 'x', lifetimeSeconds },
    act,
  )

describe('dynamoDirectories', () => {
  test('makes a directory with its count, or neither', async () => {
    const orgId = await newOrganization()
    const id = newDirectoryId(orgId)
    const asked = { orgId, id, name: 'Okta', guard: {}, callHash: 'a' }
    const create = () => createDirectory(dynamoDirectories(db.directory), asked, act)
    {
      using _ = strike(db.stack, 'TransactWriteItems', { fault: 'fail-before' })
      await assert.rejects(create(), { name: 'InternalFailure' })
    }
    assert.equal(await db.read(db.directory, scimKeys.directory(id)), undefined)
    assert.equal(await db.read(db.directory, scimKeys.directoryCount(orgId)), undefined)
    using _ = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    const created = await create()
    assert.ok(created.ok)
    assert.deepEqual(await stores().directories.list(orgId), [created.value])
    assert.equal((await db.read(db.directory, scimKeys.directoryCount(orgId)))?.['count'], 1)
    assert.match(created.value.cursorKey, /^[\w-]{43}$/)
  })

  test("finds no other organization's", async () => {
    const { id } = await newDirectory()
    const other = await newOrganization()
    assert.equal(await stores().directories.find(other, id), undefined)
    assert.equal(await stores().directories.findCreated(other, id), undefined)
  })

  test('writes a mail where the guard pauses one, and no other event for it', async () => {
    const { id, target } = await newDirectory()
    const paused = await pauseDirectory(stores().directories, target, 'guard')
    assert.ok(paused.ok)
    assert.deepEqual(paused.value.paused, { at: now, by: 'test', cause: 'guard' })
    const { evt, mail } = (await db.read(db.directory, scimKeys.directory(id))) as {
      evt: { type: string }
      mail: { kind: string }
    }
    assert.deepEqual([evt.type, mail.kind], ['latchkey.directory.paused.v1', 'directory-paused'])
    const again = await pauseDirectory(stores().directories, target)
    assert.deepEqual(again, paused)
  })

  test('changes none that is not any more as it was read', async () => {
    const { target: _, ...directory } = await newDirectory()
    const { directories } = stores()
    const next = { ...directory, name: 'Next' }
    const answers = await Promise.all([1, 2, 3].map(() => directories.change(directory, next, act)))
    assert.deepEqual(answers.filter((error) => error === undefined).length, 1)
    assert.equal((await directories.find(directory.orgId, directory.id))?.revision, 2)
  })

  test('removes one with all tokens, however they race with it', async () => {
    for (let round = 0; round < 10; round++) {
      const { orgId, id, target } = await newDirectory()
      await pauseDirectory(stores().directories, target)
      const later = { ...target, act: { actor: 'test', at: now + 20 } }
      const first = await newToken(orgId, id, 40 * 86_400)
      assert.ok(first.ok)
      const [removed, second] = await Promise.all([
        removeDirectory(stores(), later, 'Okta'),
        newToken(orgId, id),
        revokeToken(stores().tokens, { directoryId: id, id: first.value.token.id }, act),
      ])
      assert.deepEqual(removed, { ok: true, value: undefined })
      const ids = [first, second].flatMap((made) => (made.ok ? [made.value.token.id] : []))
      assert.deepEqual(await stores().tokens.findAll(ids), [])
      assert.deepEqual(await listTokens(stores().tokens, id, now), [])
      assert.equal(
        await db.read(db.directory, scimKeys.scheduledToken(ids[0] ?? 'sct_')),
        undefined,
      )
      assert.equal((await db.read(db.directory, scimKeys.directoryCount(orgId)))?.['count'], 0)
    }
  })

  test('removes one whose tokens have expired, also where TTL has taken them', async () => {
    const { orgId, id, target } = await newDirectory()
    await pauseDirectory(stores().directories, target)
    const token = await newToken(orgId, id, 5)
    assert.ok(token.ok)
    await db.remove(db.directory, scimKeys.listedToken(id, token.value.token.id))
    await db.remove(db.directory, scimKeys.token(token.value.token.id))
    const later = { ...target, act: { actor: 'test', at: now + 20 } }
    assert.ok((await removeDirectory(stores(), later, 'Okta')).ok)
  })

  test('is removed once', async () => {
    const { target } = await newDirectory()
    await pauseDirectory(stores().directories, target)
    const later = { ...target, act: { actor: 'test', at: now + 20 } }
    const answers = await Promise.all([1, 2, 3].map(() => removeDirectory(stores(), later, 'Okta')))
    assert.equal(answers.filter(({ ok }) => ok).length, 1)
    for (const answer of answers) {
      assert.ok(answer.ok || answer.error === 'directory_unknown')
    }
  })

  test('knows what a directory holds by its own rows', async () => {
    const { id } = await newDirectory()
    const { directories } = stores()
    assert.equal(await directories.hasResources(id), false)
    await db.put(db.directory, scimKeys.listedUser(id, now, newUserId()))
    assert.equal(await directories.hasResources(id), true)
  })
})

describe('dynamoScimTokens', () => {
  test('makes a token with all that leads to it, or nothing', async () => {
    const { orgId, id } = await newDirectory()
    {
      using _ = strike(db.stack, 'TransactWriteItems', { fault: 'fail-before' })
      await assert.rejects(newToken(orgId, id, 40 * 86_400), { name: 'InternalFailure' })
    }
    assert.deepEqual(await stores().tokens.findLive(id), { tokens: [], revision: undefined })
    using _ = strike(db.stack, 'TransactWriteItems', { fault: 'fail-after', times: 1 })
    const made = await newToken(orgId, id, 40 * 86_400)
    assert.ok(made.ok)
    const { token } = made.value
    assert.deepEqual(await stores().tokens.findAll([token.id]), [token])
    const live = [{ id: token.id, expiresAt: token.expiresAt }]
    assert.deepEqual(await stores().tokens.findLive(id), { tokens: live, revision: 1 })
  })

  test('makes none of a directory that there is not', async () => {
    const orgId = await newOrganization()
    const made = await newToken(orgId, newDirectoryId(orgId))
    assert.deepEqual(made, { ok: false, error: 'directory_unknown' })
  })
})
