import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoScimGroups } from '#shared/aws/scim-group-store.ts'
import { scimKeys } from '#shared/aws/scim-keys.ts'
import { dynamoUsers } from '#shared/aws/user-store.ts'
import { newGroupId, newUserId, type UserId } from '#shared/ids.ts'
import { createUser } from '#shared/users/create-user.ts'
import { reactivateUser } from '#shared/users/suspend-user.ts'
import type { UserRole } from '#shared/users/types.ts'
import { fewestRounds } from '#test/flows/rounds.ts'
import { newDirectory, type ScimResponse, type TestDirectory } from '#test/scim/new-directory.ts'
import { newAct } from '#test/stores/new-scim-directory.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

let directory: TestDirectory
let db: Tables
let people = 0
before(async () => {
  directory = await newDirectory()
  db = await tables()
})

type Shown = Record<string, unknown> & { id: UserId; meta: Record<string, string> }
const shownBy = ({ body }: ScimResponse) => body as Shown
const refusal = ({ status, body }: ScimResponse) => [status, body['scimType']]
const resourcesOf = ({ body }: ScimResponse) => body['Resources'] as Shown[]
const idsOf = (answer: ScimResponse) => resourcesOf(answer).map(({ id }) => id)

/** A document of somebody who has an address in the organization's domain. */
function document(changes: Record<string, unknown> = {}, own = directory) {
  people += 1
  const userName = `ada.${people}@${own.domain}`
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    name: { givenName: 'Ada', familyName: `King ${people}` },
    emails: [{ value: userName, type: 'work', primary: true }],
    active: true,
    ...changes,
  }
}

async function create(changes: Record<string, unknown> = {}, own = directory) {
  const created = await own.call('POST', '/Users', document(changes, own))
  assert.equal(created.status, 201, created.text)
  return shownBy(created)
}

const patch = (
  id: string,
  operations: readonly object[],
  { own = directory, headers = {} }: { own?: TestDirectory; headers?: Record<string, string> } = {},
) => own.call('PATCH', `/Users/${id}`, { Operations: operations }, { headers })

const setActive = (id: string, value: boolean, own = directory) =>
  patch(id, [{ op: 'replace', path: 'active', value }], { own })

const find = (filter: string, own = directory) =>
  own.call('GET', `/Users?filter=${encodeURIComponent(filter)}`)

const personOf = async (id: UserId, own = directory) =>
  (await dynamoUsers(db.directory).find(own.orgId, id))?.user

/** Somebody who was there before the directory spoke of them. */
async function newPerson(email: string, own = directory, role: UserRole = 'member') {
  const created = await createUser(dynamoUsers(db.directory), {
    ...{ orgId: own.orgId, userId: newUserId(), profile: { email }, role },
    act: { actor: 'test', at: 1_700_000_000 },
  })
  return created.ok ? created.value.user : assert.fail(created.error)
}

async function newGroup(members: readonly UserId[], displayName: string, own = directory) {
  const id = newGroupId()
  const now = Date.now()
  const group = {
    ...{ id, directoryId: own.directory.id, document: { displayName }, version: 1 },
    ...{ memberCount: 0, createdMs: now, modifiedMs: now },
  }
  const added = members.map((member) => ({ id: member, type: 'User' as const }))
  const created = await dynamoScimGroups(db.directory).create(group, added, newAct())
  assert.ok(created.ok)
  return id
}

