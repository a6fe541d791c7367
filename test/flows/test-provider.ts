import { randomBytes } from 'node:crypto'
import type { IdentityProvider } from '#shared/idps/types.ts'
import type { ServiceProvider } from '#shared/sign-in/service-provider.ts'
import { signResponse } from '#test/fixtures/saml/sign-response.ts'
import { signatureTemplate } from '#test/fixtures/saml/signature-template.ts'

/** What a provider asserts, now, and how far that is bent for a test. */
export type Assertion = {
  idp: Pick<IdentityProvider, 'entityId'>
  serviceProvider: ServiceProvider
  email: string
  nameId: string
  nameIdFormat: string
  displayName: string
  inResponseTo: string
  assertionId: string
  /** Changes the document before it is signed. */
  edit: (xml: string) => string
}

const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
const newId = () => `_${randomBytes(16).toString('hex')}`
const time = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString()

/** A signed response, as the SAMLResponse field of the form. */
export function samlResponse(
  given: Pick<Assertion, 'idp' | 'serviceProvider' | 'email'> & Partial<Assertion>,
): string {
  const { idp, serviceProvider, email, inResponseTo, edit = (xml) => xml } = given
  const { nameId = email, nameIdFormat = PERSISTENT, assertionId = newId(), displayName } = given
  const { acsUrl, entityId } = serviceProvider
  const inReply = inResponseTo === undefined ? '' : ` InResponseTo="${inResponseTo}"`
  const attribute = (name: string, value: string) =>
    `<saml:Attribute Name="${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`
  const xml =
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"` +
    ` xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${newId()}" Version="2.0"` +
    ` IssueInstant="${time(0)}" Destination="${acsUrl}"${inReply}>` +
    `<saml:Issuer>${idp.entityId}</saml:Issuer><samlp:Status>` +
    `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
    `<saml:Assertion ID="${assertionId}" Version="2.0" IssueInstant="${time(0)}">` +
    `<saml:Issuer>${idp.entityId}</saml:Issuer>${signatureTemplate(assertionId)}<saml:Subject>` +
    `<saml:NameID Format="${nameIdFormat}">${nameId}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` +
    `<saml:SubjectConfirmationData${inReply} Recipient="${acsUrl}"` +
    ` NotOnOrAfter="${time(300)}"/></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${time(-30)}" NotOnOrAfter="${time(300)}">` +
    `<saml:AudienceRestriction><saml:Audience>${entityId}</saml:Audience>` +
    `</saml:AudienceRestriction></saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${time(-5)}" SessionIndex="_s1"><saml:AuthnContext>` +
    `<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password` +
    `</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    `<saml:AttributeStatement>${attribute('mail', email)}${attribute('givenName', 'Ada')}` +
    `${attribute('sn', 'Lovelace')}${displayName ? attribute('displayName', displayName) : ''}` +
    `</saml:AttributeStatement></saml:Assertion></samlp:Response>`
  return Buffer.from(signResponse(edit(xml))).toString('base64')
}
