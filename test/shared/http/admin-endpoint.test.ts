import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import type { Context } from 'aws-lambda'
import { type ApiKey, issueApiKey } from '#shared/admin/api-key.ts'
import { type AdminCall, type AdminRoute, adminEndpoint } from '#shared/http/admin-endpoint.ts'
import { json } from '#shared/http/respond.ts'
import { apiEvent } from './api-event.ts'

const orgId = `org_${'1'.repeat(32)}` as const
const now = 1_772_619_330
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
type Given = { event?: Event; key?: Partial<ApiKey>; handle?: AdminRoute['handle'] }

/** Calls the one route that there is, which readers and admins may call. */
async function call(t: TestContext, { event, key, handle }: Given = {}) {
  const logs = (['info', 'error'] as const).map((level) =>
    t.mock.method(console, level, () => undefined),
  )
  const calls: AdminCall[] = []
  const keys = {
    find: (id: string) => Promise.resolve(id === stored.id ? { ...stored, ...key } : undefined),
  }
  const answer = await adminEndpoint(
    { keys, now: () => now * 1000 + 999 },
    {
      'GET /example': {
        roles: ['reader', 'admin'],
        handle: (made) => {
          calls.push(made)
          return handle ? handle(made) : Promise.resolve(json(201, {}))
        },
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
  return { answer, calls, lines }
}

const causeOf = ({ body }: { body: string }) =>
  (JSON.parse(body) as { type: string }).type.replace('urn:latchkey:problem:', '')

describe('adminEndpoint', () => {
  test('hands on whose call it is, and logs what came of it', async (t) => {
    const { answer, calls, lines } = await call(t)
    assert.equal(answer.statusCode, 201)
    const [{ request, ...made } = assert.fail('nothing was called')] = calls
    assert.equal(request.routeKey, 'GET /example')
    assert.deepEqual(made, { orgId, key: stored, actor: `apikey:${stored.id}`, now })
    const code = 'admin_call'
    const logged = { code, requestId: 'request-1', route: 'GET /example', orgId, keyId: stored.id }
    assert.deepEqual(lines, [{ ...logged, status: 201 }])
  })

  const otherOrganization = { organization: `org_${'3'.repeat(32)}` }
  const wrongSecret = `Bearer ${stored.id}_${'A'.repeat(43)}`
  const limit = 1.5 * 1024 * 1024
  const refused: readonly (readonly [string, number, string, Given])[] = [
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
      { event: { body: 'é'.repeat(limit / 2 + 1) } },
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

  test('takes a body of the greatest size', async (t) => {
    const { answer } = await call(t, { event: { body: 'a'.repeat(limit) } })
    assert.equal(answer.statusCode, 201)
  })

  test('says the same of whatever is wrong with a key; the log knows', async (t) => {
    const expired = await call(t, { key: { expiresAt: now - 1 } })
    const wrong = await call(t, { event: { headers: { authorization: wrongSecret } } })
    assert.deepEqual(expired.answer, wrong.answer)
    const [line] = expired.lines
    assert.deepEqual(line, {
      code: 'api_key_refused',
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
