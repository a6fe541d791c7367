import { fail, ok, type Result } from '../result.ts'
import { decodeBase64 } from './base64.ts'
import { type ProfileCause, type Refusal, refusal, type XmlCause } from './errors.ts'
import { ns } from './namespaces.ts'
import { scanXml, type XmlDocument } from './scan.ts'
import { XmlError } from './xml-error.ts'
import {
  attributeOf,
  childrenNamed,
  isElement,
  leafText,
  limits,
  normalizedValue,
  onlyChild,
  type XmlElement,
} from './xml-tree.ts'

/**
 * A response whose structure is sound and whose content nobody has vouched for. The `unverified…`
 * fields choose what is looked up; they decide nothing.
 */
export type UnverifiedResponse = {
  response: XmlElement
  assertion: XmlElement
  unverifiedIssuer: string
  /** Request that the response claims to answer; undefined: it claims to be unsolicited. */
  unverifiedInResponseTo: string | undefined
  unverifiedNameId: string | undefined
}

type Refused = Refusal<XmlCause | ProfileCause | 'signature_misplaced'>

/**
 * Reads the SAMLResponse field of the HTTP-POST binding and checks its structure: one Response, one
 * plain Assertion in it and nowhere else, unique IDs, signatures only where SAML puts them. Every
 * wrapping attack needs one of these rules broken.
 *
 * Source: SAML Bindings 2.0 §3.5.4; SAML Core 2.0 §3.3.3, §5.4.2.
 */
export function readResponse(samlResponse: string): Result<UnverifiedResponse, Refused> {
  const bytes = decodeBase64(samlResponse)
  if (!bytes) return fail(refusal('xml_not_base64'))
  if (bytes.length > limits.bytes) return fail(refusal('xml_too_large'))
  try {
    return readDocument(scanXml(bytes))
  } catch (error) {
    if (error instanceof XmlError) return fail(refusal(error.xmlCause, { got: error.message }))
    throw error
  }
}

function readDocument(document: XmlDocument): Result<UnverifiedResponse, Refused> {
  const response = document.root
  if (!isElement(response, ns.protocol, 'Response')) {
    return fail(refusal('response_malformed', { got: response.local, want: 'Response' }))
  }
  const [assertion] = childrenNamed(response, ns.assertion, 'Assertion')
  const refused = refuseStructure(document, assertion)
  if (refused) return fail(refused)
  if (!assertion) return fail(refusal('assertion_missing'))
  const unverifiedIssuer = textOf(onlyChild(assertion, ns.assertion, 'Issuer'))
  if (!unverifiedIssuer) return fail(refusal('assertion_issuer'))
  return ok({
    response,
    assertion,
    unverifiedIssuer,
    unverifiedInResponseTo: inResponseTo(response, assertion),
    unverifiedNameId: textOf(subjectChild(assertion, 'NameID')),
  })
}

/** One pass over all elements: what may occur where. */
function refuseStructure({ root, elements }: XmlDocument, assertion: XmlElement | undefined) {
  const ids = new Set<string>()
  for (const element of elements) {
    const refused =
      (element.attributes.length > 0 ? refuseRepeatedId(element, ids) : undefined) ??
      (element.namespace === ns.assertion ? refuseOtherAssertion(element, assertion) : undefined) ??
      (element.namespace === ns.signature ? refuseMisplaced(element, root, assertion) : undefined)
    if (refused) return refused
  }
  return undefined
}

/** Any spelling of an ID counts: another processor might take it for one. */
function refuseRepeatedId({ attributes }: XmlElement, ids: Set<string>) {
  for (const attribute of attributes) {
    const { local } = attribute
    if (local.length !== 2 || local.toLowerCase() !== 'id') continue
    const value = normalizedValue(attribute)
    if (ids.has(value)) return refusal('response_duplicate_id', { got: value })
    ids.add(value)
  }
  return undefined
}

function refuseOtherAssertion(element: XmlElement, assertion: XmlElement | undefined) {
  if (element.local === 'EncryptedAssertion') return refusal('assertion_encrypted')
  if (element.local !== 'Assertion' || element === assertion) return undefined
  return refusal('assertion_misplaced', { got: element.parent?.local })
}

/** A signature is the first child of what it signs, but for the Issuer (SAML schemas). */
function refuseMisplaced(
  element: XmlElement,
  response: XmlElement,
  assertion: XmlElement | undefined,
) {
  if (element.local !== 'Signature') return undefined
  const { parent } = element
  const isInPlace = parent === response || (parent !== undefined && parent === assertion)
  const [first, second] = parent?.children ?? []
  const isFirst = element === first
  const isAfterIssuer = element === second && first?.local === 'Issuer'
  if (isInPlace && (isFirst || isAfterIssuer)) return undefined
  return refusal('signature_misplaced', { got: parent?.local })
}

const subjectChild = (assertion: XmlElement, local: string) => {
  const subject = onlyChild(assertion, ns.assertion, 'Subject')
  return subject && onlyChild(subject, ns.assertion, local)
}

/** From the assertion rather than from the envelope: providers sign the former more often. */
function inResponseTo(response: XmlElement, assertion: XmlElement): string | undefined {
  const subject = onlyChild(assertion, ns.assertion, 'Subject')
  const confirmations = subject ? childrenNamed(subject, ns.assertion, 'SubjectConfirmation') : []
  for (const confirmation of confirmations) {
    const data = onlyChild(confirmation, ns.assertion, 'SubjectConfirmationData')
    const value = data && attributeOf(data, 'InResponseTo')
    if (value !== undefined) return value
  }
  return attributeOf(response, 'InResponseTo')
}

const textOf = (element: XmlElement | undefined) => (element ? leafText(element) : undefined)