describe('a SCIM user', () => {
  test('is refused to a token that nobody has', async (t) => {
    await environmentOf('scim-users')
    const { handler } = await import('#functions/scim-users/handler.ts')
    const { answer } = await invoke(t, handler, eventOf('scim-users'))
    assert.equal(answer.statusCode, 401)
  })

  test('is created, shown, replaced, changed and removed', async () => {
    const sent = document({ externalId: 'x1' })
    const created = await directory.call('POST', '/Users', sent)
    assert.equal(created.status, 201, created.text)
    const { id, meta, ...rest } = shownBy(created)
    assert.deepEqual(rest, sent)
    assert.match(id, /^usr_[0-9a-f]{32}$/)
    const path = `/Users/${id}`
    assert.equal(created.headers.get('location'), `${directory.baseUrl}${path}`)
    assert.equal(created.headers.get('etag'), 'W/"1"')
    assert.equal(meta['version'], 'W/"1"')
    const shown = await directory.call('GET', path)
    assert.deepEqual(shown.body, created.body)
    const replaced = await directory.call('PUT', path, { ...shown.body, title: 'Countess' })
    assert.equal(replaced.status, 200, replaced.text)
    assert.equal(replaced.body['title'], 'Countess')
    assert.equal(replaced.headers.get('etag'), 'W/"2"')
    const patched = await patch(id, [{ op: 'Replace', path: 'nickName', value: 'A' }])
    assert.equal(patched.status, 200, patched.text)
    assert.equal(patched.body['nickName'], 'A')
    const removed = await directory.call('DELETE', path)
    assert.deepEqual([removed.status, removed.text], [204, ''])
    for (const method of ['DELETE', 'GET', 'PUT', 'PATCH']) {
      const body = { PUT: sent, PATCH: { Operations: [] } }[method]
      assert.equal((await directory.call(method, path, body)).status, 404, method)
    }
    assert.equal((await find(`userName eq "${sent.userName}"`)).body['totalResults'], 0)
    assert.equal((await directory.call('POST', '/Users', sent)).status, 201)
  })

  test('is replaced as a whole: what is not said is gone', async () => {
    const { id, userName } = await create({ title: 'Countess', externalId: 'gone' })
    const replaced = await directory.call('PUT', `/Users/${id}`, { userName })
    assert.deepEqual(Object.keys(replaced.body), ['schemas', 'id', 'userName', 'meta'])
    assert.equal((await find('externalId eq "gone"')).body['totalResults'], 0)
  })

  test('stays as it is, version and time too, where nothing changes', async () => {
    const { id } = await create()
    const shown = await directory.call('GET', `/Users/${id}`)
    const answers = [
      await directory.call('PUT', `/Users/${id}`, shown.body),
      await patch(id, [{ op: 'replace', path: 'active', value: 'True' }]),
      await patch(id, []),
      await directory.call('GET', `/Users/${id}`),
    ]
    for (const answer of answers) assert.deepEqual(answer.body, shown.body)
  })

  const unknown = ['usr_1', 'grp_00000000000000000000000000000000', 'x', '.searching', '%20']
  for (const id of unknown) {
    test(`is not found by the id "${id}"`, async () => {
      for (const method of ['GET', 'DELETE']) {
        assert.equal((await directory.call(method, `/Users/${id}`)).status, 404)
      }
    })
  }

  test("is not found in another organization's directory, nor in another one of its own", async () => {
    const other = await newDirectory()
    const { id } = await create()
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
      const body = { PUT: document(), PATCH: { Operations: [] } }[method]
      assert.equal((await other.call(method, `/Users/${id}`, body)).status, 404)
    }
    assert.equal((await find(`id eq "${id}"`, other)).body['totalResults'], 0)
    assert.equal((await directory.call('GET', `/Users/${id}`)).status, 200)
  })

  test('has a userName that nobody else has, in any letter case', async () => {
    const { id, userName } = await create()
    const shouted = String(userName).toUpperCase()
    const again = await directory.call('POST', '/Users', document({ userName: shouted }))
    assert.deepEqual(refusal(again), [409, 'uniqueness'])
    const other = await create()
    const renamed = await patch(other.id, [{ op: 'replace', path: 'userName', value: shouted }])
    assert.deepEqual(refusal(renamed), [409, 'uniqueness'])
    const put = await directory.call('PUT', `/Users/${other.id}`, { userName: shouted })
    assert.deepEqual(refusal(put), [409, 'uniqueness'])
    const own = await patch(id, [{ op: 'replace', path: 'userName', value: shouted }])
    assert.equal(own.body['userName'], shouted)
    const free = await patch(id, [{ op: 'replace', path: 'userName', value: `${shouted}2` }])
    assert.equal(free.status, 200)
    assert.equal((await directory.call('POST', '/Users', document({ userName }))).status, 201)
  })

  test('is written only at the version that If-Match names', async () => {
    const { id } = await create()
    const path = `/Users/${id}`
    const old = { headers: { 'if-match': 'W/"7"' } }
    const operations = [{ op: 'replace', path: 'title', value: 'x' }]
    assert.equal((await patch(id, operations, old)).status, 412)
    assert.equal((await directory.call('GET', path, undefined, old)).status, 412)
    assert.equal((await directory.call('PUT', path, document(), old)).status, 412)
    assert.equal((await directory.call('DELETE', path, undefined, old)).status, 412)
    const now = { headers: { 'if-match': 'W/"1", W/"9"' } }
    assert.equal((await patch(id, operations, now)).status, 200)
    assert.equal((await patch(id, operations, now)).status, 412)
    const any = { headers: { 'if-match': '*' } }
    assert.equal((await directory.call('DELETE', path, undefined, any)).status, 204)
  })

  test('is not shown again to who has this version', async () => {
    const { id } = await create()
    const headers = { 'if-none-match': 'W/"1"' }
    const same = await directory.call('GET', `/Users/${id}`, undefined, { headers })
    assert.deepEqual([same.status, same.text, same.headers.get('etag')], [304, '', 'W/"1"'])
    await patch(id, [{ op: 'replace', path: 'title', value: 'x' }])
    assert.equal((await directory.call('GET', `/Users/${id}`, undefined, { headers })).status, 200)
  })

  test('is shown by the attributes that are asked for, in every answer', async () => {
    const asked = 'attributes=userName,name.givenName'
    const keys = ['schemas', 'id', 'userName', 'name']
    const sent = document()
    const created = await directory.call('POST', `/Users?${asked}`, sent)
    assert.deepEqual(Object.keys(created.body), keys)
    const path = `/Users/${shownBy(created).id}`
    const answers = [
      await directory.call('GET', `${path}?${asked}`),
      await directory.call('PUT', `${path}?${asked}`, { ...sent, title: 'x' }),
      await directory.call('PATCH', `${path}?${asked}`, { Operations: [] }),
    ]
    for (const { body } of answers) {
      assert.deepEqual(Object.keys(body), keys)
      assert.deepEqual(body['name'], { givenName: 'Ada' })
    }
    const { body } = await directory.call('GET', `${path}?excludedAttributes=emails,meta,id`)
    assert.equal(body['emails'], undefined)
    assert.equal(body['meta'], undefined)
    assert.notEqual(body['id'], undefined)
  })

  test('shows groups to who asks for them, and only those that there are', async () => {
    const { id } = await create()
    const path = `/Users/${id}`
    assert.equal(
      (await directory.call('GET', `${path}?attributes=groups`)).body['groups'],
      undefined,
    )
    const group = await newGroup([id], 'Analysts')
    assert.equal((await directory.call('GET', path)).body['groups'], undefined)
    const { body } = await directory.call('GET', `${path}?attributes=groups`)
    const shown = {
      value: group,
      $ref: `${directory.baseUrl}/Groups/${group}`,
      display: 'Analysts',
      type: 'direct',
    }
    assert.deepEqual(body['groups'], [shown])
    const values = await directory.call('GET', `${path}?attributes=groups.value`)
    assert.deepEqual(values.body['groups'], [{ value: group }])
    const operations = { Operations: [{ op: 'replace', path: 'title', value: 'x' }] }
    const patched = await directory.call('PATCH', `${path}?attributes=groups`, operations)
    assert.deepEqual(patched.body['groups'], [shown])
    const listed = await directory.call(
      'GET',
      `/Users?attributes=groups&filter=${filterOf(`id eq "${id}"`)}`,
    )
    assert.deepEqual(resourcesOf(listed)[0]?.['groups'], [shown])
  })

  test('is taken out of its groups when it goes', async () => {
    const { id } = await create()
    const group = await newGroup([id], `Group of ${id}`)
    assert.equal((await directory.call('DELETE', `/Users/${id}`)).status, 204)
    const groups = dynamoScimGroups(db.directory)
    assert.deepEqual(await groups.members(directory.directory.id, group), [])
    assert.equal((await groups.find(directory.directory.id, group))?.group.memberCount, 0)
  })

  test('that is gone leaves no membership behind, once its removal is repeated', async () => {
    const { id } = await create()
    assert.equal((await directory.call('DELETE', `/Users/${id}`)).status, 204)
    const group = await newGroup([], `Ghosts of ${id}`)
    const { id: directoryId } = directory.directory
    const type = 'User'
    await db.put(db.directory, { ...scimKeys.member(directoryId, group, id), type })
    await db.put(db.directory, { ...scimKeys.membership(directoryId, id, group), type })
    assert.equal((await directory.call('DELETE', `/Users/${id}`)).status, 404)
    assert.deepEqual(await dynamoScimGroups(db.directory).members(directoryId, group), [])
  })
})

