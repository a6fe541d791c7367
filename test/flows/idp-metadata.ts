import { keys } from '#test/fixtures/saml/keys.ts'

type Described = {
  entityId: string
  signOnUrl?: string
  certificates?: readonly string[]
}

/** Metadata of a provider that redirects, with the key that the tests sign with. */
export const idpMetadata = ({
  entityId,
  signOnUrl = `${entityId}/sso`,
  certificates = [keys.provider.certificate],
}: Described) =>
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata"` +
  ` xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${entityId}">` +
  `<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
  certificates
    .map(
      (certificate) =>
        `<KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}` +
        `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`,
    )
    .join('') +
  `<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"` +
  ` Location="${signOnUrl}"/></IDPSSODescriptor></EntityDescriptor>`
