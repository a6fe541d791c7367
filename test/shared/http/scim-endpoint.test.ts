import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Context } from 'aws-lambda'
import { type ScimPorts, scimEndpoint } from '#shared/http/scim-endpoint.ts'
import { newDirectoryId, newOrgId, newScimTokenId } from '#shared/ids.ts'
import { fail, ok } from '#shared/result.ts'
import type { FoundAccess } from '#shared/scim/access-ports.ts'
import type { ScimCall, ScimRoute } from '#shared/scim/calls.ts'
import { issueScimToken } from '#shared/scim/directories/token-text.ts'
import { invalidFilter, notFound } from '#shared/scim/errors.ts'
import type { ScimAct } from '#shared/scim/types.ts'
import { apiEvent } from './api-event.ts'

const now = 1_772_619_330
const orgId = newOrgId()
const directoryId = newDirectoryId(orgId)
const tokenId = newScimTokenId()
const { text, secretHash } = issueScimToken(tokenId)
const publicUrl = 'https://signin.vendor.example'
const PATH = '/scim/v2/{directory}/Users/{id}'

const found: FoundAccess = {
  token: {
    ...{ id: tokenId, directoryId, orgId, secretHash, label: 'Entra', createdBy: 'test' },
    ...{ createdAt: 0, lastUsedAt: now - 10 },
  },
  directory: {
    ...{ id: directoryId, orgId, name: 'Entra ID', state: 'active', cursorKey: 'key' },
    ...{ guard: { share: 20, atLeast: 20 }, createdAt: 0, revision: 1 },
  },
  organization: { domains: ['acme.example'] },
}

type Acted = ScimCall & { scimAct: ScimAct }
type Logged = { status: number; path: string; body: string | undefined }
type Given = {
  access?: Partial<FoundAccess>
  route?: Partial<ScimRoute<string>>
  ports?: Partial<ScimPorts>
  method?: 'GET' | 'POST' | 'DELETE'
  token?: string | undefined
  headers?: Record<string, string>
  body?: string
  query?: string
  directory?: string
}
type Sent = Omit<Given, 'access' | 'ports'>

/** The chain with one route, and what it did. */
function chain(t: TestContext, { access, ports, route }: Given = {}) {
  const lines: string[] = []
  for (const level of ['info', 'warn', 'error'] as const) {
    t.mock.method(console, level, (line: object) => lines.push(JSON.stringify(line)))
  }
  const acted: Acted[] = []
  const did: string[] = []
  const refused: Logged[] = []
  const one: ScimRoute<string> = {
    read: () => {
      did.push('read')
      return Promise.resolve(ok('what was read'))
    },
    act(_caller, call, read) {
      did.push(`act on ${read}`)
      acted.push(call)
      return Promise.resolve(ok({ status: 200, resource: { a: 'ä' }, version: 3 }))
    },
    ...route,
  }
  const counted: string[] = []
  const live: ScimPorts = {
    access: {
      find: () => {
        did.push('find')
        return Promise.resolve({ ...found, ...access })
      },
      markUsed: () => {
        did.push('mark')
        return Promise.resolve()
      },
    },
    calls: {
      count: (key) => {
        counted.push(key)
        return Promise.resolve(counted.length)
      },
    },
    log: {
      refused: (_directory, { request: { path, body } }, { status }) => {
        refused.push({ status, path, body })
        return Promise.resolve()
      },
    },
    now: () => now * 1000 + 999,
    publicUrl,
    ...ports,
  }
  const keys = ['GET', 'POST', 'DELETE'].map((method) => [`${method} ${PATH}`, one] as const)
  const handler = scimEndpoint(live, Object.fromEntries(keys))

  async function send(sent: Sent = {}) {
    const { method = 'GET', headers = {}, body, query = '', directory = directoryId } = sent
    const token = 'token' in sent ? sent.token : `Bearer ${text}`
    const event = apiEvent({
      method,
      routeKey: `${method} ${PATH}`,
      rawPath: `/scim/v2/${directory}/Users/usr_1`,
      rawQueryString: query,
      pathParameters: { directory, id: 'usr_1' },
      headers: { ...(token && { authorization: token }), ...headers },
      ...(body !== undefined && { body }),
    })
    const answer = await handler(event, {} as Context)
    const read = (answer.body === '' ? {} : JSON.parse(answer.body)) as Record<string, unknown>
    return { ...answer, read }
  }
  return { send, acted, did, refused, counted, lines }
}

