import { parseDateTime } from './date-time.ts'
import { ns } from './namespaces.ts'
import {
  attributeOf,
  childrenNamed,
  deepText,
  isElement,
  isNil,
  leafText,
  onlyChild,
  type XmlElement,
} from './xml-tree.ts'

/** The name of a principal exactly as received: logout must repeat it (SAML Core 2.0 §2.2.3). */
export type NameId = {
  value: string
  format?: string
  nameQualifier?: string
  spNameQualifier?: string
  spProvidedId?: string
}

/** What a provider asserted, read from the bytes that it signed. Times are epoch seconds. */
export type VerifiedAssertion = {
  id: string
  nameId: NameId
  authnInstant: number
  authnContext: string | undefined
  sessionIndex: string | undefined
  /** When the provider wrote it, by its own clock. */
  issueInstant: number
  /** When the provider wants the session to end, if it says so (SAML Core 2.0 §2.7.2). */
  sessionNotOnOrAfter: number | undefined
  /** From here on no confirmation is good any more, the clock skew aside. */
  notOnOrAfter: number
  /** Attribute name → its values in order. Multi-valued attributes stay multi-valued. */
  attributes: ReadonlyMap<string, readonly string[]>
  /** Which of the provider's keys verified the signature. */
  keyIndex: number
  /** Set where a signature rests on SHA-1, which only `allowsSha1` lets in. */
  usesSha1?: true
  /** Set where the assertion came encrypted. */
  isEncrypted?: true
  /** Set where it names us as another of our identities than the first. */
  isForFormerIdentity?: true
}

/** Reads a verified and validated assertion: what is required is known to be there. */
export function readAssertion(assertion: XmlElement, keyIndex: number): VerifiedAssertion {
  const subject = required(onlyChild(assertion, ns.assertion, 'Subject'))
  const [statement] = childrenNamed(assertion, ns.assertion, 'AuthnStatement')
  const authn = required(statement)
  const context = onlyChild(authn, ns.assertion, 'AuthnContext')
  const classRef = context && onlyChild(context, ns.assertion, 'AuthnContextClassRef')
  return {
    id: required(attributeOf(assertion, 'ID')),
    nameId: readNameId(required(onlyChild(subject, ns.assertion, 'NameID'))),
    authnInstant: required(parseDateTime(required(attributeOf(authn, 'AuthnInstant')))),
    authnContext: classRef && leafText(classRef),
    sessionIndex: attributeOf(authn, 'SessionIndex'),
    issueInstant: required(parseDateTime(required(attributeOf(assertion, 'IssueInstant')))),
    sessionNotOnOrAfter: parseDateTime(attributeOf(authn, 'SessionNotOnOrAfter') ?? ''),
    notOnOrAfter: latestConfirmation(subject),
    attributes: readAttributes(assertion),
    keyIndex,
  }
}

function readNameId(element: XmlElement): NameId {
  const format = attributeOf(element, 'Format')
  const nameQualifier = attributeOf(element, 'NameQualifier')
  const spNameQualifier = attributeOf(element, 'SPNameQualifier')
  const spProvidedId = attributeOf(element, 'SPProvidedID')
  return {
    value: required(leafText(element)),
    ...(format !== undefined && { format }),
    ...(nameQualifier !== undefined && { nameQualifier }),
    ...(spNameQualifier !== undefined && { spNameQualifier }),
    ...(spProvidedId !== undefined && { spProvidedId }),
  }
}

/** The assertion could be presented again until the last of them is over. */
function latestConfirmation(subject: XmlElement): number {
  let latest = Number.NEGATIVE_INFINITY
  for (const confirmation of childrenNamed(subject, ns.assertion, 'SubjectConfirmation')) {
    const element = onlyChild(confirmation, ns.assertion, 'SubjectConfirmationData')
    const end = parseDateTime((element && attributeOf(element, 'NotOnOrAfter')) ?? '') ?? 0
    latest = Math.max(latest, end)
  }
  return latest
}

/** A Map, so that no attribute name can mean anything to JavaScript (`__proto__`). */
function readAttributes(assertion: XmlElement): Map<string, string[]> {
  const attributes = new Map<string, string[]>()
  for (const statement of childrenNamed(assertion, ns.assertion, 'AttributeStatement')) {
    for (const attribute of statement.children) {
      if (!isElement(attribute, ns.assertion, 'Attribute')) continue
      const name = attributeOf(attribute, 'Name') ?? ''
      const values = attributes.get(name)
      if (values) readValues(attribute, values)
      else attributes.set(name, readValues(attribute, []))
    }
  }
  return attributes
}

function readValues(attribute: XmlElement, values: string[]): string[] {
  for (const value of attribute.children) {
    const isValue = isElement(value, ns.assertion, 'AttributeValue')
    if (isValue && !isNil(value)) values.push(deepText(value))
  }
  return values
}

/** The checks before have established it; if not, a refusal is the only safe answer. */
function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('readAssertion needs a validated assertion')
  return value
}
