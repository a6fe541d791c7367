import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { writeCursor } from '#shared/scim/lists/cursor.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { assertMatches } from './expect.ts'
import {
  type Answer,
  assertError,
  assertList,
  newScim,
  type Resource,
  resourcesOf,
  type Scim,
  urn,
} from './scim-client.ts'

/**
 * Proves paging: by startIndex and count, RFC 7644 §3.4.2.4, and by cursor, RFC 9865: forged,
 * foreign and old cursors, and walks while users are deleted and created.
 */
const TOTAL = 23

let scim: Scim
/** In the order of their creation. */
let users: readonly Resource[]
before(async () => {
  scim = await newScim()
  const made: Resource[] = []
  for (let n = 0; n < TOTAL; n++) {
    made.push(await scim.user({ title: n % 2 ? 'odd' : 'even' }))
  }
  users = made
})

const idsIn = (answer: Answer) => resourcesOf(answer).map(({ id }) => id)
const idsOf = (from: number, to: number) => users.slice(from, to).map(({ id }) => id)

describe('pages by startIndex and count', () => {
  const pages: readonly (readonly [query: string, from: number, to: number, start?: number])[] = [
    ['', 0, TOTAL],
    ['?startIndex=1', 0, TOTAL],
    ['?startIndex=1&count=100', 0, TOTAL],
    ['?count=1', 0, 1],
    ['?startIndex=1&count=5', 0, 5],
    ['?startIndex=6&count=5', 5, 10],
    ['?startIndex=22&count=5', 21, TOTAL, 22],
    ['?startIndex=23&count=1', 22, TOTAL, 23],
    ['?startIndex=24&count=5', TOTAL, TOTAL, 24],
    ['?startIndex=1000000&count=5', TOTAL, TOTAL, 1_000_000],
    ['?startIndex=7', 6, TOTAL, 7],
    ['?startIndex=0&count=5', 0, 5, 1],
    ['?startIndex=-7&count=5', 0, 5, 1],
    ['?count=0', 0, 0, 1],
    ['?count=-1', 0, 0, 1],
    ['?count=100000', 0, TOTAL, 1],
  ]
  for (const [query, from, to, startIndex = from + 1] of pages) {
    test(`${query || 'without a query'} has ${to - from} of ${TOTAL}`, async () => {
      const answer = await scim.get(`/Users${query}`)
      assertList(answer, TOTAL)
      assert.deepEqual(idsIn(answer), idsOf(from, to))
      if (to > from) assertMatches(answer.body, { startIndex, itemsPerPage: to - from })
    })
  }

  for (const query of ['count=x', 'startIndex=x', 'count=1.5', 'startIndex=1e3', 'count=%00']) {
    test(`${query} is refused`, async () => {
      const answer = await scim.get(`/Users?${query}`)
      assertError(answer, 400, String(answer.body['scimType']))
      assert.match(String(answer.body['scimType']), /^invalid(?:Value|Count)$/)
    })
  }

  test('walked in any size have everybody once, in the same order', async () => {
    for (const count of [1, 4, 10]) {
      const seen: string[] = []
      for (let startIndex = 1; startIndex <= TOTAL; startIndex += count) {
        seen.push(...idsIn(await scim.get(`/Users?startIndex=${startIndex}&count=${count}`)))
      }
      assert.deepEqual(seen, idsOf(0, TOTAL))
    }
  })

  test('may be read in any order', async () => {
    for (const startIndex of [19, 4, 10, 1]) {
      const answer = await scim.get(`/Users?startIndex=${startIndex}&count=3`)
      assert.deepEqual(idsIn(answer), idsOf(startIndex - 1, startIndex + 2))
    }
  })

  test('of groups are like those of users', async () => {
    const own = await newScim()
    const groups = [await own.group(), await own.group(), await own.group()]
    const first = await own.get('/Groups?startIndex=1&count=2')
    assertMatches(first.body, { totalResults: 3, itemsPerPage: 2, startIndex: 1 })
    const rest = await own.get('/Groups?startIndex=3&count=2')
    assert.deepEqual(
      [...idsIn(first), ...idsIn(rest)],
      groups.map(({ id }) => id),
    )
  })

  test('of nobody are empty', async () => {
    const own = await newScim()
    for (const path of ['/Users', '/Groups', '/Users?startIndex=5&count=2', '/Users?cursor']) {
      const answer = await own.get(path)
      assertList(answer, 0)
      assertMatches(answer.body, { Resources: [], nextCursor: '~absent' })
    }
  })
})

/** All pages of a walk. */
async function walk(client: Scim, query: string, between?: (page: number) => Promise<void>) {
  const pages: Answer[] = []
  let cursor: string | undefined = ''
  while (cursor !== undefined) {
    const answer = await client.get(`/Users?cursor=${cursor}&${query}`)
    assertList(answer)
    pages.push(answer)
    cursor = answer.body['nextCursor'] as string | undefined
    await between?.(pages.length)
  }
  return pages
}