describe('scimEndpoint', () => {
  test('reads while it authenticates, and acts for the caller', async (t) => {
    const { send, acted, did, refused, counted, lines } = chain(t)
    const { statusCode, headers, body } = await send({ query: 'filter=userName+eq+%22zoe%22' })
    assert.equal(statusCode, 200)
    assert.equal(body, '{"a":"ä"}')
    assert.equal(headers['content-type'], 'application/scim+json; charset=utf-8')
    assert.equal(headers['etag'], 'W/"3"')
    assert.deepEqual(did, ['read', 'find', 'act on what was read'])
    assert.deepEqual(refused, [])
    const [call] = acted
    assert.equal(call?.id, 'usr_1')
    assert.equal(call.path, '/Users/usr_1')
    assert.equal(call.baseUrl, `${publicUrl}/scim/v2/${directoryId}`)
    assert.equal(call.query.get('filter'), 'userName eq "zoe"')
    assert.deepEqual(call.scimAct, {
      actor: `scim:${tokenId}`,
      nowMs: now * 1000 + 999,
      request: {
        ...{ requestId: 'request-1', tokenId, method: 'GET' },
        path: '/Users/(5)?filter=userName eq "(3)"',
      },
    })
    assert.match(counted.join(), new RegExp(`^scim#${directoryId}#.{16}#${now - (now % 60)}$`))
    assert.match(lines.join(), /"scim_call"/)
    // No name that ids, which are hexadecimal, could hold by chance.
    assert.doesNotMatch(lines.join(), new RegExp(`${text.slice(40)}|zoe`))
  })

  const refusals: readonly [name: string, given: Given, status: number, cause: string][] = [
    ['no token', { token: undefined }, 401, 'token_missing'],
    ['what is no token', { token: 'non-token' }, 401, 'token_missing'],
    ['another scheme', { token: `Basic ${text}` }, 401, 'token_missing'],
    [
      'a key of another kind',
      { token: `Bearer ${text.replace('sct', 'key')}` },
      401,
      'token_missing',
    ],
    ['a token that there is not', { access: { token: undefined } }, 401, 'token_unknown'],
    [
      'an organization that is closed',
      { access: { organization: undefined } },
      401,
      'organization_closed',
    ],
    ['another directory', { directory: newDirectoryId(orgId) }, 404, 'directory_foreign'],
    ['what can be no directory', { directory: 'dir_1' }, 404, 'directory_unknown'],
    [
      'a directory that was removed',
      { access: { directory: undefined } },
      404,
      'directory_unknown',
    ],
  ]
  for (const [name, given, status, cause] of refusals) {
    test(`refuses ${name} before anything is done`, async (t) => {
      const { send, acted, refused, lines } = chain(t, given)
      const { statusCode, headers, read } = await send(given)
      assert.equal(statusCode, status)
      assert.deepEqual(read['schemas'], ['urn:ietf:params:scim:api:messages:2.0:Error'])
      assert.equal(read['status'], String(status))
      assert.equal(headers['content-type'], 'application/scim+json; charset=utf-8')
      const challenge = status === 401 ? 'Bearer realm="latchkey"' : undefined
      assert.equal(headers['www-authenticate'], challenge)
      assert.deepEqual([acted, refused], [[], []])
      assert.match(lines.join(), new RegExp(`"cause":"${cause}"`))
      assert.doesNotMatch(JSON.stringify(read), new RegExp(cause))
    })
  }

  test('answers the same to every 401, and to every directory that is not the caller’s', async (t) => {
    const bodies = new Map<number, Set<string>>()
    for (const [, given, status] of refusals) {
      const { body } = await chain(t, given).send(given)
      bodies.set(status, (bodies.get(status) ?? new Set()).add(body))
    }
    for (const some of bodies.values()) assert.equal(some.size, 1)
  })

  test('tells what was wrong with the request only once the caller is known', async (t) => {
    const route = { read: () => Promise.resolve(fail(invalidFilter('no such attribute'))) }
    const known = chain(t, { route })
    const told = await known.send()
    assert.deepEqual([told.statusCode, told.read['scimType']], [400, 'invalidFilter'])
    assert.deepEqual(known.refused, [{ status: 400, path: '/Users/(5)', body: undefined }])
    const stranger = await chain(t, { route, access: { token: undefined } }).send()
    assert.equal(stranger.statusCode, 401)
  })

  test('is not troubled by a read that fails for who is refused', async (t) => {
    const route = { read: () => Promise.reject(new Error('outage')) }
    const { statusCode } = await chain(t, { route, access: { token: undefined } }).send()
    assert.equal(statusCode, 401)
  })

  test('answers a bug or an outage with the id of the request', async (t) => {
    const route = { act: () => Promise.reject(new Error('outage of ada')) }
    const { statusCode, read, body } = await chain(t, { route }).send()
    assert.equal(statusCode, 500)
    assert.equal(read['detail'], 'Request request-1')
    assert.doesNotMatch(body, /ada/)
  })

  test('knows no route that it was not given', async (t) => {
    const { send } = chain(t)
    const { statusCode } = await send({ method: 'PUT' as 'GET' })
    assert.equal(statusCode, 404)
  })
})

