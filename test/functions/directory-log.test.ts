import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoUsers } from '#shared/aws/user-store.ts'
import { newUserId, type UserId } from '#shared/ids.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { createUser } from '#shared/users/create-user.ts'
import { deleteUser } from '#shared/users/delete-user.ts'
import { newApiKey } from '#test/flows/admin-client.ts'
import { newDirectory, type ScimResponse } from '#test/scim/new-directory.ts'
import { tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

type Body = Record<string, unknown>
type Entry = Body & { resource: { type: string; id: string }; id: string }
type Step = { undone: number; unchanged: number; skipped: Body[]; done: boolean; next?: string }

const importHandler = () => import('#functions/directory-log/handler.ts')
const isoTime = (milliseconds: number) => new Date(milliseconds).toISOString()

/** A directory with somebody who administers its organization. */
async function newAdministered() {
  const directory = await newDirectory()
  const key = await newApiKey(directory.orgId, 'admin')
  const beganMs = epochMilliseconds()

  /** @param path behind the directory's own, for example `/changes` */
  async function ask(method: string, path: string, body?: Body, own = directory) {
    const url = `${directory.stack.url}/orgs/${directory.orgId}/directories/${own.directory.id}${path}`
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Body }
  }

  const listed = async (what: 'changes' | 'requests', query = '') =>
    (await ask('GET', `/${what}${query}`)).body[what] as Entry[]

  /** Takes back what there was since, in as many calls as it takes. */
  async function undo(sinceMs = beganMs, more: Body = {}) {
    const sum = { undone: 0, unchanged: 0, skipped: [] as Body[] }
    let going: Body = {}
    for (let call = 0; call < 20; call++) {
      const { status, body } = await ask('POST', '/undo', {
        ...{ from: isoTime(sinceMs), ...more },
        ...going,
      })
      assert.equal(status, 200, JSON.stringify(body))
      const { undone, unchanged, skipped, done, next } = body as Step
      sum.undone += undone
      sum.unchanged += unchanged
      sum.skipped.push(...skipped)
      if (done) return sum
      going = { cursor: next, to: body['to'] }
    }
    throw new Error('there is no end')
  }

  const pause = () =>
    directory.save({ state: 'paused', paused: { at: 0, by: 'test', cause: 'admin' } })
  const resume = () => directory.save({})
  const create = async (type: 'Users' | 'Groups', body: Body) => {
    const created = await directory.call('POST', `/${type}`, body)
    assert.equal(created.status, 201, created.text)
    return String(created.body['id'])
  }
  const user = (name: string, more: Body = {}) =>
    create('Users', { userName: `${name}@${directory.domain}`, ...more })
  const part = (id: string) =>
    fetch(
      `${directory.stack.url}/orgs/${directory.orgId}/users/${id}/directories/${directory.directory.id}`,
      { method: 'DELETE', headers: { authorization: `Bearer ${key}` } },
    )
  return { ...directory, part, ask, listed, undo, pause, resume, create, user }
}

const member = (value: string) => ({ value })
const membersOf = ({ body }: ScimResponse) =>
  ((body['members'] ?? []) as { value: string }[]).map(({ value }) => value).toSorted(byText)
const byText = (a: string, b: string) => a.localeCompare(b)
const patch = (...Operations: Body[]) => ({ Operations })

/** A millisecond that no change is made in: the ones before are older, the ones after it younger. */
async function moment(): Promise<number> {
  const free = epochMilliseconds() + 1
  while (epochMilliseconds() <= free) await new Promise(setImmediate)
  return free
}

