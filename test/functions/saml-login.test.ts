import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import * as ephemeralKeys from '#shared/aws/ephemeral-keys.ts'
import type { IdpId } from '#shared/ids.ts'
import { requestHandle } from '#shared/sign-in/login-handle.ts'
import { findTrace } from '#test/flows/directory.ts'
import { newTenant } from '#test/flows/tenant.ts'
import { tables } from '#test/stores/tables.ts'
import { environmentOf, eventOf, invoke, traceIdIn } from './invoke.ts'

const importHandler = () => import('#functions/saml-login/handler.ts')

describe('saml-login', () => {
  let handler: Awaited<ReturnType<typeof importHandler>>['handler']
  before(async () => {
    await environmentOf('saml-login')
    handler = (await importHandler()).handler
  })
  const event = eventOf('saml-login')
  const idpId = event.pathParameters?.['idp'] as IdpId

  test('refuses a provider that does not exist, and sends the browser there once it does', async (t) => {
    const { answer, lines } = await invoke(t, handler, event)
    assert.equal(answer.statusCode, 403)
    const trace = await findTrace(undefined, traceIdIn(answer))
    assert.equal(trace?.cause, 'idp_unknown')
    assert.equal(trace.got, idpId)
    assert.equal(lines.length, 1)

    const tenant = await newTenant({ id: idpId })
    const { answer: started } = await invoke(t, handler, event)
    assert.equal(started.statusCode, 302)
    const location = new URL(String(started.headers['location']))
    assert.ok(location.href.startsWith(tenant.idp.singleSignOn.url))
    const message = location.searchParams.get('SAMLRequest') ?? ''
    const xml = inflateRawSync(Buffer.from(message, 'base64')).toString()
    const [, requestId = ''] = / ID="(_[0-9a-f]{40})"/.exec(xml) ?? []
    const { read, ephemeral } = await tables()
    const stored = await read(ephemeral, ephemeralKeys.login(requestHandle(requestId)))
    assert.equal(stored?.['product'], 'training')
    assert.equal(stored['target'], '/courses/7?tab=2')
  })

  test('answers a form that sends itself where the provider takes posts', async (t) => {
    const singleSignOn = { binding: 'post', url: 'https://idp.example.com/sso?a=1&b=2' } as const
    const { idp } = await newTenant({ singleSignOn, signsRequests: true })
    const asked = { ...event, pathParameters: { idp: idp.id } }
    const { answer, lines } = await invoke(t, handler, asked)
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(lines, [])
    assert.match(answer.body, /action="https:\/\/idp\.example\.com\/sso\?a=1&amp;b=2"/)
    assert.match(answer.body, /<input type="hidden" name="RelayState" value="[\w-]{43}">/)
    const [, message = ''] = /name="SAMLRequest" value="([^"]+)"/.exec(answer.body) ?? []
    const xml = Buffer.from(message, 'base64').toString()
    assert.match(xml, /<ds:SignatureValue>[\w+/=]{344}<\/ds:SignatureValue>/)
  })

  const malformed = [
    ['an id that is none', { pathParameters: { idp: 'idp_x' } }],
    ['an id in capitals', { pathParameters: { idp: idpId.toUpperCase() } }],
    ['no id', { pathParameters: {} }],
    ['two products', { rawQueryString: 'product=training&product=meetings' }],
    ['two targets', { rawQueryString: 'target=/a&target=/b' }],
    ['an empty product', { rawQueryString: 'product=' }],
    ['a product that cannot be one', { rawQueryString: 'product=Training' }],
    ['a product of 65 characters', { rawQueryString: `product=${'x'.repeat(65)}` }],
    ['a target of 2,049 characters', { rawQueryString: `target=/${'x'.repeat(2048)}` }],
  ] as const
  for (const [name, change] of malformed) {
    test(`answers 400 to ${name}`, async (t) => {
      const { answer } = await invoke(t, handler, { ...event, ...change })
      assert.equal(answer.statusCode, 400)
      const trace = await findTrace(undefined, traceIdIn(answer))
      assert.equal(trace?.cause, 'form_malformed')
    })
  }
})
