import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newDirectoryId, newOrgId, newScimTokenId } from '#shared/ids.ts'
import { fail, ok } from '#shared/result.ts'
import type { ScimCall } from '#shared/scim/calls.ts'
import { tooMany } from '#shared/scim/errors.ts'
import { searchAll } from '#shared/scim/root-search/search-all.ts'
import type { TypeSearch } from '#shared/scim/root-search/type-search.ts'
import { groupType } from '#shared/scim/schemas/group.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import type { ScimAct, ScimCaller } from '#shared/scim/types.ts'

const orgId = newOrgId()
const id = newDirectoryId(orgId)
const tokenId = newScimTokenId()
const caller: ScimCaller = {
  ...{ tokenId, domains: [] },
  directory: {
    ...{ id, orgId, name: 'One', state: 'active', cursorKey: 'key', createdAt: 1, revision: 1 },
    guard: { share: 20, atLeast: 20 },
  },
}

/** A search over this many resources, each with so many bytes, and what was asked of it. */
function searchOver(type: typeof userType, count: number, bytes = 0) {
  const asked: number[] = []
  const all = Array.from({ length: count }, (_, n) => ({
    name: `${type.name} ${n + 1}`,
    title: 'x'.repeat(bytes),
  }))
  const search: TypeSearch = {
    type,
    begin: () =>
      Promise.resolve(
        ok((_, query) => {
          const start = query.from.by === 'index' ? query.from.startIndex - 1 : 0
          asked.push(query.count)
          const resources = all.slice(start, start + query.count)
          return Promise.resolve(ok({ total: count, resources }))
        }),
      ),
  }
  return { search, asked }
}

async function found(types: readonly TypeSearch[], body: object) {
  const request = { requestId: 'r', tokenId, method: 'POST', path: '/.search' }
  const call: ScimCall & { scimAct: ScimAct } = {
    ...{ method: 'POST', path: '/.search', directory: id, id: undefined, baseUrl: '' },
    ...{ query: new URLSearchParams(), nowMs: 0, ifMatch: undefined, ifNoneMatch: undefined },
    body: () => ok(body),
    scimAct: { actor: 'scim:x', nowMs: 0, request },
  }
  const route = searchAll(types)
  const read = await route.read(call)
  const answer = read.ok ? await route.act(caller, call, read.value) : read
  if (!answer.ok) return answer.error
  const { Resources = [] } = answer.value.resource as { Resources?: { name: string }[] }
  return Resources.map(({ name }) => name)
}

describe('a search over all types', () => {
  test('goes on with the next type only where the one before ends', async () => {
    const users = searchOver(userType, 3)
    const groups = searchOver(groupType, 3)
    const types = [users.search, groups.search]
    assert.deepEqual(await found(types, { count: 2 }), ['User 1', 'User 2'])
    assert.deepEqual(await found(types, { count: 2, startIndex: 3 }), ['User 3', 'Group 1'])
    assert.deepEqual(await found(types, { count: 2, startIndex: 5 }), ['Group 2', 'Group 3'])
    assert.deepEqual(
      [users.asked, groups.asked],
      [
        [2, 2, 2],
        [0, 1, 2],
      ],
    )
  })

  test('answers as many as one answer holds, and one at least', async () => {
    const types = [
      searchOver(userType, 2, 2_000_000).search,
      searchOver(groupType, 2, 2_000_000).search,
    ]
    assert.deepEqual(await found(types, {}), ['User 1', 'User 2'])
    assert.deepEqual(await found(types, { startIndex: 3 }), ['Group 1', 'Group 2'])
    assert.deepEqual(await found([searchOver(userType, 1, 6_000_000).search], {}), ['User 1'])
  })

  test('is refused where one of them is', async () => {
    const { search } = searchOver(userType, 1)
    const error = tooMany('too many')
    const never: TypeSearch = { type: groupType, begin: () => Promise.resolve(fail(error)) }
    const late: TypeSearch = {
      type: groupType,
      begin: () => Promise.resolve(ok(() => Promise.resolve(fail(error)))),
    }
    assert.equal(await found([search, never], {}), error)
    assert.equal(await found([search, late], {}), error)
  })
})
