import { type ProfileCause, type Refusal, refusal } from './errors.ts'
import { ns } from './namespaces.ts'
import { normalizedValue, type XmlElement } from './xml-tree.ts'

/** The elements of a document that may be in it once, and may be signed. */
type Structure = {
  /** Undefined where the document is an assertion of its own. */
  response: XmlElement | undefined
  /** The assertion, encrypted or not. */
  assertion: XmlElement | undefined
  /** The IDs so far; those of the document are added. */
  ids: Set<string>
}

type Refused = Refusal<ProfileCause | 'signature_misplaced'> | undefined

/**
 * Checks in one pass what may occur where: no ID twice, no assertion but the one, signatures where
 * SAML puts them. Every wrapping attack needs one of these rules broken.
 *
 * Source: SAML Core 2.0 §1.3.4, §5.4.2.
 */
export function refuseStructure(elements: readonly XmlElement[], structure: Structure): Refused {
  for (const element of elements) {
    const { attributes, namespace } = element
    const refused =
      (attributes.length > 0 ? refuseRepeatedId(element, structure.ids) : undefined) ??
      (namespace === ns.assertion ? refuseOtherAssertion(element, structure) : undefined) ??
      (namespace === ns.signature ? refuseMisplaced(element, structure) : undefined)
    if (refused) return refused
  }
  return undefined
}

function refuseRepeatedId(element: XmlElement, ids: Set<string>) {
  for (const value of idsOf(element)) {
    if (ids.has(value)) return refusal('response_duplicate_id', { got: value })
    ids.add(value)
  }
  return undefined
}

const NONE: readonly string[] = []

/** The IDs that an element has. Any spelling counts: another processor might take it for one. */
export function idsOf({ attributes }: XmlElement): readonly string[] {
  let ids = NONE
  for (const attribute of attributes) {
    const { local } = attribute
    const isId = local.length === 2 && local.toLowerCase() === 'id'
    if (isId) ids = [...ids, normalizedValue(attribute)]
  }
  return ids
}

/** All IDs of an element and of all below it, in any spelling. */
export function allIds(element: XmlElement, ids = new Set<string>()): Set<string> {
  for (const id of idsOf(element)) ids.add(id)
  for (const child of element.children) allIds(child, ids)
  return ids
}

function refuseOtherAssertion(element: XmlElement, { assertion }: Structure) {
  const isAssertion = element.local === 'Assertion' || element.local === 'EncryptedAssertion'
  if (!isAssertion || element === assertion) return undefined
  return refusal('assertion_misplaced', { got: element.parent?.local })
}

/** A signature is the first child of what it signs, but for the Issuer (SAML schemas). */
function refuseMisplaced(element: XmlElement, { response, assertion }: Structure) {
  if (element.local !== 'Signature') return undefined
  const { parent } = element
  const isInAssertion = parent !== undefined && parent === assertion && parent.local === 'Assertion'
  const isInPlace = isInAssertion || parent === response
  const [first, second] = parent?.children ?? []
  const isFirst = element === first
  const isAfterIssuer = element === second && first?.local === 'Issuer'
  if (isInPlace && (isFirst || isAfterIssuer)) return undefined
  return refusal('signature_misplaced', { got: parent?.local })
}
