import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { assertError, assertList, newScim, resourcesOf, type Scim, urn } from './scim-client.ts'

/**
 * Proves POST /.search, RFC 7644 §3.4.3, of users and of groups: it answers what GET with the same
 * query answers. Of everything: see root-search.test.ts.
 */
let scim: Scim
let group: string
before(async () => {
  scim = await newScim()
  const made: string[] = []
  for (const title of ['Dr', 'Dr', 'Mr']) made.push((await scim.user({ title })).id)
  group = (await scim.group(made.slice(0, 1), { displayName: 'Found' })).id
})

const search = (endpoint: string, query: object) =>
  scim.post(`${endpoint}/.search`, { schemas: [urn.search], ...query })

describe('a search of users', () => {
  const queries: readonly (readonly [string, Record<string, unknown>])[] = [
    ['of nothing', {}],
    ['with a filter', { filter: 'title eq "Dr"' }],
    ['with a page', { startIndex: 2, count: 1 }],
    ['with a filter and a page', { filter: 'title eq "Dr"', startIndex: 2, count: 1 }],
    ['with attributes as a list', { attributes: ['title', 'userName'] }],
    ['with excludedAttributes as a list', { excludedAttributes: ['title', 'meta'] }],
    ['with a count of 0', { count: 0 }],
    ['that would be sorted', { sortBy: 'userName', sortOrder: 'descending' }],
  ]
  for (const [name, query] of queries) {
    test(`${name} answers what GET answers`, async () => {
      const answer = await search('/Users', query)
      assertList(answer)
      const asGet = new URLSearchParams(
        Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
      )
      assert.deepEqual(answer.body, (await scim.get(`/Users?${asGet}`)).body)
    })
  }

  test('takes attributes as a text, and names in any letter case', async () => {
    const body = { schemas: [urn.search], Attributes: 'title', FILTER: 'title eq "Mr"' }
    const answer = await scim.post('/Users/.search', body)
    assertList(answer, 1)
    assertMatches(resourcesOf(answer), [{ title: 'Mr', userName: '~absent' }])
  })

  const refused: readonly (readonly [string, unknown, string])[] = [
    ['a bad filter', { filter: 'title is "x"' }, 'invalidFilter'],
    ['a filter that is no text', { filter: 5 }, 'invalidFilter'],
    ['attributes that are no texts', { attributes: [5] }, 'invalidValue'],
    ['a cursor that is none', { cursor: 'x' }, 'invalidCursor'],
  ]
  for (const [name, query, scimType] of refused) {
    test(`is refused with ${name}`, async () => {
      assertError(await search('/Users', query as object), 400, scimType)
    })
  }

  test('is refused where the body is no object', async () => {
    for (const body of ['[]', '{', '"x"']) {
      assertError(await scim.call('POST', '/Users/.search', { body }), 400, 'invalidSyntax')
    }
  })
})

describe('a search of groups', () => {
  test('finds them, members left out', async () => {
    const query = { filter: 'displayName eq "FOUND"', excludedAttributes: ['members'] }
    const answer = await search('/Groups', query)
    assertList(answer, 1)
    assertMatches(resourcesOf(answer), [{ id: group, members: '~absent' }])
  })
})
