import { decodeReferences } from './characters.ts'
import { ns, type Scope } from './namespaces.ts'

/** Largest document that is scanned, in decoded bytes, and its other bounds. */
export const limits = {
  bytes: 256 * 1024,
  depth: 64,
  elements: 10_000,
  /** Of one element, and as many namespace declarations. */
  attributes: 64,
} as const

export type Attribute = {
  /** As written, with its prefix. */
  name: string
  prefix: string
  local: string
  /** Namespace URI; empty for an attribute without prefix. */
  namespace: string
  /** Between the quotes, as written. */
  raw: string
}

/** An element of a scanned document. Offsets are into `xml`, the whole decoded document. */
export type XmlElement = {
  name: string
  prefix: string
  local: string
  namespace: string
  /** Without namespace declarations. */
  attributes: readonly Attribute[]
  /** Namespace bindings in force inside this element. */
  scope: Scope
  parent: XmlElement | undefined
  children: readonly XmlElement[]
  xml: string
  start: number
  contentStart: number
  contentEnd: number
  end: number
}

/** Whether this is the element of that namespace and local name. */
export const isElement = (element: XmlElement, namespace: string, local: string) =>
  element.local === local && element.namespace === namespace

/** The children of that name, in document order. */
export const childrenNamed = (parent: XmlElement, namespace: string, local: string) =>
  parent.children.filter((child) => isElement(child, namespace, local))

/** The child of that name if there is exactly one. */
export function onlyChild(parent: XmlElement, namespace: string, local: string) {
  let found: XmlElement | undefined
  for (const child of parent.children) {
    if (!isElement(child, namespace, local)) continue
    if (found) return undefined
    found = child
  }
  return found
}

/** Value of an attribute without namespace. */
export function attributeOf(element: XmlElement, local: string): string | undefined {
  for (const attribute of element.attributes) {
    if (attribute.local === local && attribute.namespace === '') return normalizedValue(attribute)
  }
  return undefined
}

/** Attribute-value normalization (XML 1.0 §3.3.3, CDATA). */
export const normalizedValue = ({ raw }: Attribute) =>
  decodeReferences(raw.includes('\n') || raw.includes('\t') ? raw.replace(/[\t\n]/g, ' ') : raw)

/** Character data of an element that has no child elements, references replaced; else undefined. */
export const leafText = (element: XmlElement): string | undefined =>
  element.children.length > 0
    ? undefined
    : decodeReferences(element.xml.slice(element.contentStart, element.contentEnd))

/** All character data inside an element, in document order, through its descendants. */
export function deepText(element: XmlElement): string {
  let text = ''
  let from = element.contentStart
  for (const child of element.children) {
    text += decodeReferences(element.xml.slice(from, child.start)) + deepText(child)
    from = child.end
  }
  return text + decodeReferences(element.xml.slice(from, element.contentEnd))
}

/** Whether `xsi:nil` says that there is no value (XML Schema Part 1 §2.6.2). */
export const isNil = (element: XmlElement) =>
  element.attributes.some(
    ({ namespace, local, raw }) =>
      namespace === ns.schemaInstance && local === 'nil' && (raw === 'true' || raw === '1'),
  )
