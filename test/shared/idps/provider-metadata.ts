import assert from 'node:assert/strict'
import type { MetadataDocument } from '#shared/idps/metadata-document.ts'
import { scanMetadata } from '#shared/idps/metadata-xml.ts'
import type { Binding, ProviderKind } from '#shared/idps/types.ts'
import type { XmlElement } from '#shared/saml/xml-tree.ts'
import { keys } from '#test/fixtures/saml/keys.ts'

const MD = 'urn:oasis:names:tc:SAML:2.0:metadata'
const DS = 'http://www.w3.org/2000/09/xmldsig#'
const SAML2 = 'urn:oasis:names:tc:SAML:2.0:protocol'
const BINDINGS = 'urn:oasis:names:tc:SAML:2.0:bindings'

const current = keys.provider.certificate
const next = keys.next.certificate

const inLines = (base64: string, columns: number, lineEnd: string) =>
  base64.replace(new RegExp(`.{1,${columns}}`, 'g'), `$&${lineEnd}`)

const signature = `<Signature xmlns="${DS}"><SignedInfo><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></SignedInfo><SignatureValue>AA==</SignatureValue><KeyInfo><X509Data><X509Certificate>${next}</X509Certificate></X509Data></KeyInfo></Signature>`

export type Shape = {
  xml: string
  entityId: string
  singleSignOnUrl: string
  keys: string[]
  kind: ProviderKind
  /** What else is read; what stays away is false, empty or absent. */
  also?: Partial<MetadataDocument>
  /** Of single sign-on; by default Redirect alone. */
  bindings?: readonly Binding[]
  wantsSignedRequests?: boolean
}

/**
 * Metadata in the shapes in which providers publish it, cut down to what is particular to each;
 * `keys` are the certificates that sign.
 */
