import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { beginSession, csrfTokenOf, sessionCookieOf } from '#shared/admin/session.ts'
import { dynamoSessions } from '#shared/aws/session-store.ts'
import type { HttpResponse } from '#shared/http/respond.ts'
import { cookieNames } from '#shared/http/session-cookies.ts'
import { forgetWishes } from '#test/flows/forget-wishes.ts'
import { waitForMails } from '#test/flows/mailbox.ts'
import { newAdministrator, newOrganization } from '#test/flows/new-administrator.ts'
import { strike } from '#test/stores/strike.ts'
import { type Tables, tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke, withForm } from './invoke.ts'

const importHandler = () => import('#functions/admin-sign-in/handler.ts')

describe('admin-sign-in', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let url: string
  let db: Tables
  let running: Awaited<ReturnType<typeof environmentOf>>
  before(async () => {
    running = await environmentOf('admin-sign-in')
    handler = (await importHandler()).handler
    url = running.stack.url
    db = await tables()
    await forgetWishes()
  })
  const event = eventOf('admin-sign-in')

  test('takes a wish, says nothing of whose address it is, and logs no address', async (t) => {
    const { email } = await newAdministrator((await newOrganization()).orgId)
    const asked = { ...event, body: JSON.stringify({ email }) }
    const { answer, lines } = await invoke(t, handler, asked)
    const { answer: stranger } = await invoke(t, handler, event)
    assert.deepEqual(answer, stranger)
    assert.equal(answer.statusCode, 202)
    assert.equal(answer.body, '{"state":"requested"}')
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"code":"link_requested","wish":"sign-in-link","outcome":"taken"/)
    assert.doesNotMatch(lines.join(''), /@/)
    await waitForMails(email)
  })

  test('makes as many calls of AWS for somebody as for nobody', async (t) => {
    const { email } = await newAdministrator((await newOrganization()).orgId)
    const counts = []
    for (const address of [email, 'nobody@nowhere.example']) {
      running.stack.clearCalls()
      await invoke(t, handler, { ...event, body: JSON.stringify({ email: address }) })
      const own = running.stack.calls.filter(({ functionName }) => functionName === 'operator')
      counts.push(own.map(({ operation }) => operation).toSorted((a, b) => a.localeCompare(b)))
    }
    assert.deepEqual(counts[0], ['PutItem', 'UpdateItem', 'UpdateItem'])
    assert.deepEqual(counts[1], counts[0])
  })

  /** A call of the page with a session that began some time ago. */
  async function withSession(agoMs: number, idleAgoMs = agoMs) {
    const person = await newAdministrator((await newOrganization()).orgId)
    const sessions = dynamoSessions(db.directory, db.ephemeral)
    const { orgId, userId } = person
    const nowMs = Date.now() - agoMs
    const { session, secret } = beginSession({ orgId, userId, kind: 'normal', nowMs })
    const idleUntilMs = Date.now() - idleAgoMs + 3600_000
    await sessions.create({ ...session, idleUntilMs })
    const call = (routeKey: string): APIGatewayProxyEventV2 => ({
      ...event,
      routeKey,
      headers: { 'x-csrf-token': csrfTokenOf(secret), origin: url },
      cookies: [`${cookieNames.session}=${sessionCookieOf(session, secret)}`],
      body: '',
    })
    return { call, session, person, sessions }
  }

  const MINUTE = 60_000
  const limits = [
    ['59 minutes without a sign of life', 59 * MINUTE, 59 * MINUTE, 200],
    ['an hour without a sign of life', 60 * MINUTE, 60 * MINUTE, 401],
    ['almost twelve hours of work', 719 * MINUTE, 0, 200],
    ['twelve hours of work', 720 * MINUTE, 0, 401],
  ] as const
  for (const [name, ago, idleAgo, status] of limits) {
    test(`answers ${status} after ${name}`, async (t) => {
      const { call } = await withSession(ago, idleAgo)
      for (const routeKey of ['GET /admin/session', 'POST /admin/session/refresh']) {
        const { answer } = await invoke(t, handler, call(routeKey))
        assert.equal(answer.statusCode, status, answer.body)
      }
    })
  }

  test('lets a session live an hour from its refresh, and never past its end', async (t) => {
    const { call, session, sessions } = await withSession(700 * MINUTE, 50 * MINUTE)
    await invoke(t, handler, call('POST /admin/session/refresh'))
    const refreshed = await sessions.find(session.id)
    assert.equal(refreshed?.idleUntilMs, session.endsAtMs)
    assert.equal(refreshed?.endsAtMs, session.endsAtMs)
  })

  test('ends a session that ends while it is refreshed', async (t) => {
    const { call, session, sessions } = await withSession(0)
    const fault = 'fail-before'
    {
      using _ = strike(running.stack, 'UpdateItem', { fault, times: 9 })
      const { answer } = await invoke(t, handler, call('POST /admin/session/refresh'))
      assert.equal(answer.statusCode, 500)
      assert.equal(answer.cookies, undefined)
    }
    await sessions.end(session.id)
    const { answer } = await invoke(t, handler, call('POST /admin/session/refresh'))
    assert.equal(answer.statusCode, 401)
  })

  test('answers 429 to a page that refreshes without end', async (t) => {
    const { call, session } = await withSession(0)
    const now = Math.floor(Date.now() / 1000)
    for (const minute of [now - (now % 60), now - (now % 60) + 60]) {
      const item = { pk: `rate#${session.id}#${minute}`, calls: 600, expiresAt: now + 99 }
      await db.put(db.ephemeral, item)
    }
    const { answer } = await invoke(t, handler, call('POST /admin/session/refresh'))
    assert.equal(answer.statusCode, 429)
    assert.match(String(answer.headers['retry-after']), /^\d+$/)
  })

  test('asks for the address again where a form has none', async (t) => {
    const form = {
      ...withForm(event, { email: 'ada' }),
      isBase64Encoded: true,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }
    const { answer } = await invoke(t, handler, form)
    assert.equal(answer.statusCode, 400)
    assert.match(answer.body, /role="alert"/)
  })

  test('starts at no provider for what can be no organization', async (t) => {
    for (const rawQueryString of [
      'organization=',
      'organization=org_1',
      'organization=a&organization=b',
    ]) {
      const start = { ...event, routeKey: 'GET /admin/sign-in/sso', rawQueryString }
      const { answer } = await invoke(t, handler, start)
      assert.equal(answer.statusCode, 404)
      assert.equal(answer.cookies, undefined)
    }
  })

  test('fails for a route that it does not have', async () => {
    const answer = (await handler(
      { ...event, routeKey: 'PUT /admin/session' },
      {} as Context, // holds nothing that we read
    )) as HttpResponse
    assert.equal(answer.statusCode, 500)
  })
})
