import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { assertMatches } from './expect.ts'
import { newDirectory } from './new-directory.ts'

/** So that no test takes people away too fast; the guard has tests of its own. */
const guard = { share: 100, atLeast: 100_000 }

/** URNs that requests and answers name. */
export const urn = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  search: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
  bulkRequest: 'urn:ietf:params:scim:api:messages:2.0:BulkRequest',
  bulkResponse: 'urn:ietf:params:scim:api:messages:2.0:BulkResponse',
} as const

export type Resource = Readonly<Record<string, unknown>> & { id: string }
export type Answer = {
  status: number
  headers: Headers
  text: string
  body: Readonly<Record<string, unknown>>
}
export type Sent = { body?: unknown; headers?: Record<string, string> }

export type Scim = Awaited<ReturnType<typeof newScim>>

/** A client of a directory of its own, as a connector is one. */
export async function newScim() {
  const { baseUrl, token, domain, directory } = await newDirectory({ guard })

  async function call(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const { body, headers } = sent
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    })
    return readAnswer(response)
  }

  const get = (path: string, headers?: Sent['headers']) =>
    call('GET', path, headers ? { headers } : {})
  const post = (path: string, body: unknown) => call('POST', path, { body })
  const put = (path: string, body: unknown) => call('PUT', path, { body })
  const patch = (path: string, operations: readonly object[], headers?: Sent['headers']) =>
    call('PATCH', path, {
      body: { schemas: [urn.patch], Operations: operations },
      ...(headers && { headers }),
    })
  const remove = (path: string) => call('DELETE', path)

  /** Makes a user; what is not given is made up. */
  async function user(document: object = {}): Promise<Resource> {
    const answer = await post('/Users', {
      schemas: [urn.user, urn.enterprise],
      userName: newName(),
      ...document,
    })
    assert.equal(answer.status, 201, answer.text)
    return answer.body as Resource
  }

  /** Makes a group. */
  async function group(members: readonly string[] = [], document: object = {}): Promise<Resource> {
    const answer = await post('/Groups', {
      schemas: [urn.group],
      displayName: newName(),
      ...(members.length > 0 && { members: members.map((value) => ({ value })) }),
      ...document,
    })
    assert.equal(answer.status, 201, answer.text)
    return answer.body as Resource
  }

  async function read(path: string): Promise<Resource> {
    const answer = await get(path)
    assert.equal(answer.status, 200, answer.text)
    return answer.body as Resource
  }

  /** Ids of a group's members, in order. */
  async function membersOf(group: string): Promise<readonly string[]> {
    const { members = [] } = (await read(`/Groups/${group}`)) as { members?: { value: string }[] }
    return members.map(({ value }) => value).toSorted((a, b) => a.localeCompare(b))
  }

  const find = (endpoint: string, filter: string, more = '') =>
    get(`${endpoint}?filter=${encodeURIComponent(filter)}${more}`)

  return {
    ...{ directory, domain, token, base: baseUrl },
    ...{ call, get, post, put, patch, remove },
    ...{ user, group, read, membersOf, find },
  }
}

export const newName = () => `u-${randomUUID()}@nowhere.example`

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { status: response.status, headers: response.headers, text, body }
}

export const resourcesOf = ({ body }: Answer) => (body['Resources'] ?? []) as readonly Resource[]

/** An answer of RFC 7644 §3.12: the status as a text, a detail, the scimType where one is given. */
export function assertError(answer: Answer, status: number, scimType?: string): void {
  assert.equal(answer.status, status, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/scim\+json/)
  assertMatches(answer.body, {
    schemas: [urn.error],
    status: String(status),
    detail: '~/./',
    scimType: scimType ?? '~absent',
  })
}

/** A list of RFC 7644 §3.4.2 with as many resources as it says. */
export function assertList(answer: Answer, totalResults?: number): void {
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/scim\+json/)
  assertMatches(answer.body, { schemas: [urn.list], totalResults: totalResults ?? '~number' })
}
