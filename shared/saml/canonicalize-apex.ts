import type { Canonicalization } from './algorithms.ts'
import { ns } from './namespaces.ts'
import type { Attribute, XmlElement } from './xml-tree.ts'

type Inclusive = Exclude<Canonicalization, 'exclusive'>

/**
 * The element as inclusive C14N sees the apex of a subtree: without a parent, so that whatever is in
 * scope is declared here, and with the attributes of `xml` that it inherits.
 *
 * Source: Canonical XML 1.0 §2.4; Canonical XML 1.1 §2.4.
 */
export function apexOf(element: XmlElement, method: Inclusive): XmlElement {
  const inherited = inheritedAttributes(element, method)
  if (inherited.length === 0) return { ...element, parent: undefined }
  return {
    ...element,
    parent: undefined,
    attributes: [...element.attributes, ...inherited],
    isTagCanonical: false,
  }
}

/** The nearest of each name that the element does not have itself. */
function inheritedAttributes(element: XmlElement, method: Inclusive): readonly Attribute[] {
  const own = new Set(element.attributes.filter(isOfXml).map(({ local }) => local))
  const inherited = new Map<string, Attribute>()
  for (let at = element.parent; at; at = at.parent) {
    for (const attribute of at.attributes) {
      const { local } = attribute
      const isNearest = !own.has(local) && !inherited.has(local)
      if (isNearest && isInheritable(attribute, method)) inherited.set(local, attribute)
    }
  }
  return [...inherited.values()]
}

const isOfXml = ({ namespace }: Attribute) => namespace === ns.xml

/** All that 1.0 inherits; 1.1 only what means the same further down. */
const isInheritable = (attribute: Attribute, method: Inclusive) =>
  isOfXml(attribute) &&
  (method === 'inclusive-1.0' || attribute.local === 'lang' || attribute.local === 'space')

/**
 * Whether an `xml:base` is in force at the element, its own or inherited. Canonical XML 1.1 §2.4 has
 * such values joined; we do not: nobody sends or reads any, and implementations differ.
 */
export function hasXmlBase(element: XmlElement): boolean {
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    if (at.attributes.some((attribute) => isOfXml(attribute) && attribute.local === 'base')) {
      return true
    }
  }
  return false
}
