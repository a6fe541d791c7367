import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { issued, newPerson, newPortal } from '#test/flows/portal.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { environmentOf, eventOf, invoke, traceIdIn } from './invoke.ts'

const importHandler = () => import('#functions/sso-redirect/handler.ts')

describe('sso-redirect', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let tenant: Tenant
  let text: string
  let email: string
  before(async () => {
    await environmentOf('sso-redirect')
    handler = (await importHandler()).handler
    tenant = await newTenant()
    text = (await newPortal(tenant)).text
    email = (await newPerson(tenant)).email
  })
  const event = eventOf('sso-redirect')

  test('refuses a token that nobody has, by a page that tells nothing', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 403)
    assert.match(traceIdIn(answer), /^trc_/)
    assert.match(answer.body, /<h1>Invalid response<\/h1>/)
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"portal_refused".*"token_unknown"/)
  })

  test('sends the browser on, and logs neither token nor address', async (t) => {
    const { url, token } = await issued(tenant, text, { email })
    const rawQueryString = new URL(url).search.slice(1)
    const { answer, lines } = await invoke(t, handler, { ...event, rawQueryString })
    assert.equal(answer.statusCode, 303)
    const location = String(answer.headers['location'])
    assert.match(location, /^https:\/\/meetings\.example\/landing\?token=[\w-]{75}\.[\w-]{43}$/)
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"portal_arrived"/)
    const [, fresh = ''] = location.split('token=')
    for (const secret of [token, fresh, email]) assert.ok(!lines[0]?.includes(secret))
  })

  test('answers a target that leads elsewhere by a page that is not there', async (t) => {
    const rawQueryString = `${event.rawQueryString}x&target=//evil.example`
    const twice = await invoke(t, handler, { ...event, rawQueryString })
    assert.equal(twice.answer.statusCode, 404)
    assert.match(traceIdIn(twice.answer), /^trc_/)
    assert.equal(twice.answer.headers['location'], undefined)
  })

  for (const name of ['sec-purpose', 'purpose']) {
    test(`does nothing for what a browser only fetches ahead, as ${name} says`, async (t) => {
      const headers = { ...event.headers, [name]: 'prefetch' }
      const { answer, lines } = await invoke(t, handler, { ...event, headers })
      assert.equal(answer.statusCode, 503)
      assert.deepEqual(lines, [])
    })
  }
})