describe('the body of a call', () => {
  const act: ScimRoute<string>['act'] = (_caller, call) => {
    const body = call.body()
    assert.equal(call.body(), body)
    return Promise.resolve(body.ok ? ok({ status: 201, resource: { body: body.value } }) : body)
  }
  const send = (t: TestContext, type: string | undefined, body: string) =>
    chain(t, { route: { act } }).send({
      method: 'POST',
      body,
      headers: type === undefined ? {} : { 'content-type': type },
    })

  for (const type of ['application/scim+json', 'application/json; charset=utf-8', undefined]) {
    test(`is taken as ${type}`, async (t) => {
      const { statusCode, read } = await send(t, type, '{"a":1}')
      assert.equal(statusCode, 201)
      assert.deepEqual(read['body'], { a: 1 })
    })
  }

  const refused = [
    ['a form', 'application/x-www-form-urlencoded', 'a=1', 415],
    ['text', 'text/plain', '{}', 415],
    ['what is no JSON', 'application/scim+json', '{', 400],
    ['more than a megabyte', 'application/scim+json', `"${'a'.repeat(1024 * 1024)}"`, 413],
  ] as const
  for (const [name, type, body, status] of refused) {
    test(`is refused where it is ${name}`, async (t) => {
      const { statusCode } = await send(t, type, body)
      assert.equal(statusCode, status)
    })
  }

  test('is logged without what it says of people', async (t) => {
    const { send: post, refused: logged } = chain(t, {
      route: { act: () => Promise.resolve(fail(notFound('There is no such user'))) },
    })
    await post({ method: 'POST', body: '{"userName":"ada","active":false}' })
    await post({ method: 'POST', body: 'ada' })
    await post({ method: 'DELETE' })
    assert.deepEqual(logged, [
      { status: 404, path: '/Users/(5)', body: '{"userName":"(3)","active":false}' },
      { status: 404, path: '/Users/(5)', body: undefined },
      { status: 404, path: '/Users/(5)', body: undefined },
    ])
  })
})

describe('a conditional request', () => {
  test('answers 304 where the client has the version', async (t) => {
    const { send } = chain(t)
    const { statusCode, headers, body } = await send({ headers: { 'if-none-match': 'W/"3"' } })
    assert.deepEqual([statusCode, headers['etag'], body], [304, 'W/"3"', ''])
    assert.equal((await send({ headers: { 'if-none-match': '"2"' } })).statusCode, 200)
  })

  test('of a read is refused where If-Match names another version', async (t) => {
    const { send } = chain(t)
    assert.equal((await send({ headers: { 'if-match': 'W/"2"' } })).statusCode, 412)
    assert.equal((await send({ headers: { 'if-match': '"2", W/"3"' } })).statusCode, 200)
  })

  test('leaves what is not a GET to its route', async (t) => {
    const { send, acted } = chain(t)
    const headers = { 'if-none-match': '*', 'if-match': 'W/"3", "4"' }
    const { statusCode } = await send({ method: 'POST', headers, body: '{}' })
    assert.equal(statusCode, 200)
    assert.deepEqual([acted[0]?.ifNoneMatch, acted[0]?.ifMatch], ['*', ['3', '4']])
  })

  for (const name of ['if-match', 'if-none-match']) {
    test(`is refused where ${name} is no list of tags, and nothing is read`, async (t) => {
      const { send, did } = chain(t)
      const { statusCode } = await send({ headers: { [name]: '3' } })
      assert.equal(statusCode, 400)
      assert.deepEqual(did, ['find'])
    })
  }

  test('is refused where its query is long', async (t) => {
    const { send } = chain(t)
    assert.equal((await send({ query: `filter=${'a'.repeat(8185)}` })).statusCode, 200)
    assert.equal((await send({ query: `filter=${'a'.repeat(8186)}` })).statusCode, 400)
  })
})

describe('an answer', () => {
  const answers = [
    ['204 has no body and no type', { status: 204 }, undefined],
    ['201 tells where', { status: 201, location: 'https://a', resource: {} }, 'https://a'],
  ] as const
  for (const [name, reply, location] of answers) {
    test(`of ${name}`, async (t) => {
      const act = () => Promise.resolve(ok(reply))
      const { statusCode, headers, body } = await chain(t, { route: { act } }).send()
      assert.equal(statusCode, reply.status)
      assert.equal(headers['location'], location)
      assert.equal(headers['content-type'] === undefined, body === '')
    })
  }

  test('without a result is logged for admins', async (t) => {
    const act: ScimRoute<string>['act'] = () =>
      Promise.resolve(ok({ status: 200, resource: {}, foundNothing: true }))
    const { send, refused } = chain(t, { route: { act } })
    assert.equal((await send()).statusCode, 200)
    assert.equal(refused[0]?.status, 200)
  })

  test('is given although the log for admins is away', async (t) => {
    const log = { refused: () => Promise.reject(new Error('outage')) }
    const act = () => Promise.resolve(fail(notFound('There is no such user')))
    const { send, lines } = chain(t, { route: { act }, ports: { log } })
    assert.equal((await send()).statusCode, 404)
    assert.match(lines.join(), /scim_refusal_unlogged/)
  })
})