const filterOf = encodeURIComponent

describe('SCIM users', () => {
  test('are found by what leads to them', async () => {
    const own = await newDirectory()
    const one = await create({ externalId: 'Ext 1' }, own)
    await create({ externalId: 'ext 1' }, own)
    await newGroup([one.id], 'Analysts', own)
    const group = await newGroup([one.id], 'Others', own)
    const name = String(one['userName'])
    // Memberships of a group that is deleted may go later than it.
    const deleted = newGroupId()
    const edge = scimKeys.member(own.directory.id, deleted, one.id)
    await db.put(db.directory, { ...edge, type: 'User' })
    for (const filter of [
      `id eq "${one.id}"`,
      `userName eq "${name.toUpperCase()}"`,
      `userName sw "${name.slice(0, -3).toUpperCase()}"`,
      'externalId eq "Ext 1"',
      `emails.value eq "${name}"`,
      `emails[type eq "work"].value eq "${name}"`,
      `groups.value eq "${group}"`,
      `groups[display eq "others"]`,
      `groups[value eq "${group}" and display eq "others"]`,
      `userName eq "${name}" and groups.value eq "${group}"`,
      `name.familyName eq "${(one['name'] as { familyName: string }).familyName}"`,
    ]) {
      const found = await find(filter, own)
      assert.equal(found.status, 200, found.text)
      assert.deepEqual([found.body['totalResults'], ...idsOf(found)], [1, one.id], filter)
    }
    for (const filter of [
      'userName eq "nobody"',
      'externalId eq "EXT 1"',
      `emails[type eq "home"].value eq "${name}"`,
      `groups.value eq "${newGroupId()}"`,
      `groups.value eq "${deleted}"`,
      ...['userName', 'externalId', 'emails.value', 'groups.value', 'id'].map(
        (path) => `${path} eq "${'x'.repeat(3000)}"`,
      ),
      `userName sw "${'x'.repeat(3000)}"`,
      `groups[value eq "${group}" and display ne "others"]`,
      'id eq "x"',
    ]) {
      const found = await find(filter, own)
      assert.deepEqual([found.status, found.body['totalResults']], [200, 0], filter)
      assert.deepEqual(found.body['Resources'], [])
    }
  })

  test('are listed in the order in which they came, by index, by cursor and by a body', async () => {
    const own = await newDirectory()
    const ids: string[] = []
    for (let n = 0; n < 7; n++) ids.push((await create({}, own)).id)
    const first = await own.call('GET', '/Users?count=3')
    const { totalResults, itemsPerPage, startIndex } = first.body
    assert.deepEqual([totalResults, itemsPerPage, startIndex], [7, 3, 1])
    assert.deepEqual(idsOf(first), ids.slice(0, 3))
    assert.deepEqual(idsOf(await own.call('GET', '/Users?startIndex=4&count=3')), ids.slice(3, 6))
    assert.deepEqual(idsOf(await own.call('GET', '/Users?startIndex=6')), ids.slice(5))
    const beyond = await own.call('GET', '/Users?startIndex=8')
    assert.deepEqual([beyond.body['totalResults'], idsOf(beyond)], [7, []])
    const none = await own.call('GET', '/Users?count=0')
    assert.deepEqual([none.body['totalResults'], idsOf(none)], [7, []])
    const walked: string[] = []
    let cursor: unknown = ''
    while (cursor !== undefined) {
      const page = await own.call('GET', `/Users?count=2&cursor=${String(cursor)}`)
      walked.push(...idsOf(page))
      cursor = page.body['nextCursor']
    }
    assert.deepEqual(walked, ids)
    const search = { filter: 'active eq true', count: 2, startIndex: 2, attributes: ['userName'] }
    const found = await own.call('POST', '/Users/.search', search)
    assert.deepEqual([found.status, found.body['totalResults']], [200, 7])
    assert.deepEqual(idsOf(found), ids.slice(1, 3))
    assert.equal(resourcesOf(found)[0]?.['name'], undefined)
  })

  test('are listed without those that go meanwhile, and skip nobody', async () => {
    const own = await newDirectory()
    const ids: string[] = []
    for (let n = 0; n < 6; n++) ids.push((await create({}, own)).id)
    await own.call('GET', '/Users?count=3')
    await own.call('DELETE', `/Users/${ids[0]}`)
    assert.deepEqual(idsOf(await own.call('GET', '/Users?startIndex=4&count=3')), ids.slice(3))
  })

  const refused = [
    ['filter=userName', 400, 'invalidFilter'],
    ['filter=nothing+eq+%22x%22', 400, 'invalidFilter'],
    ['filter=password+eq+%22x%22', 403, 'sensitive'],
    ['count=x', 400, 'invalidCount'],
    ['cursor=x', 400, 'invalidCursor'],
    ['startIndex=x', 400, 'invalidValue'],
  ] as const
  for (const [query, status, scimType] of refused) {
    test(`are not listed by ${query}`, async () => {
      assert.deepEqual(refusal(await directory.call('GET', `/Users?${query}`)), [status, scimType])
      const body = Object.fromEntries(new URLSearchParams(query))
      const search = await directory.call('POST', '/Users/.search', body)
      assert.deepEqual(refusal(search), [status, scimType])
    })
  }

  test('are searched while the directory is paused, and not written', async () => {
    const own = await newDirectory()
    const { id } = await create({}, own)
    await own.save({ state: 'paused', paused: { at: 1, by: 'test', cause: 'admin' } })
    const search = await own.call('POST', '/Users/.search', { filter: `id eq "${id}"` })
    assert.deepEqual(idsOf(search), [id])
    assert.equal((await own.call('GET', `/Users/${id}`)).status, 200)
    assert.equal((await own.call('DELETE', `/Users/${id}`)).status, 503)
  })
})

