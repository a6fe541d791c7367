import type { Expected } from '#shared/saml/verify-response.ts'
import { type Attributes, responseTimes } from './response-times.ts'

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const MICROSOFT = 'http://schemas.microsoft.com/identity/claims'
const MICROSOFT_2008 = 'http://schemas.microsoft.com/ws/2008/06/identity/claims'

/** As many as asked for, all of the same length. */
const groupIds = (count: number) =>
  Array.from({ length: count }, (_, i) => {
    const number = i.toString(16).padStart(4, '0')
    return `6f2b${number}-9d3c-4e0f-a7c1-5b8e2d9f${number}`
  })

/** Ten claims, and groups. */
const attributesWith = (groups: number): Attributes => [
  [`${MICROSOFT}/tenantid`, ['4f1c2b0a-7d3e-4a59-8b6f-0c1d2e3f4a5b']],
  [`${MICROSOFT}/objectidentifier`, ['9a8b7c6d-5e4f-4a3b-8c2d-1e0f9a8b7c6d']],
  [`${MICROSOFT}/displayname`, ['Ada Lovelace']],
  [`${MICROSOFT_2008}/groups`, groupIds(groups)],
  [`${MICROSOFT}/identityprovider`, ['https://sts.windows.net/4f1c2b0a-7d3e-4a59/']],
  [`${CLAIMS}/givenname`, ['Ada']],
  [`${CLAIMS}/surname`, ['Lovelace']],
  [`${CLAIMS}/emailaddress`, ['ada.lovelace@example.com']],
  [`${CLAIMS}/name`, ['ada.lovelace@example.com']],
  ['department', ['Platform Engineering &amp; Analytics']],
  ['employeeid', ['00129384']],
]

const attribute = ([name, values]: Attributes[number]) =>
  `<Attribute Name="${name}">${values.map(attributeValue).join('')}</Attribute>`

const attributeValue = (value: string) => `<AttributeValue>${value}</AttributeValue>`

/** An unsigned response in the shape of Microsoft Entra ID: no prefixes in the assertion. Forty values. */
export function entraResponse(
  { issuer, audience, acsUrl, inResponseTo, now }: Expected,
  groups = 30,
) {
  const { issued, notBefore, notOnOrAfter } = responseTimes(now)
  return [
    `<samlp:Response ID="_8f0f6a32-5c0b-4a7e-9c52-3f3a8e1c9d10" Version="2.0" IssueInstant="${issued}" Destination="${acsUrl}" InResponseTo="${inResponseTo}" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">`,
    `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</Issuer>`,
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
    `<Assertion ID="_c6e1a0d4-0f59-4f0c-8a31-7d9b2e4f6a00" IssueInstant="${issued}" Version="2.0" xmlns="urn:oasis:names:tc:SAML:2.0:assertion">`,
    `<Issuer>${issuer}</Issuer>`,
    '<Subject><NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ada.lovelace@example.com</NameID>',
    `<SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><SubjectConfirmationData InResponseTo="${inResponseTo}" NotOnOrAfter="${notOnOrAfter}" Recipient="${acsUrl}"/></SubjectConfirmation></Subject>`,
    `<Conditions NotBefore="${notBefore}" NotOnOrAfter="${notOnOrAfter}"><AudienceRestriction><Audience>${audience}</Audience></AudienceRestriction></Conditions>`,
    `<AttributeStatement>${attributesWith(groups).map(attribute).join('')}</AttributeStatement>`,
    `<AuthnStatement AuthnInstant="${issued}" SessionIndex="_c6e1a0d4-0f59-4f0c-8a31-7d9b2e4f6a00"><AuthnContext><AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef></AuthnContext></AuthnStatement>`,
    '</Assertion></samlp:Response>',
  ].join('')
}
