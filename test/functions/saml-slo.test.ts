import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { keys } from '#test/fixtures/saml/keys.ts'
import { redirectLogout, signedLogout } from '#test/fixtures/saml/logout-messages.ts'
import { findTrace } from '#test/flows/directory.ts'
import { logoutRequestXml } from '#test/flows/logout-hops.ts'
import { newTenant, type Tenant } from '#test/flows/tenant.ts'
import { environmentOf, eventOf, invoke, traceIdIn } from './invoke.ts'

const importHandler = () => import('#functions/saml-slo/handler.ts')

describe('saml-slo', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  let tenant: Tenant
  before(async () => {
    await environmentOf('saml-slo')
    handler = (await importHandler()).handler
    const singleLogout = { binding: 'redirect', url: 'https://idp.example/slo?t=1' } as const
    tenant = await newTenant({ singleLogout })
  })
  const event = eventOf('saml-slo')
  const posted = (fields: readonly (readonly [string, string])[]): APIGatewayProxyEventV2 => {
    const http = { ...event.requestContext.http, method: 'POST' }
    return {
      ...event,
      rawQueryString: '',
      headers: { ...event.headers, 'content-type': 'application/x-www-form-urlencoded' },
      requestContext: { ...event.requestContext, http },
      body: Buffer.from(new URLSearchParams(fields.map(([...one]) => one)).toString()).toString(
        'base64',
      ),
      isBase64Encoded: true,
    }
  }
  const message = () => {
    const xml = logoutRequestXml(tenant, { nameId: 'nobody' })
    return Buffer.from(signedLogout('SAMLRequest', { edit: () => xml })).toString('base64')
  }

  test('refuses the message of a provider that nobody has configured', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 403)
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8')
    const trace = await findTrace(undefined, traceIdIn(answer))
    assert.equal(trace?.cause, 'idp_unknown')
    assert.equal(lines.length, 1)
    assert.match(lines[0] ?? '', /"logout_refused".*"idp_unknown"/)
  })

  test('refuses it also where the provider is known: it was long ago', async (t) => {
    const known = await newTenant({ entityId: 'https://idp.acme.example/metadata' })
    const { answer } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 403)
    const trace = await findTrace(known.orgId, traceIdIn(answer))
    assert.equal(trace?.cause, 'logout_destination')
  })

  test('answers a fresh message by redirect, and logs nothing of it', async (t) => {
    const edit = () => logoutRequestXml(tenant, { nameId: 'nobody' }).replace('<!>', '')
    const rawQueryString = redirectLogout('SAMLRequest', { edit, relayState: 'r1' })
    const { answer, lines } = await invoke(t, handler, { ...event, rawQueryString })
    assert.equal(answer.statusCode, 302)
    const location = new URL(String(answer.headers['location']))
    assert.equal(location.origin + location.pathname, 'https://idp.example/slo')
    assert.deepEqual(
      [...location.searchParams.keys()],
      ['t', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature'],
    )
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(lines.length, 1)
    assert.ok(!lines[0]?.includes('nobody'))
  })

  test('shows a page where the provider takes no answer', async (t) => {
    const mute = await newTenant()
    const edit = () => logoutRequestXml(mute, { nameId: 'nobody' }).replace('<!>', '')
    const rawQueryString = redirectLogout('SAMLRequest', { edit })
    const { answer } = await invoke(t, handler, { ...event, rawQueryString })
    assert.equal(answer.statusCode, 200)
    assert.match(answer.body, /You are signed out/)
  })

  const relayStates = [
    [2048, 302],
    [2049, 400],
  ] as const
  for (const [length, status] of relayStates) {
    test(`answers ${status} to a RelayState of ${length} characters`, async (t) => {
      const fields = [
        ['SAMLRequest', message()],
        ['RelayState', 'x'.repeat(length)],
      ] as const
      const { answer } = await invoke(t, handler, posted(fields))
      assert.equal(answer.statusCode, status)
    })
  }

  test('refuses a signature by another key, for the organization whose provider it names', async (t) => {
    const edit = () => logoutRequestXml(tenant, { nameId: 'nobody' }).replace('<!>', '')
    const rawQueryString = redirectLogout('SAMLRequest', { edit, key: keys.stranger })
    const { answer } = await invoke(t, handler, { ...event, rawQueryString })
    assert.equal(answer.statusCode, 403)
    const trace = await findTrace(tenant.orgId, traceIdIn(answer))
    assert.equal(trace?.cause, 'signature_invalid')
    assert.match(
      trace.message ?? '',
      /^<samlp:LogoutRequest .*<saml:NameID [^>]*>\[6 characters\]</s,
    )
  })

  const malformed = [
    ['no field', () => posted([]), 'form_malformed'],
    ['an empty field', () => posted([['SAMLRequest', '']]), 'xml_not_base64'],
    ['what is no base64', () => posted([['SAMLRequest', '*']]), 'xml_not_base64'],
    [
      'two messages',
      () => posted(['SAMLRequest', 'SAMLResponse'].map((name) => [name, message()] as const)),
      'form_malformed',
    ],
    [
      'a message twice',
      () => posted(['SAMLRequest', 'SAMLRequest'].map((name) => [name, message()] as const)),
      'form_malformed',
    ],
    [
      'two RelayStates',
      () =>
        posted([
          ['SAMLRequest', message()],
          ['RelayState', 'a'],
          ['RelayState', 'b'],
        ]),
      'form_malformed',
    ],
    [
      'what is no form',
      () => ({ ...posted([]), headers: { 'content-type': 'application/json' } }),
      'form_malformed',
    ],
    ['an empty query', () => ({ ...event, rawQueryString: '' }), 'redirect_malformed'],
    [
      'what is no organization',
      () => ({ ...event, pathParameters: { organization: 'shared' } }),
      'form_malformed',
    ],
  ] as const
  for (const [name, make, cause] of malformed) {
    test(`answers 400 to ${name}`, async (t) => {
      const { answer } = await invoke(t, handler, make())
      assert.equal(answer.statusCode, 400)
      const trace = await findTrace(undefined, traceIdIn(answer))
      assert.equal(trace?.cause, cause)
    })
  }
})
