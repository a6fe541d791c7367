import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { findTrace } from '#test/flows/directory.ts'
import { signedIn } from '#test/flows/logout-hops.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { environmentOf, eventOf, invoke, traceIdIn } from './invoke.ts'

const importHandler = () => import('#functions/saml-logout/handler.ts')

describe('saml-logout', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let tenant: Tenant
  before(async () => {
    await environmentOf('saml-logout')
    handler = (await importHandler()).handler
    const singleLogout = { binding: 'post', url: 'https://idp.example/slo' } as const
    tenant = await newTenant({ singleLogout })
  })
  const event = eventOf('saml-logout')

  test('refuses a session that nobody knows', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 403)
    const trace = await findTrace(undefined, traceIdIn(answer))
    assert.equal(trace?.cause, 'session_unknown')
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"logout_refused".*"session_unknown"/)
  })

  test('sends the browser to the provider with a form, and logs nothing of the session', async (t) => {
    const { logout_url: address } = await signedIn(tenant)
    const { search } = new URL(address)
    const { answer, lines } = await invoke(t, handler, {
      ...event,
      rawQueryString: search.slice(1),
    })
    assert.equal(answer.statusCode, 200)
    assert.match(answer.body, /<form method="post" action="https:\/\/idp\.example\/slo">/)
    assert.match(answer.body, /name="SAMLRequest"/)
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(lines.length, 1)
    assert.ok(!lines[0]?.includes(search.slice('?session='.length)))
  })

  const [session = ''] = event.rawQueryString.split('&')
  const malformed = [
    ['no session', ''],
    ['an empty session', 'session='],
    ['what is no session', 'session=hello'],
    ['two sessions', `${session}&${session}`],
    ['two paths to come back to', `${session}&return=/a&return=/b`],
    ['a path of 2,049 characters', `${session}&return=/${'x'.repeat(2048)}`],
  ] as const
  for (const [name, rawQueryString] of malformed) {
    test(`answers 400 to ${name}`, async (t) => {
      const { answer } = await invoke(t, handler, { ...event, rawQueryString })
      assert.equal(answer.statusCode, 400)
      const trace = await findTrace(undefined, traceIdIn(answer))
      assert.equal(trace?.cause, 'form_malformed')
    })
  }
})
