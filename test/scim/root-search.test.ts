import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { assertError, assertList, newScim, resourcesOf, type Scim, urn } from './scim-client.ts'

/** Proves POST /.search below the base, of users and groups at once: RFC 7644 §3.4.2.1, §3.4.3. */
let scim: Scim
let users: readonly string[]
let group: string
before(async () => {
  scim = await newScim()
  const made: string[] = []
  for (const title of ['Dr', 'Dr', 'Mr']) made.push((await scim.user({ title })).id)
  users = made
  group = (await scim.group(made.slice(0, 1), { displayName: 'Found' })).id
})

const search = (query: object) => scim.post('/.search', { schemas: [urn.search], ...query })

describe('a search of everything', () => {
  test('finds users and groups', async () => {
    const answer = await search({})
    assertList(answer, 4)
    assert.deepEqual(new Set(resourcesOf(answer).map(({ id }) => id)), new Set([...users, group]))
  })

  test('takes a filter on what all have', async () => {
    const byId = await search({ filter: `id eq "${group}"` })
    assertList(byId, 1)
    assertMatches(resourcesOf(byId), [{ id: group, displayName: 'Found' }])
    const byType = await search({ filter: 'meta.resourceType eq "User"' })
    assertList(byType, 3)
  })

  test('takes a page of it', async () => {
    const first = await search({ count: 2, startIndex: 1 })
    const second = await search({ count: 2, startIndex: 3 })
    const seen = [...resourcesOf(first), ...resourcesOf(second)].map(({ id }) => id)
    assert.deepEqual(new Set(seen), new Set([...users, group]))
  })

  test('is refused with what no resource has, and with a body that is none', async () => {
    assertError(await search({ filter: 'shoeSize pr' }), 400, 'invalidFilter')
    assertError(await scim.call('POST', '/.search', { body: '[' }), 400, 'invalidSyntax')
  })
})