describe('pages by cursor', () => {
  for (const first of ['cursor', 'cursor=']) {
    test(`begin with ?${first} (RFC 9865 §2)`, async () => {
      const answer = await scim.get(`/Users?${first}&count=5`)
      assertList(answer, TOTAL)
      assert.deepEqual(idsIn(answer), idsOf(0, 5))
      assertMatches(answer.body, { itemsPerPage: 5, nextCursor: '~/^[A-Za-z0-9._~\\-]+$/' })
    })
  }

  for (const count of [1, 7, 23, 100]) {
    test(`of ${count} have everybody once, and end`, async () => {
      const pages = await walk(scim, `count=${count}`)
      assert.deepEqual(pages.flatMap(idsIn), idsOf(0, TOTAL))
      assert.ok(pages.length <= Math.ceil(TOTAL / count) + 1)
      assert.equal(pages.at(-1)?.body['nextCursor'], undefined)
    })
  }

  test('go with a filter', async () => {
    const filter = encodeURIComponent('title eq "odd"')
    const pages = await walk(scim, `count=4&filter=${filter}`)
    const odd = users.filter(({ title }) => title === 'odd').map(({ id }) => id)
    assert.deepEqual(pages.flatMap(idsIn), odd)
  })

  test('go with attributes', async () => {
    const pages = await walk(scim, 'count=10&attributes=title')
    const resources = pages.flatMap((page) => resourcesOf(page))
    assert.equal(resources.length, TOTAL)
    for (const one of resources) assertMatches(one, { title: '~string', userName: '~absent' })
  })

  test('go by .search', async () => {
    const seen: string[] = []
    let cursor: unknown = ''
    while (cursor !== undefined) {
      const body = { schemas: [urn.search], cursor, count: 9 }
      const answer = await scim.post('/Users/.search', body)
      assertList(answer, TOTAL)
      seen.push(...idsIn(answer))
      cursor = answer.body['nextCursor']
    }
    assert.deepEqual(seen, idsOf(0, TOTAL))
  })

  test('are the same page each time a cursor is sent', async () => {
    const { body } = await scim.get('/Users?cursor&count=5')
    const again = [1, 2].map(() => scim.get(`/Users?cursor=${body['nextCursor']}&count=5`))
    const [one, two] = await Promise.all(again)
    assert.ok(one && two)
    assert.deepEqual(idsIn(one), idsOf(5, 10))
    assert.deepEqual(idsIn(two), idsOf(5, 10))
  })

  test('neither skip nor repeat anybody while others are deleted and created', async () => {
    const own = await newScim()
    const made: Resource[] = []
    for (let n = 0; n < 12; n++) made.push(await own.user())
    const gone = [made[1], made[2], made[3], made[7]].map((one) => one?.id ?? '')
    const pages = await walk(own, 'count=3', async (page) => {
      const id = gone[page - 1]
      if (id !== undefined) await own.remove(`/Users/${id}`)
      if (page === 1) await own.user()
    })
    const seen = pages.flatMap(idsIn)
    assert.equal(new Set(seen).size, seen.length, 'nobody twice')
    const stays = made.map(({ id }) => id).filter((id) => !gone.includes(id))
    assert.deepEqual(
      stays.filter((id) => !seen.includes(id)),
      [],
      'who stays is seen',
    )
  })
})

describe('a cursor is refused', () => {
  const next = async (query = 'count=5') => {
    const { body } = await scim.get(`/Users?cursor&${query}`)
    return String(body['nextCursor'])
  }
  const forged: readonly (readonly [string, (cursor: string) => string])[] = [
    ['that is none', () => 'abc'],
    [
      'with another last letter',
      (cursor) => `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`,
    ],
    [
      'with another first letter',
      (cursor) => `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`,
    ],
    ['that is cut', (cursor) => cursor.slice(0, -5)],
    ['with more behind', (cursor) => `${cursor}AAAA`],
    ['that is much too long', () => 'A'.repeat(5000)],
    ['of other letters', () => '%00%ff%C3%A4'],
  ]
  for (const [name, change] of forged) {
    test(name, async () => {
      const cursor = change(await next())
      assertError(await scim.get(`/Users?cursor=${cursor}&count=5`), 400, 'invalidCursor')
    })
  }

  test('of another directory', async () => {
    const own = await newScim()
    for (let n = 0; n < 3; n++) await own.user()
    const { body } = await own.get('/Users?cursor&count=2')
    const foreign = await scim.get(`/Users?cursor=${body['nextCursor']}&count=2`)
    assertError(foreign, 400, 'invalidCursor')
  })

  test('of another filter', async () => {
    const filter = encodeURIComponent('title eq "odd"')
    const cursor = await next(`count=5&filter=${filter}`)
    assertError(await scim.get(`/Users?cursor=${cursor}&count=5`), 400, 'invalidCursor')
    const another = encodeURIComponent('title eq "even"')
    const answer = await scim.get(`/Users?cursor=${cursor}&count=5&filter=${another}`)
    assertError(answer, 400, 'invalidCursor')
  })

  test('of users among groups', async () => {
    const cursor = await next()
    assertError(await scim.get(`/Groups?cursor=${cursor}&count=5`), 400, 'invalidCursor')
  })

  test('that is older than an hour, as expiredCursor', async () => {
    const [payload = ''] = (await next()).split('.')
    const [place] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string]
    const scope = { directory: scim.directory, list: 'User', filter: undefined }
    const now = toSeconds(epochMilliseconds())
    const write = (at: number) => writeCursor(scope, place, at)
    const old = write(now - 3601)
    assertError(await scim.get(`/Users?cursor=${old}&count=5`), 400, 'expiredCursor')
    assert.deepEqual(
      idsIn(await scim.get(`/Users?cursor=${write(now - 3540)}&count=5`)),
      idsOf(5, 10),
    )
  })

  test('beside startIndex', async () => {
    assertError(await scim.get(`/Users?cursor=${await next()}&startIndex=2`), 400, 'invalidValue')
  })

  for (const count of ['0', '-1', 'x']) {
    test(`with a count of ${count}, as invalidCount`, async () => {
      assertError(await scim.get(`/Users?cursor&count=${count}`), 400, 'invalidCount')
    })
  }
})
