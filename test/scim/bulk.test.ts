import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertMatches } from './expect.ts'
import { type Answer, assertError, newName, newScim, type Scim, urn } from './scim-client.ts'

/**
 * Proves bulk requests, RFC 7644 §3.7: order, bulkId forward, backward and in circles,
 * failOnErrors, versions, and limits.
 */
let scim: Scim
before(async () => {
  scim = await newScim()
})

type Operation = {
  method: string
  path: string
  bulkId?: string
  version?: string
  data?: unknown
}

const bulk = (operations: readonly unknown[], more: object = {}) =>
  scim.post('/Bulk', { schemas: [urn.bulkRequest], Operations: operations, ...more })

const user = (bulkId: string, data: object = {}): Operation => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [urn.user], userName: newName(), ...data },
})
const group = (bulkId: string, members: readonly string[] = []): Operation => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: {
    schemas: [urn.group],
    displayName: newName(),
    members: members.map((value) => ({ value })),
  },
})

/** What was answered to each operation. */
function operationsIn(answer: Answer): readonly Record<string, unknown>[] {
  assert.equal(answer.status, 200, answer.text)
  assertMatches(answer.body, { schemas: [urn.bulkResponse], Operations: '~object' })
  return answer.body['Operations'] as readonly Record<string, unknown>[]
}

const idIn = (operation: Record<string, unknown> | undefined) =>
  String(operation?.['location']).split('/').at(-1) ?? ''
const statusesIn = (answer: Answer) => operationsIn(answer).map(({ status }) => status)

describe('a bulk request', () => {
  test('creates, and says where each is and what it is', async () => {
    const operations = operationsIn(await bulk([user('a'), group('b')]))
    assertMatches(operations, [
      {
        method: 'POST',
        bulkId: 'a',
        status: '201',
        location: `~/^${scim.base}/Users/usr_/`,
        version: '~/^W/',
      },
      { method: 'POST', bulkId: 'b', status: '201', location: `~/^${scim.base}/Groups/grp_/` },
    ])
    for (const one of operations) {
      assert.equal((await scim.get(String(one['location']).slice(scim.base.length))).status, 200)
    }
  })

  test('replaces, changes and deletes', async () => {
    const [put, patched, gone] = [await scim.user(), await scim.user(), await scim.user()]
    const Operations = [{ op: 'add', path: 'title', value: 'Dr' }]
    const answer = await bulk([
      { method: 'PUT', path: `/Users/${put.id}`, data: { userName: put['userName'], title: 'Mr' } },
      { method: 'PATCH', path: `/Users/${patched.id}`, data: { schemas: [urn.patch], Operations } },
      { method: 'DELETE', path: `/Users/${gone.id}` },
    ])
    assert.deepEqual(statusesIn(answer), ['200', '200', '204'])
    assertMatches(await scim.read(`/Users/${put.id}`), { title: 'Mr' })
    assertMatches(await scim.read(`/Users/${patched.id}`), { title: 'Dr' })
    assertError(await scim.get(`/Users/${gone.id}`), 404)
  })

  test('takes methods and names in any letter case', async () => {
    const answer = await scim.post('/Bulk', {
      schemas: [urn.bulkRequest],
      operations: [{ METHOD: 'post', Path: '/Users', BULKID: 'a', data: { userName: newName() } }],
    })
    assert.deepEqual(statusesIn(answer), ['201'])
  })

  test('of nothing answers nothing', async () => {
    assert.deepEqual(operationsIn(await bulk([])), [])
  })

  test('goes on after an error, which has the form of one', async () => {
    const { userName } = await scim.user()
    const answer = await bulk([
      user('a', { userName }),
      user('b'),
      { method: 'DELETE', path: '/Users/usr_00000000000000000000000000000000' },
      user('c', { active: 'maybe' }),
      user('d'),
    ])
    assertMatches(operationsIn(answer), [
      {
        bulkId: 'a',
        status: '409',
        response: { schemas: [urn.error], status: '409', scimType: 'uniqueness', detail: '~/./' },
      },
      { bulkId: 'b', status: '201' },
      { method: 'DELETE', status: '404', response: { schemas: [urn.error], status: '404' } },
      { bulkId: 'c', status: '400', response: { scimType: 'invalidValue' } },
      { bulkId: 'd', status: '201' },
    ])
  })

  test('tells what is wrong with one operation as its error', async () => {
    const answer = await bulk([
      { method: 'MOVE', path: '/Users', bulkId: 'a', data: {} },
      { method: 'POST', path: '/Devices', bulkId: 'b', data: {} },
      { method: 'POST', path: '/Users', data: { userName: newName() } },
      { method: 'POST', path: '/Users', bulkId: 'd' },
      { method: 'PUT', path: '/Users', data: {} },
      5,
      { method: 'DELETE', path: '/Users/\ud800' },
      user('h'),
    ])
    assert.deepEqual(statusesIn(answer), [...Array(7).fill('400'), '201'])
  })
})

