import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { QueryCommand } from '@aws-sdk/client-dynamodb'
import { dynamo } from '#shared/aws/dynamo.ts'
import { fromItem, toItem } from '#shared/aws/dynamo-item.ts'
import { MAX_OPERATIONS } from '#shared/scim/bulk/read-bulk.ts'
import { newDirectory, type TestDirectory } from '#test/scim/new-directory.ts'
import { type Item, type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

let directory: TestDirectory
let db: Tables
before(async () => {
  directory = await newDirectory({ guard: { share: 100, atLeast: 1000 } })
  db = await tables()
})

const REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'

type Done = {
  method: string
  bulkId?: string
  location?: string
  version?: string
  status: string
  response?: { schemas: string[]; status: string; scimType?: string; detail: string }
}

async function bulk(
  Operations: readonly unknown[],
  { own = directory, ...rest }: { own?: TestDirectory; failOnErrors?: number } = {},
) {
  const answer = await own.call('POST', '/Bulk', { schemas: [REQUEST], ...rest, Operations })
  assert.equal(answer.status, 200, answer.text)
  assert.deepEqual(answer.body['schemas'], ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'])
  return answer.body['Operations'] as Done[]
}

let names = 0
const newName = (own = directory) => {
  names += 1
  return `ada.${names}@${own.domain}`
}

const post = (path: string, bulkId: string, data: object) => ({
  method: 'POST',
  ...{ path, bulkId, data },
})
const postUser = (bulkId: string, data: object = {}) =>
  post('/Users', bulkId, { userName: newName(), ...data })
const postGroup = (bulkId: string, members: readonly string[], data: object = {}) =>
  post('/Groups', bulkId, {
    displayName: newName(),
    members: members.map((value) => ({ value })),
    ...data,
  })

const statusesOf = (done: readonly Done[]) => done.map(({ status }) => status)
const idOf = ({ location = '' }: Done) => location.split('/').at(-1) ?? ''
const show = (path: string, own = directory) => own.call('GET', path)
const membersOf = async (id: string) => {
  const { body } = await show(`/Groups/${id}`)
  const members = (body['members'] ?? []) as { value: string }[]
  return new Set(members.map(({ value }) => value))
}

async function newUser(own = directory) {
  const created = await own.call('POST', '/Users', { userName: newName(own) })
  assert.equal(created.status, 201, created.text)
  return created.body['id'] as string
}

/** The log for admins, in the order of what happened. */
async function logOf(own: TestDirectory) {
  const query = new QueryCommand({
    TableName: db.directory,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: toItem({ ':pk': `scimlog#${own.orgId}` }),
    ConsistentRead: true,
  })
  const { Items = [] } = await dynamo.send(query)
  return Items.map((item) => fromItem<Item>(item))
}

describe('scim-bulk', () => {
  test('refuses a token that nobody has', async (t) => {
    await environmentOf('scim-bulk')
    const { handler } = await import('#functions/scim-bulk/handler.ts')
    const { answer } = await invoke(t, handler, eventOf('scim-bulk'))
    assert.equal(answer.statusCode, 401)
  })

  test('makes users and groups that refer to each other, in any order', async () => {
    const boss = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
    const done = await bulk([
      postGroup('g', ['bulkId:u1', 'bulkId:u2']),
      postUser('u1', { [boss]: { manager: { value: 'bulkId:u2' } } }),
      postUser('u2'),
    ])
    assert.deepEqual(
      done.map(({ method, bulkId, version, status }) => [method, bulkId, version, status]),
      [
        ['POST', 'g', 'W/"1"', '201'],
        ['POST', 'u1', 'W/"1"', '201'],
        ['POST', 'u2', 'W/"1"', '201'],
      ],
    )
    const [group, one, two] = done.map(idOf)
    assert.deepEqual(await membersOf(group ?? ''), new Set([one, two]))
    for (const { location = '', version } of done) {
      assert.ok(location.startsWith(`${directory.baseUrl}/`))
      const shown = await show(location.slice(directory.baseUrl.length))
      assert.equal(shown.headers.get('etag'), version)
      assert.equal((shown.body['meta'] as Item)['location'], location)
    }
    const { body } = await show(`/Users/${one}`)
    assert.equal((body[boss] as { manager: Item }).manager['value'], two)
  })

  test('makes groups that are in each other, and answers the version that they have then', async () => {
    const done = await bulk([
      postGroup('a', ['bulkId:b']),
      postGroup('b', ['bulkId:a', 'bulkId:u']),
      postUser('u'),
    ])
    assert.deepEqual(statusesOf(done), ['201', '201', '201'])
    const [a = '', b = '', user = ''] = done.map(idOf)
    assert.deepEqual(await membersOf(a), new Set([b]))
    assert.deepEqual(await membersOf(b), new Set([a, user]))
    for (const [at, id] of [a, b].entries()) {
      const shown = await show(`/Groups/${id}?attributes=displayName`)
      assert.equal(shown.headers.get('etag'), done[at]?.version)
    }
  })

  test('replaces, changes and removes what it has just made, and what there was', async () => {
    const old = await newUser()
    const userName = newName()
    const title = { op: 'replace', path: 'title', value: 'Countess' }
    const done = await bulk([
      { method: 'PUT', path: '/Users/bulkId:u', bulkId: 'p', data: { userName } },
      { method: 'patch', path: 'Users/bulkId:u', data: { Operations: [title] } },
      { method: 'PATCH', path: '/Groups/bulkId:g', data: { Operations: [] } },
      { method: 'DELETE', path: '/Groups/bulkId:g' },
      { method: 'DELETE', path: `/Users/${old}`, bulkId: 'd', version: 'W/"1"' },
      postUser('u'),
      postGroup('g', []),
    ])
    assert.deepEqual(
      done.map(({ method, bulkId, version, status }) => [method, bulkId, version, status]),
      [
        ['PUT', 'p', 'W/"2"', '200'],
        ['PATCH', undefined, 'W/"3"', '200'],
        ['PATCH', undefined, 'W/"1"', '204'],
        ['DELETE', undefined, undefined, '204'],
        ['DELETE', 'd', undefined, '204'],
        ['POST', 'u', 'W/"1"', '201'],
        ['POST', 'g', 'W/"1"', '201'],
      ],
    )
    const [put, patch, group, removed, user, made] = done.map(({ location }) => location)
    assert.deepEqual([put, patch], [made, made])
    assert.equal(group, removed)
    assert.equal(user, `${directory.baseUrl}/Users/${old}`)
    const { body } = await show((made ?? '').slice(directory.baseUrl.length))
    assert.deepEqual([body['userName'], body['title']], [userName, 'Countess'])
    assert.equal((await show(`/Users/${old}`)).status, 404)
  })

  test('writes only at the version that an operation names', async () => {
    const path = `/Users/${await newUser()}`
    const data = { Operations: [{ op: 'add', path: 'title', value: 'x' }] }
    const done = await bulk([
      { method: 'PATCH', path, version: 'W/"2"', data },
      { method: 'DELETE', path, version: 'W/"2"' },
      { method: 'PUT', path, version: 'W/"2"', data: { userName: newName() } },
      { method: 'PATCH', path, version: 'two', data },
      { method: 'PATCH', path, version: 'W/"1"', data },
      { method: 'PATCH', path, version: '*', data: { Operations: [] } },
    ])
    assert.deepEqual(statusesOf(done), ['412', '412', '412', '400', '200', '200'])
    for (const { location } of done) assert.equal(location, `${directory.baseUrl}${path}`)
    assert.equal((await show(path)).headers.get('etag'), 'W/"2"')
  })

  const nobody = `/Users/usr_${'f'.repeat(32)}`
  const long = 'b'.repeat(300)
  type Failure = [string, object | string | (() => object), Partial<Done>, string | undefined]
  const failures: readonly Failure[] = [
    [
      'a method that there is not',
      { method: 'GET', path: nobody },
      { status: '400' },
      'invalidSyntax',
    ],
    ['no method', { path: nobody, data: {} }, { status: '400', method: '' }, 'invalidSyntax'],
    ['no object', 'x', { status: '400', method: '' }, 'invalidSyntax'],
    [
      'POST without bulkId',
      { method: 'POST', path: '/Users', data: {} },
      { status: '400' },
      'invalidSyntax',
    ],
    [
      'a long bulkId',
      post('/Users', long, {}),
      { status: '400', bulkId: `${'b'.repeat(100)}…` },
      'invalidSyntax',
    ],
    ['PUT of all', { method: 'PUT', path: '/Users', data: {} }, { status: '400' }, 'invalidSyntax'],
    ['another type', post('/Devices', 'd', {}), { status: '400', bulkId: 'd' }, 'invalidSyntax'],
    ['a query', { method: 'DELETE', path: `${nobody}?x=1` }, { status: '400' }, 'invalidSyntax'],
    [
      'a document without userName',
      post('/Users', 'n', {}),
      { status: '400', bulkId: 'n' },
      'invalidValue',
    ],
    [
      'a path that there is not',
      { method: 'PATCH', path: nobody, data: { Operations: [{ op: 'add', path: 'x', value: 1 }] } },
      { status: '404' },
      undefined,
    ],
    [
      'nobody',
      { method: 'DELETE', path: nobody, bulkId: 'd' },
      { status: '404', bulkId: 'd' },
      undefined,
    ],
    ['an id that is none', { method: 'DELETE', path: '/Groups/..' }, { status: '404' }, undefined],
    [
      'what nothing made',
      { method: 'DELETE', path: '/Users/bulkId:x' },
      { status: '409' },
      undefined,
    ],
    [
      'a member that nothing made',
      () => postGroup('g', ['bulkId:x']),
      { status: '409', bulkId: 'g' },
      undefined,
    ],
    [
      'what is its own manager',
      () => postUser('u', { manager: { value: 'bulkId:u' } }),
      { status: '409', bulkId: 'u' },
      undefined,
    ],
    [
      'PATCH without data',
      { method: 'PATCH', path: nobody },
      { status: '400', location: nobody },
      'invalidSyntax',
    ],
  ]
  for (const [what, given, expected, scimType] of failures) {
    test(`answers the error of one operation: ${what}`, async () => {
      const operation = typeof given === 'function' ? given() : given
      const [failed, done] = await bulk([operation, postUser('good')])
      assert.equal(done?.status, '201')
      const { response, ...rest } = failed ?? assert.fail()
      const { path = '', method = '' } = typeof operation === 'string' ? {} : (operation as Item)
      const hasPlace =
        /^\/(?:Users|Groups)\/[^?]+$/.test(String(path)) && !String(path).includes('bulkId')
      assert.deepEqual(rest, {
        method,
        ...(hasPlace && { location: `${directory.baseUrl}${path}` }),
        ...expected,
        ...(expected.location && { location: `${directory.baseUrl}${expected.location}` }),
      })
      const { detail, ...error } = response ?? assert.fail()
      assert.ok(detail.length > 5)
      assert.deepEqual(error, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: rest.status,
        ...(scimType !== undefined && { scimType }),
      })
    })
  }

  test('tries nothing more once as many have failed as the client allows', async () => {
    const Operations = [
      post('/Users', 'bad1', {}),
      postUser('good1'),
      { method: 'POST', path: '/Users', data: {} },
      postUser('good2'),
    ]
    const first = await bulk(Operations, { failOnErrors: 1 })
    assert.deepEqual(statusesOf(first), ['400'])
    const second = await bulk(Operations, { failOnErrors: 2 })
    assert.deepEqual(statusesOf(second), ['400', '201', '400'])
    const all = await bulk(Operations)
    assert.deepEqual(statusesOf(all), ['400', '409', '400', '201'])
  })

  test('does nothing twice where the same request comes again', async () => {
    const Operations = [postUser('u'), postGroup('g', ['bulkId:u'])]
    const [user = assert.fail(), group = assert.fail()] = await bulk(Operations)
    const again = await bulk(Operations)
    assert.deepEqual(statusesOf(again), ['409', '409'])
    assert.equal(again[0]?.response?.scimType, 'uniqueness')
    assert.equal(again[0].location, undefined)
    assert.equal((await show(`/Users/${idOf(user)}`)).headers.get('etag'), 'W/"1"')
    assert.deepEqual(await membersOf(idOf(group)), new Set([idOf(user)]))
  })

  test("changes nothing of another directory's", async () => {
    const other = await newDirectory()
    const id = await newUser(other)
    const done = await bulk([
      { method: 'DELETE', path: `/Users/${id}` },
      { method: 'PATCH', path: `/Users/${id}`, data: { Operations: [] } },
    ])
    assert.deepEqual(statusesOf(done), ['404', '404'])
    assert.equal((await show(`/Users/${id}`, other)).status, 200)
  })

  const wrong: readonly [string, unknown, number, string | undefined][] = [
    ['no object', [], 400, 'invalidSyntax'],
    ['no operations', { schemas: [REQUEST] }, 400, 'invalidSyntax'],
    ['schemas that are no list', { schemas: REQUEST, Operations: [] }, 400, 'invalidSyntax'],
    ['failOnErrors of none', { failOnErrors: 0, Operations: [] }, 400, 'invalidSyntax'],
    ['a bulkId twice', { Operations: [postTwice(), postTwice()] }, 400, 'invalidSyntax'],
    ['too many operations', { Operations: Array(MAX_OPERATIONS + 1).fill({}) }, 413, undefined],
    ['more than 1 MB', { Operations: [], more: 'x'.repeat(1024 * 1024) }, 413, undefined],
  ]
  function postTwice() {
    return { method: 'POST', path: '/Users', bulkId: 'twice', data: {} }
  }
  for (const [what, body, status, scimType] of wrong) {
    test(`is refused as a whole with ${what}`, async () => {
      const answer = await directory.call('POST', '/Bulk', body)
      assert.deepEqual([answer.status, answer.body['scimType']], [status, scimType])
    })
  }

  test('takes the names of its properties in any case, without schemas, and no operations', async () => {
    const answer = await directory.call('POST', '/Bulk', { operations: [] })
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(answer.body['Operations'], [])
  })

  test('does as many operations as ServiceProviderConfig says', async () => {
    const { body } = await show('/ServiceProviderConfig')
    const { maxOperations } = body['bulk'] as { maxOperations: number }
    const Operations = Array.from({ length: maxOperations }, () => ({
      method: 'DELETE',
      path: nobody,
    }))
    const done = await bulk(Operations)
    assert.equal(done.length, maxOperations)
    assert.ok(done.every(({ status }) => status === '404' || status === '503'))
  })

  test('writes nothing more once the guard has paused the directory', async () => {
    const own = await newDirectory({ guard: { share: 0, atLeast: 1 } })
    const removals = []
    for (let n = 0; n < 3; n++) {
      removals.push({ method: 'DELETE', path: `/Users/${await newUser(own)}` })
    }
    const later = post('/Users', 'u', { userName: newName(own) })
    const done = await bulk([...removals, later], { own })
    assert.deepEqual(statusesOf(done), ['204', '503', '503', '503'])
    assert.equal((await show(`${removals[2]?.path}`, own)).status, 200)
    const whole = await own.call('POST', '/Bulk', { Operations: [later] })
    assert.equal(whole.status, 503)
  })

  test('tells the log for admins of each operation, as if it had come alone', async () => {
    const own = await newDirectory()
    const id = await newUser(own)
    const path = `/Users/${id}`
    const data = { Operations: [{ op: 'add', path: 'title', value: 'Countess' }] }
    await bulk(
      [
        { method: 'PATCH', path, data },
        post('/Users', 'u', { nickName: 'Ada' }),
        { method: 'DELETE', path, version: 'W/"9"' },
      ],
      { own },
    )
    const rows = (await logOf(own)).slice(1)
    assert.deepEqual(
      rows
        .map((row) => ['kind', 'method', 'path', 'status', 'body'].map((name) => row[name]))
        .toSorted((one, other) => String(one).localeCompare(String(other))),
      [
        [
          ...['change', 'PATCH', path, 200],
          '{"Operations":[{"op":"add","path":"title","value":"(8)"}]}',
        ],
        ['request', 'DELETE', path, 412, undefined],
        ['request', 'POST', '/Users', 400, '{"nickName":"(3)"}'],
      ],
    )
    assert.equal(new Set(rows.map(({ requestId }) => requestId)).size, 1)
    assert.ok(rows.every(({ tokenId }) => tokenId === own.tokenId))
  })

  test('answers a fault of ours as the error of the operation that it met', async () => {
    const { faults } = directory.stack
    let writes = 0
    faults.onCall = ({ functionName, operation }) => {
      if (functionName !== 'scim-bulk' || operation !== 'TransactWriteItems') return undefined
      writes += 1
      return writes > 1 && writes < 6 ? 'fail-before' : undefined
    }
    try {
      const done = await bulk([postUser('a'), postUser('b'), postUser('c'), postUser('d')])
      assert.equal(done[0]?.status, '201')
      assert.ok(statusesOf(done).includes('500'), JSON.stringify(done))
      assert.equal(done[3]?.status, '201')
      const text = JSON.stringify(done.filter(({ status }) => status === '500'))
      assert.doesNotMatch(text, /DynamoDB|Injected|\.ts|at /)
    } finally {
      faults.onCall = undefined
    }
  })
})

describe('a search over users and groups', () => {
  let own: TestDirectory
  const userIds: string[] = []
  const groupIds: string[] = []

  /** Users 1 to 5 and groups 1 to 4, in this order; group n has user n. */
  before(async () => {
    own = await newDirectory()
    for (let n = 1; n <= 5; n++) {
      const name = {
        userName: `u${n}@${own.domain}`,
        displayName: `Name ${n}`,
        externalId: `x${n}`,
      }
      const created = await own.call('POST', '/Users', { ...name, active: n !== 2 })
      userIds.push(created.body['id'] as string)
    }
    for (let n = 1; n <= 4; n++) {
      const members = [{ value: userIds[n - 1] }]
      const group = { displayName: `Name ${n}`, externalId: `x${n + 2}`, members }
      const created = await own.call('POST', '/Groups', group)
      groupIds.push(created.body['id'] as string)
    }
  })

  const search = (body: object) => own.call('POST', '/.search', body)
  /** Those that are found, as u1 and g1. */
  async function found(body: object) {
    const answer = await search(body)
    assert.equal(answer.status, 200, answer.text)
    const resources = answer.body['Resources'] as { id: string }[]
    assert.equal(answer.body['itemsPerPage'], resources.length)
    const names = resources.map(({ id }) => {
      const user = userIds.indexOf(id)
      return user === -1 ? `g${groupIds.indexOf(id) + 1}` : `u${user + 1}`
    })
    return { names, total: answer.body['totalResults'], resources }
  }

  const all = ['u1', 'u2', 'u3', 'u4', 'u5', 'g1', 'g2', 'g3', 'g4']

  test('answers all of both, users first, each as its own endpoint shows it', async () => {
    const { names, total, resources } = await found({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
    })
    assert.deepEqual([names, total], [all, 9])
    assert.deepEqual(resources[0], (await own.call('GET', `/Users/${userIds[0]}`)).body)
    assert.deepEqual(resources[5], (await own.call('GET', `/Groups/${groupIds[0]}`)).body)
  })

  for (const filter of [
    undefined,
    'displayName sw "name"',
    'meta.created gt "2020-01-01T00:00:00Z"',
  ]) {
    test(`has pages over both by ${filter ?? 'no filter'}`, async () => {
      for (const count of [1, 2, 3, 4, 5, 8, 9, 20]) {
        const walked: string[] = []
        for (let startIndex = 1; startIndex <= 9; startIndex += count) {
          const page = await found({ ...(filter && { filter }), startIndex, count })
          assert.equal(page.total, 9)
          walked.push(...page.names)
        }
        assert.deepEqual(walked, all, `${count}`)
      }
      const jump = await found({ ...(filter && { filter }), startIndex: 7, count: 2 })
      assert.deepEqual(jump.names, ['g2', 'g3'])
      const beyond = await found({ ...(filter && { filter }), startIndex: 10 })
      assert.deepEqual([beyond.names, beyond.total], [[], 9])
      const numbers = await found({ ...(filter && { filter }), count: 0 })
      assert.deepEqual([numbers.names, numbers.total], [[], 9])
    })
  }

  const filters: readonly [string | (() => string), readonly string[]][] = [
    ['externalId eq "x3"', ['u3', 'g1']],
    ['displayName eq "name 2"', ['u2', 'g2']],
    ['active eq false', ['u2']],
    [() => `userName eq "u4@${own.domain}" or displayName eq "Name 1"`, ['u1', 'u4', 'g1']],
    [() => `members eq "${userIds[2]}"`, ['g3']],
    [() => `members[value eq "${userIds[2]}"] or id eq "${userIds[0]}"`, ['u1', 'g3']],
    [() => `groups.value eq "${groupIds[1]}"`, ['u2']],
    [() => `id eq "${groupIds[3]}"`, ['g4']],
    ['not (userName pr)', ['g1', 'g2', 'g3', 'g4']],
    ['userName pr and members pr', []],
    ['meta.resourceType eq "User"', ['u1', 'u2', 'u3', 'u4', 'u5']],
    ['meta.resourceType eq "Group" and displayName co "3"', ['g3']],
    ['urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq "Name 1"', ['g1']],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:Group"', ['g1', 'g2', 'g3', 'g4']],
    ['externalId eq "nobody"', []],
  ]
  for (const [given, expected] of filters) {
    test(`finds by ${typeof given === 'string' ? given : given.toString().slice(6)}`, async () => {
      const filter = typeof given === 'string' ? given : given()
      const { names, total } = await found({ filter })
      assert.deepEqual([names, total], [expected, expected.length])
    })
  }

  test('shows of each the attributes that are asked for', async () => {
    const attributes = ['userName', 'members.value']
    const { resources } = await found({ filter: 'externalId eq "x3"', attributes })
    const [user, group] = resources
    assert.deepEqual(new Set(Object.keys(user ?? {})), new Set(['id', 'schemas', 'userName']))
    assert.deepEqual(new Set(Object.keys(group ?? {})), new Set(['id', 'schemas', 'members']))
    const less = await found({ count: 9, excludedAttributes: 'members,emails,meta' })
    assert.ok(less.resources.every((one) => !('meta' in one) && !('members' in one)))
  })

  const refused: readonly [object | null, number, string][] = [
    [{ filter: 'shoeSize eq 43' }, 400, 'invalidFilter'],
    [{ filter: 'displayName eq' }, 400, 'invalidFilter'],
    [{ filter: 'password eq "x"' }, 403, 'sensitive'],
    [{ filter: {} }, 400, 'invalidValue'],
    [{ cursor: '' }, 400, 'invalidCursor'],
    [{ cursor: 'x', filter: 'userName pr' }, 400, 'invalidCursor'],
    [{ count: 'x' }, 400, 'invalidCount'],
    [{ startIndex: true }, 400, 'invalidValue'],
    [{ attributes: 'x'.repeat(10_001) }, 400, 'invalidValue'],
    [[], 400, 'invalidSyntax'],
  ]
  for (const [body, status, scimType] of refused) {
    test(`is refused with ${JSON.stringify(body).slice(0, 60)}`, async () => {
      const answer = await search(body ?? {})
      assert.deepEqual([answer.status, answer.body['scimType']], [status, scimType])
    })
  }

  test('is answered by a paused directory, and told to admins where it finds nothing', async () => {
    await own.save({ state: 'paused' })
    const before = (await logOf(own)).length
    assert.equal((await found({})).total, 9)
    assert.equal((await found({ filter: 'externalId eq "nobody"' })).total, 0)
    const rows = (await logOf(own)).slice(before)
    assert.deepEqual(
      rows.map(({ kind, method, path, status }) => [kind, method, path, status]),
      [['request', 'POST', '/.search', 200]],
    )
  })

  test("sees nothing of another directory's", async () => {
    const other = await newDirectory()
    const answer = await other.call('POST', '/.search', { filter: `id eq "${userIds[0]}"` })
    assert.equal(answer.body['totalResults'], 0)
  })
})