export const shapes: Readonly<Record<string, Shape>> = {
  'Entra ID: signed, roles of WS-Federation, two keys during a rollover': {
    entityId: 'https://sts.windows.net/4b7b1e0c-0000-4000-8000-d3f1c2a9b8e7/',
    singleSignOnUrl: 'https://login.microsoftonline.com/4b7b1e0c/saml2',
    kind: 'entra-id',
    bindings: ['redirect', 'post'],
    also: {
      singleLogoutServices: [
        { binding: 'redirect', url: 'https://login.microsoftonline.com/4b7b1e0c/saml2' },
      ],
    },
    keys: [current, next],
    xml: `<?xml version="1.0" encoding="utf-8"?><EntityDescriptor ID="_d3f1" entityID="https://sts.windows.net/4b7b1e0c-0000-4000-8000-d3f1c2a9b8e7/" xmlns="${MD}">${signature}<RoleDescriptor xsi:type="fed:SecurityTokenServiceType" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706"><KeyDescriptor use="signing"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${keys.stranger.certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><fed:ClaimTypesOffered><auth:ClaimType Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name" xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706"><auth:DisplayName>Name</auth:DisplayName></auth:ClaimType></fed:ClaimTypesOffered></RoleDescriptor><IDPSSODescriptor protocolSupportEnumeration="${SAML2}"><KeyDescriptor use="signing"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${current}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><KeyDescriptor use="signing"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${next}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleLogoutService Binding="${BINDINGS}:HTTP-Redirect" Location="https://login.microsoftonline.com/4b7b1e0c/saml2"/><SingleSignOnService Binding="${BINDINGS}:HTTP-Redirect" Location="https://login.microsoftonline.com/4b7b1e0c/saml2"/><SingleSignOnService Binding="${BINDINGS}:HTTP-POST" Location="https://login.microsoftonline.com/4b7b1e0c/saml2"/></IDPSSODescriptor></EntityDescriptor>`,
  },
  'Okta: prefixes, POST before Redirect, a certificate in lines': {
    entityId: 'http://www.okta.com/exk1a2b3c4',
    singleSignOnUrl: 'https://acme.okta.com/app/acme_latchkey_1/exk1a2b3c4/sso/saml',
    kind: 'okta',
    bindings: ['redirect', 'post'],
    also: { nameIdFormats: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'] },
    keys: [current],
    xml: `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="http://www.okta.com/exk1a2b3c4" xmlns:md="${MD}"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${SAML2}"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${DS}"><ds:X509Data><ds:X509Certificate>${inLines(current, 76, '\n')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat><md:SingleSignOnService Binding="${BINDINGS}:HTTP-POST" Location="https://acme.okta.com/app/acme_latchkey_1/exk1a2b3c4/sso/saml"/><md:SingleSignOnService Binding="${BINDINGS}:HTTP-Redirect" Location="https://acme.okta.com/app/acme_latchkey_1/exk1a2b3c4/sso/saml"/></md:IDPSSODescriptor></md:EntityDescriptor>`,
  },
  'ADFS: an encryption key first, roles for service providers, attributes': {
    entityId: 'http://adfs.acme.example/adfs/services/trust',
    singleSignOnUrl: 'https://adfs.acme.example/adfs/ls/',
    kind: 'adfs',
    keys: [current],
    xml: `<EntityDescriptor ID="_8c2d" entityID="http://adfs.acme.example/adfs/services/trust" xmlns="${MD}">${signature.replaceAll('<', '<ds:').replaceAll('<ds:/', '</ds:').replace('xmlns=', 'xmlns:ds=')}<SPSSODescriptor WantAssertionsSigned="true" protocolSupportEnumeration="${SAML2}"><KeyDescriptor use="signing"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${keys.stranger.certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><AssertionConsumerService Binding="${BINDINGS}:HTTP-POST" Location="https://adfs.acme.example/adfs/ls/" index="0" isDefault="true"/></SPSSODescriptor><IDPSSODescriptor protocolSupportEnumeration="${SAML2}"><KeyDescriptor use="encryption"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${next}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><KeyDescriptor use="signing"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${current}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="${BINDINGS}:HTTP-Redirect" Location="https://adfs.acme.example/adfs/ls/"/><Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" FriendlyName="UPN" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/></IDPSSODescriptor><ContactPerson contactType="support"/></EntityDescriptor>`,
  },
  'Google Workspace: validity, carriage returns in the certificate': {
    entityId: 'https://accounts.google.com/o/saml2?idpid=C01abcdef',
    singleSignOnUrl: 'https://accounts.google.com/o/saml2/idp?idpid=C01abcdef',
    kind: 'google',
    also: { validUntil: Date.UTC(2031, 0, 1) / 1000 },
    keys: [current],
    xml: `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\r\n<md:EntityDescriptor xmlns:md="${MD}" entityID="https://accounts.google.com/o/saml2?idpid=C01abcdef" validUntil="2031-01-01T00:00:00.000Z">\r\n  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${SAML2}">\r\n    <md:KeyDescriptor use="signing">\r\n      <ds:KeyInfo xmlns:ds="${DS}">\r\n        <ds:X509Data>\r\n          <ds:X509Certificate>${inLines(current, 76, '&#13;\r\n')}</ds:X509Certificate>\r\n        </ds:X509Data>\r\n      </ds:KeyInfo>\r\n    </md:KeyDescriptor>\r\n    <md:SingleSignOnService Binding="${BINDINGS}:HTTP-Redirect" Location="https://accounts.google.com/o/saml2/idp?idpid=C01abcdef"/>\r\n  </md:IDPSSODescriptor>\r\n</md:EntityDescriptor>\r\n`,
  },
  'Keycloak: a list of one entity, key names': {
    entityId: 'https://sso.acme.example/realms/acme',
    singleSignOnUrl: 'https://sso.acme.example/realms/acme/protocol/saml',
    kind: 'keycloak',
    bindings: ['redirect', 'post'],
    wantsSignedRequests: true,
    keys: [current],
    xml: `<EntitiesDescriptor Name="urn:keycloak" xmlns="${MD}" xmlns:dsig="${DS}"><EntityDescriptor entityID="https://sso.acme.example/realms/acme"><IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="${SAML2}"><KeyDescriptor use="signing"><dsig:KeyInfo><dsig:KeyName>3bPq</dsig:KeyName><dsig:X509Data><dsig:X509Certificate>${current}</dsig:X509Certificate></dsig:X509Data></dsig:KeyInfo></KeyDescriptor><ArtifactResolutionService Binding="${BINDINGS}:SOAP" Location="https://sso.acme.example/realms/acme/protocol/saml/resolve" index="0"/><SingleSignOnService Binding="${BINDINGS}:HTTP-POST" Location="https://sso.acme.example/realms/acme/protocol/saml"/><SingleSignOnService Binding="${BINDINGS}:HTTP-Redirect" Location="https://sso.acme.example/realms/acme/protocol/saml"/><SingleSignOnService Binding="${BINDINGS}:SOAP" Location="https://sso.acme.example/realms/acme/protocol/saml"/></IDPSSODescriptor></EntityDescriptor></EntitiesDescriptor>`,
  },
  'SimpleSAMLphp: the same certificate to sign and to encrypt': {
    entityId: 'https://idp.school.example/saml2/idp/metadata.php',
    singleSignOnUrl: 'https://idp.school.example/saml2/idp/SSOService.php',
    kind: 'other',
    also: { nameIdFormats: ['urn:oasis:names:tc:SAML:2.0:nameid-format:transient'] },
    keys: [current],
    xml: `<?xml version="1.0"?>\n<md:EntityDescriptor xmlns:md="${MD}" xmlns:ds="${DS}" entityID="https://idp.school.example/saml2/idp/metadata.php">\n  <md:IDPSSODescriptor protocolSupportEnumeration="${SAML2}">\n    <md:KeyDescriptor use="signing">\n      <ds:KeyInfo xmlns:ds="${DS}">\n        <ds:X509Data>\n          <ds:X509Certificate>${current}</ds:X509Certificate>\n        </ds:X509Data>\n      </ds:KeyInfo>\n    </md:KeyDescriptor>\n    <md:KeyDescriptor use="encryption">\n      <ds:KeyInfo xmlns:ds="${DS}">\n        <ds:X509Data>\n          <ds:X509Certificate>${current}</ds:X509Certificate>\n        </ds:X509Data>\n      </ds:KeyInfo>\n    </md:KeyDescriptor>\n    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>\n    <md:SingleSignOnService Binding="${BINDINGS}:HTTP-Redirect" Location="https://idp.school.example/saml2/idp/SSOService.php"/>\n  </md:IDPSSODescriptor>\n</md:EntityDescriptor>\n`,
  },
  'Shibboleth: comments, extensions, SAML 1.1 beside 2.0, keys without use': {
    entityId: 'https://idp.uni.example/idp/shibboleth',
    singleSignOnUrl: 'https://idp.uni.example/idp/profile/SAML2/Redirect/SSO',
    kind: 'shibboleth',
    keys: [current, next],
    xml: `<?xml version="1.0" encoding="UTF-8"?>
<!--
     This is example metadata only. Do *NOT* supply it as is without review.
     <EntityDescriptor entityID="commented out"/>
-->
<?xml-stylesheet href="metadata.xsl"?>
<EntityDescriptor  xmlns="${MD}" xmlns:ds="${DS}" xmlns:shibmd="urn:mace:shibboleth:metadata:1.0" xmlns:mdui="urn:oasis:names:tc:SAML:metadata:ui" entityID="https://idp.uni.example/idp/shibboleth">
    <IDPSSODescriptor protocolSupportEnumeration="${SAML2} urn:oasis:names:tc:SAML:1.1:protocol urn:mace:shibboleth:1.0">
        <Extensions>
            <shibmd:Scope regexp="false">uni.example</shibmd:Scope>
            <mdui:UIInfo><mdui:DisplayName xml:lang="de">Universität Überall</mdui:DisplayName></mdui:UIInfo>
        </Extensions>
        <!-- First signing certificate is BackChannel, the Second is FrontChannel -->
        <KeyDescriptor use="signing">
            <ds:KeyInfo><ds:X509Data><ds:X509Certificate>
${inLines(current, 64, '\n')}
            </ds:X509Certificate></ds:X509Data></ds:KeyInfo>
        </KeyDescriptor>
        <KeyDescriptor>
            <ds:KeyInfo><ds:X509Data><ds:X509Certificate>
${inLines(next, 64, '\n')}
            </ds:X509Certificate></ds:X509Data></ds:KeyInfo>
        </KeyDescriptor>
        <KeyDescriptor use="signing">
            <ds:KeyInfo><ds:X509Data><ds:X509Certificate>${current}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
        </KeyDescriptor>
        <SingleSignOnService Binding="urn:mace:shibboleth:1.0:profiles:AuthnRequest" Location="https://idp.uni.example/idp/profile/Shibboleth/SSO"/>
        <SingleSignOnService Binding="${BINDINGS}:HTTP-POST-SimpleSign" Location="https://idp.uni.example/idp/profile/SAML2/POST-SimpleSign/SSO"/>
        <SingleSignOnService Binding="${BINDINGS}:HTTP-Redirect" Location="https://idp.uni.example/idp/profile/SAML2/Redirect/SSO"/>
    </IDPSSODescriptor>
    <AttributeAuthorityDescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol">
        <AttributeService Binding="urn:oasis:names:tc:SAML:1.0:bindings:SOAP-binding" Location="https://idp.uni.example:8443/idp/profile/SAML1/SOAP/AttributeQuery"/>
    </AttributeAuthorityDescriptor>
</EntityDescriptor>
`,
  },
  'a certificate with its issuer: the issuer’s key signs no assertion': {
    entityId: 'https://ping.example',
    singleSignOnUrl: 'https://ping.example/idp/SSO.saml2?a=1&b=2',
    kind: 'other',
    keys: [current],
    xml: `\uFEFF<md:EntityDescriptor entityID=" https://ping.example " xmlns:md="${MD}"><md:IDPSSODescriptor protocolSupportEnumeration="${SAML2}"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="${DS}"><ds:X509Data><ds:X509Certificate>${current}</ds:X509Certificate><ds:X509Certificate>${next}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="${BINDINGS}:HTTP-Redirect" Location="https://ping.example/idp/SSO.saml2?a=1&amp;b=2"/></md:IDPSSODescriptor></md:EntityDescriptor>`,
  },
}

/** A plain one, to be edited. */
export const plainMetadata = `<EntityDescriptor entityID="https://idp.example" xmlns="${MD}"><IDPSSODescriptor protocolSupportEnumeration="${SAML2}"><KeyDescriptor use="signing"><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${current}</X509Certificate></X509Data></KeyInfo></KeyDescriptor><SingleSignOnService Binding="${BINDINGS}:HTTP-Redirect" Location="https://idp.example/sso"/></IDPSSODescriptor></EntityDescriptor>`

/** A document as its readers get it. */
export function scanned(xml: string): XmlElement {
  const document = scanMetadata(Buffer.from(xml))
  assert.ok(document.ok)
  return document.value
}

/** A role with these elements and nothing else. */
export const roleOf = (...elements: readonly string[]) =>
  scanned(`<IDPSSODescriptor xmlns="${MD}">${elements.join('')}</IDPSSODescriptor>`)

export const keyDescriptor = (certificate: string) =>
  `<KeyDescriptor><KeyInfo xmlns="${DS}"><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`

/** For example `service('SingleLogoutService', 'HTTP-POST', 'https://idp.example/slo')`. */
export const service = (name: string, binding: string, location: string, response = '') =>
  `<${name} Binding="${BINDINGS}:${binding}" Location="${location}"${response && ` ResponseLocation="${response}"`}/>`
