import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Context } from 'aws-lambda'
import * as v from 'valibot'
import type { Administrator } from '#shared/admin/administrator.ts'
import { type ApiKey, issueApiKey } from '#shared/admin/api-key.ts'
import { CALLS_A_MINUTE } from '#shared/admin/rate-limit.ts'
import { type AdminCall, adminEndpoint } from '#shared/http/admin-endpoint.ts'
import type { Contract, Operation } from '#shared/http/contract.ts'
import { type HttpResponse, json } from '#shared/http/respond.ts'
import { cookieNames } from '#shared/http/session-cookies.ts'
import {
  ada,
  claims,
  csrfToken,
  publicUrl,
  sessionKey,
  signJwt,
} from '#test/shared/admin/session-example.ts'
import { apiEvent } from './api-event.ts'

const orgId = `org_${'1'.repeat(32)}` as const
const now = 1_772_619_330
const session = { ...claims, org: orgId, iat: now, exp: now + 300, began: now * 1000 }
const cookies = [`${cookieNames.jwt}=${signJwt(session)}`]
const { apiKey, secretHash } = issueApiKey(`key_${'2'.repeat(32)}`)
const stored: ApiKey = {
  id: `key_${'2'.repeat(32)}`,
  orgId,
  role: 'reader',
  secretHash,
  label: 'A key',
  createdAt: 0,
}

type Event = NonNullable<Parameters<typeof apiEvent>[0]>
type Handle = (call: AdminCall) => Promise<HttpResponse>
type Given = {
  event?: Event
  key?: Partial<ApiKey>
  handle?: Handle
  /** Calls of this minute, this one among them. */
  calls?: number
  operation?: Partial<Operation>
  /** Whose session it is, as the directory has them. */
  user?: Administrator
}

/** Calls the one route that there is, which readers and admins may call. */
async function call(t: TestContext, given: Given = {}) {
  const { event, key, handle, calls: count = 1, operation, user = ada } = given
  const logs = (['info', 'error'] as const).map((level) =>
    t.mock.method(console, level, () => undefined),
  )
  const calls: AdminCall[] = []
  const keys = {
    find: (id: string) => Promise.resolve(id === stored.id ? { ...stored, ...key } : undefined),
  }
  const counted: string[] = []
  const sessions = {
    sessionKey: () => Promise.resolve(sessionKey),
    administrators: { find: () => Promise.resolve(user) },
    publicUrl,
  }
  const counter = {
    count: (callerAndWindow: string) => {
      counted.push(callerAndWindow)
      return Promise.resolve(count)
    },
  }
  const contract = {
    'GET /example': {
      summary: 'An example',
      roles: ['reader', 'admin'],
      answers: { 201: null },
      ...operation,
    },
  } satisfies Contract
  const answer = await adminEndpoint(
    { keys, sessions, calls: counter, now: () => now * 1000 + 999 },
    contract,
    {
      'GET /example': (made: AdminCall) => {
        calls.push(made)
        return handle ? handle(made) : Promise.resolve(json(201, {}))
      },
    },
  )(
    apiEvent({
      method: 'GET',
      pathParameters: { organization: orgId },
      headers: { authorization: `Bearer ${apiKey}` },
      ...event,
    }),
    {} as Context, // holds nothing that we read
  )
  const lines = logs.flatMap(({ mock }) =>
    mock.calls.map(({ arguments: [line] }) => line as object),
  )
  return { answer, calls, lines, counted }
}

const causeOf = ({ body }: { body: string }) =>
  (JSON.parse(body) as { type: string }).type.replace('urn:latchkey:problem:', '')

