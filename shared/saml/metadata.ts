import { POST_BINDING } from './authn-request.ts'
import { escapeValue } from './characters.ts'
import { ns } from './namespaces.ts'
import type { SpCertificates } from './sp-certificates.ts'

type ServiceProvider = { entityId: string; acsUrl: string; sloUrl: string }

const METADATA_NAMESPACE = 'urn:oasis:names:tc:SAML:2.0:metadata'
const REDIRECT_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** What we decrypt, the strongest first (XML Encryption 1.1 §5.2, §5.5.2). */
const contentCiphers = [
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc',
]

const encryptionMethods =
  contentCiphers.map((algorithm) => `<md:EncryptionMethod Algorithm="${algorithm}"/>`).join('') +
  '<md:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#rsa-oaep">' +
  '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
  '<xenc11:MGF xmlns:xenc11="http://www.w3.org/2009/xmlenc11#"' +
  ' Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/></md:EncryptionMethod>' +
  '<md:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p">' +
  '<ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/></md:EncryptionMethod>'

/** A transient NameID says nothing lasting: taken where an attribute says who it is. */
const nameIdFormats = [
  'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
]

/**
 * Metadata of a service provider of ours: its keys, what it decrypts, and where messages go. The
 * same input gives the same bytes. AuthnRequestsSigned is left out, as requests are signed for the
 * providers that want it: with `true` some would refuse the others' plain requests, and with `false`
 * SimpleSAMLphp 1.19 no longer verifies signatures that its admin asks for.
 *
 * Source: SAML Metadata 2.0 §2.4.1, §2.4.4; SAML V2.0 Metadata Profile for Algorithm Support 1.0 §2.3.
 */
export const serviceProviderMetadata = (
  { entityId, acsUrl, sloUrl }: ServiceProvider,
  { signing, encryption }: SpCertificates,
) =>
  `<md:EntityDescriptor xmlns:md="${METADATA_NAMESPACE}" xmlns:ds="${ns.signature}"` +
  ` entityID="${escapeValue(entityId)}">` +
  `<md:SPSSODescriptor WantAssertionsSigned="true" protocolSupportEnumeration="${ns.protocol}">` +
  signing.map((certificate) => keyDescriptor('signing', certificate)).join('') +
  encryption.map((certificate) => keyDescriptor('encryption', certificate)).join('') +
  [REDIRECT_BINDING, POST_BINDING]
    .map((binding) => endpoint('SingleLogoutService', binding, sloUrl))
    .join('') +
  nameIdFormats.map((format) => `<md:NameIDFormat>${format}</md:NameIDFormat>`).join('') +
  endpoint('AssertionConsumerService', POST_BINDING, acsUrl, ' index="0" isDefault="true"') +
  '</md:SPSSODescriptor></md:EntityDescriptor>'

const keyDescriptor = (use: 'signing' | 'encryption', certificate: string) =>
  `<md:KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}` +
  `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${use === 'encryption' ? encryptionMethods : ''}` +
  '</md:KeyDescriptor>'

const endpoint = (name: string, binding: string, location: string, more = '') =>
  `<md:${name} Binding="${binding}" Location="${escapeValue(location)}"${more}/>`
