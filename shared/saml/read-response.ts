import { fail, ok, type Result } from '../result.ts'
import { refuseStructure } from './check-structure.ts'
import { decodeMessage } from './decode-message.ts'
import { type ProfileCause, type Refusal, refusal, type XmlCause } from './errors.ts'
import { ns } from './namespaces.ts'
import { scanXml, type XmlDocument } from './scan.ts'
import { refuseStatus } from './validate-envelope.ts'
import { XmlError } from './xml-error.ts'
import {
  attributeOf,
  childrenNamed,
  isElement,
  leafText,
  onlyChild,
  type XmlElement,
} from './xml-tree.ts'

/**
 * A response whose structure is sound and whose content nobody has vouched for. The `unverified…`
 * fields choose what is looked up; they decide nothing.
 */
export type UnverifiedResponse = PlainResponse | EncryptedResponse

export type PlainResponse = {
  response: XmlElement
  assertion: XmlElement
  encrypted?: undefined
  unverifiedIssuer: string
  /** Request that the response claims to answer; undefined: it claims to be unsolicited. */
  unverifiedInResponseTo: string | undefined
  unverifiedNameId: string | undefined
}

/** All that it says of itself stands in the Response: decryptResponse() makes the rest readable. */
export type EncryptedResponse = {
  response: XmlElement
  assertion?: undefined
  /** The EncryptedAssertion. */
  encrypted: XmlElement
  unverifiedIssuer: string
  unverifiedInResponseTo: string | undefined
  unverifiedNameId: undefined
}

type Read = Result<UnverifiedResponse, Refusal<XmlCause | ProfileCause | 'signature_misplaced'>>

/**
 * Reads a response and checks its structure: one Response, one Assertion or one EncryptedAssertion
 * in it and nowhere else, unique IDs, signatures only where SAML puts them. Every wrapping attack
 * needs one of these rules broken.
 *
 * Source: SAML Bindings 2.0 §3.5.4; SAML Core 2.0 §3.3.3, §5.4.2.
 *
 * @param message the SAMLResponse field as it was posted, or what decodeMessage() made of it
 */
export function readResponse(message: string | Buffer): Read {
  const decoded = typeof message === 'string' ? decodeMessage(message) : ok(message)
  if (!decoded.ok) return decoded
  try {
    return readDocument(scanXml(decoded.value))
  } catch (error) {
    if (!(error instanceof XmlError)) throw error
    return fail(refusal(error.xmlCause, { got: error.message }))
  }
}

function readDocument({ root: response, elements }: XmlDocument): Read {
  if (!isElement(response, ns.protocol, 'Response')) {
    return fail(refusal('response_malformed', { got: response.local, want: 'Response' }))
  }
  const [assertion] = childrenNamed(response, ns.assertion, 'Assertion')
  const [encrypted] = childrenNamed(response, ns.assertion, 'EncryptedAssertion')
  const structure = { response, assertion: assertion ?? encrypted, ids: new Set<string>() }
  const refused = refuseStructure(elements, structure)
  if (refused) return fail(refused)
  if (assertion) return readPlain(response, assertion)
  if (encrypted) return readEncrypted(response, encrypted)
  // A provider that refuses says so, and asserts nothing (SAML Core 2.0 §3.3.3).
  return fail(refuseStatus(response) ?? refusal('assertion_missing'))
}

function readPlain(response: XmlElement, assertion: XmlElement): Read {
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

/** Nobody could be looked up without the Issuer, which the schema lets a Response do without. */
function readEncrypted(response: XmlElement, encrypted: XmlElement): Read {
  const unverifiedIssuer = textOf(onlyChild(response, ns.assertion, 'Issuer'))
  if (!unverifiedIssuer) return fail(refusal('response_issuer'))
  return ok({
    response,
    encrypted,
    unverifiedIssuer,
    unverifiedInResponseTo: attributeOf(response, 'InResponseTo'),
    unverifiedNameId: undefined,
  })
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
