import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { assertError, newScim, type Scim, urn } from './scim-client.ts'

/**
 * Proves versions, RFC 7644 §3.14 on RFC 9110 §13: weak ETags, If-None-Match on reads, If-Match on
 * writes, of users and groups alike.
 */
const kinds = [
  ['/Users', 'title', 200, (scim: Scim) => scim.user()],
  ['/Groups', 'externalId', 204, (scim: Scim) => scim.group()],
] as const

let scim: Scim
before(async () => {
  scim = await newScim()
})

for (const [endpoint, attribute, done, make] of kinds) {
  describe(`a version of ${endpoint}`, () => {
    const made = async () => {
      const { id } = await make(scim)
      const path = `${endpoint}/${id}`
      const { headers, body } = await scim.get(path)
      return { path, body, tag: headers.get('etag') ?? '' }
    }
    const change = (value: string) => [{ op: 'replace', path: attribute, value }]

    test('is a weak ETag, in header and meta', async () => {
      const { body, tag } = await made()
      assert.match(tag, /^W\/"[^"]+"$/)
      assert.equal((body['meta'] as Record<string, string>)['version'], tag)
    })

    test('is another after each change', async () => {
      const { path, tag } = await made()
      const tags = [tag]
      for (const value of ['a', 'b', 'a']) {
        await scim.patch(path, change(value))
        tags.push((await scim.get(path)).headers.get('etag') ?? '')
      }
      assert.equal(new Set(tags).size, tags.length)
    })

    test('answers 304 to If-None-Match with it, without a body', async () => {
      const { path, tag } = await made()
      const strong = tag.replace('W/', '')
      for (const header of [tag, strong, `"x", ${tag}`, '*']) {
        const { status, text, headers } = await scim.get(path, { 'if-none-match': header })
        assert.deepEqual({ status, text }, { status: 304, text: '' }, header)
        assert.equal(headers.get('etag'), tag)
      }
    })

    test('answers 200 to If-None-Match with another', async () => {
      const { path } = await made()
      for (const header of ['W/"x"', '"x", "y"']) {
        assert.equal((await scim.get(path, { 'if-none-match': header })).status, 200, header)
      }
    })

    test('answers a read with If-Match of it, and 412 with another', async () => {
      const { path, tag } = await made()
      assert.equal((await scim.get(path, { 'if-match': tag })).status, 200)
      assertError(await scim.get(path, { 'if-match': 'W/"x"' }), 412)
    })

    for (const [name, send] of [
      [
        'PATCH',
        (path: string, headers: Record<string, string>) => scim.patch(path, change('n'), headers),
      ],
      [
        'PUT',
        async (path: string, headers: Record<string, string>) => {
          const body = { ...(await scim.read(path)), [attribute]: 'n' }
          return scim.call('PUT', path, { body, headers })
        },
      ],
      [
        'DELETE',
        (path: string, headers: Record<string, string>) => scim.call('DELETE', path, { headers }),
      ],
    ] as const) {
      test(`lets a ${name} with If-Match of it pass`, async () => {
        for (const header of [(tag: string) => tag, () => '*', (tag: string) => `"x", ${tag}`]) {
          const { path, tag } = await made()
          const { status, text } = await send(path, { 'if-match': header(tag) })
          assert.ok(status === 200 || status === 204, `${status} ${text}`)
        }
      })

      test(`refuses a ${name} with If-Match of an older one, and does nothing`, async () => {
        const { path, tag } = await made()
        await scim.patch(path, change('between'))
        assertError(await send(path, { 'if-match': tag }), 412)
        assertMatches(await scim.read(path), { [attribute]: 'between' })
      })
    }

    test('lets one of two writes with the same If-Match pass', async () => {
      const { path, tag } = await made()
      const answers = await Promise.all(
        ['a', 'b', 'c', 'd'].map((value) => scim.patch(path, change(value), { 'if-match': tag })),
      )
      const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
      assert.deepEqual(statuses, [done, 412, 412, 412])
    })

    test('that is no ETag at all is refused, and does nothing', async () => {
      const { path } = await made()
      for (const header of ['x', 'W/', ',,,', '"']) {
        const headers = { 'if-match': header }
        assertError(await scim.patch(path, change('n'), headers), 400, 'invalidValue')
      }
      assertError(await scim.patch(path, change('n'), { 'if-match': '""' }), 412)
      assertMatches(await scim.read(path), { [attribute]: '~absent' })
    })
  })
}

describe("a group's version", () => {
  test('is another after a member comes, and the same after one comes again', async () => {
    const user = await scim.user()
    const group = await scim.group()
    const path = `/Groups/${group.id}`
    const tag = async () => (await scim.get(path)).headers.get('etag')
    const add = [{ op: 'add', path: 'members', value: [{ value: user.id }] }]
    const before = await tag()
    await scim.patch(path, add)
    const after = await tag()
    assert.notEqual(after, before)
    await scim.patch(path, add)
    assert.equal(await tag(), after)
  })

  test('of an older one refuses members', async () => {
    const [one, two] = [await scim.user(), await scim.user()]
    const { id } = await scim.group()
    const tag = (await scim.get(`/Groups/${id}`)).headers.get('etag') ?? ''
    const add = (user: { id: string }) => [
      { op: 'add', path: 'members', value: [{ value: user.id }] },
    ]
    const first = await scim.patch(`/Groups/${id}`, add(one), { 'if-match': tag })
    assert.equal(first.status, 204)
    assertError(await scim.patch(`/Groups/${id}`, add(two), { 'if-match': tag }), 412)
    assert.deepEqual(await scim.membersOf(id), [one.id])
  })

  test('is in the answer to a creation', async () => {
    const answer = await scim.post('/Groups', {
      schemas: [urn.group],
      displayName: `v-${crypto.randomUUID()}`,
    })
    assert.equal(
      answer.headers.get('etag'),
      (answer.body['meta'] as Record<string, string>)['version'],
    )
  })
})