describe('the person of a SCIM user', () => {
  test('comes to be by it, with its id, and can sign in', async () => {
    const { id, userName } = await create()
    const { createdAt: _, ...user } = { createdAt: 0, ...(await personOf(id)) }
    assert.deepEqual(user, {
      ...{ id, orgId: directory.orgId, state: 'active', role: 'member', joinedBy: 'scim' },
      ...{ email: userName, givenName: 'Ada', familyName: `King ${people}` },
      directories: [directory.directory.id],
    })
  })

  test('follows its names and address, and is told by the change log', async () => {
    const { id } = await create()
    const email = `new.${id}@${directory.domain}`
    await patch(id, [
      { op: 'replace', path: 'emails[type eq "work"].value', value: email },
      { op: 'replace', path: 'name.givenName', value: 'Augusta' },
      { op: 'add', path: 'displayName', value: 'A. King' },
    ])
    const person = await personOf(id)
    assert.deepEqual([person?.email, person?.givenName], [email, 'Augusta'])
    assert.equal(person?.displayName, 'A. King')
    await patch(id, [{ op: 'remove', path: 'displayName' }])
    assert.equal((await personOf(id))?.displayName, undefined)
  })

  test('is kept out by active false, and let in again by active true', async () => {
    const { id } = await create()
    assert.equal((await setActive(id, false)).body['active'], false)
    assert.equal((await personOf(id))?.state, 'suspended')
    assert.equal((await directory.call('GET', `/Users/${id}`)).status, 200)
    await setActive(id, true)
    assert.equal((await personOf(id))?.state, 'active')
  })

  test('is deleted with it, and can be restored', async () => {
    const { id } = await create()
    await directory.call('DELETE', `/Users/${id}`)
    const person = await personOf(id)
    assert.equal(person?.state, 'deleted')
    assert.equal(person?.deletion?.from, 'active')
    assert.equal(person?.directories, undefined)
  })

  test('is who has the address already, whose id it takes', async () => {
    const sent = document()
    const { id } = await newPerson(sent.userName.toUpperCase())
    const created = await directory.call('POST', '/Users', sent)
    assert.equal(shownBy(created).id, id)
    assert.equal((await personOf(id))?.email, sent.userName)
    const other = document({ emails: [{ value: sent.userName }] })
    const again = await directory.call('POST', '/Users', other)
    assert.deepEqual(refusal(again), [409, 'uniqueness'])
  })

  test('is nobody as long as the address is in no proved domain', async () => {
    const { id } = await create({ emails: [{ value: 'ada@elsewhere.example', primary: true }] })
    assert.equal(await personOf(id), undefined)
    const value = `later.${id}@${directory.domain}`
    await patch(id, [{ op: 'replace', path: 'emails', value: [{ value }] }])
    assert.equal((await personOf(id))?.email, value)
    await patch(id, [{ op: 'replace', path: 'emails', value: [{ value: 'a@elsewhere.example' }] }])
    assert.equal((await personOf(id))?.email, value)
  })

  test('is found later, too, where the address is that of somebody', async () => {
    const { id } = await create({ emails: [{ value: 'ada@elsewhere.example' }] })
    const email = `met.${id}@${directory.domain}`
    const met = await newPerson(email)
    await patch(id, [{ op: 'replace', path: 'emails', value: [{ value: email }] }])
    await setActive(id, false)
    assert.equal((await personOf(met.id))?.state, 'suspended')
    assert.equal((await directory.call('DELETE', `/Users/${id}`)).status, 204)
    assert.equal((await personOf(met.id))?.state, 'deleted')
  })

  test("has no address that is somebody else's", async () => {
    const { id } = await create()
    const email = `taken.${id}@${directory.domain}`
    await newPerson(email)
    const value = [{ value: email }]
    const moved = await patch(id, [{ op: 'replace', path: 'emails', value }])
    assert.deepEqual(refusal(moved), [409, 'uniqueness'])
    assert.match(String(moved.body['detail']), /e-mail/)
  })

  test('who is the last administrator is not kept out', async () => {
    const own = await newDirectory()
    const sent = document({}, own)
    const { id } = await newPerson(sent.userName, own, 'admin')
    assert.equal(shownBy(await own.call('POST', '/Users', sent)).id, id)
    const answers = [
      await setActive(id, false, own),
      await own.call('PUT', `/Users/${id}`, { ...sent, active: false }),
      await own.call('DELETE', `/Users/${id}`),
    ]
    for (const { status, body } of answers) {
      assert.equal(status, 409)
      assert.match(String(body['detail']), /last administrator/)
    }
    assert.equal((await own.call('GET', `/Users/${id}`)).body['active'], true)
    assert.equal((await personOf(id, own))?.state, 'active')
  })
})

