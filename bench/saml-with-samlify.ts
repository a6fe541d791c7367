import { IdentityProvider, ServiceProvider, setSchemaValidator } from 'samlify'
import type { SignedResponse } from './saml-responses.ts'

const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

/** What samlify does with the same response. Its schema validators cost more than all the rest. */
export function samlifyLogin({ base64, certificate, expected }: SignedResponse) {
  const [us] = expected.serviceProviders
  if (!us) throw new Error('the fixture is for nobody')
  setSchemaValidator({ validate: async () => 'not validated' })
  const provider = IdentityProvider({
    entityID: expected.issuer,
    signingCert: certificate.replace(/-----[^-]+-----|\s/g, ''),
    singleSignOnService: [{ Binding: POST, Location: 'https://idp.example.com/sso' }],
    singleLogoutService: [{ Binding: POST, Location: 'https://idp.example.com/slo' }],
  })
  const service = ServiceProvider({
    entityID: us.entityId,
    wantAssertionsSigned: true,
    assertionConsumerService: [{ Binding: POST, Location: us.acsUrl }],
  })
  const request = { body: { SAMLResponse: base64 } }
  return () => service.parseLoginResponse(provider, 'post', request)
}