describe('the log of a directory', () => {
  let own: Awaited<ReturnType<typeof newAdministered>>
  before(async () => {
    await environmentOf('directory-log')
    own = await newAdministered()
  })

  test('refuses a key that nobody has', async (t) => {
    const { handler } = await importHandler()
    const { answer } = await invoke(t, handler, eventOf('directory-log'))
    assert.equal(answer.statusCode, 401)
  })

  test('shows what was changed, newest first, with what was before', async () => {
    const id = await own.user('ada', { title: 'One' })
    await own.call('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'title', value: 'Two' }))
    await own.call('DELETE', `/Users/${id}`)
    const changes = await own.listed('changes')
    const [removed, changed, created] = changes.filter(({ resource }) => resource.id === id)
    const titles = [removed, changed, created].map((entry) =>
      ['before', 'after'].map((name) => (entry?.[name] as Body | undefined)?.['title']),
    )
    assert.deepEqual(titles, [
      ['Two', undefined],
      ['One', 'Two'],
      [undefined, 'One'],
    ])
    assert.equal(created?.['token'], own.tokenId)
  })

  test('shows requests without what they say of people', async () => {
    await own.user('grace', { title: 'Secret title' })
    await own.call('GET', '/Users?filter=userName%20eq%20"nobody@secret.example"')
    await own.call('POST', '/Users', { title: 'Secret title' })
    const requests = await own.listed('requests')
    const statuses = requests.slice(0, 3).map(({ status }) => status)
    assert.deepEqual(statuses, [400, 200, 201])
    assert.doesNotMatch(JSON.stringify(requests), /[Ss]ecret/)
  })

  test('goes on where a page ended, and keeps to its window', async () => {
    const before = await moment()
    for (const name of ['a', 'b', 'c']) await own.user(`page-${name}`)
    const after = await moment()
    await own.user('page-d')
    const window = `from=${isoTime(before)}&to=${isoTime(after)}`
    const first = await own.ask('GET', `/changes?${window}&limit=2`)
    const rest = await own.ask(
      'GET',
      `/changes?${window}&limit=2&cursor=${String(first.body['next'])}`,
    )
    const lengths = [first, rest].map(({ body }) => (body['changes'] as Entry[]).length)
    assert.deepEqual(lengths, [2, 1])
    const none = await own.listed('changes', `?from=${isoTime(after)}&to=${isoTime(before)}`)
    assert.deepEqual(none, [])
  })

  const refused: readonly [string, string][] = [
    ['from=yesterday', 'from'],
    ['cursor=AAAA', 'cursor'],
    ['limit=0', 'limit'],
  ]
  for (const [query, field] of refused) {
    test(`refuses ${query}`, async () => {
      const { status, body } = await own.ask('GET', `/requests?${query}`)
      assert.equal(status, 422)
      assert.equal((body['problems'] as { field: string }[])[0]?.field, field)
    })
  }

  test('is none of another organization', async () => {
    const other = await newDirectory()
    for (const [method, path] of [
      ['GET', '/changes'],
      ['GET', '/requests'],
      ['POST', '/undo'],
    ] as const) {
      const body = method === 'POST' ? { from: isoTime(0) } : undefined
      const { status } = await own.ask(method, path, body, { ...own, directory: other.directory })
      assert.equal(status, 404, path)
    }
  })
})

describe('undoing a window of time', () => {
  test('needs a paused directory', async () => {
    const own = await newAdministered()
    const { status, body } = await own.ask('POST', '/undo', { from: isoTime(0) })
    assert.equal(status, 409)
    assert.equal(body['type'], 'urn:latchkey:problem:directory_running')
  })

  test('gives back users as they were: changed, removed and created ones', async () => {
    const own = await newAdministered()
    const [kept, gone] = [await own.user('kept', { title: 'One' }), await own.user('gone')]
    const since = await moment()
    for (const value of ['Two', 'Three']) {
      await own.call('PATCH', `/Users/${kept}`, patch({ op: 'replace', path: 'title', value }))
    }
    await own.call('PATCH', `/Users/${kept}`, patch({ op: 'replace', value: { active: false } }))
    await own.call('DELETE', `/Users/${gone}`)
    const born = await own.user('born')
    await own.pause()
    const foreseen = await own.undo(since, { dryRun: true })
    assert.deepEqual(foreseen, { undone: 3, unchanged: 0, skipped: [] })
    assert.equal((await own.call('GET', `/Users/${gone}`)).status, 404)
    assert.deepEqual(await own.undo(since), { undone: 3, unchanged: 0, skipped: [] })
    const { body } = await own.call('GET', `/Users/${kept}`)
    assert.equal(body['title'], 'One')
    assert.equal(body['active'], undefined)
    assert.equal((await own.call('GET', `/Users/${gone}`)).body['id'], gone)
    assert.equal((await own.call('GET', `/Users/${born}`)).status, 404)
    const people = await Promise.all([kept, gone, born].map((id) => person(own, id)))
    assert.deepEqual(
      people.map(({ state }) => state),
      ['active', 'active', 'deleted'],
    )
  })

  test('gives back groups and who was in them', async () => {
    const own = await newAdministered()
    const people = [await own.user('a'), await own.user('b'), await own.user('c')]
    const [a = '', b = '', c = ''] = people
    const make = (displayName: string, members: string[]) =>
      own.create('Groups', { displayName, members: members.map(member) })
    const [team, lost] = [await make('Team', [a, b]), await make('Lost', [a, c])]
    const since = await moment()
    await own.call(
      'PATCH',
      `/Groups/${team}`,
      patch(
        { op: 'add', path: 'members', value: [member(c)] },
        { op: 'remove', path: `members[value eq "${a}"]` },
        { op: 'replace', path: 'displayName', value: 'Others' },
      ),
    )
    await own.call('DELETE', `/Groups/${lost}`)
    await own.call('DELETE', `/Users/${b}`)
    const born = await make('Born', [a])
    await own.pause()
    const { skipped } = await own.undo(since)
    assert.deepEqual(skipped, [])
    const [shownTeam, shownLost] = [
      await own.call('GET', `/Groups/${team}`),
      await own.call('GET', `/Groups/${lost}`),
    ]
    assert.equal(shownTeam.body['displayName'], 'Team')
    assert.deepEqual(membersOf(shownTeam), [a, b].toSorted(byText))
    assert.deepEqual(membersOf(shownLost), [a, c].toSorted(byText))
    assert.equal((await own.call('GET', `/Groups/${born}`)).status, 404)
  })

  test('leaves alone what has been changed since, and says so', async () => {
    const own = await newAdministered()
    const id = await own.user('ada', { title: 'One' })
    const change = (value: string) =>
      own.call('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'title', value }))
    const since = await moment()
    await change('Two')
    const until = await moment()
    await change('Three')
    await own.pause()
    const { undone, skipped } = await own.undo(since, { to: isoTime(until) })
    assert.equal(undone, 0)
    assert.deepEqual(skipped, [{ resource: { type: 'User', id }, cause: 'changed_since' }])
    assert.equal((await own.call('GET', `/Users/${id}`)).body['title'], 'Three')
  })

  test('says what cannot be given back', async () => {
    const own = await newAdministered()
    const id = await own.user('ada')
    const since = await moment()
    await own.call('DELETE', `/Users/${id}`)
    const until = await moment()
    await own.user('ada')
    await own.pause()
    const { skipped } = await own.undo(since, { to: isoTime(until) })
    assert.equal(skipped.length, 1)
    assert.equal(skipped[0]?.['cause'], 'refused')
  })

  test('can come twice, and be undone itself', async () => {
    const own = await newAdministered()
    const id = await own.user('ada', { title: 'One' })
    const since = await moment()
    await own.call('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'title', value: 'Two' }))
    const until = await moment()
    await own.pause()
    const to = isoTime(until)
    assert.equal((await own.undo(since, { to })).undone, 1)
    assert.deepEqual(await own.undo(since, { to }), { undone: 0, unchanged: 1, skipped: [] })
    assert.equal((await own.undo(until)).undone, 1)
    assert.equal((await own.call('GET', `/Users/${id}`)).body['title'], 'Two')
  })

  test('takes back more than is looked at together', async () => {
    const own = await newAdministered()
    const since = await moment()
    await Promise.all(Array.from({ length: 45 }, (_, n) => own.user(`many-${n}`)))
    await own.pause()
    assert.deepEqual(await own.undo(since), { undone: 45, unchanged: 0, skipped: [] })
    const left = await own.call('GET', '/Users?count=0')
    assert.equal(left.body['totalResults'], 0)
  })
})

describe('emptying a directory', () => {
  const NAME = 'Entra ID'
  type Emptied = { users: number; groups: number; left: Body[]; done: boolean }

  /** In as many calls as it takes. */
  async function empty({ ask }: Awaited<ReturnType<typeof newAdministered>>, people: string) {
    const sum = { users: 0, groups: 0 }
    for (let call = 0; call < 20; call++) {
      const { status, body } = await ask('POST', '/empty', { confirm: NAME, people })
      assert.equal(status, 200, JSON.stringify(body))
      const { users, groups, left, done } = body as Emptied
      sum.users += users
      sum.groups += groups
      if (done) return { ...sum, left }
    }
    throw new Error('there is no end')
  }

  /** One person in a team, and one without an address who is nobody. */
  async function filled() {
    const own = await newAdministered()
    const ada = await own.user('ada')
    const robot = await own.create('Users', { userName: 'robot' })
    const team = await own.create('Groups', { displayName: 'Team', members: [member(ada)] })
    return { own, ada, robot, team }
  }

  test('needs a paused directory, and its name', async () => {
    const own = await newAdministered()
    const asked = { confirm: NAME, people: 'keep' }
    const running = await own.ask('POST', '/empty', asked)
    assert.equal(running.status, 409)
    assert.equal(running.body['type'], 'urn:latchkey:problem:directory_running')
    await own.pause()
    const misnamed = await own.ask('POST', '/empty', { ...asked, confirm: 'Okta' })
    assert.equal(misnamed.status, 422)
    assert.equal(misnamed.body['type'], 'urn:latchkey:problem:directory_confirmation_wrong')
  })

  test('leaves people as they are, so that the directory can be removed', async () => {
    const { own, ada, robot, team } = await filled()
    await own.pause()
    assert.deepEqual(await empty(own, 'keep'), { users: 2, groups: 1, left: [] })
    for (const path of [`/Users/${ada}`, `/Users/${robot}`, `/Groups/${team}`]) {
      assert.equal((await own.call('GET', path)).status, 404)
    }
    const { state, directories } = await person(own, ada)
    assert.deepEqual([state, directories], ['active', []])
    const again = await own.ask('POST', '/empty', { confirm: NAME, people: 'keep' })
    assert.deepEqual(again.body, { users: 0, groups: 0, left: [], done: true })
    assert.equal(await remove(own), 204)
  })

  test('deletes people where that is asked for, and can be taken back', async () => {
    const { own, ada, team } = await filled()
    const since = await moment()
    await own.pause()
    assert.deepEqual(await empty(own, 'delete'), { users: 2, groups: 1, left: [] })
    assert.equal((await person(own, ada)).state, 'deleted')
    assert.deepEqual(await own.undo(since), { undone: 3, unchanged: 0, skipped: [] })
    assert.equal((await person(own, ada)).state, 'active')
    assert.deepEqual(membersOf(await own.call('GET', `/Groups/${team}`)), [ada])
  })

  test('leaves who was kept out so, and can be taken back', async () => {
    const { own, ada } = await filled()
    const off = patch({ op: 'replace', value: { active: false } })
    await own.call('PATCH', `/Users/${ada}`, off)
    const since = await moment()
    await own.pause()
    await empty(own, 'keep')
    const { state, directories } = await person(own, ada)
    assert.deepEqual([state, directories], ['suspended', []])
    assert.deepEqual(await own.undo(since), { undone: 3, unchanged: 0, skipped: [] })
    assert.equal((await person(own, ada)).directories.length, 1)
    await own.resume()
    const on = patch({ op: 'replace', value: { active: true } })
    await own.call('PATCH', `/Users/${ada}`, on)
    assert.equal((await person(own, ada)).state, 'active')
  })

  test('leaves the last administrator, and says so', async () => {
    const { own, ada, robot } = await filled()
    const key = await newApiKey(own.orgId, 'admin')
    const promoted = await fetch(`${own.stack.url}/orgs/${own.orgId}/users/${ada}/role`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'admin' }),
    })
    assert.equal(promoted.status, 200)
    await own.pause()
    const { users, left } = await empty(own, 'delete')
    assert.equal(users, 1)
    const [one, ...others] = left
    assert.deepEqual(others, [])
    assert.deepEqual(one?.['resource'], { type: 'User', id: ada })
    assert.match(String(one?.['detail']), /last administrator/)
    assert.equal((await person(own, ada)).state, 'active')
    assert.equal((await own.call('GET', `/Users/${robot}`)).status, 404)
    assert.deepEqual(await empty(own, 'keep'), { users: 1, groups: 0, left: [] })
    assert.equal((await person(own, ada)).state, 'active')
  })

  test('removes also whom an administrator has deleted', async () => {
    const { own, ada } = await filled()
    const confirm = encodeURIComponent(`ada@${own.domain}`)
    const key = await newApiKey(own.orgId, 'admin')
    const deleted = await fetch(
      `${own.stack.url}/orgs/${own.orgId}/users/${ada}?confirm=${confirm}`,
      {
        method: 'DELETE',
        headers: { authorization: `Bearer ${key}` },
      },
    )
    assert.equal(deleted.status, 204)
    await own.pause()
    assert.deepEqual(await empty(own, 'keep'), { users: 2, groups: 1, left: [] })
    assert.equal((await person(own, ada)).state, 'deleted')
  })

  test('removes more than the guard lets a provider remove', async () => {
    const own = await newAdministered()
    await Promise.all(Array.from({ length: 45 }, (_, n) => own.user(`many-${n}`)))
    await own.pause()
    assert.deepEqual(await empty(own, 'delete'), { users: 45, groups: 0, left: [] })
    const { body } = await own.ask('GET', '')
    assert.deepEqual([body['state'], body['users'], body['groups']], ['paused', 0, 0])
  })

  async function remove(own: Awaited<ReturnType<typeof newAdministered>>) {
    const key = await newApiKey(own.orgId, 'admin')
    const url = `${own.stack.url}/orgs/${own.orgId}/directories/${own.directory.id}`
    const { status } = await fetch(`${url}?confirm=${encodeURIComponent(NAME)}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    })
    return status
  }
})

describe('undoing what became of people', () => {
  type Own = Awaited<ReturnType<typeof newAdministered>>

  /** Somebody who was there before the directory knew them. */
  async function newPerson({ orgId }: Own, email: string, userName?: string) {
    const { directory: table } = await tables()
    const created = await createUser(dynamoUsers(table), {
      ...{ orgId, userId: newUserId(), role: 'member' },
      profile: { email, ...(userName !== undefined && { userName }) },
      act: { actor: 'test', at: 1_700_000_000 },
    })
    return created.ok ? created.value.user.id : assert.fail(created.error)
  }

  test('leaves who was there before their SCIM users, and lets them in again', async () => {
    const own = await newAdministered()
    const people = await Promise.all(
      ['on', 'off'].map((name) => newPerson(own, `${name}@${own.domain}`)),
    )
    const [on = '', off = ''] = people
    const since = await moment()
    const users = [await own.user('on'), await own.user('off', { active: false })]
    assert.deepEqual(users, people)
    assert.equal(await personState(own, off), 'suspended')
    await own.pause()
    assert.deepEqual(await own.undo(since), { undone: 2, unchanged: 0, skipped: [] })
    for (const id of [on, off]) {
      assert.equal((await own.call('GET', `/Users/${id}`)).status, 404)
      assert.equal(await personState(own, id), 'active')
    }
  })

  test('gives back who was there before a SCIM user that came and went', async () => {
    const own = await newAdministered()
    const id = await newPerson(own, `ada@${own.domain}`)
    const since = await moment()
    await own.user('ada')
    await own.call('DELETE', `/Users/${id}`)
    const born = await own.user('born')
    await own.call('DELETE', `/Users/${born}`)
    await own.pause()
    const expected = { undone: 1, unchanged: 1, skipped: [] }
    assert.deepEqual(await own.undo(since, { dryRun: true }), expected)
    assert.equal(await personState(own, id), 'deleted')
    assert.deepEqual(await own.undo(since), expected)
    assert.deepEqual(await Promise.all([personState(own, id), personState(own, born)]), [
      'active',
      'deleted',
    ])
  })

  test('gives back the person whom a SCIM user had met later', async () => {
    const own = await newAdministered()
    const met = await newPerson(own, `met@${own.domain}`)
    const id = await own.user('met', { emails: [{ value: 'met@elsewhere.example' }] })
    const emails = [{ value: `met@${own.domain}` }]
    await own.call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { emails } }))
    await own.call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: false } }))
    const since = await moment()
    await own.call('DELETE', `/Users/${id}`)
    assert.equal(await personState(own, met), 'deleted')
    await own.pause()
    assert.deepEqual(await own.undo(since), { undone: 1, unchanged: 0, skipped: [] })
    assert.equal(await personState(own, met), 'suspended')
    await own.resume()
    await own.call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: true } }))
    assert.equal(await personState(own, met), 'active')
  })

  test('gives back user names, and nobody whose user name is another’s meanwhile', async () => {
    const own = await newAdministered()
    const person = (name: string) => newPerson(own, `${name}@${own.domain}`, name)
    const people = await Promise.all(['ada', 'grace', 'gone'].map(person))
    for (const name of ['ada', 'grace']) await own.user(name)
    const since = await moment()
    const [ada = '', grace = '', gone = ''] = people
    await own.user('gone')
    for (const id of people) await own.call('DELETE', `/Users/${id}`)
    const store = dynamoUsers((await tables()).directory)
    const holderOf = async (userName: string) =>
      (await store.findByUserName(own.orgId, userName))?.id
    assert.equal(await holderOf('ada'), undefined)
    const next = await newPerson(own, `next@${own.domain}`, 'GRACE')
    await newPerson(own, `last@${own.domain}`, 'GONE')
    await own.pause()
    const { undone, skipped } = await own.undo(since)
    assert.equal(undone, 1)
    const refused = skipped.map(({ resource, cause }) => [
      (resource as Entry['resource']).id,
      cause,
    ])
    assert.deepEqual(Object.fromEntries(refused), { [grace]: 'refused', [gone]: 'refused' })
    assert.equal(await holderOf('ada'), ada)
    assert.equal(await holderOf('grace'), next)
    assert.equal(await personState(own, grace), 'deleted')
    assert.equal((await own.call('GET', `/Users/${grace}`)).status, 404)
  })

  /** A SCIM user that is back, without its person: somebody else has the address since. */
  async function backAlone(own: Own, name: string) {
    const id = await own.user(name)
    const since = await moment()
    await own.call('DELETE', `/Users/${id}`)
    const other = await newPerson(own, `${name}@${own.domain}`)
    await own.pause()
    assert.deepEqual(await own.undo(since), { undone: 1, unchanged: 0, skipped: [] })
    await own.resume()
    assert.equal(await personState(own, id), 'deleted')
    return { id, other }
  }

  async function remove({ orgId }: Own, userId: UserId, email: string) {
    const act = { actor: 'test', at: toSeconds(epochMilliseconds()), nowMs: epochMilliseconds() }
    const store = dynamoUsers((await tables()).directory)
    assert.ok((await deleteUser(store, { orgId, userId, act }, email)).ok)
  }

  async function holderOf({ orgId }: Own, email: string) {
    const store = dynamoUsers((await tables()).directory)
    const { users } = await store.list(orgId, { by: 'email', prefix: email, limit: 1 })
    return users[0]
  }

  const retitle = (own: Own, id: string, value: string) =>
    own.call('PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'title', value }))

  test('leaves a SCIM user without person where it is another’s address: theirs at its next change', async () => {
    const own = await newAdministered()
    const { id, other } = await backAlone(own, 'ada')
    const changed = await retitle(own, id, 'One')
    assert.equal(changed.status, 200, changed.text)
    const { state, directories } = await person(own, other)
    assert.equal(state, 'active')
    assert.deepEqual(
      directories.map(({ scimUser, how }) => [scimUser, how]),
      [[id, 'email']],
    )
    assert.equal(await personState(own, id), 'deleted')
    assert.equal((await own.call('DELETE', `/Users/${id}`)).status, 204)
    assert.equal(await personState(own, other), 'deleted')
  })

  test('leaves a SCIM user without person: once the address is nobody’s, a new one comes', async () => {
    const own = await newAdministered()
    const { id, other } = await backAlone(own, 'grace')
    await remove(own, other, `grace@${own.domain}`)
    const changed = await retitle(own, id, 'One')
    assert.equal(changed.status, 200, changed.text)
    const come = await holderOf(own, `grace@${own.domain}`)
    assert.ok(come && come.id !== id && come.id !== other)
    const { state, directories } = await person(own, come.id)
    assert.equal(state, 'active')
    assert.deepEqual(
      directories.map(({ scimUser, how }) => [scimUser, how]),
      [[id, 'created']],
    )
    const since = await moment()
    assert.equal((await own.call('DELETE', `/Users/${id}`)).status, 204)
    await own.pause()
    assert.deepEqual(await own.undo(since), { undone: 1, unchanged: 0, skipped: [] })
    assert.equal(await personState(own, come.id), 'active')
  })

  test('gives back again a SCIM user that had come back without its person, with a new one', async () => {
    const own = await newAdministered()
    const { id, other } = await backAlone(own, 'kim')
    await remove(own, other, `kim@${own.domain}`)
    const since = await moment()
    assert.equal((await own.call('DELETE', `/Users/${id}`)).status, 204)
    await own.pause()
    assert.deepEqual(await own.undo(since), { undone: 1, unchanged: 0, skipped: [] })
    const come = await holderOf(own, `kim@${own.domain}`)
    assert.ok(come && come.id !== id)
    assert.equal(await personState(own, come.id), 'active')
  })

  test('deletes who came by SCIM, where their return is undone', async () => {
    const own = await newAdministered()
    const id = await own.user('grace')
    const since = await moment()
    await own.call('DELETE', `/Users/${id}`)
    const until = await moment()
    await own.pause()
    await own.undo(since, { to: isoTime(until) })
    assert.equal(await personState(own, id), 'active')
    await own.undo(until)
    assert.equal(await personState(own, id), 'deleted')
  })

  test('keeps apart a SCIM user and a person whom an admin had parted', async () => {
    const own = await newAdministered()
    const id = await own.user('ada')
    assert.equal((await own.part(id)).status, 204)
    const since = await moment()
    await own.call('DELETE', `/Users/${id}`)
    await own.pause()
    assert.deepEqual(await own.undo(since), { undone: 1, unchanged: 0, skipped: [] })
    await own.resume()
    await own.call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: false } }))
    assert.equal(await personState(own, id), 'active')
  })
})

const personState = async (own: Awaited<ReturnType<typeof newAdministered>>, id: string) =>
  (await person(own, id)).state

/** The Latchkey user that a SCIM user is. */
async function person(own: Awaited<ReturnType<typeof newAdministered>>, id: string) {
  const key = await newApiKey(own.orgId, 'reader')
  const response = await fetch(`${own.stack.url}/orgs/${own.orgId}/users/${id}`, {
    headers: { authorization: `Bearer ${key}` },
  })
  return (await response.json()) as { state: string; directories: Body[] }
}