describe('the guard', () => {
  test('pauses the directory before too many are kept out, and writes nothing of that', async () => {
    const own = await newDirectory({ guard: { share: 50, atLeast: 2 } })
    const ids: UserId[] = []
    for (let n = 0; n < 6; n++) ids.push((await create({}, own)).id)
    const [one = '', two = '', three = '', four] = ids
    assert.equal((await setActive(one, false, own)).status, 200)
    assert.equal((await own.call('DELETE', `/Users/${two}`)).status, 204)
    const bad = await setActive(three, false, own)
    assert.deepEqual([bad.status, bad.headers.get('retry-after')], [503, '600'])
    const item = await db.read(db.directory, scimKeys.directory(own.directory.id))
    assert.equal(item?.['state'], 'paused')
    assert.equal((item['paused'] as { cause: string }).cause, 'guard')
    assert.equal((item['mail'] as { kind: string }).kind, 'directory-paused')
    assert.equal((item['evt'] as { type: string }).type, 'latchkey.directory.paused.v1')
    assert.equal((await own.call('GET', `/Users/${three}`)).body['active'], true)
    const later = await own.call('DELETE', `/Users/${four}`)
    assert.equal(later.status, 503)
    await own.save({ guard: { share: 50, atLeast: 2, liftedUntil: Date.now() / 1000 + 60 } })
    assert.equal((await setActive(three, false, own)).status, 200)
  })

  test('knows who was kept out already', async () => {
    const own = await newDirectory({ guard: { share: 0, atLeast: 1 } })
    const inactive = await create({ active: false }, own)
    const active = await create({}, own)
    assert.equal((await setActive(active.id, false, own)).status, 200)
    assert.equal((await own.call('DELETE', `/Users/${inactive.id}`)).status, 204)
    assert.equal((await own.call('DELETE', `/Users/${active.id}`)).status, 204)
  })
})

