import { type ProfileCause, type Refusal, refusal } from './errors.ts'
import { ns } from './namespaces.ts'
import type { Expected } from './verify-response.ts'
import { attributeOf, childrenNamed, leafText, onlyChild, type XmlElement } from './xml-tree.ts'

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'
const ENTITY_FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity'

/**
 * Checks the Response around the assertion. It may be unsigned: these checks can refuse a sign-in
 * but grant nothing.
 *
 * Source: SAML Core 2.0 §3.2.2; SAML Profiles 2.0 §4.1.4.2; SAML Bindings 2.0 §3.5.5.2.
 */
export function validateEnvelope(
  response: XmlElement,
  isSigned: boolean,
  expected: Expected,
): Refusal<ProfileCause> | undefined {
  const version = attributeOf(response, 'Version')
  if (version !== '2.0') return refusal('response_version', { got: version, want: '2.0' })
  return (
    refuseDestination(response, isSigned, expected) ??
    refuseIssuer(response, isSigned, expected) ??
    refuseInResponseTo(response, expected) ??
    refuseStatus(response)
  )
}

/** A signed message must say where it was meant to go. */
function refuseDestination(response: XmlElement, isSigned: boolean, { acsUrl }: Expected) {
  const got = attributeOf(response, 'Destination')
  if (got === acsUrl || (got === undefined && !isSigned)) return undefined
  return refusal('response_destination', { got, want: acsUrl })
}

function refuseIssuer(response: XmlElement, isSigned: boolean, { issuer }: Expected) {
  const [element, second] = childrenNamed(response, ns.assertion, 'Issuer')
  if (!element) return isSigned ? refusal('response_issuer', { want: issuer }) : undefined
  if (!second && isIssuer(element, issuer)) return undefined
  return refusal('response_issuer', { got: leafText(element), want: issuer })
}

/** Whether an Issuer element names this entity (SAML Core 2.0 §2.2.5, §8.3.6). */
export function isIssuer(element: XmlElement, entityId: string): boolean {
  const format = attributeOf(element, 'Format')
  const isEntity = format === undefined || format === ENTITY_FORMAT
  return isEntity && leafText(element) === entityId
}

function refuseInResponseTo(response: XmlElement, { inResponseTo }: Expected) {
  const got = attributeOf(response, 'InResponseTo')
  if (got === undefined || got === inResponseTo) return undefined
  return refusal('in_response_to', { got, want: inResponseTo })
}

/** What went wrong at the provider itself (SAML Core 2.0 §3.2.2.2). */
export function refuseStatus(response: XmlElement) {
  const status = onlyChild(response, ns.protocol, 'Status')
  const code = status && onlyChild(status, ns.protocol, 'StatusCode')
  const value = code && attributeOf(code, 'Value')
  if (value === SUCCESS) return undefined
  const detail = code && onlyChild(code, ns.protocol, 'StatusCode')
  const got = [value, detail && attributeOf(detail, 'Value')].filter(Boolean).join(' ')
  return refusal('response_status', { got, want: SUCCESS })
}
