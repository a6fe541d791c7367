import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { IdentityProvider, ServiceProvider, setSchemaValidator } from 'samlify'
import { authnRequest } from '#shared/saml/authn-request.ts'
import { serviceProviderMetadata } from '#shared/saml/metadata.ts'
import { redirectUrl } from '#shared/saml/redirect-binding.ts'
import { sendMessage } from '#shared/saml/send-message.ts'
import { signMessage } from '#shared/saml/sign-message.ts'
import { serviceProvider } from '#shared/sign-in/service-provider.ts'
import { keys } from '#test/fixtures/saml/keys.ts'
import { issuerAt, signer } from '#test/fixtures/saml/our-keys.ts'

const sign = signer(keys.provider)
const us = serviceProvider('https://signin.vendor.example')
const location = 'https://idp.example.com/sso'
const message = authnRequest({
  id: '_1',
  issueInstant: 1_772_619_330,
  destination: location,
  issuer: us.entityId,
  acsUrl: us.acsUrl,
})
const outgoing = { location, parameter: 'SAMLRequest', message, relayState: 'r' } as const

describe('sendMessage', () => {
  test('sends by HTTP-Redirect, signed or not', async () => {
    assert.deepEqual(await sendMessage('redirect', outgoing), {
      binding: 'redirect',
      location: await redirectUrl(outgoing),
    })
    assert.deepEqual(await sendMessage('redirect', outgoing, sign), {
      binding: 'redirect',
      location: await redirectUrl(outgoing, sign),
    })
  })

  test('sends by HTTP-POST, signed or not, not deflated', async () => {
    const base64 = (xml: string) => Buffer.from(xml).toString('base64')
    const fields = { SAMLRequest: base64(message), RelayState: 'r' }
    const sent = { binding: 'post', action: location, fields }
    assert.deepEqual(await sendMessage('post', outgoing), sent)
    const SAMLRequest = base64(await signMessage(message, sign))
    const signed = { ...sent, fields: { ...fields, SAMLRequest } }
    assert.deepEqual(await sendMessage('post', outgoing, sign), signed)
  })

  test('posts no RelayState where there is none, and a response by its name', async () => {
    const answer = { location, parameter: 'SAMLResponse', message } as const
    const sent = await sendMessage('post', answer)
    assert.ok(sent.binding === 'post')
    assert.deepEqual(Object.keys(sent.fields), ['SAMLResponse'])
  })
})

describe('samlify, as a provider that read our metadata and wants signed requests,', () => {
  const judge = async () => {
    setSchemaValidator({ validate: async () => 'not validated' })
    const issue = issuerAt(Date.parse('2026-03-04T10:15:30Z'))
    const signing = [await issue({ use: 'signing', keyArn: 'signing' })]
    const metadata = serviceProviderMetadata(us, { signing, encryption: [] })
    const sp = ServiceProvider({ metadata })
    const Binding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
    const idp = IdentityProvider({
      entityID: 'https://idp.example.com/metadata',
      wantAuthnRequestsSigned: true,
      signingCert: keys.next.certificate,
      singleSignOnService: [{ Binding, Location: location }],
      singleLogoutService: [{ Binding, Location: location }],
    })
    return { sp, idp }
  }
  const stated = { id: '_1', destination: location, assertionConsumerServiceUrl: us.acsUrl }

  for (const [name, key, isGood] of [
    ['takes ours', keys.provider, true],
    ["refuses a stranger's", keys.stranger, false],
  ] as const) {
    test(`${name} by HTTP-Redirect`, async () => {
      const { sp, idp } = await judge()
      const sent = await sendMessage('redirect', outgoing, signer(key))
      assert.ok(sent.binding === 'redirect')
      const { search, searchParams } = new URL(sent.location)
      const octetString = search.slice(1, search.indexOf('&Signature='))
      const query = Object.fromEntries(searchParams)
      const parsed = idp.parseLoginRequest(sp, 'redirect', { query, octetString })
      if (!isGood) return assert.rejects(parsed)
      const { extract } = await parsed
      assert.partialDeepStrictEqual(extract.request, stated)
    })

    test(`${name} by HTTP-POST`, async () => {
      const { sp, idp } = await judge()
      const sent = await sendMessage('post', outgoing, signer(key))
      assert.ok(sent.binding === 'post')
      const parsed = idp.parseLoginRequest(sp, 'post', { body: sent.fields })
      if (!isGood) return assert.rejects(parsed)
      const { extract } = await parsed
      assert.partialDeepStrictEqual(extract.request, stated)
    })
  }
})
