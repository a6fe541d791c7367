import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { dynamoBookmarks } from '#shared/aws/scim-bookmark-store.ts'
import { dynamoScimPause } from '#shared/aws/scim-pause.ts'
import { newDirectoryId, newGroupId } from '#shared/ids.ts'
import { fail, ok } from '#shared/result.ts'
import type { ScimCall, ScimRoute } from '#shared/scim/calls.ts'
import { notFound } from '#shared/scim/errors.ts'
import { listUsers, searchUsers } from '#shared/scim/users/list-routes.ts'
import { deleteUser, getUser, patchUser, postUser, putUser } from '#shared/scim/users/routes.ts'
import { newAct, newScimDirectory } from './new-scim-directory.ts'
import { newScimHome } from './scim-people.ts'
import { type Tables, tables } from './tables.ts'

let db: Tables
let own: Awaited<ReturnType<typeof newScimHome>>
before(async () => {
  db = await tables()
  own = await newScimHome(db)
})

type Given = Partial<Pick<ScimCall, 'id' | 'ifMatch'>> & { body?: unknown; query?: string }

const ports = () => ({
  users: own.store,
  bookmarks: dynamoBookmarks(db.ephemeral),
  pause: dynamoScimPause(db.directory),
  now: Date.now,
})

/** Runs both phases of a route for the directory's client. */
async function run<Read>(route: ScimRoute<Read>, { id, ifMatch, body, query = '' }: Given) {
  const call: ScimCall = {
    ...{ method: 'GET', path: '/Users', id, ifMatch, ifNoneMatch: undefined },
    ...{ directory: own.directory.id, baseUrl: 'https://x.example/scim/v2/d' },
    ...{ query: new URLSearchParams(query), nowMs: Date.now() },
    body: () => (body === undefined ? fail(notFound('no body')) : ok(body)),
  }
  const read = await route.read(call)
  return read.ok ? route.act(own.caller, { ...call, scimAct: newAct() }, read.value) : read
}

async function resource<Read>(route: ScimRoute<Read>, given: Given) {
  const answer = await run(route, given)
  assert.ok(answer.ok, JSON.stringify(answer))
  return (answer.value.resource ?? {}) as Record<string, unknown> & { id: string }
}

const statusOf = ({ ok: isDone, ...answer }: Awaited<ReturnType<typeof run>>) =>
  isDone || !('error' in answer) ? undefined : answer.error.status

