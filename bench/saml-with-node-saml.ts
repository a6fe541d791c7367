import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import type { SignedResponse } from './saml-responses.ts'

/** What node-saml does with the same response. */
export function nodeSamlLogin({ base64, certificate, expected }: SignedResponse) {
  const [us] = expected.serviceProviders
  if (!us) throw new Error('the fixture is for nobody')
  const saml = new SAML({
    idpCert: certificate,
    idpIssuer: expected.issuer,
    issuer: us.entityId,
    audience: us.entityId,
    callbackUrl: us.acsUrl,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.never,
  })
  const form = { SAMLResponse: base64 }
  return () => saml.validatePostResponseAsync(form)
}
