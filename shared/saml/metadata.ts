import samlify from 'samlify'
import { POST_BINDING } from './authn-request.ts'

type ServiceProvider = { entityId: string; acsUrl: string }

/**
 * Metadata of a service provider of ours (SAML Metadata 2.0 §2.4.4): where responses go, and that
 * assertions must be signed. The same input gives the same bytes.
 */
export const serviceProviderMetadata = ({ entityId, acsUrl }: ServiceProvider) =>
  samlify
    .ServiceProvider({
      entityID: entityId,
      authnRequestsSigned: false,
      wantAssertionsSigned: true,
      assertionConsumerService: [{ isDefault: true, Binding: POST_BINDING, Location: acsUrl }],
    })
    .getMetadata()
