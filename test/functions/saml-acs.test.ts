import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { providers } from '#test/fixtures/saml/providers.ts'
import { findTrace } from '#test/flows/directory.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { environmentOf, eventOf, invoke, traceIdIn, withForm } from './invoke.ts'

const importHandler = () => import('#functions/saml-acs/handler.ts')

describe('saml-acs', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let tenant: Tenant
  before(async () => {
    await environmentOf('saml-acs')
    handler = (await importHandler()).handler
    tenant = await newTenant()
  })
  const event = eventOf('saml-acs')
  const causeOf = async (answer: Parameters<typeof traceIdIn>[0], orgId?: Tenant['orgId']) =>
    (await findTrace(orgId, traceIdIn(answer)))?.cause

  test('refuses the response of a provider that nobody has configured', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 403)
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(await causeOf(answer), 'idp_unknown')
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"sign_in_refused".*"idp_unknown"/)
  })

  test('refuses it also where the provider is known: we never asked for it', async (t) => {
    const issuer = providers.find(({ name }) => name === 'simplesamlphp')?.issuer ?? ''
    const known = await newTenant({ entityId: issuer })
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 403)
    assert.equal(await causeOf(answer, known.orgId), 'request_unknown')
  })

  test('takes a fresh response, and sends the browser on to where RelayState says', async (t) => {
    const form = { SAMLResponse: tenant.respond(), RelayState: 'training' }
    const { answer, lines } = await invoke(t, handler, withForm(event, form))
    assert.equal(answer.statusCode, 303)
    const location = new URL(String(answer.headers['location']))
    assert.equal(location.origin, 'https://training.example')
    const token = location.searchParams.get('token') ?? ''
    assert.match(token, /^[\w-]{43}\.[\w-]{43}$/)
    assert.equal(answer.body, '')
    assert.equal(lines.length, 1)
    assert.ok(!lines[0]?.includes(token) && !lines[0]?.includes(tenant.domain))
  })

  test('takes a form that came as text', async (t) => {
    const body = new URLSearchParams({ SAMLResponse: tenant.respond() }).toString()
    const { answer } = await invoke(t, handler, { ...event, body, isBase64Encoded: false })
    assert.equal(answer.statusCode, 303)
  })

  const relayStates = [
    [2048, 303],
    [2049, 400],
  ] as const
  for (const [length, status] of relayStates) {
    test(`answers ${status} to a RelayState of ${length} characters`, async (t) => {
      const form = { SAMLResponse: tenant.respond(), RelayState: 'x'.repeat(length) }
      const { answer } = await invoke(t, handler, withForm(event, form))
      assert.equal(answer.statusCode, status)
    })
  }

  const noOrganizations = [
    ['shared', 400, 'form_malformed'],
    ['shared\n', 400, 'form_malformed'],
    ['org_x', 400, 'form_malformed'],
    ['../shared', 400, 'form_malformed'],
    [`org_${'0'.repeat(32)}`, 403, 'idp_unknown'],
  ] as const
  for (const [organization, status, cause] of noOrganizations) {
    test(`refuses a good response at the ACS of ${JSON.stringify(organization)}`, async (t) => {
      const form = { SAMLResponse: tenant.respond() }
      const { answer } = await invoke(t, handler, {
        ...withForm(event, form),
        pathParameters: { organization },
      })
      assert.equal(answer.statusCode, status)
      assert.equal(await causeOf(answer), cause)
    })
  }
})
