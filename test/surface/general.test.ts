import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { CALLS_A_MINUTE } from '#shared/admin/rate-limit.ts'
import { epochMilliseconds, toSeconds } from '#shared/time.ts'
import { type Answer, newAdmin, newApiKey, read } from '#test/flows/admin-client.ts'
import { newAdministrator } from '#test/flows/new-administrator.ts'
import { newSessionCookie } from '#test/flows/session-cookie.ts'
import { tables } from '#test/stores/tables.ts'
import {
  assertRefused,
  refusesInput,
  refusesWhereTablesAreAway,
  type Sent,
  type Tested,
} from './input-refusals.ts'
import { type ApiRoute, adminRoutes, pathOf } from './routes.ts'

type Admin = Awaited<ReturnType<typeof newAdmin>>
const JSON_TYPE = { 'content-type': 'application/json' }

type Route = Tested & { admin: () => Admin }

const roles = ['admin', 'reader', 'setup'] as const

const allowedRole = ({ operation }: ApiRoute) =>
  roles.find((role) => operation.roles.includes(role)) ?? 'admin'

async function sendTo(admin: Admin, route: ApiRoute, sent: Sent): Promise<Answer> {
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
    refusesInput(tested)
    refusesWhereTablesAreAway(tested)
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
