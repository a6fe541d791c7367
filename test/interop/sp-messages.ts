import { randomUUID, sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { SignedXml } from 'xml-crypto'
import type { HtmlForm } from './http-session.ts'

export type Binding = 'redirect' | 'post'

export const bindingUris = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const satisfies Record<Binding, string>

export const bindings = ['redirect', 'post'] as const satisfies readonly Binding[]

/** A message of a service provider on its way to a provider. */
export type SpMessage = {
  readonly destination: string
  readonly parameter: 'SAMLRequest' | 'SAMLResponse'
  readonly xml: string
  readonly relayState?: string | undefined
}

type From = { readonly entityId: string; readonly destination: string }

export const authnRequest = ({ entityId, destination, acsUrl }: From & { acsUrl: string }) =>
  ({
    destination,
    parameter: 'SAMLRequest',
    xml: message(
      'AuthnRequest',
      { entityId, destination },
      '',
      `${attribute({
        AssertionConsumerServiceURL: acsUrl,
        ProtocolBinding: bindingUris.post,
      })}`,
    ),
  }) as const satisfies SpMessage

/** @param nameId the element as it stood in the assertion */
export const logoutRequest = (from: From, nameId: string, sessionIndex: string) =>
  ({
    destination: from.destination,
    parameter: 'SAMLRequest',
    xml: message(
      'LogoutRequest',
      from,
      `${nameId}<samlp:SessionIndex>${escapeXml(sessionIndex)}</samlp:SessionIndex>`,
    ),
  }) as const satisfies SpMessage

export const logoutResponse = (from: From, inResponseTo: string) =>
  ({
    destination: from.destination,
    parameter: 'SAMLResponse',
    xml: message(
      'LogoutResponse',
      from,
      '<samlp:Status><samlp:StatusCode' +
        ' Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>',
      attribute({ InResponseTo: inResponseTo }),
    ),
  }) as const satisfies SpMessage

/** The address that carries the message; signed where a key (PEM) is given. */
export function redirectUrl({ destination, parameter, xml, relayState }: SpMessage, key?: string) {
  const fields = {
    [parameter]: deflateRawSync(xml).toString('base64'),
    ...(relayState !== undefined && { RelayState: relayState }),
    ...(key !== undefined && { SigAlg: RSA_SHA256 }),
  }
  const query = new URLSearchParams(fields).toString()
  if (key === undefined) return `${destination}?${query}`
  const signature = sign('sha256', Buffer.from(query), key).toString('base64')
  return `${destination}?${query}&Signature=${encodeURIComponent(signature)}`
}

/** The form that carries the message; signed where a key (PEM) is given. */
export function postForm(sent: SpMessage, key?: string): HtmlForm {
  const { destination, parameter, xml, relayState } = sent
  const signed = key === undefined ? xml : signedXml(xml, key)
  const fields = new URLSearchParams({ [parameter]: Buffer.from(signed).toString('base64') })
  if (relayState !== undefined) fields.set('RelayState', relayState)
  return { action: destination, method: 'POST', fields }
}

/** A page that sends a form without a click. */
export const postPage = ({ action, fields }: HtmlForm) =>
  `<form method="post" action="${escapeXml(action)}">${[...fields]
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeXml(value)}">`)
    .join('')}</form>`

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'

function signedXml(xml: string, privateKey: string) {
  const signer = new SignedXml({
    privateKey,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: C14N,
  })
  signer.addReference({
    xpath: '/*',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', C14N],
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
  })
  const issuer = "/*/*[local-name(.)='Issuer']"
  signer.computeSignature(xml, { prefix: 'ds', location: { reference: issuer, action: 'after' } })
  return signer.getSignedXml()
}

const message = (name: string, { entityId, destination }: From, content: string, more = '') =>
  `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"` +
  ` xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"${attribute({
    ID: `_${randomUUID()}`,
    Version: '2.0',
    IssueInstant: new Date().toISOString(),
    Destination: destination,
  })}${more}><saml:Issuer>${escapeXml(entityId)}</saml:Issuer>${content}</samlp:${name}>`

const attribute = (attributes: Record<string, string>) =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('')

const escapeXml = (text: string) =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
