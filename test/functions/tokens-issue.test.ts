import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import fc from 'fast-check'
import { readIssue } from '#functions/tokens-issue/schema.ts'
import { readRequest } from '#shared/http/request.ts'
import { newPerson, newPortal } from '#test/flows/portal.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { environmentOf, eventOf, invoke } from './invoke.ts'

const importHandler = () => import('#functions/tokens-issue/handler.ts')

describe('tokens-issue', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let tenant: Tenant
  let text: string
  let email: string
  before(async () => {
    await environmentOf('tokens-issue')
    handler = (await importHandler()).handler
    tenant = await newTenant()
    text = (await newPortal(tenant)).text
    email = (await newPerson(tenant)).email
  })
  const event = eventOf('tokens-issue')
  const asking = (body: object, headers: Record<string, string> = {}) => ({
    ...event,
    headers: { ...event.headers, authorization: `Bearer ${text}`, ...headers },
    body: JSON.stringify(body),
  })

  const asForm = (body: string) => ({
    ...asking({}, { 'content-type': 'application/x-www-form-urlencoded' }),
    body,
  })

  test('refuses an SSO token that nobody has', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 403)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.match(lines[0] ?? '', /"portal_refused".*"sso_token_unknown"/)
    assert.equal(lines.length, 1)
  })

  test('answers a token, and the address to open with it', async (t) => {
    const { answer, lines } = await invoke(t, handler, asking({ email, target: 'a.html?b=c&d' }))
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['cache-control'], 'no-store')
    const { token, url, ...rest } = JSON.parse(answer.body) as Record<string, string>
    assert.deepEqual(rest, { expires_in: 20 })
    const opened = new URL(String(url))
    assert.equal(opened.origin + opened.pathname, `${tenant.stack.url}/sso`)
    assert.deepEqual(Object.fromEntries(opened.searchParams), {
      token,
      email,
      target: '/a.html?b=c&d',
    })
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"login_token_issued"/)
    for (const secret of [token, text, email]) assert.ok(!lines[0]?.includes(String(secret)))
  })

  test('takes an empty target for none', async (t) => {
    const { answer } = await invoke(t, handler, asking({ email, target: '' }))
    assert.equal(new URL(String(JSON.parse(answer.body).url)).searchParams.get('target'), null)
  })

  test('takes no body but one address or one user name for a request', () => {
    const value = fc.oneof(fc.string(), fc.constant(email), fc.constant('a.html'), fc.jsonValue())
    const fields = fc.record(
      { email: value, user_name: value, target: value, more: value },
      { requiredKeys: [] },
    )
    const form = fc
      .array(fc.tuple(fc.constantFrom('email', 'user_name', 'target', 'x'), fc.string()))
      .map((pairs) => `${new URLSearchParams(pairs)}`)
    const body = fc.oneof(fields.map(JSON.stringify), form, fc.string())
    const contentType = fc.constantFrom('application/json', 'application/x-www-form-urlencoded')
    fc.assert(
      fc.property(body, contentType, (text, type) => {
        const asked = { ...event, headers: { 'content-type': type }, body: text }
        const read = readIssue(readRequest(asked))
        if (!read.ok) return
        const { named, target } = read.value
        assert.ok(['email', 'userName'].includes(named.by) && named.value !== '')
        assert.ok(named.by === 'email' ? named.value.length <= 254 : named.value.length <= 256)
        assert.ok(target === undefined || target.startsWith('/'))
      }),
      { numRuns: 2000 },
    )
  })

  test('says why to the portal only where the request itself is malformed', async (t) => {
    const origin = { origin: 'https://portal.example' }
    const cases = [
      [asking({}), /one email or one user_name/],
      [asking({ email, user_name: 'ada' }), /one email or one user_name/],
      [asking({ user_name: ' ada' }), /one email or one user_name/],
      [asking({ email, target: '../a' }), /relative path/],
      [asking({ email, target: 'a'.repeat(2049) }), /one email or one user_name/],
      [asking({ email }, origin), /from your server/],
      [asForm(`email=${email}&email=${email}`), /one email or one user_name/],
      [asForm(`email=${email}&target=a&target=b`), /one email or one user_name/],
      [{ ...event, body: 'x'.repeat(20_000) }, /one email or one user_name/],
    ] as const
    for (const [malformed, description] of cases) {
      const { answer, lines } = await invoke(t, handler, malformed)
      assert.equal(answer.statusCode, 400)
      const { error, error_description } = JSON.parse(answer.body) as Record<string, string>
      assert.equal(error, 'invalid_request')
      assert.match(String(error_description), description)
      assert.deepEqual(lines, [])
    }
  })
})
