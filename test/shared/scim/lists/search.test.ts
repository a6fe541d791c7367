import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { newDirectoryId, newOrgId } from '#shared/ids.ts'
import { ok } from '#shared/result.ts'
import { SEARCH_LIMITS } from '#shared/scim/lists/filtered.ts'
import { readListQuery, urlParameters } from '#shared/scim/lists/list-query.ts'
import type { ListPage } from '#shared/scim/lists/list-response.ts'
import { finishSearch, startSearch } from '#shared/scim/lists/search.ts'
import type { Bookmarks, SearchPorts } from '#shared/scim/lists/search-ports.ts'
import type { Lists } from '#shared/scim/ports.ts'
import { userType } from '#shared/scim/schemas/user.ts'
import type { Directory, Document } from '#shared/scim/types.ts'

type Thing = { id: string; createdMs: number; document: Document }

const orgId = newOrgId()
const directory: Directory = {
  ...{ id: newDirectoryId(orgId), orgId, name: 'One', state: 'active', cursorKey: 'key' },
  ...{ guard: { share: 20, atLeast: 20 }, createdAt: 1, revision: 1 },
}

const thing = (n: number, document: Document = {}): Thing => ({
  id: `t${String(n).padStart(6, '0')}`,
  createdMs: n,
  document: { userName: `u${n}`, ...document },
})

/** A list in memory, and what was asked of it. */
function world(things: Thing[]) {
  const asked: string[] = []
  const marks = new Map<string, string>()
  const clock = { ms: 1_800_000_000_000, perPage: 0 }
  const lists: Lists<string, Thing> = {
    count: () => Promise.resolve(things.length),
    page: (_, { after = '', limit }) => {
      asked.push('page')
      clock.ms += clock.perPage
      const rest = things.filter(({ id }) => id > after)
      const rows = rest.slice(0, limit).map(({ id }) => ({ id, place: id }))
      return Promise.resolve({ rows, hasMore: rest.length > limit })
    },
    skip: (_, count) => {
      asked.push('skip')
      return Promise.resolve(things[count - 1]?.id)
    },
    idsBy: (_, key) => {
      asked.push(key.by)
      const text = 'value' in key ? key.value : key.startsWith
      const found = things.filter(({ document }) => String(document['userName']).startsWith(text))
      return Promise.resolve({ ids: found.map(({ id }) => id).reverse(), isAll: text !== 'many' })
    },
    findAll: (_, ids) =>
      Promise.resolve(ids.flatMap((id) => things.find((one) => one.id === id) ?? [])),
  }
  const bookmarks: Bookmarks = {
    find: (_, list, rows) => Promise.resolve(marks.get(`${list} ${rows}`)),
    keep: (_, list, { rows, place }) => {
      marks.set(`${list} ${rows}`, place)
      return Promise.resolve()
    },
  }
  const ports: SearchPorts<Thing> = {
    ...{ type: userType, lists, bookmarks, now: () => clock.ms },
    seen: (found) => Promise.resolve(ok(found.map(({ id, document }) => ({ id, ...document })))),
  }
  return { things, asked, marks, clock, ports }
}

let one: ReturnType<typeof world>
beforeEach(() => {
  one = world(Array.from({ length: 25 }, (_, n) => thing(n)))
})

async function search(query: string, { ports } = one) {
  const read = readListQuery(urlParameters(new URLSearchParams(query)))
  if (!read.ok) return read
  const started = await startSearch(ports, directory.id, read.value)
  return started.ok ? finishSearch(ports, directory, started.value) : started
}

async function found(query: string, of = one): Promise<ListPage<Thing>> {
  const result = await search(query, of)
  return result.ok ? result.value : assert.fail(JSON.stringify(result.error))
}

const causeOf = (result: Awaited<ReturnType<typeof search>>) =>
  result.ok ? undefined : result.error.scimType
const numbers = ({ resources }: ListPage<Thing>) => resources.map(({ createdMs }) => createdMs)