describe('people whom a directory keeps out as soon as it has them', () => {
  /** Some who were there before the directory had anybody, and what it says of them. */
  async function newStaff(most: number) {
    const own = await newDirectory({ guard: { share: 0, atLeast: most } })
    const sent = Array.from({ length: most + 1 }, () => document({ active: false }, own))
    const staff = await Promise.all(sent.map(({ userName }) => newPerson(userName, own)))
    const states = async () =>
      (await Promise.all(staff.map(({ id }) => personOf(id, own)))).map((one) => one?.state)
    return { own, sent, states }
  }

  test('are counted by the guard when they are created', async () => {
    const { own, sent, states } = await newStaff(2)
    const statuses: number[] = []
    for (const body of sent) statuses.push((await own.call('POST', '/Users', body)).status)
    assert.deepEqual(statuses, [201, 201, 503])
    assert.deepEqual(await states(), ['suspended', 'suspended', 'active'])
    const item = await db.read(db.directory, scimKeys.directory(own.directory.id))
    assert.equal((item?.['paused'] as { cause: string } | undefined)?.cause, 'guard')
  })

  test('are counted by the guard when their addresses are given to users that are off', async () => {
    const { own, sent, states } = await newStaff(1)
    const statuses: number[] = []
    for (const { emails } of sent) {
      const elsewhere = [{ value: 'ada@elsewhere.example' }]
      const { id } = await create({ active: false, emails: elsewhere }, own)
      const operations = [{ op: 'replace', path: 'emails', value: emails }]
      statuses.push((await patch(id, operations, { own })).status)
    }
    assert.deepEqual(statuses, [200, 503])
    assert.deepEqual(await states(), ['suspended', 'active'])
  })

  test('are counted by the guard when they are removed although an admin had let them in', async () => {
    const own = await newDirectory({ guard: { share: 0, atLeast: 1 } })
    const { id } = await create({ active: false }, own)
    const other = await create({ active: false }, own)
    for (const one of [id, other.id]) await letIn(one, own)
    assert.equal((await own.call('DELETE', `/Users/${id}`)).status, 204)
    assert.equal((await own.call('DELETE', `/Users/${other.id}`)).status, 503)
    assert.equal((await personOf(other.id, own))?.state, 'active')
  })
})