describe('the routes of users', () => {
  test('create, show, replace, change and remove', async () => {
    const { userName } = own.documentOf()
    const created = await run(postUser(ports()), { body: { userName } })
    assert.ok(created.ok)
    const { id } = created.value.resource as { id: string }
    assert.deepEqual(
      [created.value.status, created.value.version, created.value.location],
      [201, 1, `https://x.example/scim/v2/d/Users/${id}`],
    )
    const group = await newScimDirectory(db, own.directory.id).group([
      { id: id as `usr_${string}`, type: 'User' },
    ])
    const query = 'attributes=groups,title'
    const shown = await resource(getUser(ports()), { id, query })
    const $ref = `https://x.example/scim/v2/d/Groups/${group.id}`
    const groups = [{ value: group.id, $ref, display: group.id, type: 'direct' }]
    assert.deepEqual(shown['groups'], groups)
    const body = { userName, title: 'x' }
    const replaced = await resource(putUser(ports()), { id, query, body })
    assert.deepEqual([replaced['title'], replaced['groups']], ['x', groups])
    const patch = { Operations: [{ op: 'remove', path: 'title' }] }
    assert.equal((await resource(patchUser(ports()), { id, body: patch }))['title'], undefined)
    assert.equal((await run(deleteUser(ports()), { id })).ok, true)
    for (const route of [getUser(ports()), putUser(ports()), deleteUser(ports())]) {
      assert.equal(statusOf(await run(route as ScimRoute<unknown>, { id, body })), 404)
    }
  })

  test('refuse what is wrong with a request, before they read', async () => {
    const id = 'usr_00000000000000000000000000000000'
    const long = `attributes=${'a'.repeat(10_001)}`
    const routes = [postUser(ports()), getUser(ports()), putUser(ports()), listUsers(ports())]
    for (const route of routes) {
      const given = { id, query: long, body: { userName: 'x' } }
      assert.equal(statusOf(await run(route as ScimRoute<unknown>, given)), 400)
    }
    for (const route of [putUser(ports()), patchUser(ports())]) {
      assert.equal(statusOf(await run(route, { id: 'x', body: {} })), 404)
      assert.equal(statusOf(await run(route, { id })), 404)
    }
    assert.equal(statusOf(await run(getUser(ports()), {})), 404)
    assert.equal(statusOf(await run(deleteUser(ports()), { id: 'x' })), 404)
    assert.equal(statusOf(await run(postUser(ports()), { body: {} })), 400)
    assert.equal(statusOf(await run(postUser(ports()), {})), 404)
    assert.equal(statusOf(await run(searchUsers(ports()), {})), 404)
    assert.equal(statusOf(await run(searchUsers(ports()), { body: [] })), 400)
    assert.equal(statusOf(await run(listUsers(ports()), { query: 'count=x' })), 400)
    assert.equal(statusOf(await run(listUsers(ports()), { query: 'filter=x' })), 400)
    assert.equal(statusOf(await run(listUsers(ports()), { query: 'cursor=x' })), 400)
  })

  test('list, and search by what groups users are in', async () => {
    own = await newScimHome(db)
    const [one, two, three] = [await own.create(), await own.create(), await own.create()]
    const groups = newScimDirectory(db, own.directory.id)
    const member = ({ id }: { id: `usr_${string}` }) => ({ id, type: 'User' }) as const
    const first = await groups.group([member(one), member(two)], 'First')
    const second = await groups.group([member(two)], 'Second')
    const found = async (filter: string) => {
      const { Resources } = await resource(searchUsers(ports()), { body: { filter } })
      return (Resources as { id: string }[]).map(({ id }) => id)
    }
    const listed = await resource(listUsers(ports()), { query: 'count=2&attributes=groups' })
    assert.deepEqual([listed['totalResults'], listed['itemsPerPage']], [3, 2])
    assert.deepEqual(await found(`groups.value eq "${first.id}"`), [one.id, two.id])
    const both = `groups.value eq "${first.id}" and not (groups.value eq "${second.id}")`
    assert.deepEqual(await found(both), [one.id])
    assert.deepEqual(await found('groups[display eq "second"]'), [two.id])
    assert.deepEqual(await found('not (groups pr)'), [three.id])
    assert.deepEqual(await found(`groups.value eq "${newGroupId()}"`), [])
    const none = await run(listUsers(ports()), { query: 'filter=title+pr' })
    assert.equal(none.ok && none.value.foundNothing, true)
  })

  test('refuse a filter by groups that would read too much', async () => {
    const many = Array.from({ length: 1001 }, () => own.directory.id)
    const user = await own.create()
    const reads = {
      ...ports(),
      users: {
        ...own.store,
        count: () => Promise.resolve(1),
        findAll: () => Promise.resolve(many.map(() => user)),
        idsBy: () => Promise.resolve({ ids: [], isAll: false }),
      },
    }
    const byDisplay = { query: 'filter=groups.display+eq+"x"' }
    assert.equal(statusOf(await run(listUsers(reads), byDisplay)), 400)
    const byValue = { query: 'filter=not+(groups.value+eq+"x")' }
    assert.equal(statusOf(await run(listUsers(reads), byValue)), 400)
  })

  test('fail where a directory that is to be paused is no more', async () => {
    const gone = { ...own.directory, id: newDirectoryId(own.home.orgId) }
    await assert.rejects(dynamoScimPause(db.directory)(gone, newAct()), /directory_unknown/)
  })
})