describe('adminEndpoint', () => {
  test('hands on whose call it is, and logs what came of it', async (t) => {
    const { answer, calls, lines } = await call(t)
    assert.equal(answer.statusCode, 201)
    const [{ request, ...made } = assert.fail('nothing was called')] = calls
    assert.equal(request.routeKey, 'GET /example')
    const { id, role } = stored
    assert.deepEqual(made, {
      ...{
        orgId,
        role,
        now,
        nowMs: now * 1000 + 999,
        actor: `apikey:${id}`,
        caller: { kind: 'key', id, orgId, role },
      },
      ...{ ids: {}, query: undefined, body: undefined, seen: undefined, repeatable: undefined },
    })
    const code = 'admin_call'
    const logged = { code, requestId: 'request-1', route: 'GET /example', orgId, callerId: id }
    assert.deepEqual(lines, [{ ...logged, status: 201 }])
  })

  const otherOrganization = { organization: `org_${'3'.repeat(32)}` }
  const wrongSecret = `Bearer ${stored.id}_${'A'.repeat(43)}`
  const limit = 1.5 * 1024 * 1024
  const body = v.strictObject({ name: v.string() })
  const asJson = { 'content-type': 'application/json' }
  const withHeaders = (headers: Record<string, string>) => ({
    headers: { authorization: `Bearer ${apiKey}`, ...headers },
  })
  const user = [(text: string) => text.startsWith('usr_'), 'trace_unknown'] as const
  const refused: readonly (readonly [string, number, string, Given])[] = [
    ['one call too many', 429, 'too_many_requests', { calls: CALLS_A_MINUTE + 1 }],
    [
      'an id that cannot be one',
      404,
      'trace_unknown',
      {
        operation: { ids: { user } },
        event: { pathParameters: { organization: orgId, user: 'x' } },
      },
    ],
    [
      'an Idempotency-Key that it could not keep',
      400,
      'idempotency_key_unsupported',
      {
        operation: { body },
        event: {
          ...withHeaders({ 'idempotency-key': 'a' }),
          method: 'POST',
          routeKey: 'GET /example',
        },
      },
    ],
    [
      'a change that does not say what it changes',
      428,
      'precondition_required',
      { operation: { ifMatch: 'required' } },
    ],
    [
      'a body of another type',
      415,
      'unsupported_type',
      { operation: { body }, event: { body: 'name=a' } },
    ],
    [
      'a body that is no JSON',
      400,
      'body_malformed',
      { operation: { body }, event: { ...withHeaders(asJson), body: '{' } },
    ],
    [
      'a body that is not what it takes',
      422,
      'request_refused',
      { operation: { body }, event: { ...withHeaders(asJson), body: '{"name":1}' } },
    ],
    [
      'a query that is not what it takes',
      422,
      'request_refused',
      { operation: { query: body }, event: { rawQueryString: 'nam=a' } },
    ],
    ['no key', 401, 'unauthorized', { event: { headers: {} } }],
    [
      'a key of another scheme',
      401,
      'unauthorized',
      { event: { headers: { authorization: `Basic ${apiKey}` } } },
    ],
    ['another secret', 401, 'unauthorized', { event: { headers: { authorization: wrongSecret } } }],
    ['a key that has expired', 401, 'unauthorized', { key: { expiresAt: now } }],
    [
      "another organization's path",
      404,
      'not_found',
      { event: { pathParameters: otherOrganization } },
    ],
    ["another organization's key", 404, 'not_found', { key: { orgId: `org_${'3'.repeat(32)}` } }],
    [
      'an organization that can be none',
      404,
      'not_found',
      {
        event: { pathParameters: { organization: 'org' } },
        key: { orgId: 'org' as ApiKey['orgId'] },
      },
    ],
    ['a path without organization', 404, 'not_found', { event: { pathParameters: {} } }],
    ['a route that there is not', 404, 'not_found', { event: { method: 'PUT' } }],
    ['a key of another role', 403, 'forbidden', { key: { role: 'setup' } }],
    [
      'a body that is too large, in bytes',
      413,
      'too_large',
      { operation: { body }, event: { body: 'é'.repeat(limit / 2 + 1) } },
    ],
  ]
  for (const [name, status, cause, given] of refused) {
    test(`refuses ${name}, and calls nothing`, async (t) => {
      const { answer, calls } = await call(t, given)
      assert.deepEqual([answer.statusCode, causeOf(answer)], [status, cause])
      assert.equal(answer.headers['content-type'], 'application/problem+json')
      assert.equal(answer.headers['www-authenticate'] !== undefined, status === 401)
      assert.deepEqual(calls, [])
    })
  }

  test('takes the session of a browser, with the role that its user has now', async (t) => {
    const { answer, calls, lines, counted } = await call(t, { event: { headers: {}, cookies } })
    assert.equal(answer.statusCode, 201)
    const { userId } = ada
    const caller = { kind: 'session', id: session.sid, userId, orgId, role: 'admin' }
    const [{ actor, caller: made } = assert.fail('nothing was called')] = calls
    assert.deepEqual([made, actor], [caller, `user:${userId}`])
    assert.deepEqual(counted, [`${session.sid}#${now - (now % 60)}`])
    assert.ok(JSON.stringify(lines).includes(session.sid))
  })

  const byPost = { method: 'POST', routeKey: 'GET /example', cookies }
  const bySession: readonly (readonly [string, number, string, Given])[] = [
    ['a session that is none', 401, 'unauthorized', { event: { headers: {}, cookies: ['x=1'] } }],
    [
      'two sessions at once',
      401,
      'unauthorized',
      { event: { headers: {}, cookies: [...cookies, ...cookies] } },
    ],
    [
      'a session whose user may no more',
      401,
      'unauthorized',
      { event: { headers: {}, cookies }, user: { ...ada, role: 'member' } },
    ],
    [
      'a session whose user has signed out everywhere',
      401,
      'unauthorized',
      { event: { headers: {}, cookies }, user: { ...ada, sessionsFrom: now * 1000 + 1 } },
    ],
    [
      'a wrong key, whatever session comes with it',
      401,
      'unauthorized',
      { event: { headers: { authorization: wrongSecret }, cookies } },
    ],
    ['a change without the CSRF token', 403, 'csrf', { event: { ...byPost, headers: {} } }],
    [
      "a change that another site's page makes",
      403,
      'csrf',
      {
        event: {
          ...byPost,
          headers: { 'x-csrf-token': csrfToken, origin: 'https://evil.example' },
        },
      },
    ],
    [
      'a session of another organization',
      404,
      'not_found',
      { event: { headers: {}, cookies, pathParameters: otherOrganization } },
    ],
  ]
  for (const [name, status, cause, given] of bySession) {
    test(`refuses ${name}, and calls nothing`, async (t) => {
      const { answer, calls } = await call(t, given)
      assert.deepEqual([answer.statusCode, causeOf(answer)], [status, cause])
      assert.deepEqual(calls, [])
    })
  }

  test('takes a change by session that names the CSRF token', async (t) => {
    const headers = { 'x-csrf-token': csrfToken, origin: publicUrl }
    const { answer } = await call(t, { event: { ...byPost, headers } })
    assert.equal(answer.statusCode, 201)
  })

  test('hands on what the operation takes, read', async (t) => {
    const read = await call(t, {
      operation: { ids: { user }, body, query: body, ifMatch: 'required', isRepeatable: true },
      event: {
        ...withHeaders({ ...asJson, 'if-match': '"3"', 'idempotency-key': 'a' }),
        pathParameters: { organization: orgId, user: 'usr_1' },
        rawQueryString: 'name=b',
        body: '{"name":"a"}',
      },
    })
    const [{ request: _, repeatable, ...made } = assert.fail('nothing was called')] = read.calls
    assert.equal(typeof repeatable?.keyHash, 'string')
    assert.deepEqual(
      { ...made, caller: undefined },
      {
        ...{
          orgId,
          role: 'reader',
          now,
          nowMs: now * 1000 + 999,
          actor: `apikey:${stored.id}`,
          caller: undefined,
        },
        ...{ ids: { user: 'usr_1' }, query: { name: 'b' }, body: { name: 'a' }, seen: ['3'] },
      },
    )
  })

  test('counts the calls of a caller by the minute, and takes as many as there may be', async (t) => {
    const { answer, counted } = await call(t, { calls: CALLS_A_MINUTE })
    assert.equal(answer.statusCode, 201)
    assert.deepEqual(counted, [`${stored.id}#${now - (now % 60)}`])
  })

  test('says how long to wait', async (t) => {
    const { answer } = await call(t, { calls: CALLS_A_MINUTE + 1 })
    assert.equal(answer.headers['retry-after'], String(60 - (now % 60)))
  })

  test('counts no calls of strangers', async (t) => {
    const { counted } = await call(t, { event: { headers: {} } })
    assert.deepEqual(counted, [])
  })

  test('takes a body of the greatest size', async (t) => {
    const { answer } = await call(t, { operation: { body }, event: { body: 'a'.repeat(limit) } })
    assert.notEqual(answer.statusCode, 413)
  })

  test('says the same of whatever is wrong with a key; the log knows', async (t) => {
    const expired = await call(t, { key: { expiresAt: now - 1 } })
    const wrong = await call(t, { event: { headers: { authorization: wrongSecret } } })
    assert.deepEqual(expired.answer, wrong.answer)
    const [line] = expired.lines
    assert.deepEqual(line, {
      code: 'caller_refused',
      cause: 'key_expired',
      requestId: 'request-1',
      route: 'GET /example',
    })
  })

  test('makes a bug a problem that names the request and nothing of the bug', async (t) => {
    const { answer, lines } = await call(t, { handle: () => Promise.reject(new Error('a secret')) })
    assert.deepEqual([answer.statusCode, causeOf(answer)], [500, 'server_error'])
    assert.ok(answer.body.includes('request-1') && !answer.body.includes('a secret'))
    assert.ok(JSON.stringify(lines).includes('a secret'))
  })
})