describe('a list', () => {
  test('says how many there are, and shows none, where none are asked for', async () => {
    assert.deepEqual(await found('count=0'), { total: 25, resources: [], startIndex: 1 })
    assert.deepEqual(one.asked, [])
  })

  test('walks by index from the end of one page to the next, and counts no rows', async () => {
    const pages = [
      await found('count=10'),
      await found('startIndex=11&count=10'),
      await found('startIndex=21&count=10'),
    ]
    assert.deepEqual(
      pages.flatMap(numbers),
      Array.from({ length: 25 }, (_, n) => n),
    )
    assert.deepEqual(
      pages.map(({ startIndex, total }) => [startIndex, total]),
      [
        [1, 25],
        [11, 25],
        [21, 25],
      ],
    )
    assert.deepEqual(one.asked, ['page', 'page', 'page'])
  })

  test('skips nobody where others are removed between pages', async () => {
    await found('count=10')
    one.things.splice(2, 5)
    assert.deepEqual(
      numbers(await found('startIndex=11&count=10')),
      [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
    )
  })

  test('counts rows where nobody has walked', async () => {
    assert.deepEqual(numbers(await found('startIndex=8&count=2')), [7, 8])
    assert.deepEqual(one.asked, ['skip', 'page'])
    assert.deepEqual(numbers(await found('startIndex=10&count=2')), [9, 10])
    assert.deepEqual(one.asked, ['skip', 'page', 'page'])
  })

  test('is empty behind its end, and still says how many there are', async () => {
    assert.deepEqual(await found('startIndex=26'), { total: 25, resources: [], startIndex: 26 })
    assert.deepEqual(await found('startIndex=1000'), { total: 25, resources: [], startIndex: 1000 })
    assert.ok(!one.asked.includes('skip'), 'nothing is counted for it')
  })

  test('walks by cursor to the end, which has none', async () => {
    const seen: number[] = []
    let cursor = ''
    for (let pages = 0; pages < 10; pages++) {
      const page = await found(`count=10&cursor=${cursor}`)
      seen.push(...numbers(page))
      assert.equal(page.total, 25)
      assert.equal(page.startIndex, undefined)
      one.things.shift()
      one.things.push(thing(24))
      if (page.nextCursor === undefined) break
      cursor = page.nextCursor
    }
    assert.deepEqual(
      [...new Set(seen)],
      Array.from({ length: 25 }, (_, n) => n),
    )
  })

  test('takes no cursor of a filter, nor one that it did not make', async () => {
    const { nextCursor = '' } = await found(`count=1&cursor&filter=${filterOf('userName sw "u"')}`)
    assert.notEqual(nextCursor, '')
    assert.equal(causeOf(await search(`cursor=${nextCursor}`)), 'invalidCursor')
    assert.equal(causeOf(await search('cursor=x')), 'invalidCursor')
  })

  test('ends a page where an answer would be too long, and goes on there', async () => {
    const long = { title: 'x'.repeat(100_000) }
    const big = world(Array.from({ length: 90 }, (_, n) => thing(n, long)))
    const first = await found('count=90', big)
    assert.ok(first.resources.length >= 38 && first.resources.length < 40)
    const startIndex = first.resources.length + 1
    const second = await found(`startIndex=${startIndex}&count=10`, big)
    assert.equal(numbers(second)[0], first.resources.length)
    const byCursor = await found('count=90&cursor', big)
    const next = await found(`count=90&cursor=${byCursor.nextCursor}`, big)
    assert.equal(numbers(next)[0], byCursor.resources.length)
    const huge = world([thing(1, { title: 'x'.repeat(5_000_000) }), thing(2)])
    assert.deepEqual(numbers(await found('', huge)), [1])
  })
})

const filterOf = encodeURIComponent

describe('a search', () => {
  test('asks the key, and the filter decides', async () => {
    const page = await found(`filter=${filterOf('userName eq "u1"')}`)
    assert.deepEqual(numbers(page), [1])
    assert.deepEqual(one.asked, ['userName'])
    assert.deepEqual([page.total, page.startIndex], [1, 1])
  })

  test('has nobody', async () => {
    const page = await found(`filter=${filterOf('userName eq "nobody"')}`)
    assert.deepEqual(page, { total: 0, resources: [], startIndex: 1 })
  })

  test('is in the order in which they came, by pages of either kind', async () => {
    const filter = filterOf('userName sw "u1"')
    const all = [1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
    assert.deepEqual(numbers(await found(`filter=${filter}`)), all)
    assert.deepEqual(numbers(await found(`filter=${filter}&startIndex=3&count=2`)), [11, 12])
    const first = await found(`filter=${filter}&count=6&cursor`)
    assert.deepEqual([first.total, ...numbers(first)], [11, ...all.slice(0, 6)])
    one.things.splice(1, 1)
    const rest = await found(`filter=${filter}&count=6&cursor=${first.nextCursor}`)
    assert.deepEqual(numbers(rest), all.slice(6))
    assert.equal(rest.nextCursor, undefined)
  })

  test('looks at all where no key leads anywhere', async () => {
    const page = await found(`filter=${filterOf('userName ew "4"')}`)
    assert.deepEqual(numbers(page), [4, 14, 24])
    assert.deepEqual(one.asked, ['page'])
  })

  test('of one thing in one list finds each once', async () => {
    const page = await found(`filter=${filterOf('userName eq "u3" or userName sw "u3"')}`)
    assert.deepEqual(numbers(page), [3])
  })

  const refused = [
    ['a filter that is none', 'userName', 'invalidFilter'],
    ['an attribute that there is not', 'x eq "1"', 'invalidFilter'],
    ['more than a key leads to at most', 'userName eq "many"', 'tooMany'],
  ] as const
  for (const [name, filter, scimType] of refused) {
    test(`refuses ${name}`, async () => {
      assert.equal(causeOf(await search(`filter=${filterOf(filter)}`)), scimType)
    })
  }

  test('refuses to look at more than it may', async () => {
    const many = world(Array.from({ length: SEARCH_LIMITS.resources + 1 }, (_, n) => thing(n)))
    assert.equal(causeOf(await search(`filter=${filterOf('title pr')}`, many)), 'tooMany')
    assert.equal(many.asked.length, 0)
    const byKey = await search(`filter=${filterOf('userName sw "u"')}`, many)
    assert.equal(causeOf(byKey), 'tooMany')
  })

  test('refuses to look for longer than it may', async () => {
    const slow = world(Array.from({ length: 3000 }, (_, n) => thing(n)))
    slow.clock.perPage = SEARCH_LIMITS.milliseconds / 2 + 1
    assert.equal(causeOf(await search(`filter=${filterOf('title pr')}`, slow)), 'tooMany')
  })

  test('refuses to match for longer than it may, also what keys have led to', async () => {
    for (const filter of ['title pr', 'userName sw "u"']) {
      const slow = world(Array.from({ length: 1000 }, (_, n) => thing(n)))
      const asked = (perMatch: number) => ({
        ...slow,
        ports: { ...slow.ports, now: () => (slow.clock.ms += perMatch) },
      })
      const query = `filter=${filterOf(filter)}`
      assert.ok((await search(query, asked(SEARCH_LIMITS.milliseconds / 1100))).ok)
      const late = await search(query, asked(SEARCH_LIMITS.milliseconds / 900))
      assert.equal(causeOf(late), 'tooMany', filter)
    }
  })
})