/** As an admin does. */
async function letIn(userId: UserId, { orgId }: TestDirectory) {
  const act = { actor: 'test', at: 1_700_000_000, nowMs: 1_700_000_000_000 }
  const target = { orgId, userId, act, seen: undefined, callerId: undefined }
  const back = await reactivateUser(dynamoUsers(db.directory), target)
  assert.ok(back.ok)
}

describe('round trips to AWS', () => {
  test('are one to create and to show, two to find and to change', async () => {
    const names = ['create', 'show', 'find', 'change', 'page', 'next'] as const
    const { fewest, count: countCalls } = fewestRounds(directory.stack, names)
    const count = async (name: (typeof names)[number], act: () => Promise<ScimResponse>) => {
      const answer = await countCalls(name, 'scim-users', act)
      assert.ok(answer.status < 300, answer.text)
      return answer
    }
    for (let person = 0; person < 5; person++) await create()
    for (let play = 0; play < 5; play++) {
      const created = await count('create', () => directory.call('POST', '/Users', document()))
      const { id, userName } = shownBy(created)
      await count('show', () => directory.call('GET', `/Users/${id}`))
      await count('find', () => find(`userName eq "${String(userName)}"`))
      await count('change', () => setActive(id, false))
      await count('page', () => directory.call('GET', '/Users?count=2'))
      await count('next', () => directory.call('GET', '/Users?count=2&startIndex=3'))
    }
    assert.deepEqual(fewest, { create: 1, show: 1, find: 2, change: 2, page: 2, next: 3 })
  })

  test('go no further than what the role allows', () => {
    const own = directory.stack
      .denials()
      .filter(({ functionName }) => functionName === 'scim-users')
    assert.deepEqual(own, [])
  })
})
