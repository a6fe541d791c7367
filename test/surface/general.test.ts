import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { CALLS_A_MINUTE } from '#shared/admin/rate-limit.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { type Answer, newAdmin, newApiKey, read } from '#test/flows/admin-client.ts'
import { newAdministrator } from '#test/flows/new-administrator.ts'
import { newSessionCookie } from '#test/flows/session-cookie.ts'
import { tables } from '#test/stores/tables.ts'
import { type AdminRoute, adminRoutes, pathOf } from './routes.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>
type Sent = {
  org?: string
  ids?: Record<string, string>
  query?: string
  /** Undefined ones are not sent. */
  headers?: Record<string, string | undefined>
  body?: string
  key?: string | undefined
}

const JSON_TYPE = { 'content-type': 'application/json' }

type Route = AdminRoute & { send: (sent?: Sent) => Promise<Answer>; admin: () => Admin }

const roles = ['admin', 'reader', 'setup'] as const

const allowedRole = ({ operation }: AdminRoute) =>
  roles.find((role) => operation.roles.includes(role)) ?? 'admin'

async function sendTo(admin: Admin, route: AdminRoute, sent: Sent): Promise<Answer> {
  const { method, path, operation } = route
  const { org = admin.orgId, ids = {}, query = '', headers, body } = sent
  const secret = 'key' in sent ? sent.key : admin.keys[allowedRole(route)]
  const url = `${admin.stack.url}${pathOf(path, { organization: org, ...ids })}${query}`
  const given = {
    authorization: secret && `Bearer ${secret}`,
    ...(operation.ifMatch === 'required' && { 'if-match': '*' }),
    ...(operation.body && JSON_TYPE),
    ...headers,
  }
  const response = await fetch(url, {
    method,
    headers: Object.entries(given).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    ...(body !== undefined && method !== 'GET' && { body }),
  })
  return read(response)
}

/** @param cause as the problem document names it */
function assertRefused(answer: Answer, status: number, cause: string) {
  assert.equal(answer.body['type'], `urn:latchkey:problem:${cause}`, answer.text)
  assert.equal(answer.status, status)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
}

let shared: Promise<Admin> | undefined
let uses = 0

/** An organization for some routes: none of these calls leaves anything, but keys have limits. */
function sharedAdmin(): Promise<Admin> {
  if (uses % 12 === 0) shared = newAdmin()
  uses += 1
  return shared ?? newAdmin()
}

for (const route of adminRoutes) {
  describe(`${route.key} refuses`, () => {
    let admin: Admin
    before(async () => {
      admin = await sharedAdmin()
    })
    const send = (sent: Sent = {}) => sendTo(admin, route, sent)
    const tested = { ...route, send, admin: () => admin }
    refusesCallers(tested)
    refusesOtherPages(tested)
    refusesIds(tested)
    refusesHeaders(tested)
    refusesInput(tested)
  })
}

function refusesCallers({ send, operation, admin, ...route }: Route) {
  test('who has no key', async () => {
    assertRefused(await send({ key: undefined }), 401, 'unauthorized')
  })

  test("another organization's admin", async () => {
    assertRefused(await send({ org: `org_${'e'.repeat(32)}` }), 404, 'not_found')
  })

  const excluded = roles.find((role) => !operation.roles.includes(role))
  if (excluded) {
    test(`a key of the role ${excluded}`, async () => {
      assertRefused(await send({ key: admin().keys[excluded] }), 403, 'forbidden')
    })
  }

  test('one call too many in a minute', async () => {
    const { ephemeral, put } = await tables()
    const key = await newApiKey(admin().orgId, allowedRole({ operation, ...route }))
    const now = toSeconds(epochMilliseconds())
    for (const minute of [now - (now % 60), now - (now % 60) + 60]) {
      const pk = `rate#${key.slice(0, 36)}#${minute}`
      await put(ephemeral, { pk, calls: CALLS_A_MINUTE, expiresAt: now + 300 })
    }
    const answer = await send({ key })
    assertRefused(answer, 429, 'too_many_requests')
    assert.match(answer.headers.get('retry-after') ?? '', /^\d{1,2}$/)
  })

  test('all while the tables cannot be reached, with the id of the request alone', async () => {
    const { faults } = admin().stack
    faults.onCall = ({ functionName }) => (functionName === 'operator' ? undefined : 'fail-before')
    try {
      const answer = await send()
      assertRefused(answer, 500, 'server_error')
      assert.deepEqual(Object.keys(answer.body), ['type', 'title', 'status', 'detail'])
    } finally {
      faults.onCall = undefined
    }
  })
}

