import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { newUserId, type UserId } from '#shared/ids.ts'
import { newDirectory, type ScimResponse, type TestDirectory } from '#test/scim/new-directory.ts'
import { tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

let directory: TestDirectory
let count = 0
before(async () => {
  // People come and go here more than any guard lets them.
  directory = await newDirectory({ guard: { share: 100, atLeast: 1_000_000 } })
})

function newName() {
  count += 1
  return `group ${count}`
}

const sorted = (ids: readonly string[]) => ids.toSorted((one, other) => (one < other ? -1 : 1))
const refusal = ({ status, body }: ScimResponse) => [status, body['scimType']]
const idOf = ({ body }: ScimResponse) => String(body['id'])

/** A SCIM user, as far as groups have to do with users. */
async function user(own = directory): Promise<UserId> {
  const { directory: table, put } = await tables()
  const id = newUserId()
  await put(table, { ...scimKeys.user(own.directory.id, id), userId: id })
  return id
}

const users = (many: number) => Promise.all(Array.from({ length: many }, () => user()))
const values = (ids: readonly string[]) => ids.map((value) => ({ value }))

async function create(members: readonly string[] = [], changes: object = {}) {
  const body = { displayName: newName(), members: values(members), ...changes }
  const created = await directory.call('POST', '/Groups', body)
  assert.equal(created.status, 201, created.text)
  return idOf(created)
}

const patch = (id: string, ...Operations: object[]) =>
  directory.call('PATCH', `/Groups/${id}`, { Operations })

async function membersOf(id: string) {
  const { body } = await directory.call('GET', `/Groups/${id}`)
  return ((body['members'] ?? []) as { value: string }[]).map(({ value }) => value)
}

const find = (filter: string, more = '') =>
  directory.call('GET', `/Groups?filter=${encodeURIComponent(filter)}${more}`)

/** AWS calls of the function, in order, but for those that know and count the caller. */
async function callsOf(act: () => Promise<ScimResponse>) {
  const { faults } = directory.stack
  const calls: string[] = []
  faults.onCall = ({ functionName, operation, body }) => {
    const isOfCaller = JSON.stringify(body).includes('scimtoken') || operation === 'UpdateItem'
    if (functionName === 'scim-groups' && !isOfCaller) calls.push(operation)
    return undefined
  }
  const answer = await act()
  faults.onCall = undefined
  assert.ok(answer.status < 300, answer.text)
  return calls
}

/** As a group is that has not changed for a while. */
async function settle(id: string) {
  const { directory: table, read, put } = await tables()
  const key = scimKeys.group(directory.directory.id, id as `grp_${string}`)
  await put(table, { ...(await read(table, key)), ...key, modifiedMs: Date.now() - 60_000 })
}

describe('scim-groups', () => {
  test('refuses a token that nobody has', async (t) => {
    await environmentOf('scim-groups')
    const { handler } = await import('#functions/scim-groups/handler.ts')
    const { answer } = await invoke(t, handler, eventOf('scim-groups'))
    assert.equal(answer.statusCode, 401)
  })

  test('creates, shows, lists, replaces, changes and removes', async () => {
    const [ada = '', bob = ''] = await users(2)
    const displayName = newName()
    const sent = { displayName, externalId: 'g-1', members: values([ada]) }
    const created = await directory.call('POST', '/Groups', sent)
    assert.equal(created.status, 201, created.text)
    const id = idOf(created)
    assert.match(id, /^grp_[0-9a-f]{32}$/)
    const path = `/Groups/${id}`
    assert.equal(created.headers.get('location'), `${directory.baseUrl}${path}`)
    assert.equal(created.headers.get('etag'), 'W/"1"')
    const ref = `${directory.baseUrl}/Users/${ada}`
    assert.deepEqual(created.body['members'], [{ value: ada, $ref: ref, type: 'User' }])
    const shown = await directory.call('GET', path)
    assert.deepEqual(shown.body, created.body)
    const known = { headers: { 'if-none-match': 'W/"1"' } }
    assert.equal((await directory.call('GET', path, undefined, known)).status, 304)
    const again = await directory.call('PUT', path, shown.body)
    assert.deepEqual([again.status, again.headers.get('etag')], [200, 'W/"1"'])
    assert.deepEqual(again.body, shown.body)
    const replaced = await directory.call('PUT', path, { displayName, members: values([bob]) })
    assert.equal(replaced.status, 200, replaced.text)
    assert.deepEqual(replaced.body['members'], [
      { value: bob, $ref: `${directory.baseUrl}/Users/${bob}`, type: 'User' },
    ])
    assert.equal(replaced.headers.get('etag'), 'W/"2"')
    const patched = await patch(id, { op: 'Add', path: 'members', value: values([ada]) })
    assert.deepEqual([patched.status, patched.text], [204, ''])
    assert.equal(patched.headers.get('etag'), 'W/"3"')
    assert.deepEqual(await membersOf(id), sorted([ada, bob]))
    const listed = await directory.call('GET', '/Groups?count=200')
    const resources = listed.body['Resources'] as { id: string; members: unknown[] }[]
    assert.equal(resources.find((one) => one.id === id)?.members.length, 2)
    const searched = await directory.call('POST', '/Groups/.search', {
      filter: `displayName eq "${displayName.toUpperCase()}"`,
    })
    assert.equal(searched.body['totalResults'], 1)
    const removed = await directory.call('DELETE', path)
    assert.deepEqual([removed.status, removed.text], [204, ''])
    assert.equal((await directory.call('GET', path)).status, 404)
    assert.equal((await directory.call('DELETE', path)).status, 404)
    assert.equal((await find(`displayName eq "${displayName}"`)).body['totalResults'], 0)
    assert.equal((await find(`members eq "${ada}"`)).body['totalResults'], 0)
  })

  test('answers a PATCH with the group where attributes are asked for', async () => {
    const [ada = ''] = await users(1)
    const id = await create()
    const Operations = [{ op: 'add', path: 'members', value: values([ada]) }]
    const path = `/Groups/${id}?attributes=members.value`
    const patched = await directory.call('PATCH', path, { Operations })
    assert.equal(patched.status, 200, patched.text)
    assert.deepEqual(patched.body['members'], [{ value: ada }])
    assert.equal('displayName' in patched.body, false)
  })

  test('leaves members out where they are not asked for, and does not read them', async () => {
    const id = await create(await users(1))
    for (const query of ['excludedAttributes=members', 'attributes=displayName']) {
      const get = () => directory.call('GET', `/Groups/${id}?${query}`)
      assert.equal('members' in (await get()).body, false)
      assert.deepEqual(await callsOf(get), ['BatchGetItem'])
      const list = () => find(`id eq "${id}"`, `&${query}`)
      assert.equal(((await list()).body['Resources'] as object[]).length, 1)
      assert.deepEqual(await callsOf(list), ['BatchGetItem'])
    }
  })

  test('finds groups by who is in them, and who is in one', async () => {
    const [ada = '', bob = ''] = await users(2)
    const inner = await create([ada])
    const outer = await create([inner, bob])
    const rows: [string, string[]][] = [
      [`members eq "${ada}"`, [inner]],
      [`members.value eq "${inner}"`, [outer]],
      [`members[value eq "${bob}" and type eq "User"]`, [outer]],
      [`members[value eq "${bob}" and type eq "Group"]`, []],
      [`id eq "${inner}" and members eq "${ada}"`, [inner]],
      [`id eq "${inner}" and members eq "${bob}"`, []],
      [`id eq "${inner}" and not (members eq "${bob}")`, [inner]],
      [`members eq "${ada}" or members eq "${bob}"`, [inner, outer]],
      [`(id eq "${inner}" or id eq "${outer}") and members eq "${bob}"`, [outer]],
      [`id eq "${outer}" and members.type eq "Group"`, [outer]],
      [`id eq "${inner}" and members.type eq "Group"`, []],
      [`members eq "nobody"`, []],
      ...['id', 'displayName', 'externalId', 'members.value'].map((path): [string, string[]] => [
        `${path} eq "${'x'.repeat(3000)}"`,
        [],
      ]),
      [`displayName sw "${'x'.repeat(3000)}"`, []],
    ]
    for (const [filter, expected] of rows) {
      const { body, text } = await find(filter)
      const found = (body['Resources'] ?? assert.fail(text)) as { id: string }[]
      assert.deepEqual(sorted(found.map((one) => one.id)), sorted(expected), filter)
    }
  })

  test('removes members by a filter that their ids do not answer', async () => {
    const [ada = '', bob = ''] = await users(2)
    const inner = await create()
    const id = await create([ada, inner])
    const answer = await patch(
      id,
      { op: 'remove', path: 'members[type eq "User"]' },
      { op: 'add', path: 'members', value: values([bob]) },
    )
    assert.equal(answer.status, 204, answer.text)
    assert.deepEqual(await membersOf(id), [inner, bob])
  })

  test('refuses what is not as it should be', async () => {
    const id = await create()
    const taken = newName()
    await create([], { displayName: taken })
    const path = `/Groups/${id}`
    const version = { headers: { 'if-match': 'W/"7"' } }
    const unknown = '/Groups/grp_00000000000000000000000000000000'
    const itself = { op: 'add', path: 'members', value: values([id]) }
    const rename = { op: 'replace', path: 'displayName', value: taken }
    const many = values(Array.from({ length: 10_001 }, (_, at) => `u${at}`))
    const { call } = directory
    const rows: [string, Promise<ScimResponse>, unknown[]][] = [
      ['a name twice', call('POST', '/Groups', { displayName: taken }), [409, 'uniqueness']],
      ['a taken name', patch(id, rename), [409, 'uniqueness']],
      ['a taken name', call('PUT', path, { displayName: taken }), [409, 'uniqueness']],
      ['no name', call('POST', '/Groups', {}), [400, 'invalidValue']],
      ['itself', patch(id, itself), [400, 'invalidValue']],
      ['a path', patch(id, { op: 'add', path: 'owner', value: 'x' }), [400, 'invalidPath']],
      ['a filter', find('owner eq "x"'), [400, 'invalidFilter']],
      ['a version', call('PATCH', path, { Operations: [rename] }, version), [412, undefined]],
      ['a version', call('PUT', path, { displayName: 'x' }, version), [412, undefined]],
      ['a version', call('DELETE', path, undefined, version), [412, undefined]],
      ['nothing there', call('GET', unknown), [404, undefined]],
      ['nothing there', call('PUT', unknown, { displayName: 'x' }), [404, undefined]],
      ['nothing there', call('PATCH', unknown, { Operations: [rename] }), [404, undefined]],
      ['nothing there', call('DELETE', unknown), [404, undefined]],
      ['no id', call('GET', '/Groups/x'), [404, undefined]],
      ['too many', patch(id, { op: 'add', path: 'members', value: many }), [413, undefined]],
      ['a form', call('POST', '/Groups', 'a=b', asForm), [415, undefined]],
      ['a form', call('PUT', path, 'a=b', asForm), [415, undefined]],
      ['a form', call('PATCH', path, 'a=b', asForm), [415, undefined]],
      ['a form', call('POST', '/Groups/.search', 'a=b', asForm), [415, undefined]],
    ]
    for (const [name, answer, expected] of rows) {
      assert.deepEqual(refusal(await answer), expected, `${name}: ${(await answer).text}`)
    }
    assert.deepEqual(await membersOf(id), [])
  })

  const asForm = { headers: { 'content-type': 'application/x-www-form-urlencoded' } }

  test('has nothing of another directory', async () => {
    const other = await newDirectory()
    const ada = await user()
    const id = await create([ada])
    assert.equal((await other.call('GET', `/Groups/${id}`)).status, 404)
    assert.equal((await other.call('DELETE', `/Groups/${id}`)).status, 404)
    const theirs = await other.call('POST', '/Groups', {
      displayName: 'x',
      members: values([ada, id]),
    })
    assert.equal('members' in theirs.body, false)
  })

  test('takes 1,000 members in one request, and shows them', async () => {
    const all: UserId[] = []
    for (let part = 0; part < 100; part++) all.push(...(await users(10)))
    const id = await create(all.slice(0, 600))
    assert.deepEqual(await membersOf(id), sorted(all.slice(0, 600)))
    const path = `/Groups/${id}?excludedAttributes=members`
    const replaced = await directory.call('PUT', path, {
      displayName: newName(),
      members: values(all.slice(300)),
    })
    assert.equal(replaced.status, 200, replaced.text)
    assert.deepEqual(await membersOf(id), sorted(all.slice(300)))
    assert.equal((await directory.call('DELETE', `/Groups/${id}`)).status, 204)
    assert.equal((await find(`members eq "${all.at(-1)}"`)).body['totalResults'], 0)
  })
})

describe('requests for groups', () => {
  test('wait for AWS as often as their budget lets them', async () => {
    const [ada = '', bob = '', eve = ''] = await users(3)
    const budget = async (act: () => Promise<ScimResponse>, expected: string[]) =>
      assert.deepEqual(await callsOf(act), expected)
    const body = { displayName: newName(), members: values([ada]) }
    await directory.call('POST', '/Groups', { displayName: newName() })
    await budget(() => directory.call('POST', '/Groups', body), ['TransactWriteItems'])
    const id = await create([ada])
    const two = ['BatchGetItem', 'TransactWriteItems']
    const add = { op: 'add', path: 'members', value: values([bob]) }
    await budget(() => patch(id, add), two)
    await budget(() => patch(id, { op: 'remove', path: `members[value eq "${bob}"]` }), two)
    await budget(() => patch(id, { op: 'remove', path: 'members', value: values([ada]) }), two)
    await budget(() => patch(id, { op: 'replace', path: 'displayName', value: newName() }), two)
    await budget(
      () => patch(id, { op: 'add', path: 'members', value: values([]) }),
      ['BatchGetItem', 'Query'],
    )
    const put = () =>
      directory.call('PUT', `/Groups/${id}`, { displayName: newName(), members: values([eve]) })
    await budget(put, ['BatchGetItem', 'Query', 'TransactWriteItems'])
    const get = () => directory.call('GET', `/Groups/${id}`)
    await budget(get, ['BatchGetItem', 'Query', 'Query']) // it has changed just now
    await settle(id)
    await budget(get, ['BatchGetItem', 'Query']) // side by side
    await budget(
      () => find(`members eq "${eve}"`, '&excludedAttributes=members'),
      ['Query', 'BatchGetItem'],
    )
    await budget(
      () => find(`id eq "${id}" and members eq "${eve}"`, '&attributes=id'),
      ['BatchGetItem', 'BatchGetItem'],
    )
  })
})

describe('the guard of memberships', () => {
  test('pauses the directory where too many would go, and writes nothing', async () => {
    const small = await newDirectory({ guard: { share: 20, atLeast: 3 } })
    const ids = await Promise.all(Array.from({ length: 5 }, () => user(small)))
    const group = await small.call('POST', '/Groups', { displayName: 'g', members: values(ids) })
    const path = `/Groups/${idOf(group)}`
    const remove = (some: readonly string[]) =>
      small.call('PATCH', path, {
        Operations: [{ op: 'remove', path: 'members', value: values(some) }],
      })
    assert.equal((await remove(ids.slice(0, 2))).status, 204)
    const refused = await remove(ids.slice(2))
    assert.equal(refused.status, 503, refused.text)
    assert.ok(refused.headers.get('retry-after'))
    const left = (await small.call('GET', path)).body['members'] as unknown[]
    assert.equal(left.length, 3)
    assert.equal((await remove(ids.slice(2, 3))).status, 503)
    assert.equal((await small.call('DELETE', path)).status, 503)
    assert.equal((await small.call('PUT', path, { displayName: 'g' })).status, 503)
    assert.equal((await small.call('POST', '/Groups', { displayName: 'h' })).status, 503)
  })
})
