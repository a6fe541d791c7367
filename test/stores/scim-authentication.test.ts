import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import * as directoryKeys from '#shared/aws/directory-keys.ts'
import { writeAll } from '#shared/aws/guarded-write.ts'
import { queryAll } from '#shared/aws/query.ts'
import { dynamoScimAccess } from '#shared/aws/scim-authentication.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { changeRow, dynamoScimLog } from '#shared/aws/scim-log.ts'
import { newDirectoryId, newOrgId, newScimTokenId, newUserId } from '#shared/ids.ts'
import type { ScimToken } from '#shared/scim/directories/types.ts'
import { newDirectory, newScimToken, type TestDirectory } from '#test/scim/new-directory.ts'
import { strike } from './strike.ts'
import { type Tables, tables } from './tables.ts'

const now = 1_772_619_330

let directory: TestDirectory
let table: Tables
before(async () => {
  directory = await newDirectory()
  table = await tables()
})
const access = () => dynamoScimAccess(table.directory)

describe('the store of access', () => {
  test('finds token, directory and organization in one call', async () => {
    using calls = strike(directory.stack, 'BatchGetItem')
    const {
      token,
      directory: found,
      organization,
    } = await access().find(directory.tokenId, directory.directory.id)
    assert.equal(calls.bodies.length, 1)
    assert.equal(token?.id, directory.tokenId)
    assert.equal(token.directoryId, directory.directory.id)
    assert.deepEqual(found, directory.directory)
    assert.deepEqual(organization, { domains: [directory.domain] })
  })

  test('finds nothing where there is nothing', async () => {
    const found = await access().find(newScimTokenId(), newDirectoryId(newOrgId()))
    assert.deepEqual(found, { token: undefined, directory: undefined, organization: undefined })
  })

  for (const state of ['importing', 'deleting', 'deleted']) {
    test(`knows no organization that is ${state}`, async () => {
      const { orgId, tokenId, directory: one } = await newDirectory()
      const key = directoryKeys.organization(orgId)
      await table.put(table.directory, {
        ...(await table.read(table.directory, key)),
        ...key,
        state,
      })
      const { token, organization } = await access().find(tokenId, one.id)
      assert.ok(token)
      assert.equal(organization, undefined)
    })
  }

  test('knows an organization that has proved no domain', async () => {
    const { orgId, tokenId, directory: one } = await newDirectory()
    await table.put(table.directory, { ...directoryKeys.organization(orgId), orgId })
    const { organization } = await access().find(tokenId, one.id)
    assert.deepEqual(organization, { domains: [] })
  })
})

describe('the use of a token', () => {
  const useOf = async (id: ScimToken['id']) =>
    (await table.read(table.directory, scimKeys.token(id)))?.['lastUsedAt']
  const tokenOf = (id: ScimToken['id']) =>
    ({ id, directoryId: directory.directory.id }) as ScimToken // the store needs no more

  test('is noted once in five minutes', async () => {
    const { tokenId } = await newScimToken(directory.directory)
    await access().markUsed(tokenOf(tokenId), now)
    assert.equal(await useOf(tokenId), now)
    await access().markUsed(tokenOf(tokenId), now + 299)
    assert.equal(await useOf(tokenId), now)
    await access().markUsed(tokenOf(tokenId), now + 300)
    assert.equal(await useOf(tokenId), now + 300)
  })

  test('brings no token back that was revoked', async () => {
    const { tokenId } = await newScimToken(directory.directory)
    await table.remove(table.directory, scimKeys.token(tokenId))
    await access().markUsed(tokenOf(tokenId), now + 1)
    assert.equal(await table.read(table.directory, scimKeys.token(tokenId)), undefined)
  })

  test('fails where the table does', async () => {
    const { tokenId } = await newScimToken(directory.directory)
    using _ = strike(directory.stack, 'UpdateItem', { fault: 'fail-before' })
    await assert.rejects(access().markUsed(tokenOf(tokenId), now))
  })
})

describe('the log', () => {
  const request = {
    ...{ requestId: 'request-1', tokenId: newScimTokenId(), method: 'PATCH' },
    ...{ path: '/Users', body: '{}' },
  }
  const act = { actor: 'scim:test', nowMs: now * 1000, request }
  const rowsOf = (orgId: string) => queryAll(table.directory, { pk: `scimlog#${orgId}` })

  test('keeps a change for 30 days, with what it was before', async () => {
    const { id, orgId } = (await newDirectory()).directory
    const userId = newUserId()
    const failed = await writeAll([
      changeRow(table.directory, id, act, {
        ...{ status: 200, resource: { type: 'User', id: userId } },
        ...{ before: '{"a":1}', after: '{"a":2}' },
      }),
    ])
    assert.equal(failed, undefined)
    const [row, ...others] = await rowsOf(orgId)
    assert.deepEqual(others, [])
    const { pk: _, sk, changeId, ...rest } = row as Record<string, unknown>
    assert.equal(sk, `${id.slice(-8)}#${changeId}`)
    assert.deepEqual(rest, {
      ...{ orgId, directoryId: id, kind: 'change', atMs: now * 1000, ...request, status: 200 },
      actor: act.actor,
      ...{ resourceType: 'User', resourceId: userId, before: '{"a":1}', after: '{"a":2}' },
      expiresAt: now + 30 * 86_400,
    })
  })

  test('keeps a refusal for 14 days', async () => {
    const { id, orgId } = (await newDirectory()).directory
    await dynamoScimLog(table.directory).refused(id, act, { status: 400, scimType: 'invalidPath' })
    const [row] = await rowsOf(orgId)
    const { pk: _, sk: __, changeId: ___, ...rest } = row as Record<string, unknown>
    assert.deepEqual(rest, {
      ...{ orgId, directoryId: id, kind: 'request', atMs: now * 1000, ...request },
      ...{ status: 400, scimType: 'invalidPath', expiresAt: now + 14 * 86_400 },
    })
  })
})