/** A browser sends the session's cookie along; only our own page knows the token. */
function refusesOtherPages({ send, method, operation, admin }: Route) {
  if (method === 'GET' || !operation.roles.includes('admin')) return
  test('a call of another page in the browser of an administrator', async () => {
    const { orgId } = admin()
    const { userId } = await newAdministrator(orgId)
    const { cookie, csrfToken } = await newSessionCookie(orgId, userId)
    const unsent = { key: undefined, body: '{}' }
    for (const headers of [
      { cookie },
      { cookie, 'x-csrf-token': 'A'.repeat(43) },
      { cookie, 'x-csrf-token': csrfToken, origin: 'https://attacker.example' },
    ]) {
      assertRefused(await send({ ...unsent, headers }), 403, 'csrf')
    }
    const own = { cookie, 'x-csrf-token': csrfToken, origin: admin().stack.url }
    const answer = await send({ ...unsent, headers: { ...own, 'if-match': 'a' } })
    assert.notEqual(answer.status, 401)
    assert.notEqual(answer.status, 403)
  })
}

function refusesIds({ send, operation }: Route) {
  for (const [name, [isId, unknown]] of Object.entries(operation.ids ?? {})) {
    for (const id of ['x', `${name}_`, 'F'.repeat(32), '..;', ' '].filter((one) => !isId(one))) {
      test(`${JSON.stringify(id)} as ${name}`, async () => {
        assertRefused(await send({ ids: { [name]: id } }), 404, unknown)
      })
    }
  }
}

function refusesHeaders({ send, operation, method }: Route) {
  const { ifMatch, isRepeatable } = operation
  if (ifMatch) {
    test('an If-Match that is no list of tags', async () => {
      assertRefused(await send({ headers: { 'if-match': 'a' } }), 400, 'if_match_malformed')
    })
  }
  if (ifMatch === 'required') {
    test('a change that does not say what it changes', async () => {
      const answer = await send({ headers: { 'if-match': undefined }, body: '{}' })
      assertRefused(answer, 428, 'precondition_required')
    })
  }
  if (method === 'GET') return
  const cause = isRepeatable ? 'idempotency_key_malformed' : 'idempotency_key_unsupported'
  test('an Idempotency-Key that can be none, or has no use', async () => {
    const headers = { 'idempotency-key': 'a b' }
    assertRefused(await send({ headers, body: '{}' }), 400, cause)
  })
}

function refusesInput({ send, operation }: Route) {
  if (operation.query || operation.body) {
    test('what it does not take', async () => {
      const query = operation.query ? '?nothing=1' : ''
      assertRefused(await send({ query, body: '{"nothing":1}' }), 422, 'request_refused')
    })
  }
  if (operation.query) {
    test('a parameter that is there twice', async () => {
      const answer = await send({ query: '?limit=1&limit=2&confirm=a&confirm=b', body: '{}' })
      assertRefused(answer, 422, 'request_refused')
    })
  }
  if (operation.body) {
    test('a body that is no JSON, of another type, a list or too large', async () => {
      assertRefused(await send({ body: '{' }), 400, 'body_malformed')
      const plain = { 'content-type': 'text/plain' }
      assertRefused(await send({ body: 'a', headers: plain }), 415, 'unsupported_type')
      assertRefused(await send({ body: '[]' }), 422, 'request_refused')
      assertRefused(await send({ body: `"${'a'.repeat(1_600_000)}"` }), 413, 'too_large')
    })
  }
}
