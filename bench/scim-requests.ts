import assert from 'node:assert/strict'
import type { Context } from 'aws-lambda'
import { handler as groups } from '#functions/scim-groups/handler.ts'
import { handler as users } from '#functions/scim-users/handler.ts'
import { apiEvent } from '#test/shared/http/api-event.ts'
import type { FilledDirectory } from './scim-fill.ts'
import {
  activeBody,
  addMemberBody,
  groupIdAt,
  removeMemberBody,
  titleBody,
  userBody,
  userIdAt,
  userNameAt,
} from './scim-people.ts'

type Asked = {
  method?: 'GET' | 'POST' | 'PATCH'
  of: 'Users' | 'Groups'
  id?: string
  query?: Record<string, string>
  body?: object
}

/** A request of SCIM, `at` times: what it asks for must be there still, or not yet. */
export type StoreOperation = {
  name: string
  run: (directory: FilledDirectory, at: number) => Promise<void>
}

export const storeOperations: readonly StoreOperation[] = [
  {
    name: 'create user',
    run: async (directory, at) => {
      const body = userBody(directory.users + at)
      await send(directory, { method: 'POST', of: 'Users', body }, 201)
    },
  },
  {
    name: 'get user',
    run: async (directory, at) => {
      await send(directory, { of: 'Users', id: userIdAt(directory.wholeAt(at)) })
    },
  },
  {
    name: 'userName eq',
    run: async (directory, at) => {
      const filter = `userName eq "${userNameAt(directory.wholeAt(at)).toUpperCase()}"`
      const { Resources } = await send(directory, { of: 'Users', query: { filter } })
      assert.equal(Resources?.length, 1)
    },
  },
  {
    name: 'userName eq, nobody',
    run: async (directory, at) => {
      const filter = `userName eq "nobody-${at}"`
      const { totalResults } = await send(directory, { of: 'Users', query: { filter } })
      assert.equal(totalResults, 0)
    },
  },
  {
    name: 'PATCH title',
    run: (directory, at) => patchUser(directory, 20 + at, titleBody('Countess')),
  },
  {
    name: 'PATCH active',
    run: (directory, at) => patchUser(directory, 40 + at, activeBody(false)),
  },
  {
    name: 'page of 100',
    run: async (directory) => {
      const { Resources } = await send(directory, { of: 'Users', query: { count: '100' } })
      assert.equal(Resources?.length, 100)
    },
  },
  {
    name: 'page of 100, by cursor',
    run: async (directory) => {
      const query = { count: '100', cursor: cursors.get(directory) ?? '' }
      const { Resources, nextCursor } = await send(directory, { of: 'Users', query })
      assert.equal(Resources?.length, 100)
      if (nextCursor && !cursors.has(directory)) cursors.set(directory, nextCursor)
    },
  },
  {
    name: 'PATCH group, add one',
    run: (directory, at) => patchGroup(directory, addMemberBody(memberOf(directory, at))),
  },
  {
    name: 'PATCH group, remove one',
    run: (directory, at) => patchGroup(directory, removeMemberBody(memberOf(directory, at))),
  },
  {
    name: 'get group, no members',
    run: async (directory) => {
      const query = { excludedAttributes: 'members' }
      await send(directory, { of: 'Groups', id: groupIdAt(0), query })
    },
  },
]

/** Where second pages begin. */
const cursors = new Map<FilledDirectory, string>()

async function patchUser(directory: FilledDirectory, turn: number, body: object) {
  const id = userIdAt(directory.wholeAt(turn))
  await send(directory, { method: 'PATCH', of: 'Users', id, body })
}

async function patchGroup(directory: FilledDirectory, body: object) {
  await send(directory, { method: 'PATCH', of: 'Groups', id: groupIdAt(0), body }, 204)
}

/** Who is added, and then removed. */
const memberOf = (directory: FilledDirectory, at: number) => userIdAt(directory.wholeAt(60 + at))

type Answered = { Resources?: object[]; totalResults?: number; nextCursor?: string }

const functions = { Users: users, Groups: groups }

/** Runs the function that the route has, as Lambda does. */
async function send(
  directory: FilledDirectory,
  { method = 'GET', of, id, query, body }: Asked,
  expected = 200,
): Promise<Answered> {
  const routeKey = `${method} /scim/v2/{directory}/${of}${id === undefined ? '' : '/{id}'}`
  const event = apiEvent({
    ...{ method, routeKey, rawQueryString: new URLSearchParams(query).toString() },
    rawPath: `/scim/v2/${directory.id}/${of}${id === undefined ? '' : `/${id}`}`,
    pathParameters: { directory: directory.id, ...(id !== undefined && { id }) },
    headers: {
      authorization: `Bearer ${directory.token}`,
      'content-type': 'application/scim+json',
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer = await functions[of](event, {} as Context)
  assert.equal(answer.statusCode, expected, `${routeKey}: ${answer.body}`)
  return (answer.body ? JSON.parse(answer.body) : {}) as Answered
}