describe('failOnErrors', () => {
  const bad = (bulkId: string) => user(bulkId, { active: 'maybe' })

  for (const [count, answered] of [
    [1, 2],
    [2, 4],
    [3, 5],
  ] as const) {
    test(`of ${count} ends after so many errors, and answers what was tried`, async () => {
      const operations = [user('a'), bad('b'), user('c'), bad('d'), user('e')]
      const answer = await bulk(operations, { failOnErrors: count })
      const tried = operationsIn(answer)
      assert.equal(tried.length, answered)
      for (const [index, { bulkId, data }] of operations.entries()) {
        const { userName } = data as { userName: string }
        const found = await scim.find('/Users', `userName eq "${userName}"`)
        const isMade = index < answered && !['b', 'd'].includes(bulkId ?? '')
        assert.equal(found.body['totalResults'], isMade ? 1 : 0, bulkId)
      }
    })
  }

  for (const failOnErrors of [0, -1, 1.5, '1', true]) {
    test(`of ${JSON.stringify(failOnErrors)} is refused`, async () => {
      const answer = await bulk([user('a')], { failOnErrors })
      assert.equal(answer.status, 400)
      assertError(answer, 400, String(answer.body['scimType']))
    })
  }
})

describe('bulkId', () => {
  test('refers to what comes before', async () => {
    const operations = operationsIn(await bulk([user('u'), group('g', ['bulkId:u'])]))
    assert.deepEqual(await scim.membersOf(idIn(operations[1])), [idIn(operations[0])])
  })

  test('refers to what comes behind', async () => {
    const operations = operationsIn(await bulk([group('g', ['bulkId:u']), user('u')]))
    assertMatches(operations, [
      { bulkId: 'g', status: '201' },
      { bulkId: 'u', status: '201' },
    ])
    assert.deepEqual(await scim.membersOf(idIn(operations[0])), [idIn(operations[1])])
  })

  test('refers in a circle: the example of RFC 7644 §3.7.1', async () => {
    const operations = operationsIn(
      await bulk([group('a', ['bulkId:b']), group('b', ['bulkId:a'])]),
    )
    assertMatches(operations, [{ status: '201' }, { status: '201' }])
    const [a, b] = [idIn(operations[0]), idIn(operations[1])]
    assert.deepEqual([await scim.membersOf(a), await scim.membersOf(b)], [[b], [a]])
  })

  test('refers in a manager, in PATCH and in a path', async () => {
    const { id } = await scim.group()
    const patch = (value: string) => ({
      schemas: [urn.patch],
      Operations: [{ op: 'add', path: 'members', value: [{ value }] }],
    })
    const answer = await bulk([
      user('boss'),
      user('u', { [urn.enterprise]: { manager: { value: 'bulkId:boss' } } }),
      { method: 'PATCH', path: `/Groups/${id}`, data: patch('bulkId:u') },
      group('new'),
      { method: 'PATCH', path: '/Groups/bulkId:new', data: patch('bulkId:boss') },
    ])
    const operations = operationsIn(answer)
    const [boss, made] = operations.map(idIn)
    assertMatches(await scim.read(`/Users/${made}`), {
      [urn.enterprise]: { manager: { value: boss } },
    })
    assert.deepEqual(await scim.membersOf(id), [made])
    assert.deepEqual(await scim.membersOf(idIn(operations[3])), [boss])
  })

  test('that there is not is that operation’s error', async () => {
    const answer = await bulk([group('g', ['bulkId:nobody']), user('u')])
    assertMatches(operationsIn(answer), [{ bulkId: 'g', status: '409' }, { status: '201' }])
  })

  test('of an operation that failed is the error of what refers to it', async () => {
    const answer = await bulk([user('u', { active: 'maybe' }), group('g', ['bulkId:u'])])
    assert.deepEqual(statusesIn(answer), ['400', '409'])
  })

  test('twice is refused', async () => {
    assertError(await bulk([user('a'), user('a')]), 400, 'invalidSyntax')
  })
})

describe('a version', () => {
  test('in an operation is as If-Match', async () => {
    const one = await scim.user()
    const { version } = one['meta'] as { version: string }
    const put = (title: string) => ({
      method: 'PUT',
      path: `/Users/${one.id}`,
      version,
      data: { userName: one['userName'], title },
    })
    assert.deepEqual(statusesIn(await bulk([put('first'), put('second')])), ['200', '412'])
    assertMatches(await scim.read(`/Users/${one.id}`), { title: 'first' })
  })
})

describe('bulk limits', () => {
  test('as they are advertised: so many operations, and no more (413)', async () => {
    const { bulk: limits } = (await scim.get('/ServiceProviderConfig')).body as {
      bulk: { maxOperations: number }
    }
    const remove = { method: 'DELETE', path: '/Users/usr_00000000000000000000000000000000' }
    const operations = Array.from({ length: limits.maxOperations + 1 }, () => remove)
    assertError(await bulk(operations), 413)
    const allowed = await bulk(operations.slice(1))
    assert.equal(operationsIn(allowed).length, limits.maxOperations)
  })

  test('as they are advertised: so many bytes, and no more (413)', async () => {
    const { bulk: limits } = (await scim.get('/ServiceProviderConfig')).body as {
      bulk: { maxPayloadSize: number }
    }
    const one = user('a')
    assertError(await bulk([one], { padding: 'x'.repeat(limits.maxPayloadSize) }), 413)
    const { userName } = one.data as { userName: string }
    assert.equal((await scim.find('/Users', `userName eq "${userName}"`)).body['totalResults'], 0)
  })

  test('of a body that is no bulk request', async () => {
    for (const body of ['[]', '{}', '{', '{"Operations":{}}']) {
      assertError(await scim.call('POST', '/Bulk', { body }), 400, 'invalidSyntax')
    }
  })
})
