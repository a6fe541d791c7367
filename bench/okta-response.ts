import type { Expected } from '#shared/saml/verify-response.ts'
import { type Attributes, responseTimes } from './response-times.ts'

const groupNames = Array.from({ length: 30 }, (_, i) => `platform-team-${100 + i}`)

/** Forty values: ten attributes and thirty groups. */
const attributes: Attributes = [
  ['email', ['ada.lovelace@example.com']],
  ['firstName', ['Ada']],
  ['lastName', ['Lovelace']],
  ['displayName', ['Ada Lovelace']],
  ['department', ['Platform Engineering &amp; Analytics']],
  ['title', ['Principal Engineer']],
  ['employeeNumber', ['00129384']],
  ['costCenter', ['CC-4410']],
  ['locale', ['en-GB']],
  ['manager', ['charles.babbage@example.com']],
  ['groups', groupNames],
]

const attribute = ([name, values]: Attributes[number]) =>
  `<saml2:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified">${values.map(attributeValue).join('')}</saml2:Attribute>`

const attributeValue = (value: string) =>
  `<saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${value}</saml2:AttributeValue>`

/** An unsigned response in the shape of Okta: prefixes, declarations repeated, typed values. */
export function oktaResponse({ issuer, audience, acsUrl, inResponseTo, now }: Expected) {
  const { issued, notBefore, notOnOrAfter } = responseTimes(now)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<saml2p:Response Destination="${acsUrl}" ID="id1043782671206151206463520" InResponseTo="${inResponseTo}" IssueInstant="${issued}" Version="2.0" xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:xs="http://www.w3.org/2001/XMLSchema">`,
    `<saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml2:Issuer>`,
    '<saml2p:Status xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol"><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></saml2p:Status>',
    `<saml2:Assertion ID="id10437826712150481372640281" IssueInstant="${issued}" Version="2.0" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema">`,
    `<saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">${issuer}</saml2:Issuer>`,
    '<saml2:Subject xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">ada.lovelace@example.com</saml2:NameID>',
    `<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData InResponseTo="${inResponseTo}" NotOnOrAfter="${notOnOrAfter}" Recipient="${acsUrl}"/></saml2:SubjectConfirmation></saml2:Subject>`,
    `<saml2:Conditions NotBefore="${notBefore}" NotOnOrAfter="${notOnOrAfter}" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:AudienceRestriction><saml2:Audience>${audience}</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>`,
    `<saml2:AuthnStatement AuthnInstant="${issued}" SessionIndex="${inResponseTo}" xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>`,
    `<saml2:AttributeStatement xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">${attributes.map(attribute).join('')}</saml2:AttributeStatement>`,
    '</saml2:Assertion></saml2p:Response>',
  ].join('')
}
