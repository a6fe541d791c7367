import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  PAGE_SIZES,
  readListQuery,
  searchParameters,
  urlParameters,
} from '#shared/scim/lists/list-query.ts'

const read = (query: string) => readListQuery(urlParameters(new URLSearchParams(query)))
const causeOf = (result: ReturnType<typeof read>) => (result.ok ? undefined : result.error.scimType)

test('a search takes names in any letter case', () => {
  const result = searchParameters({ STARTINDEX: 2, Filter: 'id pr' })
  assert.deepEqual(result, { ok: true, value: { filter: 'id pr', startIndex: '2' } })
})

describe('a list query', () => {
  const good = [
    ['', 100, { by: 'index', startIndex: 1 }],
    ['startIndex=3&count=7', 7, { by: 'index', startIndex: 3 }],
    ['startIndex=0', 100, { by: 'index', startIndex: 1 }],
    ['startIndex=-5&count=-5', 0, { by: 'index', startIndex: 1 }],
    ['count=0', 0, { by: 'index', startIndex: 1 }],
    ['count=201', PAGE_SIZES.most, { by: 'index', startIndex: 1 }],
    ['cursor', 100, { by: 'cursor', cursor: '' }],
    ['cursor=abc&count=1', 1, { by: 'cursor', cursor: 'abc' }],
    ['count=1&count=2', 1, { by: 'index', startIndex: 1 }],
  ] as const
  for (const [query, count, from] of good) {
    test(`reads "${query}"`, () => {
      assert.deepEqual(read(query), { ok: true, value: { count, from } })
    })
  }

  const bad = [
    ['count=abc', 'invalidCount'],
    ['count=1.5', 'invalidCount'],
    ['count=', 'invalidCount'],
    ['cursor&count=0', 'invalidCount'],
    ['cursor&count=-1', 'invalidCount'],
    ['startIndex=x', 'invalidValue'],
    ['startIndex=1&cursor=', 'invalidValue'],
  ] as const
  for (const [query, scimType] of bad) {
    test(`refuses "${query}"`, () => {
      assert.equal(causeOf(read(query)), scimType)
    })
  }

  test('keeps the filter as it is', () => {
    const result = read('filter=userName+eq+%22a%22')
    assert.equal(result.ok && result.value.filter, 'userName eq "a"')
  })

  test('is answered or refused, whatever it is', () => {
    const name = fc.constantFrom('filter', 'startIndex', 'count', 'cursor', 'x')
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
        const result = readListQuery(urlParameters(new URLSearchParams(pairs)))
        assert.ok(!result.ok || (result.value.count >= 0 && result.value.count <= 200))
      }),
    )
  })
})

describe('a search request', () => {
  test('says the same with numbers and lists', () => {
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      attributes: ['userName', 'name.givenName'],
      filter: 'active eq true',
      startIndex: 2,
      count: 3,
      cursor: null,
    }
    assert.deepEqual(searchParameters(body), {
      ok: true,
      value: {
        attributes: 'userName,name.givenName',
        filter: 'active eq true',
        startIndex: '2',
        count: '3',
      },
    })
  })

  const bad = [
    ['a text', 'x', 'invalidSyntax'],
    ['a list', [], 'invalidSyntax'],
    ['nothing', null, 'invalidSyntax'],
    ['a filter that is none', { filter: {} }, 'invalidValue'],
    ['a list of no texts', { attributes: [1] }, 'invalidValue'],
  ] as const
  for (const [name, body, scimType] of bad) {
    test(`is refused where it is ${name}`, () => {
      const result = searchParameters(body)
      assert.equal(result.ok ? undefined : result.error.scimType, scimType)
    })
  }
})