describe('a paused directory', () => {
  const { directory } = found
  assert.ok(directory)
  const access = { directory: { ...directory, state: 'paused' as const } }

  test('answers reads', async (t) => {
    assert.equal((await chain(t, { access }).send()).statusCode, 200)
    const { send } = chain(t, { access, route: { isRead: true } })
    assert.equal((await send({ method: 'POST', body: '{}' })).statusCode, 200)
  })

  for (const method of ['POST', 'DELETE'] as const) {
    test(`takes no ${method}`, async (t) => {
      const { send, acted, refused } = chain(t, { access })
      const { statusCode, headers } = await send({ method })
      assert.deepEqual([statusCode, headers['retry-after']], [503, '600'])
      assert.deepEqual(acted, [])
      assert.equal(refused[0]?.status, 503)
    })
  }
})

describe('the limit of requests', () => {
  const limited = (count: number) => ({ calls: { count: () => Promise.resolve(count) } })

  test('is 3,000 in a minute', async (t) => {
    assert.equal((await chain(t, { ports: limited(3000) }).send()).statusCode, 200)
    const { send, acted, refused } = chain(t, { ports: limited(3001) })
    const { statusCode, headers, read } = await send()
    assert.equal(statusCode, 429)
    assert.equal(read['status'], '429')
    assert.equal(headers['retry-after'], String(60 - (now % 60)))
    assert.deepEqual([acted, refused], [[], []])
  })

  test('is not asked about again before it ends', async (t) => {
    let asked = 0
    const count = () => Promise.resolve(++asked && 3001)
    const { send } = chain(t, { ports: { calls: { count } } })
    await send()
    assert.equal((await send()).statusCode, 429)
    assert.equal(asked, 1)
  })

  test('is counted apart for who does not know the secret', async (t) => {
    const { send, counted } = chain(t)
    await send()
    await send({ token: `Bearer ${issueScimToken(tokenId).text}` })
    assert.equal(new Set(counted).size, 2)
  })
})

describe('a creation', () => {
  const route = { isCreate: true } as const

  test('is done for a caller that was let pass five seconds ago', async (t) => {
    let nowMs = now * 1000
    const { send, did } = chain(t, { route, ports: { now: () => nowMs } })
    await send()
    nowMs += 5000
    await send()
    assert.deepEqual(did, ['read', 'find', 'act on what was read', 'read', 'act on what was read'])
    nowMs += 1
    await send()
    assert.equal(did.filter((one) => one === 'find').length, 2)
  })

  test('is counted beside, and the count heeded the next time', async (t) => {
    let count = 1
    const calls = { count: () => Promise.resolve(count) }
    const { send, acted } = chain(t, { route, ports: { calls } })
    await send()
    count = 3001
    assert.equal((await send()).statusCode, 200)
    assert.equal((await send()).statusCode, 429)
    assert.equal(acted.length, 2)
  })

  test('does not fail where the counter does', async (t) => {
    let isAway = false
    const calls = { count: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve(1)) }
    const { send, lines } = chain(t, { route, ports: { calls } })
    await send()
    isAway = true
    assert.equal((await send()).statusCode, 200)
    assert.match(lines.join(), /scim_call_uncounted/)
  })

  test('is not done by a token that has ended meanwhile, or with another secret', async (t) => {
    let nowMs = now * 1000
    const { token } = found
    assert.ok(token)
    const { send } = chain(t, {
      route,
      access: { token: { ...token, expiresAt: now + 1 } },
      ports: { now: () => nowMs },
    })
    assert.equal((await send()).statusCode, 200)
    const other = `Bearer ${issueScimToken(tokenId).text}`
    assert.equal((await send({ token: other })).statusCode, 401)
    nowMs += 1000
    assert.equal((await send()).statusCode, 401)
  })
})

describe('the last use of a token', () => {
  const { token } = found
  assert.ok(token)
  const access = { token: { ...token, lastUsedAt: now - 300 } }

  test('is noted where it is five minutes old', async (t) => {
    const { send, did } = chain(t, { access })
    await send()
    assert.ok(did.includes('mark'))
  })

  test('does not keep an answer back', async (t) => {
    const away = {
      find: () => Promise.resolve({ ...found, ...access }),
      markUsed: () => Promise.reject(new Error('away')),
    }
    const { send, lines } = chain(t, { ports: { access: away } })
    assert.equal((await send()).statusCode, 200)
    assert.match(lines.join(), /scim_use_unnoted/)
  })
})
